// Many choices, as from the register: they are searched for. What is chosen stands on top.

import { el, fill } from "../../dom.js";
import { plain } from "../rich.js";

const MOST = 50;

export function search(ask) {
  const { session, t, node } = ask;
  const many = node.place.kind === "select_multiple";
  const [key] = node.place.columns || ["name"];
  const chosen = el("div", { class: "f-chosen" });
  const input = el("input", { id: ask.id, class: "f-input", type: "search", autocomplete: "off", placeholder: t("form_search"), oninput: find });
  const told = el("p", { class: "f-hint", "aria-live": "polite" });
  const list = el("div", { class: "f-found" });
  const finder = el("div", null, input, told, list);
  const all = () => session.safely(() => ask.form.choices(node), []);
  const words = () => ask.form.value(node).split(" ").filter((word) => word !== "");

  function find() {
    const asked = input.value.trim().split(/\s+/).map(plain).filter((word) => word !== "");
    const more = session.searchable(node.place.list, key);
    const held = words();
    const texts = ({ value, text }) => `${plain(text)}\t${more.get(value) || value}`;
    const found = all().filter((each) => !held.includes(each.value) && asked.every((word) => texts(each).includes(word)));
    const some = found.slice(0, MOST);
    told.textContent = found.length > MOST ? t("form_found_more", { shown: MOST, all: found.length }) : t("form_found", { all: found.length });
    fill(list, some.map((each) => el("button", { type: "button", class: "f-choice", "data-value": each.value, onclick: () => take(each.value) }, each.text)));
  }

  function take(value) {
    ask.take(many ? [...words(), value].join(" ") : value);
    input.value = "";
    ask.ready();
  }

  function leave(value) {
    ask.take(words().filter((word) => word !== value).join(" "));
    input.focus();
  }

  function show() {
    const held = words();
    const names = held.length ? new Map(all().filter((each) => held.includes(each.value)).map((each) => [each.value, each.text])) : new Map();
    fill(chosen, held.map((value) => el("p", { class: "f-picked" }, el("strong", null, names.get(value) || value),
      el("button", { type: "button", class: "f-small", onclick: () => leave(value) }, t(many ? "form_remove" : "form_change")))));
    finder.hidden = !many && held.length > 0;
    if (!finder.hidden) find();
  }
  return { box: el("div", null, chosen, finder), show: () => show() };
}
