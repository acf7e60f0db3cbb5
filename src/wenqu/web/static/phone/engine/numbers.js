// Numbers as Java reads, rounds and writes them.

const PLAIN = /^-?(\d+\.?\d*|\.\d+)$/;
const INT = 2147483647;

/** Java's cast to int: cut off, kept inside 32 bits, nothing is 0. */
export const int32 = (number) => (Number.isNaN(number) ? 0 : Math.max(-INT - 1, Math.min(INT, Math.trunc(number))));

/** Double.toString: at least one digit after the point; powers of ten from 10^7 up and below 10^-3. */
export function javaText(number) {
  if (!Number.isFinite(number)) return String(number);
  const size = Math.abs(number);
  const sign = number < 0 || Object.is(number, -0) ? "-" : "";
  if (size === 0) return `${sign}0.0`;
  const [mantissa, exponent] = size.toExponential().split("e");
  if (size < 1e-3 || size >= 1e7) return `${sign}${mantissa}${mantissa.includes(".") ? "" : ".0"}E${Number(exponent)}`;
  return `${sign}${Number.isInteger(size) ? `${size}.0` : size}`;
}

/** A number as a text inside expressions. */
export function numberText(number) {
  if (Number.isNaN(number)) return "NaN";
  if (Math.abs(number) < 1e-12) return "0";
  if (!Number.isFinite(number)) return number < 0 ? "-Infinity" : "Infinity";
  return Math.abs(number - int32(number)) < 1e-12 ? String(int32(number)) : javaText(number);
}

/** A text as a number: a comma is a point, powers of ten are none. */
export function numberOf(text) {
  const plain = trimmed(text).replace(/,/g, ".");
  return PLAIN.test(plain) ? Number(plain) : NaN;
}

/** Java's trim: everything up to the blank. */
export const trimmed = (text) => text.replace(/^[\0- ]+|[\0- ]+$/g, "");

export const whole = (number) => (Number.isFinite(number) ? Math.trunc(number) : number);

/** round(): halves go up, also below zero; the digits are the ones that are written, not the ones in memory. */
export function rounded(number, places) {
  if (!Number.isFinite(number)) return number;
  if (Math.abs(places) > 30) return NaN;
  if (places < 0) {
    const [mantissa, exponent] = number.toExponential().split("e");
    return Number(`${Math.trunc(Number(`${mantissa}e${Number(exponent) + places}`) + 0.5)}e${-places}`);
  }
  const [mantissa, exponent] = Math.abs(number).toExponential().split("e");
  const digits = mantissa.replace(".", "");
  const kept = Number(exponent) + 1 + places;
  if (kept >= digits.length) return number === 0 ? 0 : number;
  if (kept < 0) return 0;
  const rest = digits.slice(kept);
  const up = number > 0 ? rest[0] >= "5" : rest[0] > "5" || (rest[0] === "5" && /[1-9]/.test(rest.slice(1)));
  const head = BigInt(digits.slice(0, kept) || "0") + BigInt(up ? 1 : 0);
  const size = Number(`${head}e${-places}`);
  return number < 0 && size !== 0 ? -size : size;
}
