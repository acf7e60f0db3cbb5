// Keeps the draft: soon after every answer, one after another, at once when the page goes out of sight.

const SOON = 400;

/** `save()` stores all there is and promises; `failed(error)` is told when it could not. */
export function keeper(save, failed) {
  let timer = 0;
  let fresh = false;
  let running = null;

  async function store() {
    while (fresh) {
      fresh = false;
      try {
        await save();
      } catch (error) {
        failed(error);
      }
    }
    running = null;
  }

  function flush() {
    clearTimeout(timer);
    if (!running && fresh) running = store();
    return running || Promise.resolve();
  }

  function note() {
    fresh = true;
    clearTimeout(timer);
    timer = setTimeout(flush, SOON);
  }

  const hide = () => document.visibilityState === "hidden" && flush();
  document.addEventListener("visibilitychange", hide);
  window.addEventListener("pagehide", flush);

  function close() {
    document.removeEventListener("visibilitychange", hide);
    window.removeEventListener("pagehide", flush);
    return flush();
  }
  return { note, flush, close };
}

/** A draft as a file that the phone keeps among its downloads, photos inside: the way out where nothing else works. */
export async function download(name, told, blobs) {
  const files = [];
  for (const [title, blob] of blobs) files.push({ name: title, type: blob.type, content: await dataOf(blob) });
  const url = URL.createObjectURL(new Blob([JSON.stringify({ ...told, files })], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

const dataOf = (blob) => new Promise((done, failed) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result);
  reader.onerror = () => failed(reader.error);
  reader.readAsDataURL(blob);
});
