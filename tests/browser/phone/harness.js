// Opens the form screen as the rest of the page does, and keeps what it told: drafts, records, leaving.

import { openForm } from "/form/screen.js";

const told = { drafts: 0, draft: null, finished: null, fail: false };
let opened = null;

export async function open(options, words) {
  const t = (key, given = {}) => (words[key] === undefined ? key : words[key].replace(/\{(\w+)\}/g, (all, name) => (given[name] === undefined ? all : String(given[name]))));
  if (opened) await opened.close();
  told.finished = null;
  for (const mark of ["finished", "left"]) delete document.body.dataset[mark];
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
    onLeave: () => { document.body.dataset.left = "yes"; },
  });
}

/** Opens the form anew from the draft that was stored last, as after the browser was killed. */
export function reopen(options, words) {
  opened = null;
  return open({ ...options, draft: told.draft }, words);
}

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

/** What the engine alone makes of the same answers, told by path. */
export async function engine({ plan, given, files = {} }, answers) {
  const { Form } = await import("/engine/form.js");
  const { nameOf, walked } = await import("/engine/tree.js");
  const form = new Form(plan, { files, given, known: { deviceid: "phone-1", username: "zhang" } });
  for (const [path, text] of answers) {
    const node = [...walked(form.root)].find((each) => nameOf(each) === path);
    const said = form.answer(node, text);
    if (said !== "ok") throw new Error(`${path}: ${said}`);
  }
  return form.finish();
}
