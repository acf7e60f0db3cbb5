// A bar code or QR code: photographed where the browser can read it, typed everywhere.

import { el } from "../../dom.js";
import { typed } from "./typed.js";

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
