// The part of the register that this phone holds, read from its buckets.

import { all, beginning, setting } from "./store.js";

const CLOSED = "accepted";
const SHORT = 4;

async function rows(kind, village) {
  const buckets = await all("buckets", beginning(village ? `${kind}/${village}` : `${kind}/`));
  const found = new Map();
  for (const { id, rows: each } of buckets) for (const row of each) if (!found.has(row.k)) found.set(row.k, { ...row, village: row.v || id.split("/")[1] });
  return Array.from(found.values());
}

const collator = new Intl.Collator("zh-CN", { numeric: true });
const byGroup = (a, b) => collator.compare(a.g || "", b.g || "") || collator.compare(a.h || "", b.h || "") || a.k - b.k;

/** Households of a village, or of all; in the order of their groups. */
export const households = async (village) => (await rows("h", village)).sort(byGroup);
export const schemes = async (village) => (await rows("s", village)).sort((a, b) => collator.compare(a.name, b.name) || a.k - b.k);
/** Live problems there, or mine: "mine". */
export async function problems(place) {
  const found = await rows("p", place);
  return found.sort((a, b) => (a.due || "9") < (b.due || "9") ? -1 : 1);
}

const one = (found, k) => found.find((row) => row.k === Number(k)) || null;
export const household = async (village, k) => one(await rows("h", village), k);
export const scheme = async (village, k) => one(await rows("s", village), k) || one(await rows("s"), k);
export const problem = async (place, k) => one(await rows("p", place), k) || one(await rows("p"), k);

export const tasks = async () => (await setting("tasks")) || { forms: [], rounds: [], villages: [], person: null };
export const villageNames = async () => new Map((await tasks()).villages.map(({ path, name }) => [path, name]));

/** Rows that a search means: every word is in the name or the group, or ends (short) or is in the number. */
export function search(found, text) {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const meets = (row, word) => {
    if ((row.h || "").toLowerCase().includes(word) || (row.g || "").toLowerCase().includes(word)) return true;
    if ((row.name || "").toLowerCase().includes(word)) return true;
    const number = (row.n || "").toLowerCase();
    return word.length < SHORT ? number.endsWith(word) : number.includes(word);
  };
  return words.length ? found.filter((row) => words.every((word) => meets(row, word))) : found;
}

/** What is on this phone about each subject: draft, unsent, or sent on a day. */
export async function marks() {
  const found = new Map();
  const note = (row, state) => {
    if (row.subject) found.set(row.subject, [...(found.get(row.subject) || []), { state, form: row.form_id, day: (row.made_at || "").slice(0, 10), id: row.id }]);
  };
  for (const row of await all("sent")) if (row.state === "" || row.state === CLOSED) note(row, "sent");
  for (const row of await all("outbox")) note(row, "unsent");
  for (const row of await all("drafts")) note(row, "draft");
  return found;
}

const lastDay = (row) => (row.d !== undefined ? row.d : Object.values(row.f || {}).reduce((last, [, day]) => (day > last ? day : last), ""));

/** Whether a subject was filled since a day, in the office's books or on this phone. */
export function filledSince(row, subject, from, local) {
  if (lastDay(row) && lastDay(row) >= from) return true;
  return (local.get(subject) || []).some((mark) => mark.state !== "draft" && mark.day >= from);
}
