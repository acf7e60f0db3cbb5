// The first use: this phone becomes known to the office. A code that is used once becomes the token that the phone keeps.

import { headers, identity, Refused, request, Unreached } from "../api.js";
import { el } from "../dom.js";
import { setting, tell, write } from "../store.js";
import { sentence, syncNow } from "../sync.js";
import { t } from "../words.js";

const SECRET = /wqp_[A-Za-z0-9_-]{20,}/;

/** The secret in an address, in what was pasted or in what the camera read; "" where there is none. */
export const secretIn = (text) => (SECRET.exec(text || "") || [""])[0];

/** What a phone calls itself, for the list in the office. */
export function modelName() {
  const found = /Android[^;)]*;\s*(?:[a-z]{2}-[a-z]{2};\s*)?([^;)]+?)(?:\s+Build\/|[;)])/i.exec(navigator.userAgent);
  return found && found[1].length > 1 ? found[1].slice(0, 40) : "";
}

/** Exchanges the code. The token is in the database before anything else happens. */
export async function pair(secret, name) {
  const body = new URLSearchParams({ secret, name });
  const { response, text } = await request("/pair/token/", { method: "POST", body, headers: await headers("") });
  let told = null;
  try {
    told = JSON.parse(text);
  } catch (error) {
    throw new Unreached(true);
  }
  if (response.status !== 201 || !told.token) {
    if (told && told.code) throw new Refused(response.status, told.code, told.message);
    throw new Unreached(true);
  }
  const tokens = { ...((await setting("tokens")) || {}), [told.device]: told.token };
  await write(["settings", "buckets"], (store) => {
    store("settings").put({ token: told.token, device: told.device, person: told.person, county: told.county, name }, "identity");
    store("settings").put(tokens, "tokens");
    for (const old of ["tasks", "tasks_etag", "synced_at", "buckets_all"]) store("settings").delete(old);
    store("buckets").clear();
  });
  tell("settings");
}

export const mayScan = () => "BarcodeDetector" in window && Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);

/** Looks through the camera until it reads a code; `stop()` ends it. */
export function scan(video, found) {
  let stream = null;
  let over = false;
  const stop = () => {
    over = true;
    if (stream) stream.getTracks().forEach((track) => track.stop());
  };
  const look = async (detector) => {
    if (over) return;
    const [code] = (await detector.detect(video).catch(() => [])) || [];
    const secret = code ? secretIn(code.rawValue) : "";
    if (secret) { stop(); found(secret); } else setTimeout(() => look(detector), 250);
  };
  const started = navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).then(async (given) => {
    stream = given;
    if (over) return stop();
    video.srcObject = stream;
    await video.play();
    return look(new window.BarcodeDetector({ formats: ["qr_code"] }));
  });
  return { started, stop };
}

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
