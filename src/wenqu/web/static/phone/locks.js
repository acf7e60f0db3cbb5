// Two tabs of the page may be open. What only one may do at a time is done under a lock: Web Locks where there are,
// else a row of the database that its holder renews. A row outlives a killed tab by a minute and a half.

import { write } from "./store.js";

const HELD = 90e3;
const RENEW = 20e3;

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
  const owner = `${Date.now()} ${Math.random()}`;
  if (!(await take(name, owner, Date.now() + HELD))) return BUSY;
  const timer = setInterval(() => take(name, owner, Date.now() + HELD).catch(() => {}), RENEW);
  const leave = () => release(name, owner).catch(() => {});
  addEventListener("pagehide", leave);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    removeEventListener("pagehide", leave);
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
