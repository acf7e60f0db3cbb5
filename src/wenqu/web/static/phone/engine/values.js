// What a question holds, what an expression works with, and the ways between them.
//
// In an expression a value is a text, a number, true or false, or a Date. A question holds null or
// {is, of}: is text, int, decimal, bool, date, time or datetime, and says how the value is sent.

import { days, isoDate, isoMoment, isoTime, midnight, parseDate, parseMoment, parseTime } from "./dates.js";
import { int32, javaText, numberOf, numberText, trimmed } from "./numbers.js";

export const textOf = (value) => {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberText(value);
  return value instanceof Date ? isoDate(value) : String(value);
};

export const toNumber = (value) => {
  if (typeof value === "number") return value;
  if (typeof value === "string") return numberOf(value);
  return value instanceof Date ? days(value) : Number(value);
};

export const truth = (value) => {
  if (typeof value === "number") return Math.abs(value) > 1e-12;
  return typeof value === "string" ? value !== "" : value !== false;
};

export function equal(a, b) {
  if (typeof a === "boolean" || typeof b === "boolean") return truth(a) === truth(b);
  if (typeof a === "number" || typeof b === "number") return Math.abs(toNumber(a) - toNumber(b)) < 1e-12;
  return textOf(a) === textOf(b);
}

/** What expressions read of a question. */
export const read = (held) => (held === null ? "" : held.of);

/** What is sent of a question. */
export function sent(held) {
  if (held === null) return "";
  const { is, of } = held;
  if (is === "text") return of;
  if (is === "int") return Number.isSafeInteger(of) ? String(of) : String(BigInt(of));
  if (is === "bool") return of ? "1" : "0";
  return { decimal: javaText, date: isoDate, time: isoTime, datetime: isoMoment }[is](of);
}

const tokens = (text) => text.split(" ").filter((word) => word !== "");

function point(text) {
  const parts = tokens(text).map(Number);
  if (parts.length > 4 || parts.some(Number.isNaN)) throw new Error(`no place: ${text}`);
  while (parts.length < 2) parts.push(0);
  // Where all is 0, JavaRosa holds a place and shows none.
  return { is: "text", of: parts.some((part) => part !== 0) ? parts.map(javaText).join(" ") : "" };
}

/** What a question of a kind comes to hold of the value of an expression. */
export function holding(value, kind) {
  if (value === "" || Number.isNaN(value)) return null;
  if (typeof value === "boolean") return { is: "bool", of: value };
  if (typeof value === "number") {
    const integral = Math.abs(value - Math.trunc(value)) < 1e-9 && Math.abs(value) < 2 ** 63;
    if (kind === "integer") return { is: "int", of: int32(value) };
    return integral ? { is: "int", of: Math.trunc(value) || 0 } : { is: "decimal", of: value };
  }
  if (value instanceof Date) {
    const is = kind === "time" || kind === "date" ? kind : "datetime";
    return { is, of: is === "date" ? midnight(value) : value };
  }
  if (kind === "geopoint") return point(value);
  return { is: "text", of: kind === "select_multiple" ? tokens(value).join(" ") : value };
}

const MOMENTS = { date: parseDate, datetime: parseMoment, time: parseTime };
const WHOLE = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** What a question of a kind holds of a text that was typed, stood in the form or was set; undefined where it is none of that kind. */
export function typed(text, kind, now) {
  if (text === "") return null;
  if (kind === "integer") {
    const number = Number(text);
    return WHOLE.test(text) && number === int32(number) ? { is: "int", of: number } : undefined;
  }
  if (kind === "decimal") return DECIMAL.test(trimmed(text)) ? { is: "decimal", of: Number(text) } : undefined;
  if (kind in MOMENTS) {
    const date = MOMENTS[kind](text, now);
    return date ? { is: kind, of: date } : undefined;
  }
  try {
    return holding(text, kind);
  } catch (error) {
    return undefined;
  }
}

/** A held value as JSON, and back. */
export const packed = (held) => held && [held.is, held.of instanceof Date ? held.of.getTime() : held.of];
export const unpacked = (pair) => pair && { is: pair[0], of: pair[0] in MOMENTS ? new Date(pair[1]) : pair[1] };
