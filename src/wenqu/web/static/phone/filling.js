// Opens the form screen for somebody and keeps what it says: drafts after every answer, in the end a record in the outbox.

import { identity } from "./api.js";
import { keepRecord } from "./outbox.js";
import { filesFor } from "./register.js";
import { blobsOf, filesOf, get, hold, tell, write } from "./store.js";
import { t } from "./words.js";

const stamp = () => new Date().toISOString();

/** A number of its own for a draft, also without https. */
const draftId = () => `${Date.now().toString(36)}-${Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(36)).join("")}`;

/** A draft that is not yet kept: it is, as soon as something was answered. */
export function newDraft(form, about) {
  return {
    id: draftId(), form: form.pk, form_id: form.id, form_title: form.title, subject: about.subject || "", village: about.village || "",
    name: about.name || "", given: about.given || {}, hints: about.hints || {}, made_at: stamp(), state: null, page: 0,
  };
}

function saver(row) {
  const kept = new Map();
  let over = false;
  let last = Promise.resolve();
  const store = async ({ state, page, title, blobs }) => {
    if (over) return;
    const fresh = blobs.filter(({ name, blob }) => kept.get(name) !== blob);
    const gone = Array.from(kept.keys()).filter((name) => !blobs.some((each) => each.name === name));
    Object.assign(row, { state, page, title, changed_at: stamp() });
    await write(["drafts", "blobs"], (open) => {
      open("drafts").put(row);
      gone.forEach((name) => open("blobs").delete([row.id, name]));
      fresh.forEach(({ name, blob }) => open("blobs").put(blob, [row.id, name]));
    });
    gone.forEach((name) => kept.delete(name));
    fresh.forEach(({ name, blob }) => kept.set(name, blob));
    tell("drafts");
  };
  return {
    begin: (blobs) => blobs.forEach(({ name, blob }) => kept.set(name, blob)),
    // One after another: an older state never lands on a newer one.
    save: (told) => { last = last.catch(() => {}).then(() => store(told)); return last; },
    end: async () => { over = true; await last.catch(() => {}); },
    reopen: () => { over = false; },
  };
}

/** Opens it in `host`. `over(why, record)` is told when it is left ("left") or finished ("finished"). Gives {close}, or why not. */
export async function openFilling(host, row, { large, over }) {
  const release = await hold(`draft ${row.id}`);
  if (!release) return { why: t("draft_elsewhere") };
  try {
    const kept = await get("plans", row.form);
    if (!kept) { release(); return { why: t("no_form") }; }
    const [me, blobs, { openForm }] = [await identity(), await blobsOf(row.id), await import("./form/screen.js")];
    const drafts = saver(row);
    drafts.begin(blobs);
    const onFinish = async ({ xml, instanceId, title, files }) => {
      await drafts.end();
      try {
        const { form_id, form_title, subject, village, name } = row;
        await keepRecord({ id: instanceId, xml, form_id, form_title, subject, village, title: name || title || "", made_at: stamp() }, files, row.id);
      } catch (error) {
        // The form screen says so, and offers the way out.
        drafts.reopen();
        throw error;
      }
      release();
      over("finished", row);
    };
    const opened = await openForm(host, {
      plan: kept.plan, files: await filesFor(kept), given: row.given, hints: row.hints, t, large,
      known: { deviceid: `wenqu:${me.device}`, username: me.person },
      draft: row.state ? { state: row.state, page: row.page, blobs } : null,
      onDraft: drafts.save,
      onFinish,
      onLeave: () => { release(); over("left", row); },
    });
    const close = async () => {
      if (opened && opened.close) await opened.close();
      await drafts.end();
      release();
    };
    return { close };
  } catch (error) {
    release();
    throw error;
  }
}

/** Throws a draft away with its files. */
export async function dropDraft(id) {
  const release = await hold(`draft ${id}`);
  if (!release) return false;
  try {
    await write(["drafts", "blobs"], (store) => { store("drafts").delete(id); store("blobs").delete(filesOf(id)); });
  } finally {
    release();
  }
  tell("drafts");
  return true;
}
