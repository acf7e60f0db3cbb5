// Finished records on their way to the office: the oldest first, one at a time with its files. A record stays until the receipt.

import { fromOffice, headers, identity, isReceipt, limitOf, reached, request, sentenceOf, Unreached } from "./api.js";
import { askStates, toSent } from "./sent.js";
import { all, alone, blobsOf, filesOf, get, keep, put, setting, tell, write } from "./store.js";

const ADDRESS = "/x/submission";
const UPLOAD_TIMEOUT = 300e3;
const LEAST_LIMIT = 1024 * 1024;
const MARGIN = 4096;
const WAITS = [5, 20, 60, 180, 600].map((seconds) => seconds * 1000);

/** What the sender does now, for the screens: {at, of} while it sends, else null. */
export const sender = { now: null };
let timer = null;
let failures = 0;

/** The office refused this record: it waits for a person, others go on. */
class Turned extends Error {}
/** The office cannot now: everything waits. */
class Later extends Error {
  constructor(message, after) { super(message); this.after = after; }
}

/** Puts a finished record into the outbox and takes its draft away, in one go. */
export async function keepRecord(record, files, draft) {
  const me = await identity();
  const row = { ...record, device: me.device, state: "waiting", tries: 0, error: "", need: null, got: [], files: files.map(({ name, blob }) => ({ name, type: blob.type, size: blob.size })) };
  await write(["outbox", "blobs", "drafts"], (store) => {
    store("outbox").put(row);
    files.forEach(({ name, blob }) => store("blobs").put(blob, [row.id, name]));
    if (draft) { store("blobs").delete(filesOf(draft)); store("drafts").delete(draft); }
  });
  tell("outbox");
  send();
}

/** Files in the parts that they are sent in: as many at once as the office takes; each alone once a sending broke off. */
export function partsOf(files, xml, limit, singly) {
  const parts = [[]];
  let size = xml + MARGIN;
  for (const file of files) {
    const more = file.blob.size + MARGIN;
    if (parts[parts.length - 1].length && (singly || size + more > limit)) { parts.push([]); size = xml + MARGIN; }
    parts[parts.length - 1].push(file);
    size += more;
  }
  return parts;
}

async function greet(token) {
  const { response } = await request(ADDRESS, { method: "HEAD", headers: await headers(token) });
  if (!fromOffice(response)) throw new Unreached(true);
  return Math.max(limitOf(response), LEAST_LIMIT);
}

async function post(row, files, token, last) {
  const body = new FormData();
  body.append("xml_submission_file", new Blob([row.xml], { type: "text/xml" }), "submission.xml");
  files.forEach(({ name, blob }) => body.append(name, blob, name));
  if (!last) body.append("*isIncomplete*", "yes");
  const { response, text } = await request(ADDRESS, { method: "POST", headers: await headers(token), body }, UPLOAD_TIMEOUT);
  if (isReceipt(response, text, row.id)) return;
  if (!fromOffice(response) || response.ok) throw new Unreached(true);
  const sentence = sentenceOf(text);
  if (response.status === 429 || response.status >= 500) throw new Later(sentence, Number(response.headers.get("Retry-After")) * 1000);
  throw new Turned(sentence || String(response.status));
}

async function sendOne(row, token, limit) {
  const files = (await blobsOf(row.id)).filter(({ name }) => (row.need ? row.need.includes(name) : true) && !row.got.includes(name));
  const xml = new Blob([row.xml]).size;
  const parts = partsOf(files, xml, limit, row.tries > 0);
  for (const [at, part] of parts.entries()) {
    await post(row, part, token, at === parts.length - 1);
    row.got = [...row.got, ...part.map(({ name }) => name)];
    if (at < parts.length - 1) await put("outbox", row);
  }
  await toSent(row);
}

async function failed(row, error, state) {
  // A person may have taken it out meanwhile; then nothing is put back.
  if (await get("outbox", row.id)) await put("outbox", { ...row, state, tries: row.tries + 1, error: error.message, code: error instanceof Unreached ? "unreached" : "told" });
}

/** Everything that waits, in the order in which it was finished. Gives when to try again: null where nothing waits. */
async function run() {
  const rows = (await all("outbox")).filter((row) => row.state === "waiting").sort((a, b) => (a.made_at < b.made_at ? -1 : 1));
  if (!rows.length) return null;
  const tokens = (await setting("tokens")) || {};
  const limits = {};
  for (const [at, row] of rows.entries()) {
    const token = tokens[row.device];
    sender.now = { at: at + 1, of: rows.length };
    tell("outbox");
    try {
      if (!limits[token]) limits[token] = await greet(token);
      await sendOne(row, token, limits[token]);
      await reached(true);
      failures = 0;
    } catch (error) {
      if (!(error instanceof Turned || error instanceof Later || error instanceof Unreached)) throw error;
      await failed(row, error, error instanceof Turned ? "refused" : "waiting");
      await reached(!(error instanceof Unreached));
      if (!(error instanceof Turned)) {
        failures += 1;
        return error.after || WAITS[Math.min(failures, WAITS.length) - 1];
      }
    }
  }
  return (await askStates().catch(() => false)) ? WAITS[3] : null;
}

/** Sends what waits; again later where that failed. Another tab that is at it goes on alone. */
export async function send() {
  clearTimeout(timer);
  try {
    const wait = await alone("outbox", run);
    if (typeof wait === "number") timer = setTimeout(send, wait);
  } finally {
    sender.now = null;
    tell("outbox");
  }
}

/** Tries at once those that the office refused too, or one of them. */
export async function again(instance) {
  const rows = (await all("outbox")).filter((row) => row.state === "refused" && (!instance || row.id === instance));
  await write(["outbox"], (store) => rows.forEach((row) => store("outbox").put({ ...row, state: "waiting" })));
  failures = 0;
  return send();
}

/** Sends at the start, when there is a network again, and when somebody looks. */
export function watch() {
  const now = () => { failures = 0; send().catch(() => {}); };
  addEventListener("online", now);
  addEventListener("offline", () => { keep("offline_since", new Date().toISOString()).then(() => tell("network"), () => {}); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") now(); });
  now();
}
