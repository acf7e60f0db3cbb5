// A place: looked for while its accuracy gets better, taken when it is good enough or when the person says so; or typed by hand.

import { el, fill } from "../../dom.js";
import { GOOD, SECONDS, locate, pointText, typedPoint } from "../place.js";

const shown = (number) => Number(number).toFixed(5);

export function geopoint(ask) {
  const { node, t } = ask;
  const { accuracy: good = GOOD, accuracy_limit: poor = 100 } = node.place;
  let stop = null;
  let best = null;
  let clock = 0;
  const value = el("p", { class: "f-place" });
  const told = el("p", { class: "f-hint", role: "status" });
  const bar = el("div", { class: "f-progress" }, el("i"));
  const start = el("button", { type: "button", class: "f-take", id: ask.id, onclick: look });
  const accept = el("button", { type: "button", class: "f-take", onclick: () => end("time") });
  const byHand = el("button", { type: "button", class: "f-small", onclick: () => { hand.hidden = !hand.hidden; } }, t("form_place_hand"));
  const inputs = ["form_place_latitude", "form_place_longitude"].map((word) => (
    el("label", null, t(word), el("input", { class: "f-input", inputmode: "decimal", autocomplete: "off" }))));
  const hand = el("div", { class: "f-hand", hidden: true }, el("p", { class: "f-hint" }, t("form_place_hand_how")), inputs,
    el("button", { type: "button", class: "f-take f-again", onclick: typed }, t("form_place_take")));

  function look() {
    let left = SECONDS;
    let over = false;
    best = null;
    ended();
    stop = locate(good, (fix) => {
      best = fix;
      tick(left);
    }, (why) => {
      over = true;
      end(why);
    });
    // Where there is no place to be had, that was told before it began.
    if (over) ended();
    else clock = setInterval(() => tick((left -= 1)), 1000);
    if (over) draw();
    else tick(left);
  }

  function tick(left) {
    told.textContent = best ? t("form_place_better", { metres: Math.round(best.accuracy), seconds: left }) : t("form_place_looking", { seconds: left });
    bar.firstChild.style.width = `${Math.min(100, Math.round((100 * good) / (best ? Math.max(best.accuracy, good) : Infinity)))}%`;
    draw();
  }

  function ended() {
    if (stop) stop();
    clearInterval(clock);
    stop = null;
    clock = 0;
  }

  function end(why) {
    ended();
    if (best) ask.take(pointText(best));
    told.textContent = !best ? t(`form_place_${why}`) : best.accuracy > poor ? t("form_place_poor", { metres: Math.round(best.accuracy) }) : "";
    if (why === "denied" || why === "insecure") hand.hidden = false;
    best = null;
    draw();
  }

  function typed() {
    const { text, why } = typedPoint(...inputs.map((label) => label.lastChild.value.normalize("NFKC").replace(/[。．]/g, ".").trim()));
    ended();
    told.textContent = why ? t(why) : "";
    if (!text) return;
    ask.take(text);
    hand.hidden = true;
  }

  function draw() {
    const looking = stop !== null;
    const held = ask.form.value(node);
    bar.hidden = !looking;
    start.hidden = looking;
    start.textContent = t(held ? "form_place_again" : "form_place_start");
    start.classList.toggle("f-again", held !== "");
    accept.hidden = !looking || !best;
    accept.textContent = best ? t("form_place_accept", { metres: Math.round(best.accuracy) }) : "";
    value.hidden = held === "" || looking;
    if (value.hidden) return;
    const [latitude, longitude, , accuracy] = held.split(" ");
    fill(value, el("strong", null, t("form_place_value", { latitude: shown(latitude), longitude: shown(longitude) })), el("br"),
      Number(accuracy) ? t("form_place_accuracy", { metres: Math.round(Number(accuracy)) }) : t("form_place_typed"));
  }
  const box = el("div", null, value, told, bar, el("div", { class: "f-row" }, start, accept, byHand), hand);
  return { box, show: draw, flush: () => best && end("time"), drop: ended };
}
