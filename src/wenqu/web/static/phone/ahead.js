// What the screen at an address is going to read. A page that is opened reads it all in one go, as soon as the database is open.

import { bucketsOf, FILED } from "./register.js";
import { filesOf } from "./store.js";

const rows = (kind, village) => ["buckets", "getAll", bucketsOf(kind, village)];
const MARKS = ["sent", "outbox", "drafts"].map((name) => [name, "getAll"]);
const FORM = ["buckets", "getAll", FILED];
const SCREENS = {
  home: () => [...MARKS, rows("p", "mine")],
  village: ([path, tab]) => [...MARKS, rows({ schemes: "s", problems: "p" }[tab] || "h", path === "all" ? "" : path)],
  fill: ([pk, , village]) => [["plans", "get", Number(pk)], rows("h", village), rows("s", village), FORM],
  draft: ([id]) => [["drafts", "get", id], ["blobs", "getAllKeys", filesOf(id)], ["blobs", "getAll", filesOf(id)], FORM],
};

/** For `foresee`. */
export const ahead = ({ name, params }) => [["outbox", "count"], ...(SCREENS[name] ? SCREENS[name](params) : [])];
