// The first screen: who, what is to be done, what is unsent.

import { identity } from "../api.js";
import { el } from "../dom.js";
import { byVillage, filledFor, isOf, marks, problemsOf, tasks, villageNames } from "../register.js";
import { daysSince, moment } from "../shell.js";
import { all, count, setting } from "../store.js";
import { syncing, syncNow } from "../sync.js";
import { t } from "../words.js";

const LONG = 3;
const ALL = 1000;

function syncedLine(at) {
  if (!at) return el("p", { class: "hint" }, t("sync_never"));
  const days = daysSince(at);
  if (days < 1) return el("p", { class: "hint" }, t("sync_today", { time: moment(at) }));
  return el("p", { class: days >= LONG ? "late" : "hint" }, t("sync_days", { days, time: moment(at) }));
}

/** What the sync does, or why it stopped. */
export function syncLine() {
  const { now, error } = syncing;
  if (now) {
    return el("div", { class: "progress", role: "status" }, el("progress", { max: now.total || 1, value: now.done, "aria-label": t("syncing") }),
      el("span", {}, t(`sync_${now.step}`, now)));
  }
  return error ? el("p", { class: "message warning", role: "alert" }, error) : "";
}

async function person(me) {
  const synced = await setting("synced_at");
  return el("section", { class: "card" },
    el("p", { class: "who" }, el("strong", {}, me.person), " ", me.county),
    me.retired ? "" : syncedLine(synced), syncLine(),
    me.retired ? el("a", { class: "button wide", href: "#pair" }, t("pair_again"))
      : el("button", { class: "wide quiet", disabled: Boolean(syncing.now), onclick: syncNow }, syncing.now ? t("syncing") : t("sync_now")));
}

function villageRow(round, name, path, about, done, total) {
  const part = total ? Math.floor((done / total) * ALL) / 10 : 0;
  return el("li", {}, el("a", { class: "row", href: `#village/${path}/${about === "scheme" ? "schemes" : "households"}/${round.pk}` },
    el("span", { class: "row-main" }, el("strong", {}, name), el("span", { class: "number" }, t("filled_of", { done, total }))),
    el("progress", { class: done >= total && total ? "done" : "", max: 100, value: part, "aria-hidden": "true" })));
}

/** How far each village of a round is: what the office knows, and what is on this phone. */
async function roundCard(round, form, names, local) {
  const about = form && form.about === "scheme" ? "scheme" : "household";
  const held = await byVillage(about === "scheme" ? "s" : "h");
  const rows = round.villages.map((path) => {
    const found = Array.from((held.get(path) || new Map()).values()).filter((row) => isOf(row, round));
    const done = found.filter((row) => filledFor(row, `${about}:${row.k}`, round, form, local)).length;
    return villageRow(round, names.get(path) || "", path, about, done, found.length);
  });
  return el("section", { class: "card" }, el("h2", {}, round.name), el("p", { class: "hint" }, t("round_until", { day: round.to })), el("ul", { class: "rows" }, rows));
}

export const formOf = (round, forms) => forms.find((form) => form.pk === round.form) || forms.find((form) => form.id === round.form);

function tile(to, words, number) {
  return el("a", { class: "tile", href: `#${to}` }, words, number ? el("b", { class: "number" }, number) : "");
}

export async function home() {
  const [me, told, names, local, drafted, unsent, mine] = await Promise.all([
    identity(), tasks(), villageNames(), marks(), all("drafts"), count("outbox"), problemsOf("mine"),
  ]);
  const rounds = [];
  for (const round of told.rounds) rounds.push(await roundCard(round, formOf(round, told.forms), names, local));
  const idle = !rounds.length && !me.retired ? el("p", { class: "empty" }, told.person ? t("no_rounds") : t("sync_first")) : "";
  return {
    title: t("app"), home: true,
    live: ["sync", "outbox", "drafts", "register", "settings"],
    body: [
      await person(me), rounds, idle,
      el("nav", { class: "tiles", "aria-label": t("home") },
        tile("villages", t("find_household")), tile("problems/mine", t("problems"), mine.length), tile("drafts", t("drafts"), drafted.length),
        tile("outbox", t("outbox"), unsent), tile("settings", t("settings"))),
    ],
  };
}
