// What a form is given about whom it is filled for: never asked is what is known.

import { households, schemes, villageNames } from "./register.js";

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
