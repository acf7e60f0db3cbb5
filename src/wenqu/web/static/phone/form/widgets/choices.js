// What is chosen out of a list.

import { el, fill } from "../../dom.js";
import { plain } from "../rich.js";

// Few choices: one big button each; or, where the form says minimal, the phone's own list.

const offered = (ask) => ask.session.safely(() => ask.form.choices(ask.node), []);
/** How wide the longest text is, counted in Chinese characters: that says in how many columns they stand. */
const width = (choices) => Math.min(Math.max(...choices.map(({ text }) => text.replace(/[\x20-\x7e]{2}/g, "字").length), 1), 17);

export function choice(ask) {
  const many = ask.node.place.kind === "select_multiple";
  const tight = (ask.node.place.appearance || []).includes("columns");
  const box = el("div", { class: `f-choices${tight ? " f-tight" : ""}`, role: many ? "group" : "radiogroup", "aria-labelledby": `${ask.id}l` });
  const clear = el("button", { type: "button", class: "f-small f-clear", onclick: () => ask.take("") }, ask.t("form_clear"));
  let drawn = "";
  let inputs = [];

  function taken() {
    ask.take(inputs.filter((input) => input.checked).map((input) => input.value).join(" "));
    ask.ready();
  }

  function show(value) {
    const choices = offered(ask);
    const now = JSON.stringify(choices);
    if (now !== drawn) {
      drawn = now;
      inputs = choices.map((each) => el("input", { type: many ? "checkbox" : "radio", name: ask.id, value: each.value, onchange: taken }));
      box.style.setProperty("--f-wide", `${width(choices) + (tight ? 2.4 : 3.4)}em`);
      fill(box, inputs.map((input, at) => el("label", { class: "f-choice" }, input, el("span", null, choices[at].text))));
    }
    const words = value.split(" ");
    for (const input of inputs) {
      input.checked = words.includes(input.value);
      input.parentNode.classList.toggle("f-chosen-choice", input.checked);
    }
    clear.hidden = many || value === "" || ask.session.safely(() => ask.form.required(ask.node), false);
  }
  return { box: el("div", null, box, clear), show, always: true };
}

export function dropdown(ask) {
  const box = el("select", { id: ask.id, class: "f-input", onchange: () => {
    ask.take(box.value);
    ask.ready();
  } });
  let drawn = "";

  function show(value) {
    const choices = offered(ask);
    const now = JSON.stringify(choices);
    if (now !== drawn) {
      drawn = now;
      fill(box, el("option", { value: "" }, ask.t("form_choose")), choices.map((each) => el("option", { value: each.value }, each.text)));
    }
    box.value = value;
  }
  return { box, show, always: true };
}

// Many choices, as from the register: they are searched for. What is chosen stands on top.

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
    // What is seen of a choice counts for more than what else is known of it.
    const seen = (each) => asked.every((word) => plain(each.text).includes(word));
    const some = [...found.filter(seen), ...found.filter((each) => !seen(each))].slice(0, MOST);
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
