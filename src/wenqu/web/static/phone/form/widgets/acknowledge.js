// One box to tick.

import { el } from "../../dom.js";

export function acknowledge(ask) {
  const input = el("input", { id: ask.id, type: "checkbox", onchange: () => ask.take(input.checked ? "OK" : "") });
  const box = el("label", { class: "f-choice" }, input, el("span", null, ask.t("form_acknowledge")));
  return { box, show: (value) => {
    input.checked = value !== "";
    box.classList.toggle("f-chosen-choice", input.checked);
  } };
}
