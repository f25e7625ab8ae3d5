// Runs a Python file in the tab's runtime under Node and prints what it prints:
//   node web/pyodide/run_node.mjs FILE.py [--wheel PATH]...
// Each wheel is unpacked into site-packages first (pure Python ones only); files that lie beside
// FILE.py are there for it to open. The exit status is 1 when the program raises.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const runtime = join(dirname(fileURLToPath(import.meta.url)), "dist");
const compiled = join(runtime, "compiled");
const wheels = [];
let file;
for (let args = process.argv.slice(2); args.length > 0; ) {
  const word = args.shift();
  if (word === "--wheel") wheels.push(args.shift());
  else file = word;
}
if (file === undefined) {
  console.error("usage: run_node.mjs FILE.py [--wheel PATH]...");
  process.exit(2);
}

const { loadPyodide } = await import(join(runtime, "pyodide.mjs"));
const python = await loadPyodide({
  indexURL: runtime,
  packageCacheDir: compiled,
  lockFileURL: join(compiled, "packages-lock.json"),
  stdLibURL: join(compiled, "python_stdlib.zip"),
  env: { HOME: "/home/pyodide", MPLBACKEND: "agg", PYTHONHASHSEED: "0" },
});
const write = (stream) => (bytes) => (stream.write(Buffer.from(bytes)), bytes.length);
python.setStdout({ write: write(process.stdout) });
python.setStderr({ write: write(process.stderr) });
const quiet = { messageCallback: () => {} };
await python.loadPackage(["numpy"], quiet);
for (const wheel of wheels) {
  const content = readFileSync(wheel);
  python.unpackArchive(content.buffer.slice(content.byteOffset,
    content.byteOffset + content.byteLength), "wheel", { extractDir: "/lib/python3.12/site-packages" });
}

const source = readFileSync(file, "utf8");
await python.loadPackagesFromImports(source, quiet);
python.FS.mkdirTree("/home/pyodide");
const folder = dirname(resolve(file));
for (const name of readdirSync(folder)) {
  const path = join(folder, name);
  if (statSync(path).isFile() && statSync(path).size < 4_000_000) {
    python.FS.writeFile(`/home/pyodide/${name}`, readFileSync(path));
  }
}
python.FS.chdir("/home/pyodide");
python.globals.set("_path", `/home/pyodide/${basename(file)}`);
try {
  python.runPython(`
import runpy, sys
sys.argv = [_path]
sys.path.insert(0, "/home/pyodide")
runpy.run_path(_path, run_name="__main__")
`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  python.runPython("import sys; sys.stdout.flush(); sys.stderr.flush()");
}
