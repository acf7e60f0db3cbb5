// What is drawn of a form: questions, groups and repeats. A view is {box, update(), flush(), drop()} and stays what it is as long as its page is open:
// only what changed is touched, so that whoever is typing keeps keyboard and place.

import { el, fill } from "../dom.js";
import { isShown, itemsOf } from "./pages.js";
import { repeatView } from "./repeat.js";
import { rich } from "./rich.js";
import { widgetOf } from "./widgets/all.js";

let made = 0;
const PAUSE = 700;
// The kinds that have one field, which their label names.
const FIELDS = new Set(["text", "integer", "decimal", "date", "time", "datetime", "barcode"]);

/** The view of an item of a page, or of what stands inside a group. */
export function viewOf(session, { above, place }) {
  if (place.many) return repeatView(session, above, place);
  const node = above.children.get(place);
  if (place.kind === "group") return groupView(session, node);
  return place.kind === "note" ? noteView(session, node) : questionView(session, node);
}

/** Shows those of the items that are to be seen now, each by its one view, without moving what stands. */
export function listView(session, items, box) {
  const views = new Map();
  const all = () => [...views.values()];

  function update() {
    let before = null;
    for (const item of items) {
      const shown = session.safely(() => isShown(session.form, item), false);
      let view = views.get(item);
      if (!shown) {
        if (view) view.box.remove();
        continue;
      }
      if (!view) views.set(item, (view = viewOf(session, item)));
      const next = before ? before.nextSibling : box.firstChild;
      if (view.box !== next) box.insertBefore(view.box, next);
      before = view.box;
      view.update();
    }
  }
  return { box, update, flush: () => Promise.all(all().map((view) => view.flush())), drop: () => all().forEach((view) => view.drop()) };
}

/** A text of the plan in an element that changes only when the text does. */
function textIn(session, node, box, part) {
  let last = null;
  return () => {
    const text = session.say(node.place[part], node);
    if (text !== last) fill(box, rich(text));
    last = text;
    box.hidden = text === "";
    return text;
  };
}

function groupView(session, node) {
  const title = el("h3");
  const say = textIn(session, node, title, "label");
  const inner = listView(session, itemsOf(node), el("div"));
  const update = () => {
    say();
    inner.update();
  };
  return { ...inner, box: el("section", { class: "f-group" }, title, inner.box), update };
}

function noteView(session, node) {
  const words = el("p");
  const box = el("div", { class: "f-note", "data-path": session.form.name(node) }, words);
  return { box, update: textIn(session, node, words, "label"), flush: () => null, drop: () => null };
}

/** «上次 12（2026-03-02）»: what was last known, for who measures anew. */
function lastTime(session, node) {
  const [value, day] = session.hints[node.place.name] || [];
  if (value === undefined || value === null || value === "" || node.place.list === undefined && typeof value === "boolean") return "";
  const words = { true: "yes", false: "no" }[value] || String(value);
  const choice = node.place.list !== undefined && session.safely(() => session.form.choices(node), []).find((each) => each.value === words);
  return session.t("form_last_time", { value: choice ? choice.text : words, day: day || "" });
}

function questionView(session, node) {
  const { form, t } = session;
  const id = `q${(made += 1)}`;
  const field = FIELDS.has(node.place.kind);
  let pause = 0;
  let seen = false;
  let shown = null;
  let taking = false;
  let widget = null;

  const ask = {
    session, form, node, t, id,
    take(text) {
      taking = true;
      const taken = session.take(node, text);
      taking = false;
      return taken;
    },
    // While somebody types, a limit is told after a pause; it goes as soon as it is kept.
    typing() {
      clearTimeout(pause);
      pause = setTimeout(ask.ready, PAUSE);
    },
    ready() {
      clearTimeout(pause);
      seen = true;
      update();
    },
  };
  const parts = {
    label: el(field ? "label" : "span", { class: "f-label", id: `${id}l`, for: field && id }), mark: el("span", { class: "f-must" }, t("form_must")),
    hint: el("p", { class: "f-hint", id: `${id}h` }), last: el("p", { class: "f-hint f-last" }), guidance: el("div"),
    wrong: el("p", { class: "f-wrong", id: `${id}w`, role: "alert" }), fixed: el("p", { class: "f-fixed" }),
  };
  const guide = el("details", { class: "f-guide" }, el("summary", null, t("form_guidance")), parts.guidance);
  const place = el("div", { class: "f-widget" });
  const box = el("div", { class: "f-question", "data-path": form.name(node), "data-kind": node.place.kind },
    el("div", { class: "f-head" }, parts.label, parts.mark), parts.hint, guide, parts.last, place, parts.fixed, parts.wrong);
  const says = ["label", "hint", "guidance"].map((part) => textIn(session, node, parts[part], part));

  function wrongNow() {
    const why = session.wrong(node);
    if (!why || !(session.tried.has(node) || (seen && why !== "required"))) return "";
    if (why === "refused") return t(`form_refused_${node.place.kind}`);
    return session.say(node.place[`${why}_message`], node) || t(`form_${why}`);
  }

  function drawWidget(fixed) {
    if (!widget && !fixed) {
      widget = widgetOf(ask);
      place.append(widget.box);
    }
    place.hidden = fixed;
    parts.fixed.hidden = !fixed;
    const value = form.value(node);
    if (fixed) parts.fixed.textContent = fixedText(session, node, value);
    else if (widget.always || (value !== shown && !(taking && widget.own))) widget.show(value);
    shown = value;
  }

  function update() {
    const [label] = says.map((say) => say());
    parts.label.hidden = label === "";
    guide.hidden = parts.guidance.hidden;
    parts.last.textContent = lastTime(session, node);
    parts.last.hidden = parts.last.textContent === "";
    parts.mark.hidden = !session.safely(() => form.required(node), false);
    drawWidget(session.safely(() => form.readonly(node), false));
    const wrong = wrongNow();
    if (parts.wrong.textContent !== wrong) parts.wrong.textContent = wrong;
    parts.wrong.hidden = wrong === "";
    box.classList.toggle("f-bad", wrong !== "");
  }

  function drop() {
    clearTimeout(pause);
    if (widget && widget.drop) widget.drop();
  }
  return { box, update, flush: () => widget && widget.flush && widget.flush(), drop };
}

/** What cannot be changed, in words. */
function fixedText(session, node, value) {
  if (node.place.list === undefined || value === "") return value || "—";
  const words = value.split(" ");
  const offered = session.safely(() => session.form.choices(node), []);
  return offered.filter((each) => words.includes(each.value)).map((each) => each.text).join("、");
}

