// Opens the form screen as the rest of the page does, and keeps what it told: drafts, records, leaving.

import { openForm } from "/form/screen.js";

const told = { drafts: 0, draft: null, finished: null, left: 0, fail: false };
let opened = null;

export async function open(options, words) {
  const t = (key, given = {}) => (words[key] === undefined ? key : words[key].replace(/\{(\w+)\}/g, (all, name) => (given[name] === undefined ? all : String(given[name]))));
  if (opened) await opened.close();
  Object.assign(told, { finished: null, left: 0 });
  delete document.body.dataset.finished;
  opened = await openForm(document.getElementById("app"), {
    files: {}, given: {}, hints: {}, known: { deviceid: "phone-1", username: "zhang" }, draft: null, large: false, ...options, t,
    onDraft: async (draft) => {
      if (told.fail) throw new Error("full");
      told.drafts += 1;
      told.draft = { ...draft, state: JSON.parse(JSON.stringify(draft.state)) };
    },
    onFinish: async (record) => {
      told.finished = record;
      document.body.dataset.finished = "yes";
    },
    onLeave: () => { told.left += 1; },
  });
}

/** Opens the form anew from the draft that was stored last, as after the browser was killed. */
export const reopen = (options, words) => open({ ...options, draft: told.draft }, words);

const bytes = (blob) => new Promise((done) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
  reader.readAsDataURL(blob);
});

/** What was told, files as base64. */
export async function answer(what) {
  const found = told[what];
  if (!found || typeof found !== "object") return found;
  const files = found.files || found.blobs;
  return { ...found, files: await Promise.all(files.map(async ({ name, blob }) => ({ name, type: blob.type, content: await bytes(blob) }))), blobs: null };
}

export const set = (name, value) => { told[name] = value; };
export const close = () => opened.close();
