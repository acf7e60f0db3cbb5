// Few choices: one big button each; or, where the form says minimal, the phone's own list.

import { el, fill } from "../../dom.js";

const offered = (ask) => ask.session.safely(() => ask.form.choices(ask.node), []);
/** In how many columns: by the longest text, counted in Chinese characters. */
const width = (choices) => Math.max(...choices.map(({ text }) => text.replace(/[\x20-\x7e]{2}/g, "字").length), 1);

export function choice(ask) {
  const many = ask.node.place.kind === "select_multiple";
  const box = el("div", { class: "f-choices", role: many ? "group" : "radiogroup", "aria-labelledby": `${ask.id}l` });
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
      box.style.setProperty("--f-wide", `${Math.min(width(choices), 17) + 3.4}em`);
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
