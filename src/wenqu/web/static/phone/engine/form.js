// A form that is being filled. The page asks it what to show, tells it what was typed and gets the record to send.
// It gives what JavaRosa gives, the engine of ODK Collect: tests/browser/test_engine.py fills the same forms in both.

import { evaluate, rowsOf } from "./evaluate.js";
import { tablesOf } from "./lists.js";
import { Change, follow, kindOf, stepsOf } from "./rules.js";
import { below, climbed, counts, entriesOf, grown, nameOf, placesOf, restored, saved, walked } from "./tree.js";
import { holding, sent, textOf, toNumber, truth, typed } from "./values.js";
import { written } from "./xml.js";

const SILENT = new Set(["group", "repeat", "value"]);
const SELECTS = new Set(["select_one", "select_multiple"]);
const randomHex = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** A random UUID, also where the page has no https and with it no randomUUID. */
export function uuid() {
  const hex = randomHex();
  const variant = (8 + (parseInt(hex[16], 16) % 4)).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

export class Form {
  /**
   * `files`: text of each CSV file by its name. `given`: texts by path that are known before the form starts.
   * `known`: deviceid and username. `state`: what `state()` of an earlier page gave.
   */
  constructor(plan, { files = {}, given = {}, known = {}, state = null, language = 0, now = () => new Date(), newId = uuid } = {}) {
    Object.assign(this, { plan, known, language, now, uuid: newId });
    this.places = placesOf(plan);
    this.tables = tablesOf(plan, files);
    this.steps = stepsOf(plan, this.places);
    this.entities = new Map(plan.entities.map((entity) => [this.places.get(entity.path), entity]));
    const top = this.places.get(`/${plan.form.root}`);
    if (state) {
      this.root = restored(top, null, state.root);
    } else {
      this.root = grown(top, null, now());
      this.begin(given);
    }
    follow(this, new Change(), this.root);
    this.settle(this.root);
  }

  begin(given) {
    for (const [path, text] of Object.entries(given)) {
      const place = this.places.get(path);
      for (const node of below(this.root, place)) node.held = typed(text, kindOf(place), this.now()) || null;
    }
    this.preload(this.root);
    for (const [event, target, tree] of this.plan.sets) if (event === "first") this.setAll(this.root, target, tree);
  }

  preload(from) {
    for (const node of walked(from)) {
      const { preload } = node.place;
      if (preload === "start" || preload === "today") node.held = holding(this.now(), kindOf(node.place));
      else if (preload === "uid") node.held = { is: "text", of: `uuid:${this.uuid()}` };
      else if (preload && preload !== "end") node.held = holding(this.known[preload] || "", "text");
    }
  }

  /** Sets a question, or an attribute of an entity, wherever it stands below a node. */
  setAll(from, target, tree) {
    const [path, attribute] = target.split("/@");
    const place = this.places.get(path);
    for (const node of below(climbed(from, place), place)) {
      const held = holding(evaluate(tree, { form: this, node }), attribute ? "text" : kindOf(place));
      const value = typed(sent(held), attribute ? "text" : kindOf(place), this.now());
      if (value === undefined) throw new Error(`${target} cannot hold ${sent(held)}`);
      if (attribute) node.attributes[attribute] = sent(value);
      else this.put(node, value);
    }
  }

  /** A new value with all that follows from it. */
  put(node, held) {
    const changed = sent(node.held) !== sent(held);
    node.held = held;
    follow(this, new Change().mark(node.place, node));
    if (!changed) return;
    for (const [event, target, tree, source] of this.plan.sets) {
      if (event === "changed" && source === node.place.path) this.setAll(node.above, target, tree);
    }
  }

  /** Makes entries that are asked for by number, and takes back choices that are no longer offered. */
  settle(node) {
    if (!counts(node)) return;
    if (SELECTS.has(node.place.kind) && node.held) {
      const words = sent(node.held).split(" ");
      const left = words.filter((word) => this.offers(node, word));
      if (left.length < words.length) this.put(node, typed(left.join(" "), node.place.kind));
    }
    for (const [place, child] of node.children || []) {
      if (!place.many) {
        this.settle(child);
        continue;
      }
      for (let at = 0; at < child.length || this.wants(node, place, child.length); at += 1) {
        if (at === child.length) this.grow(node, place);
        this.settle(child[at]);
      }
    }
  }

  wants(node, place, size) {
    if (place.count === undefined || !this.mayGrow(node, place)) return false;
    const count = toNumber(evaluate(place.count, { form: this, node }));
    return size < Math.floor(count);
  }

  mayGrow(node, place) {
    return counts(node) && (place.relevant === undefined || truth(evaluate(place.relevant, { form: this, node })));
  }

  grow(node, place) {
    const entry = grown(place, node, this.now(), 0);
    node.children.get(place).push(entry);
    this.preload(entry);
    for (const [event, target, tree] of this.plan.sets) {
      const around = event === "new" && this.places.get(target.split("/@")[0]).line.filter((each) => each.many);
      if (around && around[around.length - 1] === place) this.setAll(entry, target, tree);
    }
    follow(this, new Change().mark(place, node).markAll(place, entry), entry);
    return entry;
  }

  /** Adds an entry to a repeat at the end; null where that is not for people to do. */
  add(node, place) {
    if (place.count !== undefined || !this.mayGrow(node, place)) return null;
    const entry = this.grow(node, place);
    this.settle(this.root);
    return entry;
  }

  remove(entry) {
    const entries = entriesOf(entry);
    entries.splice(entries.indexOf(entry), 1);
    follow(this, new Change().mark(entry.place, entry.above).markAll(entry.place, entry));
    this.settle(this.root);
  }

  /** What is offered to choose: value and text in the language of the form. */
  choices(node) {
    const { list, where = [], columns } = node.place;
    const table = this.tables[list];
    const [value, text] = (columns || ["name", "label"]).map((name) => table.columns.indexOf(name));
    return rowsOf(this, list, where, { node }).map((row) => ({
      value: row[value], text: typeof row[text] === "number" ? this.say(row[text], node) : row[text] || "",
    }));
  }

  offers(node, wanted) {
    const { list, where = [], columns = ["name"] } = node.place;
    const table = this.tables[list];
    const column = table.columns.indexOf(columns[0]);
    const rows = table.rows.filter((row) => row[column] === wanted);
    // A condition on the position counts all rows.
    if (JSON.stringify(where).includes('["position"]')) return this.choices(node).some((each) => each.value === wanted);
    return rows.length > 0 && rowsOf(this, list, where, { node }, rows).length > 0;
  }

  /** A text of the plan as it stands at a node; "" where there is none. */
  say(text, node) {
    if (text === undefined || text === null) return "";
    const found = this.plan.texts[text];
    const chosen = found[this.language];
    return textOf(evaluate(chosen === undefined || chosen === null ? found[0] || "" : chosen, { form: this, node }));
  }

  is(part, node) {
    const tree = node.place[part];
    return tree === true || (tree !== undefined && truth(evaluate(tree, { form: this, node })));
  }

  required(node) { return this.is("required", node); }

  readonly(node) { return this.is("readonly", node); }

  /** Whether a value keeps the constraint; no value always does. */
  keeps(node, held = node.held) {
    const tree = node.place.constraint;
    return held === null || tree === undefined || truth(evaluate(tree, { form: this, node, candidate: held }));
  }

  /** Takes what was typed or chosen, checked. Anything but "ok" says why it was not taken: absent, refused, required, constraint. */
  answer(node, text) { return this.take(node, text, true); }

  /** Takes it unchecked: what may not be sent is found by `problems`. */
  save(node, text) { return this.take(node, text, false); }

  take(node, text, checked) {
    if (!counts(node) || this.readonly(node)) return "absent";
    const { place } = node;
    if (text !== "" && SELECTS.has(place.kind) && !text.split(" ").every((word) => this.offers(node, word))) return "refused";
    const held = typed(text, place.kind, this.now());
    if (held === undefined) return "refused";
    if (checked && held === null && this.required(node)) return "required";
    if (checked && !this.keeps(node, held)) return "constraint";
    if (held || node.held) this.put(node, held);
    this.settle(this.root);
    return "ok";
  }

  /** All questions that are asked now, in the order of the form. */
  questions() {
    return [...walked(this.root)].filter((node) => !SILENT.has(node.place.kind) && counts(node));
  }

  /** What keeps the record from being sent: [{node, why}], why is required or constraint. */
  problems() {
    return this.questions().map((node) => ({ node, why: node.held === null && this.required(node) ? "required" : this.keeps(node) ? "" : "constraint" }))
      .filter((each) => each.why !== "");
  }

  /** Notes when filling ended, and gives the record. */
  finish() {
    for (const node of walked(this.root)) if (node.place.preload === "end") node.held = holding(this.now(), kindOf(node.place));
    return this.xml();
  }

  xml() { return written(this); }

  name(node) { return nameOf(node); }

  /** All that a draft needs, as JSON. */
  state() {
    return { form: this.plan.form.id, version: this.plan.form.version, root: saved(this.root) };
  }
}
