// Reading what a stranger sent: every value is rebuilt field by field, or refused with its path.

/** Longest text accepted in one field; an honest sandbox stays far below. */
const LONGEST_TEXT = 600_000;
const MOST_ITEMS = 5_000;

export class Malformed extends Error {
  override name = "Malformed";
}

/** Its kind is none of the protocol's. */
export class UnknownMessage extends Malformed {}

export type Reader<T> = (value: unknown, path: string) => T;

export function refuse(path: string, wanted: string, value: unknown): never {
  const got = value === null ? "null" : Array.isArray(value) ? "an array" : typeof value;
  throw new Malformed(`${path}: got ${got}; allowed is ${wanted}`);
}

export const text: Reader<string> = (value, path) =>
  typeof value === "string" && value.length <= LONGEST_TEXT
    ? value
    : refuse(path, `a string of up to ${LONGEST_TEXT} characters`, value);

export const number: Reader<number> = (value, path) =>
  typeof value === "number" ? value : refuse(path, "a number", value);

/** A number, or the name of one that JSON cannot hold. */
export const numeric: Reader<number> = (value, path) =>
  value === "NaN" || value === "Infinity" || value === "-Infinity"
    ? Number(value)
    : number(value, path);

export const count: Reader<number> = (value, path) =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0
    ? value
    : refuse(path, "a whole number from 0", value);

export const flag: Reader<boolean> = (value, path) =>
  typeof value === "boolean" ? value : refuse(path, "true or false", value);

export const bytes: Reader<ArrayBuffer> = (value, path) =>
  value instanceof ArrayBuffer ? value : refuse(path, "an ArrayBuffer", value);

export function orNull<T>(read: Reader<T>): Reader<T | null> {
  return (value, path) => (value === null || value === undefined ? null : read(value, path));
}

/** What is left out is nothing of its kind. */
export function orNothing<T>(read: Reader<T>, nothing: T): Reader<T> {
  return (value, path) => (value === null || value === undefined ? nothing : read(value, path));
}

export function list<T>(read: Reader<T>, most = MOST_ITEMS): Reader<T[]> {
  return (value, path) =>
    Array.isArray(value) && value.length <= most
      ? value.map((item, i) => read(item, `${path}[${i}]`))
      : refuse(path, `an array of up to ${most} items`, value);
}

export function oneOf<const T extends string>(...allowed: T[]): Reader<T> {
  return (value, path) =>
    allowed.includes(value as T) ? (value as T) : refuse(path, allowed.join(" or "), value);
}

type Fields<T> = { [K in keyof T]-?: Reader<T[K]> };

/** An object with exactly these fields read; whatever else it carries is left behind. */
export function record<T>(fields: Fields<T>): Reader<T> {
  return (value, path) => {
    if (typeof value !== "object" || value === null) return refuse(path, "an object", value);
    const result: Partial<T> = {};
    for (const key of Object.keys(fields) as (keyof T & string)[]) {
      result[key] = fields[key]((value as Record<string, unknown>)[key], `${path}.${key}`);
    }
    return result as T;
  };
}

export function dictionary<T>(read: Reader<T>): Reader<Record<string, T>> {
  return (value, path) => {
    if (typeof value !== "object" || value === null) return refuse(path, "an object", value);
    const entries = Object.entries(value).map(([key, item]) => [key, read(item, `${path}.${key}`)]);
    return Object.fromEntries(entries) as Record<string, T>;
  };
}
