// What the phone keeps, in IndexedDB. One transaction is all or nothing, also when the battery falls out.
//
// settings: name -> value          plans: pk -> {pk, form, plan, files}      buckets: id -> {id, hash, rows}
// drafts: id -> {id, form, …}      blobs: [owner, name] -> Blob              outbox, sent: instance -> record

const NAME = "wenqu-phone";
const STORES = { settings: null, plans: "pk", buckets: "id", drafts: "id", blobs: null, outbox: "id", sent: "id", locks: null };

/** Why the phone could not keep something: none (no database), full, closed (another tab has a newer page). */
export class NotKept extends Error {
  constructor(code, cause) {
    super(code);
    this.code = code;
    this.cause = cause;
  }
}

let opened = null;

function failure(error) {
  if (error && error.name === "QuotaExceededError") return new NotKept("full", error);
  return new NotKept(error && error.name === "InvalidStateError" ? "closed" : "none", error);
}

function connect() {
  return new Promise((resolve, reject) => {
    if (typeof indexedDB === "undefined" || !indexedDB) return reject(new NotKept("none"));
    let request;
    try {
      request = indexedDB.open(NAME, 1);
    } catch (error) {
      return reject(failure(error));
    }
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) request.result.createObjectStore(name, keyPath ? { keyPath } : {});
    };
    request.onerror = () => reject(failure(request.error));
    request.onblocked = () => reject(new NotKept("closed"));
    request.onsuccess = () => {
      const db = request.result;
      const forget = () => { opened = null; };
      db.onversionchange = () => { db.close(); forget(); };
      db.onclose = forget;
      resolve(db);
    };
  });
}

/** The database; a failure is not remembered, the next one tries again. */
export function open() {
  if (!opened) {
    opened = connect();
    opened.catch(() => { opened = null; });
  }
  return opened;
}

async function within(stores, mode, work) {
  const db = await open();
  return new Promise((resolve, reject) => {
    let transaction;
    try {
      // What a person typed is on the disk before we say that it is kept.
      transaction = db.transaction(stores, mode, { durability: "strict" });
    } catch (error) {
      opened = null;
      return reject(failure(error));
    }
    let result;
    let broken = null;
    const store = (name) => transaction.objectStore(name);
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(broken || failure(transaction.error));
    // What was read is there at once; what was written, when the transaction is over.
    const give = mode === "readonly" ? resolve : (value) => { result = value; };
    try {
      work(store, give);
    } catch (error) {
      broken = error.name === "DataCloneError" ? error : failure(error);
      transaction.abort();
    }
  });
}

/** One transaction that writes: `work(store, give)` asks `store(name)`, and `give(value)` says what comes back. */
export function write(stores, work) {
  unsee();
  return within(stores, "readwrite", work);
}

// What the first screen is going to ask for, read in one go before it asks. It counts until anything is written.
let seen = null;
const idOf = (name, method, key) => JSON.stringify([name, method, key instanceof IDBKeyRange ? [key.lower, key.upper] : key]);

/** Reads all settings and `asked`, [[store, method, key or range]], in one transaction. */
export function foresee(asked) {
  const ids = asked.map((each) => idOf(...each));
  const found = within([...new Set(["settings", ...asked.map(([name]) => name)])], "readonly", (store, give) => {
    const requests = asked.map(([name, method, key]) => store(name)[method](key));
    const names = store("settings").getAllKeys();
    const values = store("settings").getAll();
    // Requests of one transaction end in the order in which they were made.
    values.onsuccess = () => give(new Map([
      ...ids.map((id, at) => [id, requests[at].result]), ...names.result.map((name, at) => [idOf("settings", "get", name), values.result[at]]),
    ]));
  });
  found.catch(unsee);
  seen = { found, has: (name, method, id) => (name === "settings" && method === "get") || ids.includes(id) };
}

/** From now on everything is read anew. */
export function unsee() { seen = null; }

async function read(name, method, key) {
  const id = seen && idOf(name, method, key);
  if (seen && seen.has(name, method, id)) return (await seen.found).get(id);
  return within([name], "readonly", (store, give) => {
    const request = store(name)[method](key);
    request.onsuccess = () => give(request.result);
  });
}

export const get = (name, key) => read(name, "get", key);
export const all = (name, range) => read(name, "getAll", range);
export const keys = (name, range) => read(name, "getAllKeys", range);
export const count = (name) => read(name, "count");
export const put = (name, value, key) => write([name], (store) => store(name).put(value, key));
export const remove = (name, key) => write([name], (store) => store(name).delete(key));
export const clear = (...names) => write(names, (store) => names.forEach((name) => store(name).clear()));

export const setting = (name) => get("settings", name);
export const keep = (name, value) => put("settings", value, name);

/** All keys that begin so. */
export const beginning = (text) => IDBKeyRange.bound(text, `${text}\uffff`);
/** The files of a draft or record. */
export const filesOf = (owner) => IDBKeyRange.bound([owner], [owner, []]);

/** The files of a draft or record: [{name, blob}]. */
export async function blobsOf(owner) {
  const [names, blobs] = await Promise.all([keys("blobs", filesOf(owner)), all("blobs", filesOf(owner))]);
  return names.map((key, at) => ({ name: key[1], blob: blobs[at] }));
}

const listeners = new Set();
const others = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(NAME);
if (others) others.onmessage = (event) => listeners.forEach((listener) => listener(event.data));

/** Says to all screens, and to other tabs, that something changed: "outbox", "drafts", "register", "settings". */
export function tell(what) {
  listeners.forEach((listener) => listener(what));
  if (others) others.postMessage(what);
}

export const listen = (listener) => { listeners.add(listener); };
