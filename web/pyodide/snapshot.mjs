// Makes a memory snapshot of a started Python, so that the tab need not start one:
//   node web/pyodide/snapshot.mjs        (writes web/pyodide/dist/snapshot/memory.bin)
//
// Made once for each Pyodide and each edition of this file, and kept outside the tree: two
// snapshots of the same Python are never the same bytes, and compressing one takes a while.
//
// The interface is private to Pyodide, so the version is pinned, a test compares both ways of
// starting, and the page starts the plain way when this file is missing or does not load. Modules
// with compiled parts (NumPy) cannot be inside; the ones of the standard library that NumPy, the
// engine and the page import can.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const runtime = join(dirname(fileURLToPath(import.meta.url)), "dist");
const MODULES = [
  "__future__", "abc", "ast", "asyncio", "base64", "bisect", "collections.abc", "contextlib",
  "contextvars", "copy", "csv", "ctypes", "dataclasses", "datetime", "decimal", "difflib", "email", "enum",
  "fractions", "functools", "hashlib", "importlib.machinery", "importlib.metadata", "inspect", "io",
  "itertools", "json", "linecache", "logging", "math", "numbers", "operator", "os", "pathlib",
  "pickle", "platform", "random", "re", "shutil", "struct", "tempfile", "textwrap", "threading",
  "traceback", "types", "typing", "urllib.parse", "warnings", "weakref", "zipfile",
];

const made = createHash("sha256");
const library = join(runtime, "compiled", "python_stdlib.zip"); // as the page serves it
for (const path of [fileURLToPath(import.meta.url), join(runtime, "pyodide.asm.wasm"), library]) {
  made.update(readFileSync(path));
}
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "gradtape", "snapshot");
const kept = join(cache, `${made.digest("hex")}.bin`);
const target = join(runtime, "snapshot", "memory.bin");
mkdirSync(join(runtime, "snapshot"), { recursive: true });
if (existsSync(kept)) {
  copyFileSync(kept, target);
  process.exit(0);
}

// Whether Python can be suspended for a promise is written into the memory when it is made, so a
// Node.js that cannot do it must seem to: nothing is suspended here, and each browser that loads the
// snapshot says for itself whether it can (`can_run_sync`).
WebAssembly.Suspending ??= function Suspending(inner) {
  return inner;
};
WebAssembly.promising ??= (exported) => exported;

const { loadPyodide } = await import(join(runtime, "pyodide.mjs"));
const python = await loadPyodide({
  indexURL: runtime,
  packageCacheDir: runtime,
  stdLibURL: library,
  _makeSnapshot: true,
  env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0", MPLBACKEND: "module://playground.figures" },
});
python.runPython(`
import importlib, gc
for name in ${JSON.stringify(MODULES)}:
    try:
        importlib.import_module(name)
    except ImportError:
        pass
del name
gc.collect()
`);
const snapshot = python.makeMemorySnapshot();
mkdirSync(cache, { recursive: true });
writeFileSync(kept, snapshot);
copyFileSync(kept, target);
console.log(`runtime: a snapshot of ${(snapshot.length / 1e6).toFixed(1)} MB`);
process.exit(0);
