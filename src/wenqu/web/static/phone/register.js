// The part of the register that this phone holds, read from its buckets, and what a form is given of it.

import { all, beginning, get, put, setting } from "./store.js";

const CLOSED = "accepted";
const SHORT = 4;

/** Where the rows of a kind lie, of a village or of all. */
export const bucketsOf = (kind, village) => beginning(`${kind}/${village || ""}`);

/** All rows of a kind by the village in whose buckets they lie: one reading, however many villages. */
export async function byVillage(kind, village) {
  const found = new Map();
  for (const { id, rows: each } of await all("buckets", bucketsOf(kind, village))) {
    const place = id.split("/")[1];
    if (!found.has(place)) found.set(place, new Map());
    // Between two answers of a sync a row may lie in two buckets.
    for (const row of each) if (!found.get(place).has(row.k)) found.get(place).set(row.k, row);
  }
  return found;
}

async function rows(kind, village) {
  const found = new Map();
  for (const [place, each] of await byVillage(kind, village)) for (const [k, row] of each) if (!found.has(k)) found.set(k, { ...row, village: row.v || place });
  return Array.from(found.values());
}

let collator = null;
/** The order of texts as people here sort them; made when something is sorted, which no form needs. */
function compare(a, b) {
  collator = collator || new Intl.Collator("zh-CN", { numeric: true });
  return collator.compare(a, b);
}
const byGroup = (a, b) => compare(a.g || "", b.g || "") || compare(a.h || "", b.h || "") || a.k - b.k;

/** Households of a village, or of all; in the order of their groups. */
export const households = async (village) => (await rows("h", village)).sort(byGroup);
export const schemes = async (village) => (await rows("s", village)).sort((a, b) => compare(a.name, b.name) || a.k - b.k);
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

/** Whether a round is about a row: that of visits only about those which its owner visits. */
export const isOf = (row, round) => !round.of || row[round.of] !== undefined;

const lastDay = (row, of) => (row[of] !== undefined ? row[of] : Object.values(row.f || {}).reduce((last, [, day]) => (day > last ? day : last), ""));

/** Whether a subject was filled for a round, in the office's books or on this phone. */
export function filledFor(row, subject, { from, of }, form, local) {
  const last = lastDay(row, of || "d");
  return (last && last >= from) || (local.get(subject) || []).some((mark) => mark.state !== "draft" && mark.day >= from && (!form || mark.form === form.id));
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

const FILES = "file";
export const FILED = beginning(`${FILES}/`);

/** What the register on this phone is made of: rows and names of villages; "" while a sync is under way. */
async function stampNow() {
  const [rows, names] = await Promise.all([setting("buckets_all"), setting("tasks_etag")]);
  return rows && names ? `${rows} ${names}` : "";
}

/** The register as a file. It lies beside the rows that it was made of, for as long as they are the same: no form waits for thousands of rows. */
async function registerFile(file) {
  const [stamp, filed] = await Promise.all([stampNow(), all("buckets", FILED)]);
  const held = filed.find((each) => each.id === `${FILES}/${file}`);
  if (held && stamp && held.stamp === stamp) return held.text;
  const text = await REGISTER[file]();
  if (stamp && stamp === (await stampNow())) await put("buckets", { id: `${FILES}/${file}`, stamp, text });
  return text;
}

/** Makes the files of the register that are not those of now. */
export const keepFiles = async () => { for (const file of Object.keys(REGISTER)) await registerFile(file); };

/** The texts of all CSV files that a form looks things up in. */
export async function filesFor({ plan, files }) {
  const texts = {};
  for (const { file } of Object.values(plan.files)) texts[file] = REGISTER[file] ? await registerFile(file) : (files[file] || { text: "" }).text;
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
