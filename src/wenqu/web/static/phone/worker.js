// The service worker: it lets the page open without a network, and brings a new version when a person says so.

let asked = false;

/** Registers it. `fresh(take)` is told when a newer version waits; `stale()` when another tab brought it already. */
export async function work({ fresh, stale }) {
  if (!("serviceWorker" in navigator)) return;
  const container = navigator.serviceWorker;
  let controlled = Boolean(container.controller);
  container.addEventListener("controllerchange", () => {
    if (asked) location.reload();
    else if (controlled) stale();
    controlled = true;
  });
  const registration = await container.register("/phone/sw.js", { scope: "/phone/", updateViaCache: "none" });
  const offer = () => {
    const waiting = registration.waiting;
    if (waiting && container.controller) fresh(() => { asked = true; waiting.postMessage({ type: "take-over" }); });
  };
  registration.addEventListener("updatefound", () => {
    const coming = registration.installing;
    if (coming) coming.addEventListener("statechange", () => { if (coming.state === "installed") offer(); });
  });
  offer();
  addEventListener("online", () => registration.update().catch(() => {}));
}

/** Whether a form is open in any tab: then no version is changed. */
export async function formsOpen() {
  if (!navigator.locks || !navigator.locks.query) return false;
  return (await navigator.locks.query()).held.some((lock) => lock.name.startsWith("wenqu draft "));
}
