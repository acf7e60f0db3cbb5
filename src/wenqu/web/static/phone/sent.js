// What was sent, and what became of it. The record and its files stay until the office says that it misses nothing.

import { ask, Refused, Unreached } from "./api.js";
import { all, filesOf, keys, setting, tell, write } from "./store.js";

const KEPT = 200;
const ASKED = 100;
// What the office may still change: missing files come later, a quarantined record waits for a decision.
const open = (row) => row.xml || row.state !== "accepted";

/** Moves a record to what was sent; the receipt is there. */
export function toSent(row) {
  const { need, got, error, code, tries, ...kept } = row;
  return write(["outbox", "sent"], (store) => {
    store("sent").put({ ...kept, state: "", state_label: "", reasons: [], missing: [], sent_at: new Date().toISOString() });
    store("outbox").delete(row.id);
  });
}

/** Back into the outbox: whole, or only the files that the office misses. */
function sendAgain(store, row, need) {
  const { sent_at, state_label, reasons, missing, ...record } = row;
  store("outbox").put({ ...record, state: "waiting", tries: 1, error: "", need, got: [], again: !need });
  store("sent").delete(row.id);
}

/** The office gave a receipt and knows nothing of the record: it was set back to an older day. Sent once more, not for ever. */
async function unknown(row) {
  if (!row.xml || row.again) return false;
  await write(["sent", "outbox"], (store) => sendAgain(store, row, null));
  return true;
}

/** What the office says of one: its record may go, stays, or its files are sent again. */
async function note(row, told) {
  if (!told) return unknown(row);
  const here = (await keys("blobs", filesOf(row.id))).map((key) => key[1]);
  const again = told.missing.filter((name) => here.includes(name));
  await write(["sent", "outbox", "blobs"], (store) => {
    if (again.length && row.xml) return sendAgain(store, row, again);
    if (!told.missing.length) store("blobs").delete(filesOf(row.id));
    const { xml, ...known } = row;
    return store("sent").put({ ...(told.missing.length ? row : known), ...told });
  });
  return again.length > 0;
}

/** Asks what became of what was sent. Gives whether anything must be sent again. */
export async function askStates() {
  const tokens = (await setting("tokens")) || {};
  const rows = (await all("sent")).sort((a, b) => Boolean(b.xml) - Boolean(a.xml) || (a.sent_at < b.sent_at ? 1 : -1));
  let again = false;
  for (const [device, token] of Object.entries(tokens)) {
    const asked = rows.filter((row) => String(row.device) === device && open(row)).slice(0, ASKED);
    if (!asked.length) continue;
    try {
      const { told } = await ask("states", { body: { instances: asked.map((row) => row.id) }, token });
      for (const row of asked) again = (await note(row, told.states[row.id])) || again;
    } catch (error) {
      // A retired phone is told nothing more; what it has stays as it is.
      if (!(error instanceof Refused) && !(error instanceof Unreached)) throw error;
    }
  }
  const old = rows.filter((row) => !row.xml).slice(KEPT);
  if (old.length) await write(["sent"], (store) => old.forEach((row) => store("sent").delete(row.id)));
  tell("outbox");
  return again;
}
