// Compresses what was built, once: the server only picks the file that a browser can read.
//
// Large files take brotli half a minute each at its highest level and gain two per cent, so they get
// a lower one; what was compressed is kept by its hash outside the tree. The files are compressed
// side by side, on all processors.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { sha256 } from "./content.ts";

const WORTH_IT = new Set([".bin", ".css", ".html", ".js", ".json", ".mjs", ".py", ".svg", ".wasm", ".whl", ".zip"]);
const LARGE = 1_000_000;
const HUGE = 16_000_000;
const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "gradtape", "compressed");

const asBrotli = promisify(brotliCompress);
const asGzip = promisify(gzip);

async function once(name: string, make: () => Promise<Buffer>): Promise<Buffer> {
  const kept = join(cache, name);
  if (existsSync(kept)) return readFileSync(kept);
  const made = await make();
  mkdirSync(cache, { recursive: true });
  writeFileSync(kept, made);
  return made;
}

async function compress(path: string): Promise<void> {
  const content = readFileSync(path);
  if (!WORTH_IT.has(extname(path)) || content.length < 512) return;
  const digest = sha256(content);
  const quality = content.length > HUGE ? 7 : content.length > LARGE ? 9 : 11;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    [constants.BROTLI_PARAM_LGWIN]: 24,
  };
  const [brotli, gzipped] = await Promise.all([
    once(`${digest}.${quality}.br`, () => asBrotli(content, { params })),
    once(`${digest}.gz`, () => asGzip(content, { level: 9 })),
  ]);
  if (brotli.length < content.length * 0.98) writeFileSync(`${path}.br`, brotli);
  if (gzipped.length < content.length * 0.98) writeFileSync(`${path}.gz`, gzipped);
}

export async function compressAll(folder: string): Promise<void> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const paths = names.map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
  await Promise.all(paths.map(compress));
}
