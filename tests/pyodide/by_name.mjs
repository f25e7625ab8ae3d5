// Has the runtime's own loader load gradtape by its name from the lock, as any page with Pyodide
// would, and prints what a program then sees, as JSON.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const runtime = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "web", "pyodide", "dist");
const compiled = join(runtime, "compiled");
const { loadPyodide } = await import(join(runtime, "pyodide.mjs"));
const python = await loadPyodide({
  indexURL: runtime,
  packageCacheDir: compiled,
  lockFileURL: join(compiled, "pyodide-lock.json"),
  stdLibURL: join(compiled, "python_stdlib.zip"),
});
const program = `
import contextlib, json, os
import numpy as np
import gradtape as tf

x = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = x * x
@contextlib.contextmanager
def nothing():
    yield
json.dumps({
    "gradient": float(tape.gradient(y, x)),
    "folder of numpy": os.path.dirname(np.__file__),
    "a file of numpy": np.median.__wrapped__.__code__.co_filename,
    "contextlib": contextlib.__file__,
    "a file of contextlib": contextlib.contextmanager.__code__.co_filename,
    "json": json.__file__,
})
`;
await python.loadPackagesFromImports(program, { messageCallback: () => {} });
console.log(python.runPython(program));
process.exit(0);
