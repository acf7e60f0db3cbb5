// One form that is being filled: the engine, the photos beside it, what was tried, and the draft. No page is drawn here.

import { Form, uuid } from "../engine/form.js";
import { cellsOf } from "../engine/lists.js";
import { counts, walked } from "../engine/tree.js";
import { kindOf } from "../engine/rules.js";
import { typed } from "../engine/values.js";
import { plain } from "./rich.js";

const FILES = new Set(["photo", "signature"]);

/** What is given by name of question -> by path. Questions inside repeats are nobody's in particular. */
function byPath(nodes, given, found = {}) {
  for (const node of nodes) {
    const name = node.path.slice(node.path.lastIndexOf("/") + 1);
    if (node.kind === "group") byPath(node.children, given, found);
    else if (node.kind !== "repeat" && ![undefined, null, ""].includes(given[name])) {
      const text = String(given[name]);
      if (typed(text, kindOf(node), new Date()) !== undefined) found[node.path] = text;
    }
  }
  return found;
}

export class Session {
  /** `broke(error)` is told of every expression that could not be worked out; `noted()` of every change. */
  constructor({ plan, files, given, hints, known, draft, language, t }, { broke, noted }) {
    Object.assign(this, { plan, files, t, hints: hints || {}, broke, noted });
    this.form = new Form(plan, { files, known, language, given: byPath(plan.nodes, given || {}), state: draft ? draft.state : null, broke });
    this.blobs = new Map((draft && draft.blobs ? draft.blobs : []).map(({ name, blob }) => [name, blob]));
    // What was typed and is no value of its kind: by question, as long as the page is open.
    this.refused = new Map();
    // The questions that were passed by, or tried to be sent: from then on they say what is missing.
    this.tried = new Set();
    this.searches = {};
    // A photo that the phone lost is asked for again.
    this.lost = [...walked(this.form.root)].filter((node) => FILES.has(node.place.kind) && node.held && !this.blobs.has(this.form.value(node)));
    for (const node of this.lost) this.form.save(node, "");
  }

  /** What the engine says, or what stands in for it where an expression of the form fails. */
  safely(work, instead) {
    try {
      return work();
    } catch (error) {
      this.broke(error);
      return instead;
    }
  }

  /** Takes an answer as it was typed. False where it is no value of its kind: then nothing is held. */
  take(node, text) {
    const said = this.safely(() => this.form.save(node, text), "ok");
    if (said === "refused") {
      this.refused.set(node, text);
      this.safely(() => this.form.save(node, ""));
    } else this.refused.delete(node);
    this.noted();
    return said !== "refused";
  }

  add(above, place) {
    const entry = this.safely(() => this.form.add(above, place), null);
    this.noted();
    return entry;
  }

  remove(entry) {
    this.safely(() => this.form.remove(entry));
    this.noted();
  }

  say(text, node) { return this.safely(() => this.form.say(text, node), ""); }

  /** Why a question may not be sent as it is: "", required, constraint or refused. */
  wrong(node) {
    if (this.refused.has(node)) return "refused";
    if (node.held === null) return this.safely(() => this.form.required(node), false) ? "required" : "";
    return this.safely(() => this.form.keeps(node), true) ? "" : "constraint";
  }

  /** All questions that may not be sent as they are. */
  problems() { return this.form.questions().filter((node) => this.wrong(node)); }

  /** What a question is called, in one line. */
  nameOf(node) { return this.say(node.place.label, node).replace(/\*\*/g, "").split("\n")[0] || node.place.name; }

  /** Keeps a photo or signature under a name that no other content ever has. */
  keep(node, blob) {
    const name = `${node.place.name}-${uuid().slice(0, 13)}.${blob.type === "image/png" ? "png" : "jpg"}`;
    this.blobs.set(name, blob);
    this.take(node, name);
  }

  blob(node) { return this.blobs.get(this.form.value(node)); }

  /** All files that questions name; `sent`: only of those that are sent. */
  filesOf(sent) {
    const named = [...walked(this.form.root)].filter((node) => FILES.has(node.place.kind) && node.held && (!sent || counts(node)));
    return named.map((node) => this.form.value(node)).filter((name) => this.blobs.has(name)).map((name) => ({ name, blob: this.blobs.get(name) }));
  }

  valueAt(path) {
    const node = [...walked(this.form.root)].find((each) => each.place.path === path);
    return node ? this.form.value(node) : "";
  }

  get title() { return this.valueAt(`/${this.plan.form.root}/meta/instanceName`).trim() || this.plan.form.title; }

  get instanceId() { return this.valueAt(`/${this.plan.form.root}/meta/instanceID`); }

  /** All cells of a row of a CSV file as text to search in, by the value that is chosen. */
  searchable(list, column) {
    const told = this.plan.files[list];
    if (told && !this.searches[list]) {
      const [header = [], ...rows] = cellsOf(this.files[told.file] || "");
      const at = header.indexOf(column);
      this.searches[list] = new Map(rows.map((row) => [row[at], plain(row.join("\t"))]));
    }
    return this.searches[list] || new Map();
  }
}
