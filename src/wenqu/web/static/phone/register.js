// The part of the register that this phone holds, read from its buckets, and what a form is given of it.

import { all, beginning, setting } from "./store.js";

const CLOSED = "accepted";
const SHORT = 4;

async function rows(kind, village) {
  const buckets = await all("buckets", beginning(village ? `${kind}/${village}` : `${kind}/`));
  const found = new Map();
  for (const { id, rows: each } of buckets) for (const row of each) if (!found.has(row.k)) found.set(row.k, { ...row, village: row.v || id.split("/")[1] });
  return Array.from(found.values());
}

const collator = new Intl.Collator("zh-CN", { numeric: true });
const byGroup = (a, b) => collator.compare(a.g || "", b.g || "") || collator.compare(a.h || "", b.h || "") || a.k - b.k;

/** Households of a village, or of all; in the order of their groups. */
export const households = async (village) => (await rows("h", village)).sort(byGroup);
export const schemes = async (village) => (await rows("s", village)).sort((a, b) => collator.compare(a.name, b.name) || a.k - b.k);
/** Live problems there, or mine: "mine". */
export async function problemsOf(place) {
  const found = await rows("p", place);
  return found.sort((a, b) => (a.due || "9") < (b.due || "9") ? -1 : 1);
}

const one = (found, k) => found.find((row) => row.k === Number(k)) || null;
export const householdOf = async (village, k) => one(await rows("h", village), k);
export const schemeOf = async (village, k) => one(await rows("s", village), k) || one(await rows("s"), k);
export const problemOf = async (place, k) => one(await rows("p", place), k) || one(await rows("p"), k);

export const tasks = async () => (await setting("tasks")) || { forms: [], rounds: [], villages: [], person: null };
export const villageNames = async () => new Map((await tasks()).villages.map(({ path, name }) => [path, name]));

/** Rows that a search means: every word is in the name or the group, or ends (short) or is in the number. */
export function search(found, text) {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const meets = (row, word) => {
    if ((row.h || "").toLowerCase().includes(word) || (row.g || "").toLowerCase().includes(word)) return true;
    if ((row.name || "").toLowerCase().includes(word)) return true;
    const number = (row.n || "").toLowerCase();
    return word.length < SHORT ? number.endsWith(word) : number.includes(word);
  };
  return words.length ? found.filter((row) => words.every((word) => meets(row, word))) : found;
}

/** What is on this phone about each subject: draft, unsent, or sent on a day. */
export async function marks() {
  const found = new Map();
  const note = (row, state) => {
    if (row.subject) found.set(row.subject, [...(found.get(row.subject) || []), { state, form: row.form_id, day: (row.made_at || "").slice(0, 10), at: row.sent_at || "", id: row.id }]);
  };
  for (const row of await all("sent")) if (row.state === "" || row.state === CLOSED) note(row, "sent");
  for (const row of await all("outbox")) note(row, "unsent");
  for (const row of await all("drafts")) note(row, "draft");
  return found;
}

const lastDay = (row) => (row.d !== undefined ? row.d : Object.values(row.f || {}).reduce((last, [, day]) => (day > last ? day : last), ""));

/** Whether a subject was filled since a day, in the office's books or on this phone. */
export function filledSince(row, subject, from, local) {
  if (lastDay(row) && lastDay(row) >= from) return true;
  return (local.get(subject) || []).some((mark) => mark.state !== "draft" && mark.day >= from);
}

const HOUSEHOLDS = ["name", "label", "number", "village", "head", "group", "people", "scheme", "scheme_name", "scheme_class"];
const SCHEMES = ["name", "label", "number", "village", "scheme_class", "operator", "source"];
const plain = (value) => (value === null || value === undefined ? "" : String(value));

/** Texts by name of question. A problem brings what is known of its household or scheme. */
export function givenOf({ household, scheme, problem, village, extra }) {
  const given = { village: village || "", ...extra };
  if (household) {
    Object.assign(given, { household: household.k, number: household.n, head: household.h, group: household.g, people: household.c, persons: household.c });
    if (scheme) Object.assign(given, { scheme: scheme.name, scheme_number: scheme.n, scheme_class: scheme.c });
  } else if (scheme) {
    Object.assign(given, { scheme: scheme.k, number: scheme.n, name: scheme.name, scheme_class: scheme.c, operator: scheme.o });
  }
  if (problem) {
    Object.assign(given, { problem: problem.k, problem_number: problem.n, problem_version: problem.version, problem_kind: problem.kind, problem_words: problem.words });
  }
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, plain(value)]).filter(([, value]) => value !== ""));
}

const quoted = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell);
const csv = (columns, rows) => [columns, ...rows.map((row) => columns.map((name) => plain(row[name])))].map((row) => row.map(quoted).join(",")).join("\n");

async function householdsFile() {
  const [rows, supplies, names] = [await households(), await schemes(), await villageNames()];
  const served = new Map(supplies.map((scheme) => [scheme.k, scheme]));
  return csv(HOUSEHOLDS, rows.map((row) => {
    const scheme = served.get(row.s);
    return {
      name: row.k, label: [row.h, row.g, `…${row.n.slice(-4)}`].filter(Boolean).join(" "), number: row.n, village: names.get(row.village), head: row.h,
      group: row.g, people: row.c, scheme: row.s, scheme_name: scheme && scheme.name, scheme_class: scheme && scheme.c,
    };
  }));
}

async function schemesFile() {
  const names = await villageNames();
  return csv(SCHEMES, (await schemes()).map((row) => ({
    name: row.k, label: `${row.name} ${names.get(row.village) || ""}`.trim(), number: row.n, village: names.get(row.village), scheme_class: row.c, operator: row.o, source: row.q,
  })));
}

const REGISTER = { "households.csv": householdsFile, "schemes.csv": schemesFile };

/** The texts of all CSV files that a form looks things up in. */
export async function filesFor({ plan, files }) {
  const texts = {};
  for (const { file } of Object.values(plan.files)) texts[file] = REGISTER[file] ? await REGISTER[file]() : (files[file] || { text: "" }).text;
  return texts;
}

/** Questions by name with their label and the texts of their choices, to show facts in the words of the form. */
export function wordsOf(plan, language) {
  const say = (at) => {
    const found = at === undefined ? "" : plan.texts[at];
    const text = Array.isArray(found) ? found[language] || found[0] : "";
    return typeof text === "string" ? text : "";
  };
  const found = new Map();
  const walk = (nodes) => nodes.forEach((node) => {
    if (node.kind === "group") return walk(node.children);
    const label = say(node.label);
    if (!label || node.kind === "repeat") return undefined;
    const items = node.list && plan.lists[node.list] ? plan.lists[node.list].items : [];
    return found.set(node.path.slice(node.path.lastIndexOf("/") + 1), { label, choices: new Map(items.map(([value, text]) => [value, say(text)])) });
  });
  walk(plan.nodes);
  return found;
}
