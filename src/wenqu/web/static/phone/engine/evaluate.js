// The value of a tree of the plan. `here` says from where it is asked: the form and the node; inside a condition also
// the row of a list, the place among what is filtered (at) and the question itself (outer); in a constraint what was typed (candidate).

import { FUNCTIONS } from "./functions.js";
import { int32, whole } from "./numbers.js";
import { below, climbed, counts, number } from "./tree.js";
import { read, textOf, toNumber, truth } from "./values.js";

export function evaluate(tree, here) {
  if (!Array.isArray(tree)) return tree;
  const [kind, ...trees] = tree;
  if (SPECIAL[kind]) return SPECIAL[kind](trees, here);
  return FUNCTIONS[kind](...trees.map((each) => (means(each, "refs") || (LISTS.has(kind) && means(each, "rows")) ? manyOf(each, here) : evaluate(each, here))));
}

// The functions that take all rows of a list; to all others only one may be meant.
const LISTS = new Set(["sum", "min", "max", "concat", "join"]);
const means = (tree, kind) => Array.isArray(tree) && (tree[0] === kind || (tree[0] === "outer" && means(tree[1], kind)));
const valueOf = (node) => (counts(node) ? read(node.held) : "");
const outside = (here) => ({ form: here.form, node: here.outer || here.node });

function filtered(items, conditions, seenFrom) {
  return conditions.reduce((left, tree) => left.filter((item, at) => truth(evaluate(tree, seenFrom(item, at)))), items);
}

/** The nodes that a tree of many values means: what is not relevant is not there. */
function nodesOf(tree, here) {
  if (tree[0] === "outer") return nodesOf(tree[1], outside(here));
  const [, path, bound, conditions = []] = tree;
  const place = here.form.places.get(path);
  const inner = new Map(conditions.map(([repeat, ...trees]) => [repeat, trees]));
  const entry = (node, at) => ({ ...here, outer: here.outer || here.node, node, at });
  const around = bound ? place.line.filter((each) => each.many)[bound - 1] : place.line[0];
  const chosen = (repeat, entries) => filtered(entries, inner.get(repeat.path) || [], entry);
  return below(climbed(here.node, around), place, chosen).filter(counts);
}

/** The rows of a list that meet the conditions. */
export function rowsOf(form, name, conditions, here, rows = form.tables[name].rows) {
  return filtered(rows, conditions, (row, at) => ({ form, node: here.node, outer: here.outer || here.node, list: name, row, at }));
}

/** A cell of a row; undefined where the row has none. The texts of inline lists are numbers of texts. */
export function cellOf(form, name, row, column) {
  const table = form.tables[name];
  const cell = row[table.columns.indexOf(column)];
  return typeof cell === "number" ? form.plan.texts[cell][0] : cell;
}

function manyOf(tree, here) {
  if (tree[0] !== "rows") return nodesOf(tree, here).map((node) => read(node.held));
  const [, name, conditions, column] = tree;
  const rows = rowsOf(here.form, name, conditions, here);
  return column ? rows.map((row) => cellOf(here.form, name, row, column)).filter((cell) => cell !== undefined && cell !== null) : rows;
}

function only(values, what) {
  if (values.length > 1) throw new Error(`many values: ${what}`);
  return values.length ? values[0] : "";
}

function ref([path], here) {
  const place = here.form.places.get(path);
  const [node] = below(climbed(here.node, place), place);
  return here.candidate !== undefined && node === here.node ? read(here.candidate) : valueOf(node);
}

function indexed([path, ...pairs], here) {
  const wanted = new Map(pairs.map(([repeat, at]) => [repeat, Math.max(1, int32(whole(toNumber(evaluate(at, here)))))]));
  const entry = (repeat, entries) => entries.slice(wanted.get(repeat.path) - 1, wanted.get(repeat.path));
  return only(below(here.form.root, here.form.places.get(path), entry).map(valueOf), path);
}

function pulled([name, column, key, tree], here) {
  const wanted = textOf(evaluate(tree, here));
  const row = here.form.tables[name].rows.find((each) => cellOf(here.form, name, each, key) === wanted);
  return (row && cellOf(here.form, name, row, column)) || "";
}

function choiceName([tree, path], here) {
  const value = textOf(evaluate(tree, here));
  const place = here.form.places.get(path);
  const [node] = below(climbed(here.node, place), place, (_repeat, entries) => entries.slice(0, 1));
  const choice = node && here.form.choices(node).find((each) => each.value === value);
  return (choice && choice.text) || "";
}

function once([tree], here) {
  const value = evaluate(tree, here);
  const now = valueOf(here.node);
  return textOf(now) === "" ? value : now;
}

function coalesced([a, b], here) {
  const value = evaluate(a, here);
  return value === "" || Number.isNaN(value) ? evaluate(b, here) : value;
}

function position([repeat], here) {
  return repeat === undefined ? here.at + 1 : number(climbed(here.node, here.form.places.get(repeat)));
}

const SPECIAL = {
  ref, indexed, once, position, pulldata: pulled, "choice-name": choiceName, coalesce: coalesced,
  and: ([a, b], here) => truth(evaluate(a, here)) && truth(evaluate(b, here)),
  or: ([a, b], here) => truth(evaluate(a, here)) || truth(evaluate(b, here)),
  if: ([test, yes, no], here) => evaluate(truth(evaluate(test, here)) ? yes : no, here),
  one: ([refs], here) => only(manyOf(refs, here), refs[1]),
  rows: (trees, here) => only(manyOf(["rows", ...trees], here), trees[0]),
  col: ([column], here) => cellOf(here.form, here.list, here.row, column) || "",
  outer: ([tree], here) => evaluate(tree, outside(here)),
  count: ([tree], here) => manyOf(tree, here).length,
  "count-non-empty": ([tree], here) => nodesOf(tree, here).filter((node) => node.children || node.held).length,
  today: (_trees, here) => FUNCTIONS.date(here.form.now()), now: (_trees, here) => here.form.now(), uuid: (_trees, here) => here.form.uuid(),
  text: (parts, here) => parts.map((part) => textOf(evaluate(part, here))).join(""),
};
