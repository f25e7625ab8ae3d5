// Files served under the hash of their content, so that an address never changes its meaning and a
// browser may keep what it has for ever.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { SiteFile } from "../src/python/site.ts";

export interface HashedFile extends SiteFile {
  /** Where the bytes come from: a path, or the bytes themselves. */
  from: string | Buffer;
}

export function sha256(content: Buffer | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** A file to be served as /<folder>/<hash>/<name>. */
export function hashed(folder: string, name: string, from: string | Buffer): HashedFile {
  const content = typeof from === "string" ? readFileSync(from) : from;
  const digest = sha256(content);
  return { url: `/${folder}/${digest.slice(0, 16)}/${name}`, sha256: digest, size: content.length, from };
}

/** What the page needs to fetch the file. */
export function described({ url, sha256: digest, size }: HashedFile): SiteFile {
  return { url, sha256: digest, size };
}

export function write(out: string, file: HashedFile): void {
  const target = join(out, file.url);
  mkdirSync(dirname(target), { recursive: true });
  if (typeof file.from === "string") copyFileSync(file.from, target);
  else writeFileSync(target, file.from);
}
