// Keeps the draft: soon after every answer, one after another, at once when the page goes out of sight.

const SOON = 400;

/** `save()` stores all there is and promises; `failed(error)` is told when it could not. */
export function keeper(save, failed) {
  let timer = 0;
  let fresh = false;
  let running = null;
  let lost = false;

  async function store() {
    while (fresh) {
      fresh = false;
      try {
        await save();
        lost = false;
      } catch (error) {
        lost = true;
        failed(error);
      }
    }
    running = null;
  }

  function flush() {
    clearTimeout(timer);
    fresh = fresh || lost;
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
  return { note, flush, close, unsaved: () => lost };
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

/** The draft of a form that is open. */
export function exported(session, plan) {
  const told = { form: plan.form, title: session.title, xml: "", state: session.form.state() };
  try {
    told.xml = session.form.xml();
  } catch (error) {
    told.error = String(error);
  }
  return download(`${plan.form.id}-${session.instanceId.slice(-12) || "draft"}.json`, told, session.filesOf(false).map(({ name, blob }) => [name, blob]));
}

const dataOf = (blob) => new Promise((done, failed) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result);
  reader.onerror = () => failed(reader.error);
  reader.readAsDataURL(blob);
});
