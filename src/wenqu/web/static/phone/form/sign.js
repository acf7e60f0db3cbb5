// A sheet to sign on, by finger or mouse: touch, pen and mouse are one kind of event.

const PEN = 2.6;
// Shorter than this is a slip of the finger, in pixels of the page.
const LEAST = 40;

/** `signed()` is told when a line ended; `content(longest)` promises a small PNG, or null while there is no signature. */
export function sheet(canvas, signed) {
  const pen = canvas.getContext("2d");
  let length = 0;
  let last = null;

  function prepared() {
    if (canvas.width === canvas.clientWidth * 2 || !canvas.clientWidth) return;
    canvas.width = canvas.clientWidth * 2;
    canvas.height = canvas.clientHeight * 2;
    clear();
  }

  function clear() {
    length = 0;
    pen.setTransform(2, 0, 0, 2, 0, 0);
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    Object.assign(pen, { lineWidth: PEN, lineCap: "round", lineJoin: "round", strokeStyle: "#000" });
  }

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  function line(event) {
    const next = at(event);
    pen.beginPath();
    pen.moveTo(...last);
    pen.lineTo(...next);
    pen.stroke();
    length += Math.hypot(next[0] - last[0], next[1] - last[1]);
    last = next;
  }

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    prepared();
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
  });
  canvas.addEventListener("pointermove", (event) => last && line(event));
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      if (last) signed();
      last = null;
    });
  }

  async function content(longest) {
    if (length < LEAST) return null;
    const scale = Math.min(1, longest / Math.max(canvas.width, canvas.height));
    const copy = document.createElement("canvas");
    copy.width = Math.round(canvas.width * scale);
    copy.height = Math.round(canvas.height * scale);
    copy.getContext("2d").drawImage(canvas, 0, 0, copy.width, copy.height);
    return new Promise((done) => copy.toBlob(done, "image/png"));
  }
  return { clear, content, touched: () => length > 0 };
}
