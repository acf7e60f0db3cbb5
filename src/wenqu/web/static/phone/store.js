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
    const give = (value) => { result = value; };
    try {
      work(store, give);
    } catch (error) {
      broken = error.name === "DataCloneError" ? error : failure(error);
      transaction.abort();
    }
  });
}

/** One transaction that writes: `work(store, give)` asks `store(name)`, and `give(value)` says what comes back. */
export const write = (stores, work) => within(stores, "readwrite", work);

const read = (name, ask) => within([name], "readonly", (store, give) => {
  const request = ask(store(name));
  request.onsuccess = () => give(request.result);
});

export const get = (name, key) => read(name, (store) => store.get(key));
export const all = (name, range) => read(name, (store) => store.getAll(range));
export const keys = (name, range) => read(name, (store) => store.getAllKeys(range));
export const count = (name) => read(name, (store) => store.count());
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

// Two tabs of the page may be open. What only one may do at a time is done under a lock: Web Locks where there are,
// else a row of the database that its holder renews. A row outlives a killed tab by a minute and a half.

const HELD = 90e3;
const RENEW = 20e3;

// A tab that is loaded again finds its own rows; in one tab the same is not begun twice.
const here = new Set();
const tab = (() => {
  const made = `${Date.now()} ${Math.random()}`;
  try {
    if (!sessionStorage.tab) sessionStorage.tab = made;
    return sessionStorage.tab;
  } catch (error) {
    return made;
  }
})();

/** What `alone` gives where another tab is at it. */
export const BUSY = Symbol("busy");

function take(name, owner, until) {
  return write(["locks"], (store, give) => {
    const request = store("locks").get(name);
    request.onsuccess = () => {
      const row = request.result;
      if (row && row.owner !== owner && row.until > Date.now()) return give(false);
      store("locks").put({ owner, until }, name);
      return give(true);
    };
  });
}

function release(name, owner) {
  return write(["locks"], (store) => {
    const request = store("locks").get(name);
    request.onsuccess = () => { if (request.result && request.result.owner === owner) store("locks").delete(name); };
  });
}

async function byRow(name, work) {
  if (here.has(name)) return BUSY;
  here.add(name);
  const renew = () => take(name, tab, Date.now() + HELD);
  const leave = () => release(name, tab).catch(() => {});
  if (!(await renew())) {
    here.delete(name);
    return BUSY;
  }
  const timer = setInterval(() => renew().catch(() => {}), RENEW);
  addEventListener("pagehide", leave);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    removeEventListener("pagehide", leave);
    here.delete(name);
    await leave();
  }
}

/** Does it as the only one, or gives BUSY. */
export function alone(name, work) {
  if (!navigator.locks) return byRow(name, work);
  return navigator.locks.request(`wenqu ${name}`, { ifAvailable: true }, (lock) => (lock ? work() : BUSY));
}

/** Holds it until the function that comes back is called; null where another tab has it. */
export function hold(name) {
  return new Promise((resolve, reject) => {
    alone(name, () => new Promise((done) => resolve(done))).then((told) => { if (told === BUSY) resolve(null); }, reject);
  });
}
