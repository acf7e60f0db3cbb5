// A form that is being filled. The page asks it what to show, tells it what was typed and gets the record to send.
// It gives what JavaRosa gives, the engine of ODK Collect: tests/browser/test_engine.py fills the same forms in both.
//
// A page is drawn from `root`: a node is {place, above, children}; place is the question, group or repeat of the plan, children a Map
// from each place inside to its node, or to the list of entries of a repeat. `counts(node)` of tree.js says whether it is shown.

import { evaluate, rowsOf } from "./evaluate.js";
import { begin, grow, mayGrow, put, settle } from "./events.js";
import { tablesOf } from "./lists.js";
import { Change, follow, kindOf, stepsOf } from "./rules.js";
import { counts, entriesOf, grown, nameOf, placesOf, restored, saved, walked } from "./tree.js";
import { holding, sent, textOf, truth, typed } from "./values.js";
import { written } from "./xml.js";

const SILENT = new Set(["group", "repeat", "value"]);

/** A random UUID, also where the page has no https and with it no randomUUID. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] % 16) + 64;
  bytes[8] = (bytes[8] % 64) + 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export class Form {
  /**
   * `files`: text of each CSV file by its name. `given`: texts by path that are known before the form starts.
   * `known`: deviceid and username. `state`: what `state()` of an earlier page gave.
   * `broke`: hears of a calculation that fails; without it, the failure is thrown.
   */
  constructor(plan, { files = {}, given = {}, known = {}, state = null, language = 0, now = () => new Date(), newId = uuid, broke = null } = {}) {
    Object.assign(this, { plan, known, language, now, uuid: newId, broke });
    this.places = placesOf(plan);
    this.tables = tablesOf(plan, files);
    this.steps = stepsOf(plan, this.places);
    this.entities = new Map(plan.entities.map((entity) => [this.places.get(entity.path), entity]));
    const top = this.places.get(`/${plan.form.root}`);
    this.root = state ? restored(top, null, state.root) : grown(top, null, now());
    if (!state) begin(this, given);
    follow(this, new Change(), this.root);
    settle(this, this.root);
  }

  /** All questions that are asked now, in the order of the form. */
  questions() {
    return [...walked(this.root)].filter((node) => !SILENT.has(node.place.kind) && counts(node));
  }

  /** Takes what was typed or chosen, checked. Anything but "ok" says why it was not taken: absent, refused, required, constraint. */
  answer(node, text) { return this.take(node, text, true); }

  /** Takes it unchecked: what may not be sent is found by `problems`. */
  save(node, text) { return this.take(node, text, false); }

  take(node, text, checked) {
    const { kind, list } = node.place;
    if (!counts(node) || this.readonly(node)) return "absent";
    if (list !== undefined && text !== "" && !text.split(" ").every((word) => this.offers(node, word))) return "refused";
    const held = typed(text, kind, this.now());
    if (held === undefined) return "refused";
    if (checked && held === null && this.required(node)) return "required";
    if (checked && !this.keeps(node, held)) return "constraint";
    if (held || node.held) put(this, node, held);
    settle(this, this.root);
    return "ok";
  }

  /** Whether a person may add an entry to a repeat (a place) inside a node. */
  canAdd(node, place) { return place.count === undefined && mayGrow(this, node, place); }

  /** Adds an entry at the end of a repeat; null where that is not for people to do. */
  add(node, place) {
    if (!this.canAdd(node, place)) return null;
    const entry = grow(this, node, place);
    settle(this, this.root);
    return entry;
  }

  remove(entry) {
    const entries = entriesOf(entry);
    entries.splice(entries.indexOf(entry), 1);
    follow(this, new Change().mark(entry.place, entry.above).markAll(entry.place, entry));
    settle(this, this.root);
  }

  /** What is offered to choose: value and text in the language of the form. */
  choices(node) {
    const { list, where = [], columns = ["name", "label"] } = node.place;
    const [value, text] = columns.map((name) => this.tables[list].columns.indexOf(name));
    return rowsOf(this, list, where, { node }).map((row) => ({
      value: row[value], text: typeof row[text] === "number" ? this.say(row[text], node) : row[text] || "",
    }));
  }

  offers(node, wanted) {
    const { list, where = [], columns = ["name"] } = node.place;
    // A condition on the position counts all rows.
    if (JSON.stringify(where).includes('["position"]')) return this.choices(node).some((each) => each.value === wanted);
    const { rows, columns: names } = this.tables[list];
    const value = names.indexOf(columns[0]);
    return rowsOf(this, list, where, { node }, rows.filter((row) => row[value] === wanted)).length > 0;
  }

  /** A text of the plan as it stands at a node; "" where there is none. */
  say(text, node) {
    if (text === undefined || text === null) return "";
    const texts = this.plan.texts[text];
    return textOf(evaluate(texts[this.language] ?? texts[0] ?? "", { form: this, node }));
  }

  is(part, node) {
    const tree = node.place[part];
    return tree === true || (tree !== undefined && truth(evaluate(tree, { form: this, node })));
  }

  required(node) { return this.is("required", node); }

  readonly(node) { return node.place.kind === "note" || this.is("readonly", node); }

  /** Whether a value keeps the constraint; no value always does. */
  keeps(node, held = node.held) {
    const tree = node.place.constraint;
    return held === null || tree === undefined || truth(evaluate(tree, { form: this, node, candidate: held }));
  }

  /** What keeps the record from being sent: [{node, why}], why is required or constraint. */
  problems() {
    const why = (node) => (node.held === null && this.required(node) ? "required" : this.keeps(node) ? "" : "constraint");
    return this.questions().map((node) => ({ node, why: why(node) })).filter((each) => each.why);
  }

  /** Notes when filling ended, and gives the record. */
  finish() {
    for (const node of walked(this.root)) if (node.place.preload === "end") node.held = holding(this.now(), kindOf(node.place));
    return this.xml();
  }

  xml() { return written(this); }

  /** What a question holds, as it is sent. */
  value(node) { return sent(node.held); }

  /** The path of a node, with the number of each entry. */
  name(node) { return nameOf(node); }

  /** All that a draft needs, as JSON. */
  state() {
    return { form: this.plan.form.id, version: this.plan.form.version, root: saved(this.root) };
  }
}
