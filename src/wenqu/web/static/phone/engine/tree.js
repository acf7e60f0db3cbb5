// The answer as a tree. A place is a question, group or repeat of the plan; a node is what stands there in this answer.

import { packed, typed, unpacked } from "./values.js";

/** All places of a plan by path, each with those around it (line) and its data of the plan. */
export function placesOf(plan) {
  const places = new Map();
  const add = (made, above) => {
    made.line = above ? [...above.line, made] : [made];
    made.name = made.path.slice(made.path.lastIndexOf("/") + 1);
    made.many = made.kind === "repeat";
    places.set(made.path, made);
    made.inside = made.children ? made.children.map((child) => add({ ...child }, made)) : null;
    return made;
  };
  add({ path: `/${plan.form.root}`, kind: "group", children: plan.nodes }, null);
  return places;
}

/** A node of a place with what is inside. Fresh repeats have one entry, those inside a new entry none. */
export function grown(place, above, now, entries = 1) {
  const node = { place, above, held: null, relevant: true, children: null, attributes: {} };
  if (place.inside) {
    node.children = new Map();
    for (const child of place.inside) {
      const made = child.many ? Array.from({ length: entries }, () => grown(child, node, now, entries)) : grown(child, node, now, entries);
      node.children.set(child, made);
    }
  } else if (place.default !== undefined) {
    node.held = typed(place.default, place.kind, now) || null;
  }
  return node;
}

/** Whether a node counts: it and all around it are relevant. */
export function counts(node) {
  for (let at = node; at; at = at.above) if (!at.relevant) return false;
  return true;
}

/** The next node outwards (or the node itself) that lies around a place, or is that place. */
export function climbed(node, place) {
  let at = node;
  while (place.line[at.place.line.length - 1] !== at.place) at = at.above;
  return at;
}

/** All nodes of a place below a node. `chosen` may choose among the entries of a repeat. */
export function below(node, place, chosen = (_repeat, entries) => entries) {
  let found = [node];
  for (const step of place.line.slice(node.place.line.length)) {
    const next = [];
    for (const each of found) {
      const child = each.children.get(step);
      if (step.many) next.push(...chosen(step, child));
      else next.push(child);
    }
    found = next;
  }
  return found;
}

export const entriesOf = (node) => node.above.children.get(node.place);

/** Which entry of its repeat a node is, from 1. */
export const number = (node) => entriesOf(node).indexOf(node) + 1;

/** All nodes from here in the order of the form. */
export function* walked(node) {
  yield node;
  if (!node.children) return;
  for (const child of node.children.values()) {
    // An entry that is added on the way is walked as well.
    if (Array.isArray(child)) for (let at = 0; at < child.length; at += 1) yield* walked(child[at]);
    else yield* walked(child);
  }
}

/** The path of a node, with the number of each entry. */
export function nameOf(node) {
  if (!node.above) return node.place.path;
  return `${nameOf(node.above)}/${node.place.name}${node.place.many ? `[${number(node)}]` : ""}`;
}

/** A node with its attributes as JSON, and back. */
export function saved(node) {
  const found = {};
  if (node.held) found.held = packed(node.held);
  if (Object.keys(node.attributes).length) found.attributes = node.attributes;
  if (node.children) {
    found.inside = {};
    for (const [place, child] of node.children) found.inside[place.name] = Array.isArray(child) ? child.map(saved) : saved(child);
  }
  return found;
}

export function restored(place, above, from) {
  const node = { place, above, held: unpacked(from.held || null), relevant: true, children: null, attributes: from.attributes || {} };
  if (place.inside) {
    node.children = new Map();
    for (const child of place.inside) {
      const kept = from.inside[child.name] || (child.many ? [] : { inside: {} });
      node.children.set(child, child.many ? kept.map((each) => restored(child, node, each)) : restored(child, node, kept));
    }
  }
  return node;
}
