// What happens to an answer: how it begins, what a new value and a new entry bring with them, what is taken back.

import { evaluate } from "./evaluate.js";
import { Change, follow, kindOf } from "./rules.js";
import { below, climbed, counts, grown, walked } from "./tree.js";
import { holding, sent, toNumber, truth, typed } from "./values.js";

// A slip of the finger in the number of entries must not stop the phone.
const MOST = 1000;

/** What the phone knows by itself. The end is noted at the end. */
export function preload(form, from) {
  for (const node of walked(from)) {
    const what = node.place.preload;
    if (what === "start" || what === "today") node.held = holding(form.now(), kindOf(node.place));
    else if (what === "uid") node.held = { is: "text", of: `uuid:${form.uuid()}` };
    else if (what && what !== "end") node.held = holding(form.known[what] || "", "text");
  }
}

export function begin(form, given) {
  for (const [path, text] of Object.entries(given)) {
    const place = form.places.get(path);
    for (const node of below(form.root, place)) node.held = typed(text, kindOf(place), form.now()) || null;
  }
  preload(form, form.root);
  for (const [event, target, tree] of form.plan.sets) if (event === "first") setAll(form, form.root, target, tree);
}

/** Sets a question, or an attribute of an entity, wherever it stands below a node. */
function setAll(form, from, target, tree) {
  const [path, attribute] = target.split("/@");
  const place = form.places.get(path);
  const kind = attribute ? "text" : kindOf(place);
  for (const node of below(climbed(from, place), place)) {
    const value = typed(sent(holding(evaluate(tree, { form, node }), kind)), kind, form.now());
    if (value === undefined) throw new Error(`${target} cannot hold this`);
    if (attribute) node.attributes[attribute] = sent(value);
    else put(form, node, value);
  }
}

/** A new value with all that follows from it. */
export function put(form, node, held) {
  const changed = sent(node.held) !== sent(held);
  node.held = held;
  follow(form, new Change().mark(node.place, node));
  if (!changed) return;
  for (const [event, target, tree, source] of form.plan.sets) {
    if (event === "changed" && source === node.place.path) setAll(form, node.above, target, tree);
  }
}

/** Whether a repeat may get an entry here. */
export const mayGrow = (form, node, place) => counts(node) && (place.relevant === undefined || truth(evaluate(place.relevant, { form, node })));

export function grow(form, node, place) {
  const entry = grown(place, node, form.now(), 0);
  node.children.get(place).push(entry);
  preload(form, entry);
  for (const [event, target, tree] of form.plan.sets) {
    const around = event === "new" && form.places.get(target.split("/@")[0]).line.filter((each) => each.many).pop();
    if (around === place) setAll(form, entry, target, tree);
  }
  follow(form, new Change().markAll(place, entry), entry);
  return entry;
}

const wants = (form, node, place, size) => place.count !== undefined && mayGrow(form, node, place)
  && size < Math.min(MOST, Math.floor(toNumber(evaluate(place.count, { form, node }))));

/** Makes the entries that a number asks for, and takes back choices that are no longer offered. What came before a smaller number stays. */
export function settle(form, node) {
  if (!counts(node)) return;
  if (node.place.list !== undefined && node.held) {
    const words = sent(node.held).split(" ");
    const left = words.filter((word) => form.offers(node, word));
    if (left.length < words.length) {
      node.held = typed(left.join(" "), node.place.kind);
      follow(form, new Change().mark(node.place, node));
    }
  }
  for (const [place, child] of node.children || []) {
    if (!place.many) settle(form, child);
    else for (let at = 0; at < child.length || wants(form, node, place, child.length); at += 1) settle(form, child[at] || grow(form, node, place));
  }
}
