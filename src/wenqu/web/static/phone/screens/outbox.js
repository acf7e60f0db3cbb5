// What waits to be sent, what was refused and why, what was sent and what became of it.

import { el } from "../dom.js";
import { again, sender } from "../outbox.js";
import { moment } from "../shell.js";
import { all } from "../store.js";
import { t } from "../words.js";

const megabytes = (row) => (row.files.reduce((sum, file) => sum + file.size, row.xml.length) / 1e6).toFixed(1);

function why(row) {
  if (row.state === "refused") return el("p", { class: "error" }, t("refused_because", { why: row.error }));
  if (row.code === "unreached") return el("p", { class: "hint" }, t("waits_for_network", { tries: row.tries }));
  return row.error ? el("p", { class: "late" }, row.error) : "";
}

function waiting(row) {
  return el("li", { class: "card" },
    el("div", { class: "row-main" }, el("strong", {}, row.title || row.form_title), el("span", { class: `badge ${row.state === "refused" ? "bad" : "dim"}` }, t(`outbox_${row.state}`))),
    el("p", { class: "hint" }, [row.form_title, moment(row.made_at), t("size_mb", { size: megabytes(row) }), row.files.length ? t("photos", { count: row.files.length }) : ""].filter(Boolean).join(" · ")),
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
