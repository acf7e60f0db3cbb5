// A signature: signed, looked at, signed again.

import { el } from "../../dom.js";
import { sheet } from "../sign.js";
import { preview } from "./preview.js";

const LONGEST = 800;
const STILL = 900;

export function signature(ask) {
  const { session, node, t } = ask;
  const canvas = el("canvas", { class: "f-sheet", id: ask.id, "aria-label": t("form_sign_here") });
  const picture = preview(t("form_signature"));
  const told = el("p", { class: "f-hint", role: "status" }, t("form_sign_here"));
  let timer = 0;
  let busy = null;
  const paper = sheet(canvas, () => {
    clearTimeout(timer);
    timer = setTimeout(keep, STILL);
    told.textContent = "";
    done.hidden = false;
  });

  /** Takes what is on the sheet. */
  function keep() {
    clearTimeout(timer);
    timer = 0;
    busy = paper.content(node.place.pixels || LONGEST).then((blob) => {
      if (blob) session.keep(node, blob);
      else told.textContent = t("form_sign_short");
    });
    return busy;
  }

  function again() {
    clearTimeout(timer);
    timer = 0;
    paper.clear();
    done.hidden = true;
    told.textContent = t("form_sign_here");
    signing = true;
    ask.take("");
    draw();
  }

  // While somebody signs, the sheet stays; only what was signed before is shown as a picture.
  let signing = true;
  function draw() {
    canvas.hidden = !signing;
    picture.show(signing ? null : session.blob(node));
  }

  const done = el("button", { type: "button", class: "f-small", hidden: true, onclick: again }, t("form_sign_again"));
  function show(value) {
    if (value && !paper.touched()) signing = false;
    if (!value && !timer && !paper.touched()) signing = true;
    done.hidden = !value && !paper.touched();
    if (value) told.textContent = "";
    draw();
  }
  const box = el("div", null, canvas, picture.box, told, done);
  return { box, show, flush: () => (timer ? keep() : busy), drop: () => {
    clearTimeout(timer);
    picture.drop();
  } };
}
