// A photo of twelve megapixels -> an upright JPEG of some 200 KB. The browser turns it while it decodes; it is halved until it is near its size,
// which stays sharp, and then written less and less finely until it is small.

import { exifOf, withExif } from "./exif.js";

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
