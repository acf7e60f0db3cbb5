// The first use: this phone becomes known to the office.

import { identity } from "../api.js";
import { el } from "../dom.js";
import { mayScan, modelName, pair, scan, secretIn } from "../pairing.js";
import { sentence, syncNow } from "../syncing.js";
import { t } from "../words.js";

function scanner(code, app) {
  if (!mayScan()) return { part: "", stop: null };
  const video = el("video", { playsinline: true, muted: true, hidden: true });
  const state = { stop: null };
  const begin = async () => {
    video.hidden = false;
    const looking = scan(video, (secret) => { code.value = secret; video.hidden = true; });
    state.stop = looking.stop;
    try {
      await looking.started;
    } catch (error) {
      video.hidden = true;
      app.warn(new Error(t("camera_none")));
    }
  };
  return { part: el("div", { class: "stack" }, el("button", { type: "button", class: "quiet wide", onclick: begin }, t("scan")), video), stop: () => state.stop && state.stop() };
}

export async function pairing(_params, app) {
  const me = await identity();
  const told = el("p", { class: "message error", role: "alert", hidden: true });
  const code = el("input", { id: "code", autocomplete: "off", spellcheck: "false", autocapitalize: "off", value: app.secret, placeholder: t("pair_code_hint") });
  const name = el("input", { id: "name", maxlength: "60", autocomplete: "off", value: modelName() });
  const button = el("button", { class: "wide" }, t("pair_now"));
  const camera = scanner(code, app);
  const say = (text) => { told.textContent = text; told.hidden = false; };
  const submit = async (event) => {
    event.preventDefault();
    const secret = secretIn(code.value);
    if (!secret) return say(t("pair_no_code"));
    button.disabled = true;
    try {
      await pair(secret, name.value.trim());
      app.secret = "";
      if (navigator.storage && navigator.storage.persist) await navigator.storage.persist();
      app.go("home", true);
      return await syncNow();
    } catch (error) {
      return say(sentence(error));
    } finally {
      button.disabled = false;
    }
  };
  return {
    title: t("pair"), back: me ? "home" : "", close: camera.stop,
    body: [el("section", { class: "card" },
      el("p", {}, app.secret ? t("pair_have_code") : t("pair_how")), told,
      el("form", { onsubmit: submit },
        app.secret ? "" : camera.part,
        el("div", { class: "field", hidden: Boolean(app.secret) }, el("label", { for: "code" }, t("pair_code")), code),
        el("div", { class: "field" }, el("label", { for: "name" }, t("pair_name")), name, el("p", { class: "hint" }, t("pair_name_hint"))), button)),
    window.isSecureContext ? "" : el("p", { class: "message warning" }, t("not_secure"))],
  };
}
