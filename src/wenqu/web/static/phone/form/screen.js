// The screen on which a form is filled. It is told all that it needs and tells what came of it; it stores and sends nothing itself.
//
// openForm(host, {plan, files, given, hints, known, draft, t, onDraft, onFinish, onLeave}) gives a promise of {close()}. Large type comes by the rem.
//   files: text of CSV files by name. given: texts by name of question. hints: {name: [last value, day]}. known: {deviceid, username}.
//   draft: null or {state, page, blobs: [{name, blob}]}; a name of a blob never gets another content.
//   onDraft({state, page, title, blobs}) after every answer, onFinish({xml, instanceId, title, files: [{name, blob}]}) may both promise.

import { el, fill } from "../dom.js";
import { download, exported, keeper } from "./draft.js";
import { frame, languageOf, listed, notice, unopened } from "./frame.js";
import { holds, pageWith, pagesOf } from "./pages.js";
import { Session } from "./session.js";
import { listView } from "./view.js";

class Screen {
  constructor(host, options) {
    Object.assign(this, options);
    this.page = (options.draft && options.draft.page) || "";
    this.at = 0;
    this.mending = false;
    const { t, plan } = options;
    this.parts = frame(host, { t, plan, language: languageOf(plan) }, {
      leave: () => this.leave(), list: () => this.list(), back: () => this.turn(-1), next: () => this.forward(), speak: (language) => this.speak(language),
    });
    this.keeper = keeper(() => this.store(), () => this.unstored());
    const told = { broke: (error) => this.broke(error), noted: () => this.changed() };
    this.session = new Session({ ...options, language: languageOf(options.plan) }, told);
    this.ready = true;
    if (this.session.lost.length) notice(this.parts, this.t("form_lost", { count: this.session.lost.length }));
    this.open();
  }

  pages() { return this.session.safely(() => pagesOf(this.session.form), []); }

  /** Opens the page on which `this.page` stands. */
  open(focus = null) {
    const { parts, session } = this;
    const pages = this.pages();
    const found = pageWith(pages, this.page);
    this.at = found < 0 ? Math.min(this.at, Math.max(0, pages.length - 1)) : found;
    const page = pages[this.at] || { title: null, items: [], keys: [""] };
    [this.page] = page.keys;
    if (this.view) this.view.drop();
    this.view = listView(session, page.items, fill(parts.body, pages.length === 0 && el("p", null, this.t("form_empty"))));
    this.shown = page;
    this.update();
    window.scrollTo(0, 0);
    if (focus) this.point(focus);
    else parts.title.focus({ preventScroll: true });
  }

  /** Brings everything that is shown up to what the form is now. */
  update() {
    const { parts, session, t } = this;
    const pages = this.pages();
    const now = pageWith(pages, this.page);
    if (now >= 0) this.at = now;
    const { title } = this.shown;
    parts.title.textContent = title ? session.say(title.place.label, title) : "";
    parts.title.hidden = parts.title.textContent === "";
    const last = this.at >= pages.length - 1;
    parts.count.textContent = t("form_page", { at: this.at + 1, all: Math.max(1, pages.length) });
    parts.done.style.width = `${Math.round((100 * (this.at + 1)) / Math.max(1, pages.length))}%`;
    parts.back.disabled = this.at === 0;
    parts.next.textContent = t(last || this.mending ? "form_finish" : "form_next");
    // A page may get other items by an answer on another page only, and by a change of what is merged into it: those are found when it is opened.
    this.view.update();
  }

  changed() {
    if (!this.ready) return;
    this.keeper.note();
    if (this.view) this.update();
  }

  store() {
    const { session, page } = this;
    const blobs = session.filesOf(false);
    // What no question names any more is let go of.
    session.blobs = new Map(blobs.map(({ name, blob }) => [name, blob]));
    return this.onDraft({ state: session.form.state(), page, title: session.title, blobs });
  }

  async forward() {
    await this.view.flush();
    if (this.mending || this.at >= this.pages().length - 1) {
      await this.finish();
      return;
    }
    const wrong = this.session.problems().filter((node) => holds(this.shown, node.place.path));
    const fresh = wrong.some((node) => !this.session.tried.has(node));
    wrong.forEach((node) => this.session.tried.add(node));
    if (!wrong.length || !fresh) {
      await this.turn(1);
      return;
    }
    this.update();
    this.point(wrong[0]);
    notice(this.parts, this.t("form_page_wrong", { count: wrong.length }), false, [this.t("form_skip"), () => this.turn(1)]);
  }

  async turn(step) {
    await this.view.flush();
    const pages = this.pages();
    const next = pages[this.at + step];
    notice(this.parts, "");
    if (!next) return;
    [this.page] = next.keys;
    this.open();
    this.keeper.note();
  }

  async finish() {
    const { session, t, parts } = this;
    if (this.busy) return;
    this.busy = true;
    parts.next.disabled = true;
    try {
      const wrong = session.problems();
      wrong.forEach((node) => session.tried.add(node));
      if (wrong.length) {
        this.mending = true;
        this.page = wrong[0].place.path;
        this.open(wrong[0]);
        notice(this.parts, t("form_wrong", { count: wrong.length, name: session.nameOf(wrong[0]) }));
        return;
      }
      const xml = session.safely(() => session.form.finish(), null);
      await this.keeper.flush();
      if (xml === null) return;
      await this.onFinish({ xml, instanceId: session.instanceId, title: session.title, files: session.filesOf(true) });
      this.gone();
    } catch (error) {
      this.unstored();
    } finally {
      this.busy = false;
      parts.next.disabled = false;
    }
  }

  /** Brings a question into sight. */
  point(node) {
    this.session.pointed = node;
    this.view.update();
    const box = this.parts.body.querySelector(`[data-path="${this.session.form.name(node)}"]`);
    if (box) box.scrollIntoView({ block: "start" });
  }

  list() {
    const { parts, session, t } = this;
    const wrong = parts.list.hidden ? session.problems().map((node) => node.place.path) : [];
    parts.list.hidden = !parts.list.hidden;
    fill(parts.list, parts.list.hidden ? [] : listed(this.pages(), this.at, { t, session, wrong, jump: (path) => this.jump(path) }));
    window.scrollTo(0, 0);
  }

  async jump(path) {
    await this.view.flush();
    this.parts.list.hidden = true;
    this.page = path;
    notice(this.parts, "");
    this.open();
    this.keeper.note();
  }

  async speak(language) {
    await this.view.flush();
    this.session.form.language = Number(language);
    this.open();
  }

  /** An expression of the form failed: all answers are kept, and can be taken out of the phone. */
  broke(error) {
    console.warn(error);
    this.alarm("form_broken");
  }

  unstored() { this.alarm("form_not_stored"); }

  alarm(word) { notice(this.parts, this.t(word), true, [this.t("form_export"), () => exported(this.session, this.plan)]); }

  /** Goes, unless the phone could not store what there is: that is told first. */
  async leave() {
    await this.view.flush();
    await this.keeper.flush();
    if (this.keeper.unsaved() && !this.warned) {
      this.warned = true;
      return;
    }
    this.gone();
    this.onLeave();
  }

  async close() {
    if (this.closed) return;
    await this.view.flush();
    await this.keeper.close();
    this.gone();
  }

  gone() {
    if (this.closed) return;
    this.closed = true;
    this.keeper.close();
    this.view.drop();
  }
}

export async function openForm(host, options) {
  try {
    const screen = new Screen(host, options);
    return { close: () => screen.close() };
  } catch (error) {
    console.warn(error);
    return unopened(host, options, error, download);
  }
}
