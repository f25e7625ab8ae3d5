// Compares this project's kernels with TF.js, jax-js and borch on WebGPU, in one page of headless
// Chromium on its software adapter:
//
//   node run.mjs [--rounds N] [--only TEXT] [--json FILE]
//
// The contenders take turns; a time runs from the call until the device has finished. The ratio of
// two contenders is the median of the ratios of their turns. Beside the wall time stands the time
// that the GPU process computed, which other programs on the machine disturb less.
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const here = fileURLToPath(new URL(".", import.meta.url));
const { values: options } = parseArgs({
  options: { rounds: { type: "string", default: "7" }, only: { type: "string", default: "" }, json: { type: "string" } },
});
const rows = JSON.parse(readFileSync(join(here, "rows.json"))).filter(({ name }) => name.includes(options.only));
const names = ["gradtape", "TF.js", "jax-js", "borch"];

const kernels = execFileSync("python", [join(here, "kernels.py"), join(here, "rows.json")], { maxBuffer: 1 << 28 });
const roots = { "/modules/": join(here, "node_modules"), "/borch/": join(here, "../../../.cache/borch/borch_webgpu") };
const types = { ".html": "text/html", ".mjs": "text/javascript", ".js": "text/javascript" };

const server = createServer((request, response) => {
  const path = normalize(new URL(request.url, "http://localhost").pathname);
  const [prefix, root] = Object.entries(roots).find(([start]) => path.startsWith(start)) ?? ["/", here];
  try {
    const body = path === "/kernels.json" ? kernels : readFileSync(join(root, path.slice(prefix.length)));
    response.setHeader("content-type", types[extname(path)] ?? "application/octet-stream");
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));

/** The processes below one, as pairs of number and command line. */
function below(parent) {
  const found = [];
  for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${id}/stat`, "latin1");
      if (stat.slice(stat.lastIndexOf(")") + 4).split(" ")[0] === String(parent))
        found.push([id, readFileSync(`/proc/${id}/cmdline`, "latin1")], ...below(id));
    } catch {} // it ended meanwhile
  }
  return found;
}

/** Milliseconds that the threads of a process have computed. */
function computed(id) {
  let total = 0;
  for (const thread of readdirSync(`/proc/${id}/task`)) {
    try {
      total += Number(readFileSync(`/proc/${id}/task/${thread}/schedstat`, "latin1").split(" ")[0]);
    } catch {} // it ended meanwhile
  }
  return total / 1e6;
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--enable-unsafe-webgpu", "--disable-gpu-watchdog"],
});
const page = await browser.newPage();
page.on("pageerror", (error) => console.error(String(error)));
page.on("console", (message) => message.type() === "error" && console.error(message.text()));
let gpu;
await page.exposeFunction("cpuTime", () => {
  gpu ??= below(process.pid).find(([, command]) => command.includes("--type=gpu-process"))?.[0];
  return gpu ? computed(gpu) : NaN;
});
await page.goto(`http://127.0.0.1:${server.address().port}/bench.html`);
await page.waitForFunction(() => window.ready);
const about = await page.evaluate((list) => window.openAll(list), names);
for (const text of Object.values(about)) console.log(text);

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const shown = (number) => number.toPrecision(3).padStart(8);
const results = [];
try {
  for (const row of rows) {
    const times = await page.evaluate(([r, n]) => window.measure(r, n), [row, Number(options.rounds)]);
    console.log(`\n${row.name}\n${"".padEnd(16)}   wall ms   ratio   cpu ms   ratio`);
    for (const [name, list] of Object.entries(times)) {
      const [wall, cpu] = ["wall", "cpu"].map((kind) => median(list.map((turn) => turn[kind])));
      const [overWall, overCpu] = ["wall", "cpu"].map((kind) =>
        median(list.map((turn, k) => times.gradtape[k][kind] / turn[kind])));
      console.log(`${name.padEnd(16)} ${shown(wall)} ${shown(overWall)} ${shown(cpu)} ${shown(overCpu)}`);
      results.push({ row: row.name, name, wall, cpu, ratio: overWall, cpuRatio: overCpu });
    }
  }
} finally {
  if (options.json) writeFileSync(options.json, JSON.stringify(results, undefined, 1));
  await browser.close();
  server.close();
}
