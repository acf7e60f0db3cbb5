// One household or one scheme: what is known, what is wrong there, what can be done.

import { el } from "../dom.js";
import { householdOf, marks, problemsOf, schemeOf, tasks, villageNames, wordsOf } from "../register.js";
import { all, get } from "../store.js";
import { t } from "../words.js";
import { gradeBadge, markBadge, problemRow } from "./places.js";

/** Names with what is known; what is not known is left out. */
export function pairs(rows) {
  return el("dl", { class: "pairs" }, rows.filter(([, value]) => value !== "" && value !== null && value !== undefined).map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

/** The forms that ask about a household or scheme of this village; that of a visit only about those which its owner visits. */
function formsFor(told, about, village, row) {
  const asked = new Set(told.rounds.filter((round) => round.villages.includes(village)).map((round) => round.form));
  return told.forms.filter((form) => form.about === about && (form.step ? row.w !== undefined : asked.has(form.pk) || asked.has(form.id)));
}

/** A button for each form; where a draft lies, that is gone on with. */
export async function formButtons({ about, subject, village, row, forms, local }) {
  const fitting = formsFor(forms, about, village, row);
  const drafts = (await all("drafts")).filter((draft) => draft.subject === subject);
  const waiting = (local.get(subject) || []).some((mark) => mark.state === "unsent");
  return el("div", { class: "stack" },
    waiting ? el("p", { class: "message" }, t("filled_unsent")) : "",
    drafts.map((draft) => el("a", { class: "button wide", href: `#draft/${draft.id}` }, t("go_on_draft", { title: draft.form_title }))),
    fitting.map((form) => el("a", { class: `button wide${drafts.length ? " quiet" : ""}`, href: `#fill/${form.pk}/${about}/${village}/${row.k}` }, form.step || fitting.length > 1 ? form.title : t("check"))),
    fitting.length ? "" : el("p", { class: "hint" }, t("no_form_here")));
}

export function reportButton(told, about) {
  const form = told.forms.find((each) => each.step === "report");
  return form ? el("div", { class: "stack" }, el("a", { class: "button wide warn", href: `#fill/${form.pk}/${about}` }, t("report_problem"))) : "";
}

/** The latest facts in the words of the forms that ask for them. */
export async function factsOf(row, about, told) {
  const language = document.documentElement.lang === "en" ? 1 : 0;
  const known = new Map();
  for (const form of told.forms.filter((each) => each.about === about && !each.step)) {
    const held = await get("plans", form.pk);
    if (held) for (const [name, words] of wordsOf(held.plan, language)) if (!known.has(name)) known.set(name, words);
  }
  const worded = (key, instead) => (t(key) === key ? instead : t(key));
  const chosen = (name, word) => (known.has(name) && known.get(name).choices.get(word)) || worded(`value_${word}`, worded(`class_${word}`, word));
  const label = (name) => worded(`fact_${name}`, known.has(name) ? known.get(name).label : "");
  const rows = Object.entries(row.f || {}).filter(([name, [value]]) => label(name) && value !== null && value !== "")
    .map(([name, [value, day]]) => [label(name), [el("span", {}, String(value).split(" ").map((word) => chosen(name, word)).join("、")), " ", el("small", { class: "hint" }, day)]]);
  return rows.length ? el("section", { class: "card" }, el("h2", {}, t("known_facts")), pairs(rows)) : "";
}

export async function household([village, k]) {
  const row = await householdOf(village, k);
  if (!row) return { title: t("household"), back: `village/${village}/households`, body: [el("p", { class: "empty" }, t("gone_household"))] };
  const subject = `household:${row.k}`;
  const [told, names, local, around, scheme] = await Promise.all([tasks(), villageNames(), marks(), problemsOf(village), row.s ? schemeOf(village, row.s) : null]);
  const here = around.filter((each) => each.subject === subject);
  return {
    title: row.h, back: `village/${village}/households`, live: ["register", "outbox", "drafts"],
    body: [
      el("section", { class: "card" },
        el("p", { class: "badges" }, gradeBadge(row.o), markBadge(local.get(subject))),
        pairs([
          [t("village"), [names.get(village), row.g].filter(Boolean).join(" ")], [t("number"), row.n], [t("people_count"), row.c ? t("people", { count: row.c }) : ""],
          [t("scheme"), scheme ? el("a", { href: `#scheme/${scheme.village}/${scheme.k}` }, scheme.name) : ""], [t("last_check"), row.d || t("never_checked")],
          [t("last_visit"), row.w === "" ? t("never_visited") : row.w],
        ])),
      await formButtons({ about: "household", subject, village, row, forms: told, local }),
      reportButton(told, `household/${village}/${k}`),
      here.length ? el("section", { class: "card" }, el("h2", {}, t("problems_here")), el("ul", { class: "rows" }, here.map((each) => problemRow(each, village, local)))) : "",
      await factsOf(row, "household", told),
    ],
  };
}

export async function scheme([village, k]) {
  const row = await schemeOf(village, k);
  if (!row) return { title: t("scheme"), back: `village/${village}/schemes`, body: [el("p", { class: "empty" }, t("gone_scheme"))] };
  const subject = `scheme:${row.k}`;
  const [told, names, local, around] = await Promise.all([tasks(), villageNames(), marks(), problemsOf()]);
  const here = around.filter((each) => each.subject === subject);
  return {
    title: row.name, back: `village/${village}/schemes`, live: ["register", "outbox", "drafts"],
    body: [
      el("section", { class: "card" }, el("p", { class: "badges" }, markBadge(local.get(subject))),
        pairs([[t("number"), row.n], [t("scheme_class"), row.c ? t(`class_${row.c}`) : ""], [t("operator"), row.o], [t("village"), names.get(row.village)]])),
      await formButtons({ about: "scheme", subject, village, row, forms: told, local }),
      reportButton(told, `scheme/${village}/${k}`),
      here.length ? el("section", { class: "card" }, el("h2", {}, t("problems_here")), el("ul", { class: "rows" }, here.map((each) => problemRow(each, each.village, local)))) : "",
      await factsOf(row, "scheme", told),
    ],
  };
}
