// Makes this phone known to the office: a code that is used once becomes the token that the phone keeps.

import { headers, Refused, request, Unreached } from "./api.js";
import { setting, tell, write } from "./store.js";

const SECRET = /wqp_[A-Za-z0-9_-]{20,}/;

/** The secret in an address, in what was pasted or in what the camera read; "" where there is none. */
export const secretIn = (text) => (SECRET.exec(text || "") || [""])[0];

/** What a phone calls itself, for the list in the office. */
export function modelName() {
  const found = /Android[^;)]*;\s*(?:[a-z]{2}-[a-z]{2};\s*)?([^;)]+?)(?:\s+Build\/|[;)])/i.exec(navigator.userAgent);
  return found && found[1].length > 1 ? found[1].slice(0, 40) : "";
}

/** Exchanges the code. The token is in the database before anything else happens. */
export async function pair(secret, name) {
  const body = new URLSearchParams({ secret, name });
  const { response, text } = await request("/pair/token/", { method: "POST", body, headers: await headers("") });
  let told = null;
  try {
    told = JSON.parse(text);
  } catch (error) {
    throw new Unreached(true);
  }
  if (response.status !== 201 || !told.token) {
    if (told && told.code) throw new Refused(response.status, told.code, told.message);
    throw new Unreached(true);
  }
  const tokens = { ...((await setting("tokens")) || {}), [told.device]: told.token };
  await write(["settings", "buckets"], (store) => {
    store("settings").put({ token: told.token, device: told.device, person: told.person, county: told.county, name }, "identity");
    store("settings").put(tokens, "tokens");
    for (const old of ["tasks", "tasks_etag", "synced_at", "buckets_all"]) store("settings").delete(old);
    store("buckets").clear();
  });
  tell("settings");
}

export const mayScan = () => "BarcodeDetector" in window && Boolean(navigator.mediaDevices && navigator.mediaDevices.getUserMedia);

/** Looks through the camera until it reads a code; `stop()` ends it. */
export function scan(video, found) {
  let stream = null;
  let over = false;
  const stop = () => {
    over = true;
    if (stream) stream.getTracks().forEach((track) => track.stop());
  };
  const look = async (detector) => {
    if (over) return;
    const [code] = (await detector.detect(video).catch(() => [])) || [];
    const secret = code ? secretIn(code.rawValue) : "";
    if (secret) { stop(); found(secret); } else setTimeout(() => look(detector), 250);
  };
  const started = navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).then(async (given) => {
    stream = given;
    if (over) return stop();
    video.srcObject = stream;
    await video.play();
    return look(new window.BarcodeDetector({ formats: ["qr_code"] }));
  });
  return { started, stop };
}
