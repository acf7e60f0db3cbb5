// Forms: the screen on which one is filled, the drafts, what waits to be sent, and what became of what was sent.

import { el } from "../dom.js";
import { dropDraft, newDraft, openFilling } from "../filling.js";
import { again, sender } from "../outbox.js";
import { givenOf, householdOf, problemOf, schemeOf, tasks, villageNames } from "../register.js";
import { moment, sizeOf } from "../shell.js";
import { all, get } from "../store.js";
import { t } from "../words.js";

export async function drafts(_params, app) {
  const rows = (await all("drafts")).sort((a, b) => ((a.changed_at || "") < (b.changed_at || "") ? 1 : -1));
  const drop = async (row) => {
    if (!confirm(t("draft_drop_sure", { name: row.name || row.title || row.form_title }))) return;
    if (!(await dropDraft(row.id))) app.warn(new Error(t("draft_elsewhere")));
  };
  const card = (row) => el("li", { class: "card" },
    el("strong", {}, row.name || row.title || row.form_title), el("p", { class: "hint" }, [row.form_title, moment(row.changed_at || row.made_at)].join(" · ")),
    el("div", { class: "two" }, el("a", { class: "button", href: `#draft/${row.id}` }, t("draft_go_on")), el("button", { class: "quiet danger", onclick: () => drop(row) }, t("draft_drop"))));
  return {
    title: t("drafts"), back: "home", live: ["drafts"],
    body: [rows.length ? el("ul", { class: "plain" }, rows.map(card)) : el("p", { class: "empty" }, t("no_drafts")), el("p", { class: "hint" }, t("drafts_stay"))],
  };
}

async function aboutHousehold(village, k, names) {
  const row = await householdOf(village, k);
  if (!row) return null;
  const supply = row.s ? await schemeOf(row.village, row.s) : null;
  return { subject: `household:${row.k}`, village: row.village, name: row.h, hints: row.f, given: givenOf({ household: row, scheme: supply, village: names.get(row.village) }) };
}

async function aboutScheme(village, k, names) {
  const row = await schemeOf(village, k);
  return row && { subject: `scheme:${row.k}`, village: row.village, name: row.name, hints: row.f, given: givenOf({ scheme: row, village: names.get(row.village) }) };
}

async function aboutProblem(place, k, names) {
  const row = await problemOf(place, k);
  if (!row) return null;
  const [kind, key] = row.subject.split(":");
  const village = place === "mine" ? "" : place;
  // One of mine may lie in any village.
  const inner = await { household: aboutHousehold, scheme: aboutScheme }[kind]?.(village, key, names);
  const at = inner ? inner.village : village;
  return { subject: `problem:${row.k}`, village: at, name: row.name, hints: inner ? inner.hints : {}, given: givenOf({ problem: row, village: names.get(at), extra: inner ? inner.given : {} }) };
}

/** About whom a form is filled, by the address. */
async function about(kind, village, k) {
  const names = await villageNames();
  if (kind === "household") return aboutHousehold(village, k, names);
  if (kind === "scheme") return aboutScheme(village, k, names);
  if (kind === "problem") return aboutProblem(village, k, names);
  if (kind === "new") return { village, name: k, given: { village: names.get(village) || "", head: k } };
  return {};
}

function filling(row, back, app) {
  const host = el("div", { class: "form-host" });
  const made = { title: row.name || row.form_title, back, form: true, body: [host], close: null };
  made.ready = async () => {
    const over = (why) => {
      made.close = null;
      if (why === "finished") app.notice = t("finished_kept");
      app.go(back === `draft/${row.id}` ? "drafts" : back, true);
    };
    const { close, why } = await openFilling(host, row, { large: app.large, over });
    if (why) host.append(el("p", { class: "message warning", role: "alert" }, why));
    made.close = close || null;
  };
  return made;
}

/** A new form: its address becomes that of its draft, so that a page that is loaded again goes on. */
export async function fillIn([pk, kind, village, k], app) {
  const form = (await tasks()).forms.find((each) => String(each.pk) === pk);
  const found = form && (await about(kind, village, k));
  // A household's check is given the name of its scheme; what takes a step asks by that name which scheme it is about.
  if (found && form.step && found.given && found.given.household) ["scheme", "scheme_number", "scheme_class"].forEach((name) => delete found.given[name]);
  const back = { household: `household/${village}/${k}`, scheme: `scheme/${village}/${k}`, problem: `problem/${village}/${k}`, new: `village/${village}/households` }[kind] || "problems";
  if (!found) return { title: t("app"), back, body: [el("p", { class: "empty" }, t("no_form"))] };
  const row = newDraft(form, { ...found, back });
  row.back = back;
  history.replaceState(null, "", `#draft/${row.id}`);
  app.trail[app.trail.length - 1] = `draft/${row.id}`;
  app.begun = row;
  return filling(row, back, app);
}

export async function draft([id], app) {
  const kept = await get("drafts", id);
  const row = kept || (app.begun && app.begun.id === id ? app.begun : null);
  if (!row) return { title: t("drafts"), back: "drafts", body: [el("p", { class: "empty" }, t("draft_gone"))] };
  return filling(row, kept && app.trail[app.trail.length - 2] === "drafts" ? "drafts" : row.back || "drafts", app);
}

const bytesOf = (row) => row.files.reduce((sum, file) => sum + file.size, row.xml.length);

function why(row) {
  if (row.state === "refused") return el("p", { class: "error" }, t("refused_because", { why: row.error }));
  if (row.code === "unreached") return el("p", { class: "hint" }, t("waits_for_network", { tries: row.tries }));
  return row.error ? el("p", { class: "late" }, row.error) : "";
}

function waiting(row) {
  return el("li", { class: "card" },
    el("div", { class: "row-main" }, el("strong", {}, row.title || row.form_title), el("span", { class: `badge ${row.state === "refused" ? "bad" : "dim"}` }, t(`outbox_${row.state}`))),
    el("p", { class: "hint" }, [row.form_title, moment(row.made_at), sizeOf(bytesOf(row)), row.files.length ? t("photos", { count: row.files.length }) : ""].filter(Boolean).join(" · ")),
    row.need ? el("p", { class: "hint" }, t("files_again", { count: row.need.length })) : "", why(row),
    row.state === "refused" ? el("button", { class: "quiet wide", onclick: () => again(row.id) }, t("send_again")) : "");
}

function gone(row) {
  const kind = row.state === "accepted" ? "good" : row.state ? "warn" : "dim";
  return el("li", {}, el("div", { class: "row" },
    el("span", { class: "row-main" }, el("strong", {}, row.title || row.form_title), el("span", { class: `badge ${kind}` }, row.state_label || t("sent_received"))),
    el("span", { class: "hint" }, [row.form_title, moment(row.sent_at)].join(" · ")), row.reasons.map((reason) => el("span", { class: "late" }, reason))));
}

export async function outbox() {
  const rows = (await all("outbox")).sort((a, b) => (a.made_at < b.made_at ? -1 : 1));
  const sent = (await all("sent")).sort((a, b) => (a.sent_at < b.sent_at ? 1 : -1));
  const refused = rows.some((row) => row.state === "refused");
  return {
    title: t("outbox"), back: "home", live: ["outbox", "network"],
    body: [
      sender.now ? el("div", { class: "card progress", role: "status" }, el("progress", { max: sender.now.of, value: sender.now.at - 1 }), el("span", {}, t("bar_sending", sender.now))) : "",
      rows.length ? el("p", {}, t("outbox_told", { count: rows.length })) : el("p", { class: "empty" }, t("outbox_empty")),
      el("ul", { class: "plain" }, rows.map(waiting)),
      rows.length ? el("div", { class: "stack" }, el("button", { class: "wide", disabled: Boolean(sender.now), onclick: () => again() }, t(refused ? "send_all_again" : "send_now")), el("a", { class: "button wide quiet", href: "#rescue" }, t("rescue"))) : "",
      sent.length ? el("section", { class: "card" }, el("h2", {}, t("sent_list")), el("ul", { class: "rows" }, sent.map(gone))) : "",
    ],
  };
}
