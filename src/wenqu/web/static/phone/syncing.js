// The sync as the screens see it: whether it runs, how far it is, how the last one ended.

import { Refused, Unreached } from "./api.js";
import { BUSY } from "./locks.js";
import { send } from "./outbox.js";
import { NotKept, setting, tell } from "./store.js";
import { sync } from "./sync.js";
import { t } from "./words.js";

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
    syncing.error = sentence(error);
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
