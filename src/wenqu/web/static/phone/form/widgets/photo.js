// A photo: taken, looked at, taken again.

import { el } from "../../dom.js";
import { LONGEST, shrunk } from "../photo.js";
import { preview } from "./preview.js";

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
