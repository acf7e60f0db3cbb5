// A photo of twelve megapixels -> an upright JPEG of some 200 KB. The browser turns it while it decodes; it is halved until it is near its size,
// which stays sharp, and then written less and less finely until it is small.

export const LONGEST = 1600;
const BYTES = 200 * 1024;
const FINE = [0.82, 0.72, 0.62, 0.5];

/** The picture as the browser sees it, upright. An <img> is turned by every browser that we meet; createImageBitmap is not. */
function opened(file) {
  const url = URL.createObjectURL(file);
  const image = new Image();
  const shown = new Promise((done, failed) => {
    image.onload = () => done(image);
    image.onerror = () => failed(new Error("no picture"));
  });
  image.src = url;
  return { shown, close: () => {
    URL.revokeObjectURL(url);
    image.src = "";
  } };
}

function drawn(source, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d", { alpha: false });
  pen.imageSmoothingQuality = "high";
  pen.drawImage(source, 0, 0, width, height);
  return canvas;
}

function freed(canvas) {
  if (canvas instanceof HTMLCanvasElement) canvas.width = canvas.height = 0;
}

function smaller(image, longest) {
  let source = image;
  let { naturalWidth: width, naturalHeight: height } = image;
  const scale = Math.min(1, longest / Math.max(width, height));
  const goal = [width * scale, height * scale].map((side) => Math.max(1, Math.round(side)));
  for (;;) {
    const near = Math.max(width, height) / 2 <= Math.max(...goal);
    [width, height] = near ? goal : [Math.round(width / 2), Math.round(height / 2)];
    const next = drawn(source, width, height);
    freed(source);
    if (near) return next;
    source = next;
  }
}

const written = (canvas, fine) => new Promise((done, failed) => {
  canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/jpeg", fine);
});

/** The photo to keep. Fails where the file is no picture that this phone can read. */
export async function shrunk(file, longest = LONGEST) {
  const exif = await exifOf(file);
  const { shown, close } = opened(file);
  let canvas = null;
  try {
    const image = await shown;
    let jpeg = null;
    // What is all leaves and gravel stays large however roughly it is written: then there are fewer pixels.
    for (const side of [longest, longest * 0.75]) {
      freed(canvas);
      canvas = smaller(image, side);
      for (const fine of FINE) {
        jpeg = await written(canvas, fine);
        if (jpeg.size <= BYTES) return withExif(jpeg, exif);
      }
    }
    return withExif(jpeg, exif);
  } finally {
    close();
    freed(canvas);
  }
}

// What a camera writes beside a picture: when it was taken and, if allowed, where. It outlives shrinking, as evidence; only the way in which
// the picture has to be turned does not, for the canvas has turned it.

const ORIENTATION = 0x0112;

/** The EXIF part of a JPEG (without its thumbnail's sake cut short), turned upright; null where there is none. */
async function exifOf(file) {
  const view = new DataView(await file.slice(0, 131072).arrayBuffer());
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 10 < view.byteLength;) {
    const mark = view.getUint16(at);
    const size = view.getUint16(at + 2) + 2;
    if (mark === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return at + size > view.byteLength ? null : upright(new DataView(view.buffer.slice(at, at + size)));
    if (mark < 0xffe0 || mark > 0xffef) return null;
    at += size;
  }
  return null;
}

function upright(part) {
  const start = 10;
  try {
    const little = part.getUint16(start) === 0x4949;
    const entries = start + part.getUint32(start + 4, little);
    for (let n = 0; n < part.getUint16(entries, little); n += 1) {
      const entry = entries + 2 + 12 * n;
      if (part.getUint16(entry, little) === ORIENTATION) part.setUint16(entry + 8, 1, little);
    }
  } catch (error) {
    return null;
  }
  return part.buffer;
}

/** A JPEG of a canvas with that part put in, behind its first two bytes. */
const withExif = (jpeg, exif) => (exif ? new Blob([jpeg.slice(0, 2), exif, jpeg.slice(2)], { type: jpeg.type }) : jpeg);
