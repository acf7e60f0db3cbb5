// The page: which screen stands at which address, and what stays in sight on all of them.

import { identity } from "./api.js";
import { el, fill } from "./dom.js";
import { watch } from "./outbox.js";
import { home } from "./screens/home.js";
import { pairing, secretIn } from "./screens/pairing.js";
import { problem, problems, village, villages } from "./screens/places.js";
import { draft, drafts, fillIn, outbox } from "./screens/records.js";
import { rescue, retireThis, settings } from "./screens/settings.js";
import { household, scheme } from "./screens/subject.js";
import { bar, formsOpen, lines, work } from "./shell.js";
import { listen, open, setting } from "./store.js";
import { sentence, syncIfStale } from "./sync.js";
import { speak, t } from "./words.js";

const SCREENS = { home, villages, village, household, scheme, problems, problem, drafts, draft, fill: fillIn, outbox, settings, rescue, retire: retireThis, pair: pairing };

/** What screens may ask of the page. */
export const app = { large: false, notice: "", secret: "", shown: null, trail: [], fresh: null, stale: false, trouble: "" };
const place = { top: null, lines: null, main: null };
let turn = 0;

app.go = (hash, replace = false) => {
  if (replace) location.replace(`#${hash}`);
  else location.hash = hash;
};

/** Back to where this screen belongs: in the history where it came from there, so that the key of the phone agrees. */
app.back = () => {
  const to = (app.shown && app.shown.back) || "home";
  if (app.trail[app.trail.length - 2] === to) history.back();
  else app.go(to, true);
};

/** A failure to keep something stays in sight until it is gone. */
app.warn = (error) => {
  app.trouble = error ? sentence(error) : "";
  frame();
};

app.dress = async () => {
  app.large = Boolean(await setting("large"));
  document.documentElement.classList.toggle("large", app.large);
  await speak((await setting("language")) || "zh");
};

app.update = async () => {
  if (await formsOpen()) return app.warn(new Error(t("update_form_open")));
  return app.fresh();
};

async function frame() {
  const [top, below] = await Promise.all([bar(app), lines(app)]);
  fill(place.top, top);
  fill(place.lines, below);
}

const where = () => {
  const [name, ...params] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return { name: name || "home", params };
};

async function leave() {
  const { close } = app.shown || {};
  if (!close) return;
  try {
    await close();
  } catch (error) {
    app.warn(error);
  }
}

async function build() {
  const { name, params } = where();
  const me = await identity();
  const screen = me || name === "settings" || name === "outbox" ? SCREENS[name] || home : pairing;
  try {
    return await screen(params, app);
  } catch (error) {
    return { title: t("app"), back: "home", body: [el("p", { class: "message error", role: "alert" }, sentence(error))] };
  }
}

const paint = ({ notice, body }) => fill(place.main, notice ? el("p", { class: "message success", role: "status" }, notice) : "", body);

/** Shows what the address says. A later call wins over one that is still reading. */
async function show() {
  turn += 1;
  const mine = turn;
  await leave();
  if (app.stale) return location.reload();
  const made = await build();
  if (mine !== turn) return made.close && made.close();
  app.shown = made;
  made.notice = app.notice;
  app.notice = "";
  document.title = `${made.title} · ${t("app")}`;
  document.body.classList.toggle("filling", Boolean(made.form));
  await frame();
  paint(made);
  scrollTo(0, 0);
  if (made.ready) await made.ready();
  return undefined;
}

/** Draws the screen again where what it shows changed, at the place where the person is. */
async function redraw(what) {
  const { shown } = app;
  await frame();
  if (!shown || !(shown.live || []).includes(what)) return;
  const mine = turn;
  const made = await build();
  if (mine !== turn || app.shown !== shown) return;
  const at = scrollY;
  made.notice = shown.notice;
  app.shown = made;
  paint(made);
  scrollTo(0, at);
}

function route() {
  const secret = secretIn(location.hash);
  if (secret) {
    // A code is used once, and stays in no history.
    app.secret = secret;
    history.replaceState(null, "", "#pair");
  }
  const here = location.hash.replace(/^#\/?/, "") || "home";
  if (app.trail[app.trail.length - 2] === here) app.trail.pop();
  else if (app.trail[app.trail.length - 1] !== here) app.trail.push(here);
  return show();
}

let drawing = Promise.resolve();
const soon = new Set();
function changed(what) {
  // Many changes in a row are one drawing.
  if (soon.has(what)) return;
  soon.add(what);
  setTimeout(() => {
    soon.delete(what);
    drawing = drawing.then(() => (what === "settings" ? app.dress() : null)).then(() => redraw(what)).catch(app.warn);
  }, 60);
}

async function start() {
  const root = document.getElementById("app");
  try {
    await open();
    await app.dress();
  } catch (error) {
    await speak("zh");
    return fill(root, el("main", {}, el("h1", {}, t("app")), el("p", { class: "message error", role: "alert" }, sentence(error))));
  }
  for (const name of ["top", "lines", "main"]) place[name] = el({ top: "header", lines: "div", main: "main" }[name], { class: name });
  fill(root, place.top, place.lines, place.main);
  listen(changed);
  // A button whose work failed says so.
  addEventListener("unhandledrejection", (event) => app.warn(event.reason));
  addEventListener("hashchange", () => route().catch(app.warn));
  await route();
  watch();
  work({ fresh: (take) => { app.fresh = take; frame(); }, stale: () => { app.stale = true; frame(); } }).catch(() => {});
  return syncIfStale();
}

start();
