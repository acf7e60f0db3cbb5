// Problems: mine first, then those of each village; what can be done about one from here.

import { el } from "../dom.js";
import { household as householdOf, marks, problem as rowOf, problems as rowsOf, scheme as schemeOf, tasks } from "../register.js";
import { moment } from "../shell.js";
import { markBadge } from "./villages.js";
import { pairs, reportButton } from "./parts.js";
import { t } from "../words.js";

const late = (row) => Boolean(row.due) && Date.parse(row.due) < Date.now();

/** One problem in a list. `place` is the village, or mine. */
export function problemRow(row, place, local) {
  return el("li", {}, el("a", { class: "row", href: `#problem/${place}/${row.k}` },
    el("span", { class: "row-main" }, el("strong", {}, row.kind), el("span", { class: "badges" }, markBadge(local.get(`problem:${row.k}`)), el("span", { class: "badge fair" }, row.state_label))),
    el("span", { class: "hint" }, [row.name, row.severity].filter(Boolean).join(" · ")),
    row.due ? el("span", { class: late(row) ? "late" : "hint" }, t(late(row) ? "due_late" : "due", { when: moment(row.due) })) : ""));
}

const empty = () => el("p", { class: "empty" }, t("no_problems"));
const card = (rows) => el("section", { class: "card" }, el("ul", { class: "rows" }, rows));

export async function problems([place = "mine"]) {
  const [told, local] = [await tasks(), await marks()];
  const tabs = el("nav", { class: "tabs" }, ["mine", "villages"].map((name) => el("a", { href: `#problems/${name}`, "aria-current": name === place ? "page" : null }, t(`problems_${name}`))));
  const body = [];
  if (place === "mine") {
    const rows = await rowsOf("mine");
    body.push(rows.length ? card(rows.map((row) => problemRow(row, "mine", local))) : empty());
  } else {
    for (const { path, name } of told.villages) {
      const rows = await rowsOf(path);
      if (rows.length) body.push(el("h2", {}, t("village_count", { name, count: rows.length })), card(rows.map((row) => problemRow(row, path, local))));
    }
    if (!body.length) body.push(empty());
  }
  return { title: t("problems"), back: "home", live: ["register", "outbox", "drafts"], body: [tabs, body, reportButton(told, "none/-/-")] };
}

async function subjectLink(row) {
  const [kind, k] = row.subject.split(":");
  const found = kind === "household" ? await householdOf("", k) : kind === "scheme" ? await schemeOf("", k) : null;
  return found ? el("a", { href: `#${kind}/${found.village}/${k}` }, row.name) : row.name;
}

export async function problem([place, k]) {
  const row = await rowOf(place, k);
  const back = place === "mine" ? "problems/mine" : `village/${place}/problems`;
  if (!row) return { title: t("problem"), back, body: [el("p", { class: "empty" }, t("gone_problem"))] };
  const [told, local] = [await tasks(), await marks()];
  const own = local.get(`problem:${row.k}`) || [];
  const steps = own.some((mark) => mark.state === "unsent") ? [] : row.may.filter((step) => told.forms.some((form) => form.step === step));
  const drafted = own.find((mark) => mark.state === "draft");
  return {
    title: row.kind, back, live: ["register", "outbox", "drafts"],
    body: [
      el("section", { class: "card" }, el("p", { class: "badges" }, el("span", { class: "badge fair" }, row.state_label), markBadge(own)),
        pairs([[t("number"), row.n], [t("where"), await subjectLink(row)], [t("severity"), row.severity],
          [t("deadline"), row.due ? el("span", { class: late(row) ? "late" : "" }, moment(row.due)) : ""], [t("told"), row.words]])),
      own.some((mark) => mark.state === "unsent") ? el("p", { class: "message" }, t("step_unsent")) : "",
      el("div", { class: "stack" },
        drafted ? el("a", { class: "button wide", href: `#draft/${drafted.id}` }, t("go_on_draft", { title: "" })) : "",
        steps.map((step) => el("a", { class: "button wide", href: `#fill/${told.forms.find((form) => form.step === step).pk}/problem/${place}/${k}` }, t(`step_${step}`)))),
      steps.length || own.length ? "" : el("p", { class: "hint" }, t(row.may.length ? "no_step_form" : "no_step_here")),
    ],
  };
}
