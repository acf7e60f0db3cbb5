// How the page looks, what it keeps, and the ways out: rescue files, retiring.

import { identity, Unreached } from "../api.js";
import { el } from "../dom.js";
import { saveRescue, whyNoRescue } from "../rescue.js";
import { moment, sizeOf } from "../shell.js";
import { all, count, keep, setting, tell } from "../store.js";
import { forget, sentence } from "../sync.js";
import { has, t } from "../words.js";
import { pairs } from "./subject.js";

async function choose(name, value) {
  await keep(name, value);
  tell("settings");
}

async function read(app, language) {
  return (await has(language)) ? choose("language", language) : app.warn(new Unreached());
}

async function room() {
  if (!navigator.storage || !navigator.storage.estimate) return [[t("room"), t("room_unknown")]];
  const [{ usage = 0, quota = 0 }, kept] = [await navigator.storage.estimate(), navigator.storage.persisted ? await navigator.storage.persisted() : false];
  return [[t("room"), t("room_used", { used: sizeOf(usage), all: sizeOf(quota) })], [t("persisted"), t(kept ? "persisted_yes" : "persisted_no")]];
}

async function persist(app) {
  const yes = navigator.storage && navigator.storage.persist ? await navigator.storage.persist() : false;
  if (!yes) app.warn(new Error(t("persist_refused")));
  tell("settings");
}

function toggle(label, checked, onchange) {
  return el("label", { class: "tick" }, el("input", { type: "checkbox", checked, onchange }), label);
}

export async function settings(_params, app) {
  const [me, large, language, storage] = await Promise.all([identity(), setting("large"), setting("language"), room()]);
  const tongue = (code, words) => el("button", { class: (language || "zh") === code ? "" : "quiet", "aria-pressed": String((language || "zh") === code), onclick: () => read(app, code) }, words);
  return {
    title: t("settings"), back: "home", live: ["settings"],
    body: [
      el("section", { class: "card" }, el("h2", {}, t("look")),
        toggle(t("large"), Boolean(large), (event) => choose("large", event.target.checked)), el("div", { class: "two", role: "group", "aria-label": t("language") }, tongue("zh", "中文"), tongue("en", "English"))),
      el("section", { class: "card" }, el("h2", {}, t("kept_here")), pairs(storage),
        el("button", { class: "quiet wide", onclick: () => persist(app) }, t("persist")), el("p", { class: "hint" }, t("persist_hint"))),
      el("section", { class: "card" }, el("h2", {}, t("this_phone")),
        pairs([[t("person"), me ? me.person : ""], [t("county"), me ? me.county : ""], [t("phone_name"), me ? me.name : ""], [t("version"), document.documentElement.dataset.version || ""]]),
        el("div", { class: "stack" }, el("a", { class: "button quiet wide", href: "#rescue" }, t("rescue")), me ? el("a", { class: "button quiet wide danger", href: "#retire" }, t("retire_this")) : "")),
    ],
  };
}

export async function rescue(_params, app) {
  const [why, rows, made, drafted] = [await whyNoRescue(), await count("outbox"), await setting("rescued_at"), await count("drafts")];
  const save = async () => {
    try {
      app.notice = t("rescue_saved", { count: await saveRescue() });
      app.go("outbox", true);
    } catch (error) {
      app.warn(error);
    }
  };
  return {
    title: t("rescue"), back: "outbox", live: ["outbox"],
    body: [el("section", { class: "card" },
      el("p", {}, t("rescue_told")), el("p", {}, t("rescue_count", { count: rows })), drafted ? el("p", { class: "late" }, t("rescue_drafts", { count: drafted })) : "",
      made ? el("p", { class: "hint" }, t("rescue_last", { when: moment(made) })) : "",
      why ? el("p", { class: "message warning" }, t(`rescue_${why}`)) : el("button", { class: "wide", onclick: save }, t("rescue_save")))],
  };
}

export async function retireThis(_params, app) {
  const [unsent, drafted, open] = [await count("outbox"), await count("drafts"), (await all("sent")).filter((row) => row.xml).length];
  const stays = unsent || drafted;
  const go = async () => {
    // Looked at again: another tab may have finished a form meanwhile.
    if ((await count("outbox")) || (await count("drafts"))) return app.go("outbox");
    if (!confirm(t("retire_sure"))) return undefined;
    try {
      await forget();
      return app.go("pair", true);
    } catch (error) {
      return app.warn(new Error(sentence(error)));
    }
  };
  return {
    title: t("retire_this"), back: "settings", live: ["outbox", "drafts"],
    body: [el("section", { class: "card" }, el("p", {}, t("retire_told")),
      stays ? el("p", { class: "message warning" }, t("retire_not_yet", { unsent, drafts: drafted })) : el("button", { class: "wide danger", onclick: go }, t("retire_now")),
      !stays && open ? el("p", { class: "hint" }, t("retire_open", { count: open })) : "")],
  };
}
