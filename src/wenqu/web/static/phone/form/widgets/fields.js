// Questions of one field: words, numbers, dates, times, codes, and a box to tick.

import { el } from "../../dom.js";

// What is typed: words and numbers. Numbers get the keypad and may be typed as Chinese keyboards do, full width or with commas.

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

// Dates and times, by what the phone has for them.

const TYPES = { date: "date", time: "time", datetime: "datetime-local" };
const SIZES = { date: 10, time: 5, datetime: 16 };

export function moment(ask) {
  const { kind } = ask.node.place;
  const take = () => {
    ask.take(input.value);
    ask.ready();
  };
  const input = el("input", { id: ask.id, class: `f-input f-${kind}`, type: TYPES[kind], onchange: take, "aria-describedby": `${ask.id}h ${ask.id}w` });
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

// One box to tick.

export function acknowledge(ask) {
  const input = el("input", { id: ask.id, type: "checkbox", onchange: () => ask.take(input.checked ? "OK" : "") });
  const box = el("label", { class: "f-choice" }, input, el("span", null, ask.t("form_acknowledge")));
  return { box, show: (value) => {
    input.checked = value !== "";
    box.classList.toggle("f-chosen-choice", input.checked);
  } };
}

// A bar code or QR code: photographed where the browser can read it, typed everywhere.

export function barcode(ask) {
  const { t } = ask;
  const line = typed(ask);
  if (!("BarcodeDetector" in window)) return line;
  const told = el("p", { class: "f-hint", role: "status" });

  async function scanned(event) {
    const [file] = event.target.files;
    if (!file) return;
    told.textContent = t("form_scan_busy");
    try {
      const picture = await createImageBitmap(file);
      const [found] = await new window.BarcodeDetector().detect(picture);
      picture.close();
      told.textContent = found ? "" : t("form_scan_nothing");
      if (found && ask.take(found.rawValue)) line.show(found.rawValue);
    } catch (error) {
      told.textContent = t("form_scan_nothing");
    }
    event.target.value = "";
  }
  const input = el("input", { type: "file", accept: "image/*", capture: "environment", class: "hide", onchange: scanned });
  const box = el("div", null, line.box, told, el("label", { class: "f-take" }, input, el("span", null, t("form_scan"))));
  return { ...line, box };
}
