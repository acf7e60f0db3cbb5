// What is typed: words and numbers. Numbers get the keypad and may be typed as Chinese keyboards do, full width or with commas.

import { el } from "../../dom.js";

const KEYS = { integer: "numeric", decimal: "decimal" };
const digits = (text) => text.normalize("NFKC").replace(/[。．]/g, ".").replace(/[,，\s]/g, "");

export function typed(ask) {
  const { kind, appearance = [] } = ask.node.place;
  const number = kind in KEYS;
  const many = !number && appearance.includes("multiline");
  const grouped = number && appearance.includes("thousands-sep");
  const separated = (text) => (grouped ? text.replace(/^(-?\d+)/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ",")) : text);

  const box = el(many ? "textarea" : "input", {
    id: ask.id, class: "f-input", rows: many && 3, type: many ? null : "text", autocomplete: "off", enterkeyhint: many ? null : "done",
    inputmode: KEYS[kind] || (appearance.includes("numbers") ? "numeric" : null), "aria-describedby": `${ask.id}h ${ask.id}w`,
    oninput: () => {
      ask.take(number ? digits(box.value) : box.value);
      ask.typing();
    },
    onblur: () => {
      if (number) box.value = separated(digits(box.value));
      ask.ready();
    },
    onkeydown: (event) => event.key === "Enter" && !many && !event.isComposing && box.blur(),
  });
  const show = (value) => {
    box.value = ask.session.refused.has(ask.node) ? ask.session.refused.get(ask.node) : separated(value);
  };
  return { box, show, own: true };
}
