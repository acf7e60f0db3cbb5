// Dates and times, by what the phone has for them.

import { el } from "../../dom.js";

const TYPES = { date: "date", time: "time", datetime: "datetime-local" };
const SIZES = { date: 10, time: 5, datetime: 16 };

export function moment(ask) {
  const { kind } = ask.node.place;
  const take = () => {
    ask.take(input.value);
    ask.ready();
  };
  const input = el("input", { id: ask.id, class: "f-input", type: TYPES[kind], onchange: take, "aria-describedby": `${ask.id}h ${ask.id}w` });
  const now = el("button", {
    type: "button", class: "f-small",
    onclick: () => {
      const date = new Date();
      const local = new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString();
      input.value = kind === "time" ? local.slice(11, 16) : local.slice(0, SIZES[kind]);
      take();
    },
  }, ask.t(kind === "date" ? "form_today" : "form_now"));
  // The record says hours as they are where the phone is: no reckoning is needed to show them.
  return { box: el("div", { class: "f-row" }, input, now), show: (value) => { input.value = value.slice(0, SIZES[kind]); }, own: true };
}
