// A repeat: its entries as cards, each to be opened and closed; one more, or one less after asking again.

import { el } from "../dom.js";
import { evaluate } from "../engine/evaluate.js";
import { counts } from "../engine/tree.js";
import { toNumber } from "../engine/values.js";
import { itemsOf } from "./pages.js";
import { listView } from "./view.js";

// More entries than this start closed: a page of fifty open cards is no page.
const OPEN = 3;

export function repeatView(session, above, place) {
  const { form, t } = session;
  const cards = new Map();
  const list = el("div");
  const name = () => session.say(place.label, above) || t("form_entry");
  const entries = () => above.children.get(place).filter(counts);

  /** How many a number asks for; null where people add them. */
  const wanted = () => (place.count === undefined ? null : session.safely(() => Math.floor(toNumber(evaluate(place.count, { form, node: above }))) || 0, 0));

  const more = el("button", { type: "button", class: "f-more", onclick: add });
  const surplus = el("p", { class: "f-wrong" });
  const box = el("div", { class: "f-repeat", "data-path": `${form.name(above)}/${place.name}` }, list, surplus, more);

  function add() {
    const entry = session.add(above, place);
    const card = entry && cards.get(entry);
    if (!card) return;
    card.open(true);
    card.box.scrollIntoView({ block: "start" });
  }

  function update() {
    const now = entries();
    const count = wanted();
    for (const [entry, card] of cards) {
      if (now.includes(entry)) continue;
      card.drop();
      card.box.remove();
      cards.delete(entry);
    }
    now.forEach((entry, at) => {
      if (!cards.has(entry)) cards.set(entry, cardOf(session, entry, now.length <= OPEN));
      const card = cards.get(entry);
      if (list.children[at] !== card.box) list.insertBefore(card.box, list.children[at] || null);
      card.update(`${name()} ${at + 1}`, count === null || now.length > count);
    });
    more.hidden = !session.safely(() => form.canAdd(above, place), false);
    more.textContent = t("form_add", { name: name() });
    surplus.hidden = count === null || now.length <= count;
    surplus.textContent = t("form_surplus", { wanted: count, there: now.length });
  }

  const each = (what) => [...cards.values()].map(what);
  return { box, update, flush: () => Promise.all(each((card) => card.flush())), drop: () => each((card) => card.drop()) };
}

function cardOf(session, entry, startsOpen) {
  const { t } = session;
  let inner = null;
  let opened = startsOpen;
  const body = el("div", { class: "f-card-body" });
  const title = el("button", { type: "button", class: "f-card-title", onclick: () => open(!opened) });
  const gone = el("button", { type: "button", class: "f-gone", onclick: () => asked(true) }, t("form_remove"));
  const sure = el("div", { class: "f-sure", role: "alert", hidden: true }, el("p", null, t("form_remove_sure")),
    el("button", { type: "button", class: "f-danger", onclick: () => session.remove(entry) }, t("form_remove")),
    el("button", { type: "button", onclick: () => asked(false) }, t("form_remove_not")));
  const box = el("section", { class: "f-card", "data-path": session.form.name(entry) }, el("div", { class: "f-card-head" }, title, gone), sure, body);

  function asked(yes) {
    sure.hidden = !yes;
  }

  function open(yes) {
    opened = yes;
    draw();
  }

  /** A question inside that is pointed at has to be seen. */
  function pointed() {
    for (let at = session.pointed; at; at = at.above) if (at === entry) return true;
    return false;
  }

  function draw() {
    if (pointed() && !opened) {
      opened = true;
      session.pointed = null;
    }
    if (opened && !inner) inner = listView(session, itemsOf(entry), body);
    if (opened) inner.update();
    body.hidden = !opened;
    title.setAttribute("aria-expanded", String(opened));
  }

  function update(name, mayGo) {
    title.textContent = name;
    box.dataset.path = session.form.name(entry);
    gone.hidden = !mayGo;
    if (!mayGo) asked(false);
    draw();
  }
  return { box, update, open, flush: () => inner && inner.flush(), drop: () => inner && inner.drop() };
}
