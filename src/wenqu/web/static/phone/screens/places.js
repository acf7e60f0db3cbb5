// Villages, who and what is in one of them, and the problems there: search first, and only then something new.

import { el, fill } from "../dom.js";
import { filledFor, householdOf, households, isOf, marks, problemOf, problemsOf, schemeOf, schemes, search, tasks } from "../register.js";
import { moment } from "../shell.js";
import { setting } from "../store.js";
import { t } from "../words.js";
import { formOf } from "./home.js";
import { pairs, reportButton } from "./subject.js";

const PAGE = 40;

/** A filled circle with words: how a household stands. */
export function gradeBadge(grade) {
  const kind = { 1: "good", 2: "fair", 3: "dim", 4: "bad" }[grade];
  return kind ? el("span", { class: `badge ${kind}` }, t(`grade_${grade}`)) : "";
}

/** What of this phone is with a subject. */
export function markBadge(local) {
  const states = (local || []).map((mark) => mark.state);
  const state = ["draft", "unsent", "sent"].find((each) => states.includes(each));
  return state ? el("span", { class: `badge mark-${state}` }, t(`mark_${state}`)) : "";
}

export async function villages() {
  const told = await tasks();
  const rows = told.villages.map(({ path, name, town }) => el("li", {}, el("a", { class: "row", href: `#village/${path}/households` },
    el("span", { class: "row-main" }, el("strong", {}, name), el("span", { class: "hint" }, town)))));
  return {
    title: t("villages"), back: "home", live: ["register"],
    body: [
      told.villages.length > 1 ? el("a", { class: "button wide quiet", href: "#village/all/households" }, t("find_everywhere")) : "",
      rows.length ? el("section", { class: "card" }, el("ul", { class: "rows" }, rows)) : el("p", { class: "empty" }, t("no_villages")),
    ],
  };
}

function householdRow(row, place, local, filled) {
  return el("li", {}, el("a", { class: "row", href: `#household/${row.village}/${row.k}` },
    el("span", { class: "row-main" }, el("strong", {}, row.h), el("span", { class: "badges" }, markBadge(local), filled ? el("span", { class: "badge done" }, t("filled")) : "", gradeBadge(row.o))),
    el("span", { class: "hint" }, [place, row.g, row.c ? t("people", { count: row.c }) : "", t("number_end", { end: row.n.slice(-4) })].filter(Boolean).join(" · "))));
}

function schemeRow(row, local, filled) {
  return el("li", {}, el("a", { class: "row", href: `#scheme/${row.village}/${row.k}` },
    el("span", { class: "row-main" }, el("strong", {}, row.name), el("span", { class: "badges" }, markBadge(local), filled ? el("span", { class: "badge done" }, t("filled")) : "")),
    el("span", { class: "hint" }, [t(`class_${row.c}`), row.n].filter(Boolean).join(" · "))));
}

/** «新增» stands there only after a search that found nothing, or after somebody looked at what was found. */
function addLine(path, text, found, forms, looked, again) {
  const form = forms.find((each) => each.step === "new_household");
  if (!form || !text.trim()) return "";
  if (path === "all") return found ? "" : el("p", { class: "hint" }, t("add_choose_village"));
  if (found && !looked) return el("button", { class: "wide quiet", onclick: again }, t("add_none_of_these"));
  const words = text.trim().split(/\s+/).find((word) => !/\d/.test(word)) || "";
  return el("div", {}, found ? "" : el("p", { class: "hint" }, t("add_found_none")),
    el("a", { class: "button wide", href: `#fill/${form.pk}/new/${path}/${encodeURIComponent(words)}` }, t("add_household")));
}

/** A list under a search box that follows what is typed. */
function searching({ rows, draw, more, open: onlyOpen, placeholder }) {
  const state = { text: "", shown: PAGE, looked: false, open: false };
  const list = el("ul", { class: "rows" });
  const card = el("section", { class: "card" }, list);
  const below = el("div", { class: "below" });
  const told = el("p", { class: "hint", role: "status" });
  const show = () => {
    const found = search(rows, state.text).filter((row) => !state.open || onlyOpen(row));
    fill(told, state.text.trim() || state.open ? t("found", { count: found.length }) : t("all_rows", { count: rows.length }));
    fill(list, found.slice(0, state.shown).map(draw));
    card.hidden = !found.length;
    fill(below, found.length > state.shown ? el("button", { class: "wide quiet", onclick: () => { state.shown += PAGE; show(); } }, t("show_more", { count: found.length - state.shown })) : "",
      more ? more(state, found.length, () => { state.looked = true; show(); }) : "");
  };
  const type = (event) => { Object.assign(state, { text: event.target.value, shown: PAGE, looked: false }); show(); };
  const box = el("input", { type: "search", class: "find", placeholder, "aria-label": placeholder, autocomplete: "off", enterkeyhint: "search", oninput: type });
  const only = onlyOpen ? el("label", { class: "tick" }, el("input", { type: "checkbox", onchange: (event) => { state.open = event.target.checked; show(); } }), t("only_open")) : "";
  show();
  return [el("div", { class: "search" }, box, only), told, card, below];
}

function tabs(path, here, round) {
  const tail = round ? `/${round}` : "";
  return el("nav", { class: "tabs" }, ["households", "schemes", "problems"].map((name) => el("a", {
    href: `#village/${path}/${name}${name === "problems" ? "" : tail}`, "aria-current": name === here ? "page" : null,
  }, t(`tab_${name}`))));
}

async function body(path, tab, told, round) {
  const [local, place] = [await marks(), path === "all" ? "" : path];
  const since = (row, kind) => round && filledFor(row, `${kind}:${row.k}`, round, formOf(round, told.forms), local);
  if (tab === "problems") {
    const rows = await problemsOf(path);
    return [rows.length ? el("section", { class: "card" }, el("ul", { class: "rows" }, rows.map((row) => problemRow(row, path, local)))) : el("p", { class: "empty" }, t("no_problems"))];
  }
  if (tab === "schemes") {
    const rows = await schemes(place);
    const draw = (row) => schemeRow(row, local.get(`scheme:${row.k}`), since(row, "scheme"));
    return searching({ rows, draw, placeholder: t("search_scheme"), open: round && ((row) => !since(row, "scheme")) });
  }
  const names = new Map(told.villages.map((each) => [each.path, each.name]));
  const rows = (await households(place)).filter((row) => !round || isOf(row, round));
  const draw = (row) => householdRow(row, place ? "" : names.get(row.village), local.get(`household:${row.k}`), since(row, "household"));
  // Who is not among those of a visit may well be in the register.
  const more = round && round.of ? null : (state, found, again) => addLine(path, state.text, found, told.forms, state.looked, again);
  return searching({ rows, draw, more, placeholder: t("search_household"), open: round && ((row) => !since(row, "household")) });
}

export async function village([path, tab = "households", pk = ""]) {
  const told = await tasks();
  const place = told.villages.find((each) => each.path === path);
  const about = tab === "schemes" ? "scheme" : "household";
  const open = told.rounds.filter((each) => each.villages.includes(path) && (formOf(each, told.forms) || {}).about === about);
  const round = open.find((each) => String(each.pk) === pk) || open.find((each) => !each.of) || null;
  return {
    title: place ? place.name : t("all_villages"), back: pk ? "home" : "villages",
    body: [path === "all" ? "" : tabs(path, tab, pk), await body(path, tab, told, round)],
  };
}

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
    const rows = await problemsOf("mine");
    body.push(rows.length ? card(rows.map((row) => problemRow(row, "mine", local))) : empty());
  } else {
    for (const { path, name } of told.villages) {
      const rows = await problemsOf(path);
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
  const row = await problemOf(place, k);
  const back = place === "mine" ? "problems/mine" : `village/${place}/problems`;
  if (!row) return { title: t("problem"), back, body: [el("p", { class: "empty" }, t("gone_problem"))] };
  const [told, local, synced] = [await tasks(), await marks(), (await setting("synced_at")) || ""];
  const own = local.get(`problem:${row.k}`) || [];
  // What was sent after the last sync is not yet in the row: it is not asked for twice.
  const waits = ["unsent", "sent"].find((state) => own.some((mark) => mark.state === state && (!mark.at || mark.at > synced)));
  const steps = waits ? [] : row.may.filter((step) => told.forms.some((form) => form.step === step));
  const drafted = own.find((mark) => mark.state === "draft");
  return {
    title: row.kind, back, live: ["register", "outbox", "drafts"],
    body: [
      el("section", { class: "card" }, el("p", { class: "badges" }, el("span", { class: "badge fair" }, row.state_label), markBadge(own)),
        pairs([[t("number"), row.n], [t("where"), await subjectLink(row)], [t("severity"), row.severity],
          [t("deadline"), row.due ? el("span", { class: late(row) ? "late" : "" }, moment(row.due)) : ""], [t("told"), row.words]])),
      waits ? el("p", { class: "message" }, t(`step_${waits}`)) : "",
      el("div", { class: "stack" },
        drafted ? el("a", { class: "button wide", href: `#draft/${drafted.id}` }, t("go_on_draft", { title: "" })) : "",
        steps.map((step) => el("a", { class: "button wide", href: `#fill/${told.forms.find((form) => form.step === step).pk}/problem/${place}/${k}` }, t(`step_${step}`)))),
      steps.length || waits || drafted ? "" : el("p", { class: "hint" }, t(row.may.length ? "no_step_form" : "no_step_here")),
    ],
  };
}
