// The functions of expressions that need nothing but the values of their arguments. Lists of values come as arrays.

import { dayFraction, dayNumber, decimalDays, decimalTime, formatted, midnight, momentOf, parseMoment } from "./dates.js";
import { int32, rounded, trimmed, whole } from "./numbers.js";
import { equal, textOf, toNumber, truth } from "./values.js";

const LARGEST = 2147483647;
const wrong = (what) => { throw new Error(what); };
const toDouble = (value) => (value instanceof Date ? dayFraction(value) : toNumber(value));
const intOf = (value) => int32(whole(toNumber(value)));
const isText = (value) => (typeof value === "string" ? value : wrong(`not a text: ${value}`));
const words = (value) => isText(value).split(" ").filter((word) => word !== "");
const numbers = (values) => values.map(toNumber).filter((each) => !Number.isNaN(each));
const arguments_ = (values) => (values.length === 1 && Array.isArray(values[0]) ? values[0] : values);

function inRange(number) {
  if (Math.abs(number) > LARGEST) wrong(`no date: ${number}`);
  return number;
}

/** A text or number as a moment; what is empty stays so. */
function asMoment(value, toMoment) {
  if (value instanceof Date || value === "" || Number.isNaN(value)) return value;
  if (typeof value === "number") return toMoment(inRange(value));
  if (typeof value !== "string") return wrong(`no date: ${value}`);
  return parseMoment(value) || wrong(`no date: ${value}`);
}

const toDay = (value) => {
  const date = asMoment(value, (count) => dayNumber(whole(count)));
  return value instanceof Date ? midnight(date) : date;
};
const toMoment = (value) => asMoment(value, momentOf);

const written = (value, format) => {
  const date = toMoment(value);
  return date instanceof Date ? formatted(date, format) : "";
};

const decimal = (value, ofDate, ofNumber) => {
  const date = asMoment(value, ofNumber);
  return date instanceof Date ? ofDate(date) : date;
};

function cut(text, from, to) {
  const size = text.length;
  const place = (at) => Math.min(Math.max(0, at < 0 ? size + at : at), size);
  const [start, end] = [place(from), place(to)];
  return start <= end ? text.slice(start, end) : "";
}

function translated(text, from, to) {
  let result = "";
  for (let at = 0; at < text.length; at += 1) {
    const place = from.indexOf(text[at]);
    if (place < 0) result += text[at];
    else if (place < to.length) result += to[place];
  }
  return result;
}

const patterns = new Map();

/** Whether the whole text is like the pattern; the compiler wrote the pattern for a browser. */
function matches(text, pattern) {
  if (!patterns.has(pattern)) patterns.set(pattern, new RegExp(`^(?:${pattern})$`, "u"));
  return patterns.get(pattern).test(text);
}

const extreme = (values, choose, start) => {
  const found = numbers(arguments_(values));
  return found.length ? found.reduce((a, b) => choose(a, b), start) : NaN;
};

const before = (text, part) => (text.includes(part) ? text.slice(0, text.indexOf(part)) : "");
const after = (text, part) => (text.includes(part) ? text.slice(text.indexOf(part) + part.length) : "");
const joined = (separator, values) => arguments_(values).map(textOf).join(separator);

export const FUNCTIONS = {
  "=": equal, "!=": (a, b) => !equal(a, b),
  "<": (a, b) => toNumber(a) < toNumber(b), "<=": (a, b) => toNumber(a) <= toNumber(b),
  ">": (a, b) => toNumber(a) > toNumber(b), ">=": (a, b) => toNumber(a) >= toNumber(b),
  "+": (a, b) => toNumber(a) + toNumber(b), "-": (a, b) => toNumber(a) - toNumber(b), "*": (a, b) => toNumber(a) * toNumber(b),
  div: (a, b) => toNumber(a) / toNumber(b), mod: (a, b) => toNumber(a) % toNumber(b), neg: (a) => -toNumber(a),
  true: () => true, false: () => false, not: (a) => !truth(a), boolean: truth,
  "boolean-from-string": (a) => textOf(a).toLowerCase() === "true" || textOf(a) === "1",
  number: toNumber, int: (a) => whole(toNumber(a)), abs: (a) => Math.abs(toDouble(a)),
  sqrt: (a) => Math.sqrt(toDouble(a)), pi: () => Math.PI, round: (a, places = 0) => rounded(toNumber(a), int32(toNumber(places))),
  sum: (values) => numbers(values).reduce((a, b) => a + b, 0),
  // JavaRosa begins with the smallest number above 0, so that no maximum is below.
  max: (...values) => extreme(values, Math.max, Number.MIN_VALUE), min: (...values) => extreme(values, Math.min, Number.MAX_VALUE),
  string: textOf, "string-length": (a) => textOf(a).length, concat: (...values) => joined("", values),
  join: (separator, ...values) => joined(textOf(separator), values),
  substr: (a, from, to) => cut(textOf(a), intOf(from), to === undefined ? textOf(a).length : intOf(to)),
  contains: (a, b) => textOf(a).includes(textOf(b)), "starts-with": (a, b) => textOf(a).startsWith(textOf(b)),
  "ends-with": (a, b) => textOf(a).endsWith(textOf(b)), "substring-before": (a, b) => before(textOf(a), textOf(b)),
  "substring-after": (a, b) => after(textOf(a), textOf(b)), translate: (a, from, to) => translated(textOf(a), textOf(from), textOf(to)),
  "normalize-space": (a) => trimmed(textOf(a)).replace(/[ \t\n\v\f\r]+/g, " "), regex: (a, pattern) => matches(textOf(a), pattern),
  selected: (a, word) => ` ${isText(a)} `.includes(` ${trimmed(isText(word))} `), "count-selected": (a) => words(a).length,
  "selected-at": (a, at) => words(a)[intOf(at)] || "",
  date: toDay, "date-time": toMoment, "format-date": written, "format-date-time": written,
  "decimal-date-time": (a) => decimal(a, decimalDays, (count) => count),
  "decimal-time": (a) => decimal(a, decimalTime, (count) => count - Math.floor(count)),
};
