// Records as a file for the day on which sending does not work: only the office can open it.
//
// WQR1, 65 bytes of a key made for this file (P-256), 12 bytes nonce, AES-256-GCM of: length of the header (4 bytes, big end
// first), the header as JSON, the bytes of the files. The key comes from ECDH with the office's key by HKDF-SHA256.

import { el } from "./dom.js";
import { all, blobsOf, setting, tell, write } from "./store.js";

const MOST = 30 * 1000 * 1000;
const text = new TextEncoder();

/** Why there is no rescue file: insecure, nokey or empty; "" where there can be one. */
export async function whyNoRescue() {
  if (!window.isSecureContext || !crypto.subtle) return "insecure";
  if (!(await setting("rescue_key"))) return "nokey";
  return (await all("outbox")).length ? "" : "empty";
}

const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

async function sealed(payload, office) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const pair = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
  const theirs = await crypto.subtle.importKey("raw", bytesOf(office), curve, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, pair.privateKey, 256);
  const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: text.encode("wenqu rescue 1") };
  const key = await crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const inside = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, payload);
  return new Blob([text.encode("WQR1"), await crypto.subtle.exportKey("raw", pair.publicKey), nonce, inside], { type: "application/octet-stream" });
}

/** Records of one phone in groups that fit into a file each. */
export function groupsOf(rows) {
  const groups = [];
  let size = MOST;
  for (const row of rows) {
    const more = row.files.reduce((sum, file) => sum + file.size, row.xml.length * 3);
    const last = groups[groups.length - 1];
    if (!last || last[0].device !== row.device || size + more > MOST) { groups.push([row]); size = more; } else { last.push(row); size += more; }
  }
  return groups;
}

async function payloadOf(rows, token, part, parts) {
  const header = { token, device: rows[0].device, made_at: new Date().toISOString(), part, parts, records: [] };
  const blobs = [];
  for (const row of rows) {
    const files = await blobsOf(row.id);
    header.records.push({ instance: row.id, xml: row.xml, files: files.map(({ name, blob }) => ({ name, type: blob.type, size: blob.size })) });
    files.forEach(({ blob }) => blobs.push(blob));
  }
  const json = text.encode(JSON.stringify(header));
  const length = new DataView(new ArrayBuffer(4));
  length.setUint32(0, json.length);
  return new Blob([length.buffer, json, ...blobs]);
}

const arrayOf = (blob) => new Response(blob).arrayBuffer();

/** The rescue files: [{name, blob}]. Nothing is taken out of the outbox. */
export async function rescueFiles() {
  const [office, tokens] = [await setting("rescue_key"), (await setting("tokens")) || {}];
  const rows = (await all("outbox")).sort((a, b) => a.device - b.device || (a.made_at < b.made_at ? -1 : 1));
  const groups = groupsOf(rows);
  const made = [];
  for (const [at, group] of groups.entries()) {
    const payload = await payloadOf(group, tokens[group[0].device], at + 1, groups.length);
    const day = new Date().toISOString().slice(0, 16).replace(/[-:]/g, "").replace("T", "-");
    made.push({ name: `wenqu-${group[0].device}-${day}-${at + 1}-${groups.length}.wqr`, blob: await sealed(await arrayOf(payload), office) });
  }
  return made;
}

/** Saves them where the browser keeps downloads, and notes when. */
export async function saveRescue() {
  const files = await rescueFiles();
  for (const { name, blob } of files) {
    const address = URL.createObjectURL(blob);
    const link = el("a", { href: address, download: name, hidden: true });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60e3);
  }
  await write(["settings"], (store) => store("settings").put(new Date().toISOString(), "rescued_at"));
  tell("settings");
  return files.length;
}
