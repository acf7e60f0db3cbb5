// Villages, and who and what is in one of them: search first, and only then something new.

import { el, fill } from "../dom.js";
import { filledSince, households, marks, problems, schemes, search, tasks } from "../register.js";
import { problemRow } from "./problems.js";
import { formOf } from "./home.js";
import { t } from "../words.js";

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
  const since = (row, kind) => (round ? filledSince(row, `${kind}:${row.k}`, round.from, local) : false);
  if (tab === "problems") {
    const rows = await problems(path);
    return [rows.length ? el("section", { class: "card" }, el("ul", { class: "rows" }, rows.map((row) => problemRow(row, path, local)))) : el("p", { class: "empty" }, t("no_problems"))];
  }
  if (tab === "schemes") {
    const rows = await schemes(place);
    const draw = (row) => schemeRow(row, local.get(`scheme:${row.k}`), since(row, "scheme"));
    return searching({ rows, draw, placeholder: t("search_scheme"), open: round && ((row) => !since(row, "scheme")) });
  }
  const names = new Map(told.villages.map((each) => [each.path, each.name]));
  const rows = await households(place);
  const draw = (row) => householdRow(row, place ? "" : names.get(row.village), local.get(`household:${row.k}`), since(row, "household"));
  const more = (state, found, again) => addLine(path, state.text, found, told.forms, state.looked, again);
  return searching({ rows, draw, more, placeholder: t("search_household"), open: round && ((row) => !since(row, "household")) });
}

export async function village([path, tab = "households", pk = ""]) {
  const told = await tasks();
  const place = told.villages.find((each) => each.path === path);
  const about = tab === "schemes" ? "scheme" : "household";
  const open = told.rounds.filter((each) => each.villages.includes(path) && (formOf(each, told.forms) || {}).about === about);
  const round = open.find((each) => String(each.pk) === pk) || open[0] || null;
  return {
    title: place ? place.name : t("all_villages"), back: pk ? "home" : "villages",
    body: [path === "all" ? "" : tabs(path, tab, pk), await body(path, tab, told, round)],
  };
}
