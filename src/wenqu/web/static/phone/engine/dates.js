// Dates as JavaRosa reads, counts and writes them: local time, Java's rules for what is a number.

const DAY = 86400000;
const WHOLE = /^[+-]?\d+$/;

export const padded = (number, width) => String(number).padStart(width, "0");

/** The local moment of these fields; a year below 100 is that year. */
function moment(year, month, day, hour = 0, minute = 0, second = 0, ms = 0) {
  const date = new Date(2000, 0, 1, hour, minute, second, ms);
  date.setFullYear(year, month - 1, day);
  return date;
}

export const midnight = (date) => moment(date.getFullYear(), date.getMonth() + 1, date.getDate());

/** Whole days since 1970 in local time; half a day more is for clocks that change. */
export const days = (date) => Math.floor((midnight(date) - moment(1970, 1, 1) + DAY / 2) / DAY);

export const dayNumber = (count) => midnight(new Date(moment(1970, 1, 1).getTime() + DAY * count + DAY / 2));

export const momentOf = (count) => new Date(Math.trunc(count * DAY));

/** Days since 1970 in local time, with the part of the day. */
export const dayFraction = (date) => (date - moment(1970, 1, 1)) / DAY;

export const decimalDays = (date) => date.getTime() / DAY;

/** The time of the day as a fraction, by today's distance from UTC. */
export function decimalTime(date) {
  const value = (date.getTime() - new Date().getTimezoneOffset() * 60000) / DAY;
  return value - Math.floor(value);
}

function dateFields(text) {
  const parts = text.split("-");
  if (parts.length !== 3 || !parts.every((part) => WHOLE.test(part))) return null;
  const [year, month, day] = parts.map(Number);
  if (month < 1 || month > 12 || day < 1) return null;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const length = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day > length ? null : [year, month, day];
}

function clockFields(text) {
  const parts = text.split(":");
  if (parts.length < 2 || parts.length > 3 || !WHOLE.test(parts[0]) || !WHOLE.test(parts[1])) return null;
  const [hour, minute] = parts.map(Number);
  let second = 0;
  let ms = 0;
  if (parts.length === 3) {
    const digits = /^[\d.]*/.exec(parts[2])[0];
    if (!/^(\d+\.?\d*|\.\d+)$/.test(digits)) return null;
    second = Math.trunc(Number(digits));
    ms = Math.trunc(1000 * Number(digits) - 1000 * second);
  }
  return hour < 0 || hour > 23 || minute < 0 || minute > 59 || second > 59 ? null : [hour, minute, second, ms];
}

/** The moment of a day and a clock text, which may say how far it is from UTC; null where it is none. */
function withClock(day, text) {
  let clock = text;
  let minutes = null;
  if (text.endsWith("Z")) {
    clock = text.slice(0, -1);
    minutes = 0;
  } else if (/[+-]/.test(text)) {
    const sign = text.includes("+") ? "+" : "-";
    const [before, offset] = text.split(sign);
    const [hours, more = "0"] = offset.split(":");
    if (!WHOLE.test(hours) || !WHOLE.test(more)) return null;
    clock = before;
    minutes = (Number(hours) * 60 + Number(more)) * (sign === "+" ? -1 : 1);
  }
  const fields = clockFields(clock);
  if (fields === null) return null;
  if (minutes === null) return moment(...day, ...fields);
  const date = new Date(Date.UTC(2000, 0, 1, ...fields));
  date.setUTCFullYear(day[0], day[1] - 1, day[2]);
  return new Date(date.getTime() + minutes * 60000);
}

export function parseDate(text) {
  const fields = dateFields(text);
  return fields && moment(...fields);
}

export function parseMoment(text) {
  const at = text.indexOf("T");
  if (at < 0) return parseDate(text);
  const day = dateFields(text.slice(0, at));
  return day && withClock(day, text.slice(at + 1));
}

/** A time is a moment of today. */
export function parseTime(text, today) {
  return withClock([today.getFullYear(), today.getMonth() + 1, today.getDate()], text);
}

export const isoDate = (date) => `${date.getFullYear()}-${padded(date.getMonth() + 1, 2)}-${padded(date.getDate(), 2)}`;

export function isoTime(date) {
  const clock = `${padded(date.getHours(), 2)}:${padded(date.getMinutes(), 2)}:${padded(date.getSeconds(), 2)}.${padded(date.getMilliseconds(), 3)}`;
  const offset = -date.getTimezoneOffset();
  if (offset === 0) return `${clock}Z`;
  const size = Math.abs(offset);
  return `${clock}${offset < 0 ? "-" : "+"}${padded(Math.floor(size / 60), 2)}:${padded(size % 60, 2)}`;
}

export const isoMoment = (date) => `${isoDate(date)}T${isoTime(date)}`;

const MARKS = {
  Y: (date) => padded(date.getFullYear(), 4), y: (date) => padded(date.getFullYear(), 4).slice(2),
  m: (date) => padded(date.getMonth() + 1, 2), n: (date) => date.getMonth() + 1,
  d: (date) => padded(date.getDate(), 2), e: (date) => date.getDate(),
  H: (date) => padded(date.getHours(), 2), h: (date) => date.getHours(), M: (date) => padded(date.getMinutes(), 2),
  S: (date) => padded(date.getSeconds(), 2), 3: (date) => padded(date.getMilliseconds(), 3),
};

/** A date in the writing of format-date; the compiler let only known marks pass. */
export const formatted = (date, format) => format.replace(/%(.)/g, (_all, mark) => MARKS[mark](date));
