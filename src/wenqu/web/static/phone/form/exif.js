// What a camera writes beside a picture: when it was taken and, if allowed, where. It outlives shrinking, as evidence; only the way in which
// the picture has to be turned does not, for the canvas has turned it.

const ORIENTATION = 0x0112;

/** The EXIF part of a JPEG (without its thumbnail's sake cut short), turned upright; null where there is none. */
export async function exifOf(file) {
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
export const withExif = (jpeg, exif) => (exif ? new Blob([jpeg.slice(0, 2), exif, jpeg.slice(2)], { type: jpeg.type }) : jpeg);
