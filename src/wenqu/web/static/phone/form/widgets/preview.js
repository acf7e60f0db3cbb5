// A picture that is shown as long as it is there; its memory is let go of with it.

import { el } from "../../dom.js";

export function preview(name) {
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
