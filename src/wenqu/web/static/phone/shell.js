// What every screen has around it: the bar with what is unsent, the lines that tell what a person should know, and the service
// worker, which lets the page open without a network and brings a new version when a person says so.

import { identity } from "./api.js";
import { el } from "./dom.js";
import { sender } from "./outbox.js";
import { count, setting } from "./store.js";
import { t } from "./words.js";

const two = (number) => String(number).padStart(2, "0");

/** A moment as people here write it; without the day where it is today. */
export function moment(iso) {
  const at = new Date(iso);
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return at.toDateString() === new Date().toDateString() ? time : `${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}`;
}

/** Whole days since then, by the calendar. */
export function daysSince(iso) {
  const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  return Math.round((midnight(new Date()) - midnight(new Date(iso))) / 86400e3);
}

export async function bar(app) {
  const unsent = await count("outbox");
  const { title, back, form } = app.shown || { title: t("app") };
  // A form has its own way out, which keeps the draft first.
  const left = back && !form ? el("button", { class: "back", onclick: app.back }, el("span", { "aria-hidden": "true" }, "‹"), t("back")) : "";
  const right = (await identity()) || unsent ? el("a", { class: `count${unsent ? " some" : ""}${sender.now ? " sending" : ""}`, href: "#outbox" }, t("bar_unsent", { count: unsent })) : "";
  return el("div", { class: "bar" }, left, el("h1", {}, title), right);
}

/** Bytes as people read them. */
export function sizeOf(bytes) {
  if (bytes < 1e5) return `${Math.ceil(bytes / 1e3)} KB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Lines below the bar: trouble first. */
export async function lines(app) {
  const [since, me, wrong] = await Promise.all([setting("offline_since"), identity(), setting("clock_wrong")]);
  const { form, home } = app.shown || {};
  return [
    app.trouble ? el("p", { class: "line bad", role: "alert" }, app.trouble, " ", el("button", { class: "text", onclick: () => app.warn(null) }, t("understood"))) : "",
    me && me.retired ? el("p", { class: "line bad" }, t("retired", { day: me.retired.slice(0, 10) })) : "",
    wrong ? el("p", { class: "line warn" }, t("clock_wrong")) : "",
    since && me && !form ? el("p", { class: "line" }, t(home ? "offline_told" : "offline_since", { when: moment(since) })) : "",
    app.fresh && !form ? el("p", { class: "line" }, el("button", { class: "text", onclick: app.update }, t("update_now"))) : "",
  ];
}

let asked = false;

/** Registers it. `fresh(take)` is told when a newer version waits; `stale()` when another tab brought it already. */
export async function work({ fresh, stale }) {
  if (!("serviceWorker" in navigator)) return;
  const container = navigator.serviceWorker;
  let controlled = Boolean(container.controller);
  container.addEventListener("controllerchange", () => {
    if (asked) location.reload();
    else if (controlled) stale();
    controlled = true;
  });
  const registration = await container.register("/phone/sw.js", { scope: "/phone/", updateViaCache: "none" });
  const offer = () => {
    const waiting = registration.waiting;
    if (waiting && container.controller) fresh(() => { asked = true; waiting.postMessage({ type: "take-over" }); });
  };
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    if (coming) coming.addEventListener("statechange", () => { if (coming.state === "installed") offer(); });
  });
  offer();
  addEventListener("online", () => registration.update().catch(() => {}));
}

/** Whether a form is open in any tab: then no version is changed. */
export async function formsOpen() {
  if (!navigator.locks || !navigator.locks.query) return false;
  return (await navigator.locks.query()).held.some((lock) => lock.name.startsWith("wenqu draft "));
}
