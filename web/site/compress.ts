// Compresses what was built, once: the server only picks the file that a browser can read.
//
// Large files take brotli half a minute each at its highest level and gain two per cent, so they get
// a lower one; what was compressed is kept by its hash outside the tree.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { sha256 } from "./content.ts";

const WORTH_IT = new Set([".bin", ".css", ".html", ".js", ".json", ".mjs", ".py", ".svg", ".wasm", ".whl", ".zip"]);
const LARGE = 1_000_000;
const HUGE = 16_000_000;
const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "gradtape", "compressed");

function once(name: string, make: () => Buffer): Buffer {
  const kept = join(cache, name);
  if (existsSync(kept)) return readFileSync(kept);
  const made = make();
  mkdirSync(cache, { recursive: true });
  writeFileSync(kept, made);
  return made;
}

export function compressAll(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      compressAll(path);
      continue;
    }
    const content = readFileSync(path);
    if (!WORTH_IT.has(extname(entry.name)) || content.length < 512) continue;
    const digest = sha256(content);
    const quality = content.length > HUGE ? 7 : content.length > LARGE ? 9 : 11;
    const brotli = once(`${digest}.${quality}.br`, () => brotliCompressSync(content, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: quality,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
        [constants.BROTLI_PARAM_LGWIN]: 24,
      },
    }));
    const gzip = once(`${digest}.gz`, () => gzipSync(content, { level: 9 }));
    if (brotli.length < content.length * 0.98) writeFileSync(`${path}.br`, brotli);
    if (gzip.length < content.length * 0.98) writeFileSync(`${path}.gz`, gzip);
  }
}
