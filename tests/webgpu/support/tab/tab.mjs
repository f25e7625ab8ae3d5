// A tab without the playground, for tests: Pyodide, NumPy and the engine in a worker or in the page.
//
// `open` starts Chromium and serves the runtime's files; what it opens runs Python given as text.
// Options: `flags` for Chromium; `isolated`: whether memory can be shared; `suspends`: whether the
// browser offers JavaScript Promise Integration; `place`: "worker" or "window"; `folders`: what else
// is served, by the first part of its address.
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "../../../web/support/browser.mjs";

const runtime = fileURLToPath(new URL("../../../../web/pyodide/dist", import.meta.url));
const TYPES = { ".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };
/** What makes Chromium offer its software GPU. */
export const SOFTWARE_GPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

// Runs in the worker or in the page.
const PYTHON = `
async function startPython({ suspends, archives }) {
  if (!suspends) {
    delete WebAssembly.Suspending; delete WebAssembly.Suspender; delete WebAssembly.promising;
  }
  const { loadPyodide } = await import("/pyodide.mjs");
  const python = await loadPyodide({ indexURL: "/", env: { PYTHONHASHSEED: "0" } });
  await python.loadPackage("numpy");
  for (const name of archives) {
    const content = await (await fetch("/archives/" + name)).arrayBuffer();
    python.unpackArchive(content, "zip", { extractDir: "/lib/python3.12/site-packages" });
  }
  return async (code, entry) => {
    try {
      return { value: String(entry === "sync" ? python.runPython(code) : await python.runPythonAsync(code)) };
    } catch (error) {
      return { error: error.message };
    }
  };
}`;
const WORKER = `${PYTHON}
let run;
onmessage = async ({ data: { id, options, code, entry } }) => {
  if (options) { run = startPython(options).catch((error) => async () => ({ error: String(error) })); return; }
  postMessage({ id, ...await (await run)(code, entry) });
};`;
const PAGE = `<!doctype html><html lang="en"><title>tab</title><script type="module">
${PYTHON}
globalThis.startWindow = startPython;
globalThis.startWorker = (options) => {
  const worker = new Worker("/worker.mjs", { type: "module" });
  worker.postMessage({ options });
  let count = 0;
  return (code, entry) => new Promise((resolve) => {
    const id = ++count;
    worker.onerror = (event) => resolve({ error: event.message });
    worker.addEventListener("message", ({ data }) => { if (data.id === id) resolve(data); });
    worker.postMessage({ id, code, entry });
  });
};
globalThis.ready = true;
</script></html>`;

function serve(isolated, archives, folders) {
  const kept = new Map(archives.map((path, k) => [`${k}.zip`, path]));
  const server = createServer((request, response) => {
    const name = request.url.slice(1).split("?")[0];
    const headers = isolated
      ? { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" }
      : {};
    const send = (type, body) => response.writeHead(200, { ...headers, "content-type": type }).end(body);
    const [first, ...rest] = name.split("/");
    const path = folders[first] ? join(folders[first], ...rest) : join(runtime, name);
    if (name === "") send("text/html", PAGE);
    else if (name === "worker.mjs") send("text/javascript", WORKER);
    else if (name.startsWith("archives/")) send("application/zip", readFileSync(kept.get(name.slice(9))));
    else if (name.includes("..") || !existsSync(path)) response.writeHead(404).end();
    else {
      response.writeHead(200, { ...headers, "content-type": TYPES[extname(name)] ?? "application/octet-stream" });
      createReadStream(path).pipe(response);
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** A running tab: `run(code, entry)` gives {value} or {error}; `close` ends everything. */
export async function open({ flags = SOFTWARE_GPU, isolated = true, suspends = true, place = "worker", archives = [], folders = {} }) {
  const server = await serve(isolated, archives, folders);
  const browser = await launch(flags);
  const page = await browser.newPage();
  page.on("console", (message) => process.stderr.write(`${message.type()}: ${message.text()}\n`));
  page.on("pageerror", (error) => process.stderr.write(`${error}\n`));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction(() => globalThis.ready === true);
  await page.evaluate(async ({ place, options }) => {
    globalThis.run = await globalThis[place === "worker" ? "startWorker" : "startWindow"](options);
  }, { place, options: { suspends, archives: archives.map((_, k) => `${k}.zip`) } });
  return {
    page,
    /** Another page of the same browser, with nothing in it. */
    beside: async () => {
      const other = await browser.newPage();
      await other.goto(`http://127.0.0.1:${server.address().port}/`);
      return other;
    },
    run: (code, entry = "async") => page.evaluate(([code, entry]) => globalThis.run(code, entry), [code, entry]),
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}
