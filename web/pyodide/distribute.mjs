// Runs distribute.py, and in it pyodide-build, in the tab's Python under Node: the bytecode is then
// the tab's own, and the same whatever Python this machine has.
//   node web/pyodide/distribute.mjs packages   the standard library and the packages, and their lock
//   node web/pyodide/distribute.mjs engine     the engine's and the page's bytecode; the lock with both
// They write into web/pyodide/dist/compiled/. What was made once is kept outside the tree.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";

const here = dirname(fileURLToPath(import.meta.url));
const runtime = join(here, "dist");
const target = join(runtime, "compiled");
const tools = join(here, "..", "..", ".venv", "pyodide-build");
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "gradtape", "distribution");
const script = readFileSync(join(here, "distribute.py"));
const pinned = readFileSync(join(here, "..", "..", "tests", "locks", "pyodide.txt"));
const LOCK = "pyodide-lock.json";
const PACKAGES_LOCK = "packages-lock.json";
const STANDARD = "python_stdlib.zip";

/** A new Python with the files in /in, an empty /out, and distribute.py's names. */
async function start(inputs) {
  const { loadPyodide } = await import(join(runtime, "pyodide.mjs"));
  // The date makes py-compile write hashes, which are the same tomorrow, and not the time.
  const env = { PYTHONHASHSEED: "0", SOURCE_DATE_EPOCH: "1577836800" };
  const quick = join(target, STANDARD);
  const stdLibURL = existsSync(quick) ? quick : join(runtime, STANDARD);
  const python = await loadPyodide({ indexURL: runtime, packageCacheDir: runtime, stdLibURL, env });
  python.mountNodeFS("/tools", tools);
  python.FS.mkdir("/in");
  python.FS.mkdir("/out");
  for (const [name, content] of Object.entries(inputs)) python.FS.writeFile(`/in/${name}`, content);
  python.runPython('import sys; sys.path.insert(0, "/tools")');
  python.runPython(script.toString("utf8"));
  return python;
}

/** What `make` leaves in /out, put into `target`; made when its inputs are new. */
async function step(name, inputs, make) {
  const hash = createHash("sha256").update(script).update(pinned).update(make);
  for (const content of Object.values(inputs)) hash.update(content);
  const kept = join(cache, hash.digest("hex"));
  if (!existsSync(kept)) {
    const python = await start(inputs);
    python.runPython(make);
    const partial = `${kept}.${process.pid}`;
    mkdirSync(partial, { recursive: true });
    for (const file of python.FS.readdir("/out").filter((file) => !file.startsWith("."))) {
      writeFileSync(join(partial, file), python.FS.readFile(`/out/${file}`));
    }
    if (existsSync(kept)) rmSync(partial, { recursive: true });
    else renameSync(partial, kept);
    console.log(`runtime: pyodide-build has made ${name}`);
  }
  for (const file of readdirSync(kept)) copyFileSync(join(kept, file), join(target, file));
}

/** The files of a folder whose names end so, by name. */
function read(folder, end) {
  const names = readdirSync(folder).filter((name) => name.endsWith(end)).sort();
  return Object.fromEntries(names.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]));
}

mkdirSync(target, { recursive: true });
if (process.argv[2] === "packages") {
  await step("the packages", { ...read(runtime, ".whl"), ...read(runtime, LOCK), ...read(runtime, STANDARD) },
    'packages("/in", "/out")');
} else {
  const engine = read(join(runtime, "engine"), ".whl");
  const [wheel] = Object.keys(engine);
  const page = read(join(here, "..", "python", "playground"), ".py");
  const scripts = Object.fromEntries(Object.entries(page).map(([name, text]) => [`playground/${name}`, text]));
  await step("the page's scripts", { "playground.zip": zipSync(scripts, { mtime: new Date(2020, 0, 1) }) },
    'beside("/in/playground.zip", "/out/playground.zip", sources=True)');
  await step("the engine's bytecode and the lock", { ...engine, ...read(target, PACKAGES_LOCK) },
    `beside("/in/${wheel}", "/out/engine-bytecode.zip")
with_engine("/in/${PACKAGES_LOCK}", "/in/${wheel}", "/out/${LOCK}")`);
  writeFileSync(join(target, wheel), engine[wheel]);
}
const { packages } = JSON.parse(readFileSync(join(target, existsSync(join(target, LOCK)) ? LOCK : PACKAGES_LOCK), "utf8"));
const named = new Set(Object.values(packages).map(({ file_name }) => file_name));
for (const name of Object.keys(read(target, ".whl"))) if (!named.has(name)) rmSync(join(target, name));
process.exit(0);
