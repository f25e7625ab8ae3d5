// Runs compile.py in the tab's Python under Node, so that the bytecode is the tab's own:
//   node web/pyodide/compile.mjs         (writes web/pyodide/dist/compiled/)
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";

const here = dirname(fileURLToPath(import.meta.url));
const runtime = join(here, "dist");
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "gradtape", "compiled");
const script = readFileSync(join(here, "compile.py"), "utf8");
const target = join(runtime, "compiled");
mkdirSync(target, { recursive: true });
mkdirSync(cache, { recursive: true });

let python = null;
async function make(name, content, call) {
  const kept = join(cache, createHash("sha256").update(script).update(content).digest("hex"));
  if (!existsSync(kept)) {
    if (python === null) {
      const { loadPyodide } = await import(join(runtime, "pyodide.mjs"));
      python = await loadPyodide({ indexURL: runtime, packageCacheDir: runtime, env: { PYTHONHASHSEED: "0" } });
      python.runPython(script);
    }
    python.FS.writeFile("/in.whl", content);
    python.runPython(`${call}("/in.whl", "/out.zip")`);
    writeFileSync(kept, python.FS.readFile("/out.zip"));
    console.log(`runtime: compiled ${name}`);
  }
  copyFileSync(kept, join(target, name));
}

const find = (folder, start) => readdirSync(folder).find((name) => name.startsWith(start) && name.endsWith(".whl"));
const numpy = find(runtime, "numpy-");
await make(numpy, readFileSync(join(runtime, numpy)), "compiled");
const engineFolder = join(runtime, "engine");
const engine = existsSync(engineFolder) ? find(engineFolder, "gradtape-") : undefined;
if (engine !== undefined) await make("engine-bytecode.zip", readFileSync(join(engineFolder, engine)), "bytecode_only");
const scripts = join(here, "..", "python", "playground");
const sources = readdirSync(scripts).filter((name) => name.endsWith(".py")).sort()
  .map((name) => [`playground/${name}`, new Uint8Array(readFileSync(join(scripts, name)))]);
await make("playground.zip", zipSync(Object.fromEntries(sources), { mtime: new Date(2020, 0, 1) }), "with_bytecode");
process.exit(0);
