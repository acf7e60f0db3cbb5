// Brings the phone up to date: tasks, then forms, then the rows of the register that changed. Each step is kept when it is done,
// so that a signal of one minute is never lost; what was not done is asked for next time.

import { ask, identity, Refused, Unreached } from "./api.js";
import { send } from "./outbox.js";
import { askStates } from "./sent.js";
import { all, alone, BUSY, clear, get, keep, keys, NotKept, put, remove, setting, tell, write } from "./store.js";
import { t } from "./words.js";

const RETIRED = "phone_retired";
const MOST_ANSWERS = 500;
const SKEWED = 15 * 60e3;

async function tasksNow() {
  const held = await setting("tasks");
  const { same, told, etag } = await ask("tasks", { etag: held ? await setting("tasks_etag") : "" });
  if (same) return held;
  await write(["settings"], (store) => {
    store("settings").put(told, "tasks");
    store("settings").put(etag, "tasks_etag");
    store("settings").put(told.rescue_key || "", "rescue_key");
    store("settings").put(Math.abs(Date.now() - Date.parse(told.now)) > SKEWED, "clock_wrong");
  });
  return told;
}

async function oneForm(form) {
  const held = await get("plans", form.pk);
  const files = {};
  for (const { name, hash, register } of form.files) {
    if (register) continue;
    const kept = held && held.files[name];
    files[name] = kept && kept.hash === hash ? kept : { hash, text: (await ask(`forms/${form.pk}/files/${encodeURIComponent(name)}`, { plain: true })).told };
  }
  const plan = held ? held.plan : (await ask(`forms/${form.pk}`)).told;
  await put("plans", { pk: form.pk, form, plan, files });
}

async function formsNow(tasks, report) {
  for (const [at, form] of tasks.forms.entries()) {
    report({ step: "forms", done: at, total: tasks.forms.length });
    await oneForm(form);
  }
  const wanted = new Set(tasks.forms.map((form) => form.pk));
  for (const draft of await all("drafts")) wanted.add(draft.form);
  for (const pk of await keys("plans")) if (!wanted.has(pk)) await remove("plans", pk);
}

async function rowsNow(report) {
  // One hash of all that the last sync ended with: where nothing changed, nothing more is said.
  const whole = await setting("buckets_all");
  if (whole && !(await ask("changes", { body: { all: whole } })).told.more) return;
  const have = {};
  for (const bucket of await all("buckets")) have[bucket.id] = bucket.hash;
  let done = 0;
  for (let answers = 0; answers < MOST_ANSWERS; answers += 1) {
    const { told } = await ask("changes", { body: { have } });
    await write(["buckets", "settings"], (store) => {
      store("settings").put(told.more ? "" : told.all, "buckets_all");
      told.gone.forEach((id) => store("buckets").delete(id));
      told.buckets.forEach((bucket) => store("buckets").put(bucket));
    });
    told.gone.forEach((id) => delete have[id]);
    told.buckets.forEach(({ id, hash }) => { have[id] = hash; });
    done += told.buckets.length;
    report({ step: "rows", done, total: done + (told.left || 0) });
    if (!told.more || !(told.buckets.length + told.gone.length)) return;
  }
}

/** The office retired this phone: the register goes, what was filled stays until it was sent or taken out. */
export async function retire() {
  const held = await identity();
  if (!held || held.retired) return;
  const drafted = new Set((await all("drafts")).map((draft) => draft.form));
  const plans = (await keys("plans")).filter((pk) => !drafted.has(pk));
  await write(["settings", "plans", "buckets"], (store) => {
    store("buckets").clear();
    plans.forEach((pk) => store("plans").delete(pk));
    for (const name of ["tasks", "tasks_etag", "synced_at", "buckets_all"]) store("settings").delete(name);
    store("settings").put({ ...held, retired: new Date().toISOString() }, "identity");
  });
  tell("settings");
}

async function run(report) {
  try {
    report({ step: "tasks", done: 0, total: 1 });
    const tasks = await tasksNow();
    await formsNow(tasks, report);
    await rowsNow(report);
    await keep("synced_at", new Date().toISOString());
    await askStates();
  } catch (error) {
    if (error instanceof Refused && error.code === RETIRED) await retire();
    throw error;
  } finally {
    tell("register");
  }
}

/** One sync at a time, over all tabs. `report({step, done, total})` says how far it is. BUSY where another tab is at it. */
export const sync = (report) => alone("sync", () => run(report));

/** Takes everything off this phone; the caller has made sure that nothing is unsent. */
export async function forget() {
  await clear("settings", "plans", "buckets", "drafts", "blobs", "outbox", "sent", "locks");
  tell("settings");
}

// The sync as the screens see it: whether it runs, how far it is, how the last one ended.

const STALE = 30 * 60e3;

/** {step, done, total} while it runs; `error` is the sentence of why the last one stopped. */
export const syncing = { now: null, error: "" };

/** A sentence for whoever holds the phone. */
export function sentence(error) {
  if (error instanceof NotKept) return t(`kept_${error.code}`);
  if (error instanceof Unreached) return t(error.strange ? "net_strange" : "net_none");
  if (error instanceof Refused) return error.message;
  return t("failed", { why: String((error && error.message) || error) });
}

export async function syncNow() {
  if (syncing.now) return;
  syncing.now = { step: "tasks", done: 0, total: 1 };
  syncing.error = "";
  tell("sync");
  try {
    const told = await sync((progress) => { syncing.now = progress; tell("sync"); });
    if (told === BUSY) syncing.error = t("sync_elsewhere");
  } catch (error) {
    // The page says above all screens that this phone was retired.
    syncing.error = error instanceof Refused && error.code === RETIRED ? "" : sentence(error);
  } finally {
    syncing.now = null;
    tell("sync");
  }
  await send();
}

/** At the start: when it is a while ago, and there may be a network. */
export async function syncIfStale() {
  const [me, last] = [await setting("identity"), await setting("synced_at")];
  if (me && !me.retired && navigator.onLine && (!last || Date.now() - Date.parse(last) > STALE)) await syncNow();
}
