// The whole Python stack in a tab beside TF.js and jax-js: the same steps, in one Chromium with its
// software GPU, in turns:
//   node tests/benchmarks/browser/stack.mjs [ROUNDS] [ROW]…
// The peers are those of node_modules beside this file. Prints medians in milliseconds, the median of the turns' ratios, and Python's time for an op.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "../../../web/node_modules/rolldown/dist/index.mjs";
import { open } from "../../webgpu/tab/tab.mjs";

const [rounds = "7", ...only] = process.argv.slice(2);
const here = fileURLToPath(new URL(".", import.meta.url));
/** The line of an error that says what is wrong. */
const words = ({ message }) => {
  const lines = message.trim().split("\n");
  return lines.findLast((line) => /Error|error/.test(line)) ?? lines[0];
};
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

// TF.js's file for pages leaves the gradients out; they find the engine of that file by themselves.
const made = mkdtempSync(join(tmpdir(), "gradtape-bench-"));
const archive = join(made, "engine.zip");
execFileSync("python", ["-m", "tests.benchmarks.browser.pack_steps", archive], { cwd: join(here, "../../..") });
const core = join(here, "node_modules", "@tensorflow", "tfjs-core", "dist");
const bundle = await rolldown({ input: join(core, "register_all_gradients.js"), logLevel: "silent" });
await bundle.write({ file: join(made, "gradients.js") });

const folders = { bench: here, peers: join(here, "node_modules"), made };
const tab = await open({ archives: [archive], folders });
const python = async (code) => {
  const { value, error } = await tab.run(code);
  if (error !== undefined) throw new Error(error);
  return value;
};
try {
  console.log(await python(`
from gradtape_webgpu import tab as _tab
import steps, json, time, gradtape as tf
driver = await _tab.start()
opened = {}
f"{driver.caps.adapter}; Python waits: {driver.waiting}"`));
  await tab.page.evaluate(() => import("/bench/peers.mjs"));
  const names = await tab.page.evaluate(async () => {
    globalThis.opened = {};
    for (const [name, start] of Object.entries(globalThis.peers)) globalThis.opened[name] = await start();
    return Object.keys(globalThis.opened);
  });
  const ours = { "gradtape GPU": "/GPU:0", "gradtape CPU": "/CPU:0" };
  for (const row of only.length > 0 ? only : ["elementwise", "elementwise gradient", "mlp", "cnn"]) {
    const turns = {};
    for (const [name, device] of Object.entries(ours)) {
      const key = JSON.stringify([row, device]);
      turns[name] = () => python(`
opened.setdefault(${JSON.stringify(key)}, None)
with tf.device(${JSON.stringify(device)}):
    if opened[${JSON.stringify(key)}] is None:
        opened[${JSON.stringify(key)}] = steps.STEPS[${JSON.stringify(row)}]()
    _began = time.perf_counter()
    _value = float(opened[${JSON.stringify(key)}]())
    _took = (time.perf_counter() - _began) * 1e3
json.dumps([_took, _value])`).then(JSON.parse);
    }
    for (const name of names) {
      const there = await tab.page.evaluate(([name, row]) => {
        const make = globalThis.opened[name][row];
        globalThis.step ??= {};
        if (make) globalThis.step[name] = make();
        return Boolean(make);
      }, [name, row]);
      if (!there) continue;
      turns[name] = () => tab.page.evaluate(async (name) => {
        const began = performance.now();
        const value = await globalThis.step[name]();
        return [performance.now() - began, value];
      }, name);
    }
    const times = {}, first = {};
    for (const [name, turn] of Object.entries(turns)) {
      try {
        first[name] = (await turn())[1];
        for (let k = 0; k < 2; k++) await turn(); // compiles, plans
        times[name] = [];
      } catch (error) {
        console.log(`${row}: ${name} does not run: ${words(error)}`);
      }
    }
    for (let round = 0; round < Number(rounds); round++) {
      for (const name of Object.keys(times)) times[name].push((await turns[name]())[0]);
    }
    console.log(`\n${row}`);
    for (const [name, list] of Object.entries(times)) {
      const base = times["gradtape GPU"] ?? times["gradtape CPU"];
      const ratio = median(list.map((took, k) => base[k] / took));
      console.log(`${name.padEnd(14)} ${median(list).toFixed(1).padStart(8)} ms   ratio ${ratio.toFixed(2)}   first value ${first[name]}`);
    }
  }
  for (const device of Object.values(ours)) {
    const { value, error } = await tab.run(`with tf.device("${device}"):\n    _took = steps.per_op(9)\n_took`);
    const told = value === undefined ? words({ message: error }) : `${Number(value).toFixed(1)} µs`;
    console.log(`Python time of an op recorded on ${device}: ${told}`);
  }
} finally {
  await tab.close();
  rmSync(made, { recursive: true });
}
