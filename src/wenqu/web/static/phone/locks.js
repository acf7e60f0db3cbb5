// What only one tab may do at a time. Two tabs of the page may be open: it is done under a lock, Web Locks where there are,
// else a row of the database that its holder renews. A row outlives a killed tab by a minute and a half.

import { write } from "./store.js";

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
