// What the phone asks the office for, and what counts as its answer. Anybody may answer in a strange network: a captive portal
// answers 200 to everything, a proxy may answer 201 to a POST. What does not look like the office is no answer.

import { keep, setting, tell } from "./store.js";

const JSON_TIMEOUT = 60e3;

/** Nobody answered, or not the office: `strange` says that something did. */
export class Unreached extends Error {
  constructor(strange = false) {
    super(strange ? "strange" : "unreached");
    this.strange = strange;
  }
}

/** The office answered, and refused. */
export class Refused extends Error {
  constructor(status, code, message) {
    super(message || code);
    Object.assign(this, { status, code });
  }
}

/** The token and whose it is; null before this phone was paired. */
export const identity = () => setting("identity");

/** Remembers since when nobody can be reached, for the line that says so. */
export async function reached(yes) {
  const since = await setting("offline_since");
  if (yes ? since : !since) {
    await keep("offline_since", yes ? "" : new Date().toISOString());
    tell("network");
  }
}

/** One request that ends, one way or the other. A redirect is never the office. */
export async function request(path, options, timeout = JSON_TIMEOUT) {
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), timeout);
  try {
    const response = await fetch(path, { cache: "no-store", credentials: "omit", redirect: "error", signal: end.signal, ...options });
    return { response, text: options.method === "HEAD" ? "" : await response.text() };
  } catch (error) {
    throw new Unreached();
  } finally {
    clearTimeout(timer);
  }
}

export async function headers(token) {
  const told = { "Accept-Language": (await setting("language")) === "en" ? "en" : "zh-CN" };
  if (token) told.Authorization = `Bearer ${token}`;
  return told;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    return null;
  }
}

async function answer(path, { body, etag, token, plain = false } = {}) {
  const me = token ? { token } : await identity();
  const options = { headers: await headers(me ? me.token : "") };
  if (etag) options.headers["If-None-Match"] = etag;
  if (body !== undefined) {
    options.method = "POST";
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  const { response, text } = await request(`/phone/api/${path}`, options);
  if (response.status === 304) return { same: true };
  const told = plain && response.ok ? text : parsed(text);
  const json = (response.headers.get("Content-Type") || "").startsWith("application/json");
  if (!response.ok) {
    if (json && told && told.code) throw new Refused(response.status, told.code, told.message);
    throw new Unreached(response.status < 500);
  }
  // A file of the form is text; a portal's page is HTML.
  if (plain ? (response.headers.get("Content-Type") || "").startsWith("text/html") : !json || told === null) throw new Unreached(true);
  return { told, etag: response.headers.get("ETag") || "" };
}

/** Asks, notes whether the office was reached, and gives {told, etag} or {same: true}. */
export async function ask(path, options) {
  try {
    const found = await answer(path, options);
    await reached(true);
    return found;
  } catch (error) {
    await reached(!(error instanceof Unreached));
    throw error;
  }
}

export const fromOffice = (response) => response.headers.has("X-OpenRosa-Version");

function elements(text) {
  return Array.from(new DOMParser().parseFromString(text, "text/xml").getElementsByTagName("*"));
}

/** Whether this answer says that this record, or this part of it, is on the office's disk. */
export function isReceipt(response, text, instance) {
  if ((response.status !== 201 && response.status !== 202) || !fromOffice(response)) return false;
  return elements(text).some((element) => element.getAttribute("instanceID") === instance);
}

/** The sentence of an answer of OpenRosa. */
export function sentenceOf(text) {
  const found = elements(text).find((element) => element.localName === "message");
  return found ? found.textContent.trim() : "";
}

/** How much may be sent at once. */
export const limitOf = (response) => Number(response.headers.get("X-OpenRosa-Accept-Content-Length")) || 0;
