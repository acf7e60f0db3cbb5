// Photos and signatures.

import { el } from "../../dom.js";
import { LONGEST, shrunk } from "../photo.js";
import { sheet } from "../sign.js";

// A picture that is shown as long as it is there; its memory is let go of with it.

function preview(name) {
  let url = "";
  const image = el("img", { class: "f-preview", alt: name, hidden: true });

  function show(blob) {
    if (url) URL.revokeObjectURL(url);
    url = blob ? URL.createObjectURL(blob) : "";
    image.hidden = !blob;
    if (blob) image.src = url;
    else image.removeAttribute("src");
  }
  return { box: image, show, drop: () => show(null) };
}

// A photo: taken, looked at, taken again.

export function photo(ask) {
  const { session, node, t } = ask;
  const picture = preview(t("form_photo"));
  const told = el("p", { class: "f-hint", role: "status" });
  let busy = null;

  async function taken(event) {
    const [file] = event.target.files;
    // The same file may be chosen again.
    if (!file) return;
    told.textContent = t("form_photo_busy");
    try {
      session.keep(node, await shrunk(file, Math.min(node.place.pixels || LONGEST, LONGEST * 2)));
      told.textContent = "";
    } catch (error) {
      told.textContent = t("form_photo_broken");
    }
    event.target.value = "";
  }

  const from = (word, camera) => {
    const input = el("input", {
      type: "file", accept: "image/*", capture: camera && "environment", class: "hide", id: camera ? ask.id : null,
      onchange: (event) => { busy = taken(event); },
    });
    return el("label", { class: camera ? "f-take" : "f-small" }, input, el("span", null, t(word)));
  };
  // «new» asks for a photo that is taken now; without it an older one will do.
  const first = from("form_photo_take", true);
  const older = (node.place.appearance || []).includes("new") ? null : from("form_photo_choose", false);
  const gone = el("button", { type: "button", class: "f-small", onclick: () => ask.take("") }, t("form_photo_remove"));

  function show() {
    const blob = session.blob(node);
    picture.show(blob);
    first.lastChild.textContent = t(blob ? "form_photo_again" : "form_photo_take");
    first.classList.toggle("f-again", Boolean(blob));
    gone.hidden = !blob;
  }
  const box = el("div", null, picture.box, told, el("div", { class: "f-row" }, first, older, gone));
  return { box, show, flush: () => busy, drop: picture.drop };
}

// A signature: signed, looked at, signed again.

const SIGNED = 800;
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
    busy = paper.content(node.place.pixels || SIGNED).then((blob) => {
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
