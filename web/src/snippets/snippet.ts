// Snippets on the page's side: canonical JSON, the id that proves the content, and links.
//
// The twin of `gradtape.snippet` in Python; a test compares the two byte for byte.
import { deflateSync, inflateSync, strFromU8, strToU8 } from "fflate";
import {
  count, dictionary, list, Malformed, orNull, type Reader, record, refuse, text,
} from "../messages/readers.ts";
import type { Program } from "../python/program.ts";

const ALPHABET = "23456789bcdfghjkmnpqrstvwxz";
const ID_LENGTH = 12;
const FULL_LENGTH = 54;
const LARGEST_LINKED = 256 * 1024; // bytes a link may unfold to

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** One gradient in a manifest; its numbers travel as bytes. */
export interface Recorded {
  label: string;
  dtype: string;
  shape: number[];
  digest: string;
  step: number;
  values: string;
}

export type Pins = Record<string, string | number | null>;

/** What a stored snippet holds. */
export interface Manifest {
  schema: number;
  title: string;
  code: Record<string, string>;
  entry: string;
  engine: Pins;
  runtime: Pins;
  run: Pins;
  tolerance: { ulp: number; floor_ulp: number };
  results: Recorded[];
  produced: number;
  output: string;
  parent: string | null;
}

/** A program as a manifest holds it. */
export function filesOf({ code, entry, beside }: Program): Pick<Manifest, "code" | "entry"> {
  return { code: { ...beside, [entry]: code }, entry };
}

export function programOf({ code, entry }: Pick<Manifest, "code" | "entry">): Program {
  const { [entry]: text = "", ...beside } = code;
  return { code: text, entry, beside };
}

/** The canonical text of a JSON value: keys in UTF-16 order, no spaces, whole numbers only. */
export function canonical(value: Json): string {
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new TypeError(`${value} is not a whole number of 53 bits`);
    return JSON.stringify(value === 0 ? 0 : value);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.keys(value).sort().map(
      (key) => `${JSON.stringify(key)}:${canonical(value[key] as Json)}`,
    );
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value);
}

/** The sha256 of a manifest's canonical text, in hexadecimal. */
export async function manifestDigest(manifest: Json): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", strToU8(canonical(manifest)) as BufferSource);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The id of a manifest: the first letters of the name of its sha256. */
export async function snippetId(manifest: Json, length = ID_LENGTH): Promise<string> {
  let number = BigInt(`0x${await manifestDigest(manifest)}`);
  let name = "";
  for (let i = 0; i < FULL_LENGTH; i++) {
    name = ALPHABET.charAt(Number(number % BigInt(ALPHABET.length))) + name;
    number /= BigInt(ALPHABET.length);
  }
  return name.slice(0, length);
}

/** The id in a path like /s/ID or /e/ID; null elsewhere. */
export function idInPath(path: string): { id: string; embedded: boolean } | null {
  const match = /^\/([se])\/([23456789bcdfghjkmnpqrstvwxz]{12,54}|[0-9a-f]{64})\/?$/.exec(path);
  return match === null ? null : { id: match[2] as string, embedded: match[1] === "e" };
}

/**
 * A whole snippet as the part of a link behind the #, which no browser sends to a server; null where it
 * is larger than `fromFragment` unfolds.
 */
export function toFragment(json: string): string | null {
  const content = strToU8(json);
  if (content.length > LARGEST_LINKED) return null;
  const packed = deflateSync(content, { level: 9 });
  let binary = "";
  for (const byte of packed) binary += String.fromCharCode(byte);
  const letters = btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `#code=1${letters}`;
}

/** The text in a link's fragment; null when there is none, an error when it is damaged. */
export function fromFragment(fragment: string): string | null {
  if (!fragment.startsWith("#code=")) return null;
  const [version, letters] = [fragment.charAt(6), fragment.slice(7)];
  if (version !== "1") throw new Error(`This link is of version ${version}; this page reads version 1.`);
  try {
    const binary = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
    const packed = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
    const out = new Uint8Array(LARGEST_LINKED + 1);
    const plain = inflateSync(packed, { out });
    if (plain.length > LARGEST_LINKED) throw new Error("too large");
    return strFromU8(plain);
  } catch {
    throw new Error("This link is damaged: the part behind the # is cut off or changed.");
  }
}

const pin: Reader<string | number | null> = (value, path) =>
  value === null ? null : typeof value === "number" ? count(value, path) : text(value, path);

/** A program of one file, or nothing recorded of one with several, as a manifest's text. */
export function bare(program: Program): string {
  const { code, beside } = program;
  const alone = JSON.stringify({ schema: 0, title: "", code });
  if (Object.keys(beside).length === 0) return alone;
  return JSON.stringify({ ...readManifest(alone), schema: 1, ...filesOf(program) });
}

const manifest = record<Manifest>({
  schema: count, title: text, code: dictionary(text), entry: text,
  engine: dictionary(pin), runtime: dictionary(pin), run: dictionary(pin),
  tolerance: record({ ulp: count, floor_ulp: count }),
  results: list(record<Recorded>({
    label: text, dtype: text, shape: list(count, 16), digest: text,
    step: (value, path) => count(value, path) || refuse(path, "a whole number from 1", value),
    values: text,
  }), 256),
  produced: count, output: text, parent: orNull(text),
});

const UNPINNED = {
  engine: { name: "gradtape", version: null, wheel_sha256: null, source_sha256: null },
  runtime: { name: null, version: null, python: null, numpy: null, lock_sha256: null },
  run: { seed: null, dtype: "float32", device: "cpu" },
};

/** The manifest in a JSON text, of the present schema or of the bare one that links carry. */
export function readManifest(json: string): Manifest {
  const value = JSON.parse(json) as Record<string, unknown>;
  if (value["schema"] === 0 && typeof value["code"] === "string") {
    return {
      schema: 0, title: String(value["title"] ?? ""), code: { "main.py": value["code"] },
      entry: "main.py", ...UNPINNED, tolerance: { ulp: 256, floor_ulp: 16 }, results: [],
      produced: 0, output: "", parent: null,
    };
  }
  try {
    const found = manifest(value, "snippet");
    if (found.schema !== 1 || typeof found.code[found.entry] !== "string") throw new Malformed("its code is missing");
    return found;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Error(`this is not a snippet that this page can read (${error.message})`);
  }
}
