// Keeps the page on the phone, so that it opens without a signal. The server writes what it keeps above this:
// the modules in one PACK, the other FILES one by one.
//
// One cache a version, filled whole or not used: every file is checked by its digest, so that neither the login page of a
// strange network nor another server's older file gets in. A version answers only for itself; older ones go when no page is open.

const PREFIX = "phone-";
const OWN = PREFIX + VERSION;

async function asked([path, integrity]) {
  const options = { integrity, credentials: "omit", redirect: "error" };
  try {
    const response = await fetch(path, options);
    if (response.ok) return response;
  } catch (error) {
    // What an earlier answer left behind may be broken: once more, past the browser's own cache.
  }
  const again = await fetch(path, { ...options, cache: "reload" });
  if (!again.ok) throw new Error(`${path}: ${again.status}`);
  return again;
}

const module = (text) => new Response(text, { headers: { "Content-Type": "text/javascript; charset=utf-8" } });

async function fill() {
  const found = await Promise.all(FILES.map(asked));
  const cache = await caches.open(OWN);
  await Promise.all(found.map(async (response, at) => {
    if (FILES[at][0] !== PACK) return cache.put(FILES[at][0], response);
    const modules = await response.json();
    return Promise.all(Object.keys(modules).map((name) => cache.put(BASE + name, module(modules[name]))));
  }));
  await another(cache);
}

// Who reads the page in another language has that in the new version too.
async function another(cache) {
  const read = (await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))).flat();
  const ends = LATER.filter((path) => read.some((request) => request.url.endsWith(path.slice(BASE.length - 1))));
  await Promise.all(ends.map(async (path) => cache.put(path, await asked([path, ""]))));
}

// An open page goes on with its own version, whoever answers for it: older files go only when there is none.
async function sweep() {
  const { installing, waiting } = self.registration;
  if (installing || waiting || (await self.clients.matchAll({ type: "window", includeUncontrolled: true })).length) return;
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== OWN).map((name) => caches.delete(name)));
}

const kept = (path) => caches.match(path, { ignoreVary: true });

async function page(request) {
  return (await kept(SHELL)) || fetch(request);
}

async function file(request) {
  const path = new URL(request.url).pathname;
  const held = await kept(path);
  if (held) return held;
  const response = await fetch(request);
  if (response.ok && LATER.includes(path) && (await caches.has(OWN))) await (await caches.open(OWN)).put(path, response.clone());
  return response;
}

self.addEventListener("install", (event) => {
  event.waitUntil(fill().then(() => {
    // The first one has nobody to wait for.
    if (!self.registration.active) return self.skipWaiting();
    return undefined;
  }));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim().then(sweep));
});

self.addEventListener("message", (event) => {
  if (event.data && event.data.type === "take-over") event.waitUntil(self.skipWaiting());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && url.pathname === PAGE) {
    event.respondWith(page(request));
    event.waitUntil(sweep());
  } else if (url.pathname.startsWith(`${PAGE}a/`)) {
    event.respondWith(file(request));
  }
});
