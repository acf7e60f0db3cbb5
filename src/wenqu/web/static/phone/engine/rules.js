// What follows from a change: relevance and calculations, each after all that it rests on, only where the change reaches.

import { evaluate } from "./evaluate.js";
import { below, climbed } from "./tree.js";
import { holding, truth } from "./values.js";

const TYPES = { int: "integer", dateTime: "datetime" };

/** The kind of value that a place holds. */
export const kindOf = (place) => (place.kind === "value" ? TYPES[place.type] || place.type || "text" : place.kind);

const NAMES_PATH = new Set(["ref", "refs", "indexed", "position"]);

function collect(tree, paths) {
  if (!Array.isArray(tree)) return;
  if (NAMES_PATH.has(tree[0]) && tree.length > 1) paths.add(tree[1]);
  for (const each of tree) collect(each, paths);
}

/** The steps of a plan in their order, with the paths that each reads. */
export function stepsOf(plan, places) {
  return plan.order.filter(([part]) => part !== "count").map(([part, path]) => {
    const place = places.get(path);
    const reads = new Set();
    collect(place[part], reads);
    return { part, place, tree: place[part], reads };
  });
}

function* inside(place) {
  yield place;
  for (const child of place.inside || []) yield* inside(child);
}

/** Everything that changed in one go: [place, node], where only what lies around the node is meant to be its own. */
export class Change {
  constructor() {
    this.seen = new Map();
  }

  mark(place, node) {
    if (!this.seen.has(place.path)) this.seen.set(place.path, new Set());
    this.seen.get(place.path).add(node);
    return this;
  }

  markAll(place, node) {
    for (const each of inside(place)) this.mark(each, node);
    return this;
  }

  /** The nodes of a step that this change reaches. */
  reaches(step) {
    const found = new Set();
    for (const path of step.reads) {
      for (const node of this.seen.get(path) || []) for (const each of below(climbed(node, step.place), step.place)) found.add(each);
    }
    return found;
  }
}

/** The value of a step. Where it fails and somebody hears of it, a value is none and what may be hidden is shown: the rest goes on. */
function worked(form, step, node) {
  try {
    return evaluate(step.tree, { form, node });
  } catch (error) {
    if (!form.broke) throw error;
    form.broke(error);
    return step.part === "relevant" ? true : "";
  }
}

/** Works out all that a change reaches, and all inside a fresh node. */
export function follow(form, change, fresh) {
  for (const step of form.steps) {
    const targets = change.reaches(step);
    if (fresh && step.place.line.includes(fresh.place)) for (const each of below(fresh, step.place)) targets.add(each);
    for (const node of targets) {
      const value = worked(form, step, node);
      if (step.part === "relevant") {
        node.relevant = truth(value);
        change.markAll(step.place, node);
      } else {
        node.held = holding(value, kindOf(step.place));
        change.mark(step.place, node);
      }
    }
  }
}
