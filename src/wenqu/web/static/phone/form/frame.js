// What stands around the questions: title and progress above, what is to be said and the buttons below, the list of pages.

import { el, fill } from "../dom.js";
import { holds, isShown } from "./pages.js";

/** Which language of a form fits the page. */
export function languageOf(plan) {
  const wanted = document.documentElement.lang.startsWith("en") ? /english|\(en\b|^en\b/i : /中文|汉|\(zh|^zh/i;
  return Math.max(0, plan.languages.findIndex((name) => wanted.test(name)));
}

/** The second of two quick taps is no tap on what came after the first. */
const once = (act) => (event) => event.detail < 2 && act();

/** Draws it all, empty; `acts`: leave, list, back, next and speak. */
export function frame(host, { t, plan, language }, acts) {
  const parts = {
    count: el("button", { type: "button", class: "f-count", onclick: acts.list }), done: el("i"), list: el("nav", { class: "f-pages", hidden: true }),
    title: el("h2", { tabindex: "-1" }), body: el("div", { class: "f-body" }), notice: el("div", { class: "f-notice", role: "status", hidden: true }),
    back: el("button", { type: "button", class: "f-back", onclick: once(acts.back) }, t("form_back")),
    next: el("button", { type: "button", class: "f-next", onclick: once(acts.next) }),
  };
  const languages = plan.languages.length > 1 && el("select", { class: "f-language", "aria-label": t("form_language"), onchange: (event) => acts.speak(event.target.value) },
    plan.languages.map((each, at) => el("option", { value: at }, each.replace(/\s*\(.*\)$/, ""))));
  if (languages) languages.value = String(language);
  const top = el("header", { class: "f-top" },
    el("div", { class: "f-top-row" }, el("button", { type: "button", class: "f-leave", onclick: acts.leave }, t("form_leave")),
      el("strong", { class: "f-name" }, plan.form.title), languages, parts.count),
    el("div", { class: "f-done" }, parts.done));
  fill(host, el("div", { class: "f-screen" }, top, parts.list, el("div", { class: "f-page" }, parts.title, parts.body),
    el("footer", { class: "f-foot" }, parts.notice, el("div", { class: "f-turn" }, parts.back, parts.next))));
  return parts;
}

/** Says a sentence above the buttons, with what can be done. "" takes it away. */
export function notice(parts, text, alarm = false, ...actions) {
  parts.notice.hidden = text === "";
  parts.notice.classList.toggle("f-alarm", alarm);
  fill(parts.notice, el("p", null, text), actions.map(([word, act]) => el("button", { type: "button", class: "f-small", onclick: act }, word)));
}

/** What a page is called: as its group, or as the first that it asks. */
function nameOf({ title, items }, session) {
  const first = items.find((item) => item.place.kind !== "note" && session.safely(() => isShown(session.form, item), false));
  const [label, node] = title ? [title.place.label, title] : first ? [first.place.label, first.place.many ? first.above : first.above.children.get(first.place)] : [];
  return session.say(label, node).replace(/\*\*/g, "");
}

/** All pages to go to, with how much of each is open. */
export function listed(pages, here, { t, session, wrong, jump }) {
  return pages.map((page, at) => {
    const count = wrong.filter((path) => holds(page, path)).length;
    const name = nameOf(page, session) || t("form_page_number", { at: at + 1 });
    return el("button", { type: "button", "aria-current": at === here && "page", onclick: () => jump(page.keys[0]) }, el("span", null, name),
      el("small", { class: count ? "f-open" : "f-full" }, count ? t("form_page_open", { count }) : t("form_page_full")));
  });
}

/** A form that cannot even be opened: the draft stays where it is, and can be taken out. */
export function unopened(host, { plan, draft, t, onLeave }, error, download) {
  const told = { form: plan.form, state: draft && draft.state, error: String(error) };
  const blobs = ((draft && draft.blobs) || []).map(({ name, blob }) => [name, blob]);
  fill(host, el("div", { class: "f-screen" }, el("div", { class: "f-page" }, el("h2", null, plan.form.title), el("p", { class: "f-wrong" }, t(draft ? "form_draft_broken" : "form_form_broken")),
    draft && el("button", { type: "button", class: "f-take", onclick: () => download(`${plan.form.id}.json`, told, blobs) }, t("form_export")),
    el("div", { class: "f-turn" }, el("button", { type: "button", class: "f-back", onclick: () => onLeave() }, t("form_leave"))))));
  return { close: () => Promise.resolve() };
}
