// A page that does nothing but load Pyodide and import NumPy: what the playground's start is measured
// against. It serves itself from web/pyodide/dist.
import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const runtime = fileURLToPath(new URL("../../../web/pyodide/dist", import.meta.url));
const PAGE = `<!doctype html><html lang="en"><title>bare</title><script type="module">
import { loadPyodide } from "/pyodide.mjs";
const python = await loadPyodide({ indexURL: "/" });
await python.loadPackage("numpy");
python.runPython("import numpy");
performance.mark("numpy");
</script>`;
const TYPES = { ".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };

/** The bare page's server; close it when done. */
export function serveBare() {
  const server = createServer((request, response) => {
    const name = request.url === "/" ? "" : request.url.slice(1).split("?")[0];
    const path = join(runtime, name);
    if (name === "") {
      response.writeHead(200, { "content-type": "text/html" });
      response.end(PAGE);
    } else if (name.includes("..") || !existsSync(path)) {
      response.writeHead(404).end();
    } else {
      response.writeHead(200, {
        "content-type": TYPES[extname(name)] ?? "application/octet-stream",
        "cache-control": "public, max-age=31536000, immutable",
      });
      createReadStream(path).pipe(response);
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
