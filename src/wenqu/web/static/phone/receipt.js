// What counts as a receipt. A captive portal answers 200 to everything, a proxy may answer 201 to a POST:
// only our intake names the record in an answer of OpenRosa.

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
