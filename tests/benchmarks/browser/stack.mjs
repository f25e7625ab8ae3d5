// The whole Python stack in a tab beside TF.js, jax-js and borch: the same steps, in one Chromium with
// its software GPU, in turns:
//   node tests/benchmarks/browser/stack.mjs [ROUNDS] [ROW]…
// Prints medians in milliseconds, the median of the turns' ratios and whether the goals are reached:
// of the GPU against the best eager peer and the best compiled one, of the CPU against each peer's kernels
// of WebAssembly. Then what automatic placement costs beside
// the better of CPU and GPU, and Python's time for an op. A step ends when its scalar is in Python,
// or in JavaScript.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "../../../web/node_modules/rolldown/dist/index.mjs";
import { open } from "../../webgpu/support/tab/tab.mjs";

const [rounds = "15", ...only] = process.argv.slice(2);
const here = fileURLToPath(new URL(".", import.meta.url));
/** The line of an error that says what is wrong. */
const words = ({ message }) => {
  const lines = message.trim().split("\n");
  return lines.findLast((line) => /Error|error/.test(line)) ?? lines[0];
};
/** The largest ratio allowed to the best eager peer and to the best compiled one. */
const GOALS = { eager: 0.5, compiled: 1.0, placement: 1.1 };
/** The same of the CPU to each of the peers' kernels of WebAssembly. */
const CPU_GOALS = { elementwise: 0.2, "elementwise gradient": 0.2 };
const CPU_GOAL = 0.6;
const COMPILED = new Set(["jax-js jit"]);
/** Rows with peers, and rows that show placement alone. */
const ROWS = ["elementwise", "elementwise gradient", "mlp", "cnn"];
const SIDES = ["matmul 64", "matmul 128", "matmul 256", "matmul 512", "matmul 1024"];
const PLACED = [...ROWS, "scalar", "chain", "hessian", ...SIDES];
const verdict = (ratio, goal) => `${ratio.toFixed(2)} (≤ ${goal}: ${ratio <= goal ? "reached" : "MISSED"})`;
/** What a first step, which compiles, may take; a contender that takes longer is left out. */
const PATIENCE_MS = 60_000;
/** Between two turns: what one leaves to be done, such as freeing its buffers, is not the next one's. */
const REST_MS = 50;
/** The same names in an order by chance: nobody always comes after the same one. */
const shuffled = (names) => names.map((name) => [Math.random(), name]).sort(([a], [b]) => a - b).map(([, name]) => name);
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

// TF.js's file for pages leaves the gradients out; they find the engine of that file by themselves.
const made = mkdtempSync(join(tmpdir(), "gradtape-bench-"));
const archive = join(made, "engine.zip");
execFileSync("python", ["-m", "tests.benchmarks.browser.pack_steps", archive], { cwd: join(here, "../../..") });
const core = join(here, "node_modules", "@tensorflow", "tfjs-core", "dist");
const bundle = await rolldown({ input: join(core, "register_all_gradients.js"), logLevel: "silent" });
await bundle.write({ file: join(made, "gradients.js") });

const borch = join(here, "../../../.cache/borch/borch_webgpu");
const folders = { bench: here, peers: join(here, "node_modules"), made, borch };
const tab = await open({ archives: [archive], folders });
const python = async (code) => {
  const { value, error } = await tab.run(code);
  if (error !== undefined) throw new Error(error);
  return value;
};
try {
  console.log(await python(`
from gradtape_webgpu.drivers import tab as _tab
import contextlib, steps, json, time, gradtape as tf
driver = await _tab.start()
opened = {}
f"{driver.caps.adapter}; Python waits: {driver.waiting}"`));
  const openPeers = async (page, group) => {
    await page.evaluate(() => import("/bench/peers.mjs"));
    return page.evaluate(async (group) => {
      globalThis.opened = {};
      for (const [name, start] of Object.entries(globalThis[group])) globalThis.opened[name] = await start();
      return Object.keys(globalThis.opened);
    }, group);
  };
  const beside = await tab.beside();
  const names = await openPeers(tab.page, "peers"), cpuNames = await openPeers(beside, "cpuPeers");
  const ours = { "gradtape GPU": "tf.device('/GPU:0')", "gradtape CPU": "tf.device('/CPU:0')", "gradtape": "contextlib.nullcontext()" };
  const placement = {};
  for (const row of only.length > 0 ? only : PLACED) {
    const turns = {};
    for (const [name, place] of Object.entries(ours)) {
      const key = JSON.stringify([row, name]);
      turns[name] = () => python(`
opened.setdefault(${JSON.stringify(key)}, None)
with ${place}:
    if opened[${JSON.stringify(key)}] is None:
        opened[${JSON.stringify(key)}] = steps.STEPS[${JSON.stringify(row)}]()
    _began = time.perf_counter()
    _value = float(opened[${JSON.stringify(key)}]())
    _took = (time.perf_counter() - _began) * 1e3
json.dumps([_took, _value])`).then(JSON.parse);
    }
    for (const name of [...names, ...cpuNames]) {
      const page = cpuNames.includes(name) ? beside : tab.page;
      const there = await page.evaluate(([name, row]) => {
        const make = globalThis.opened[name][row];
        globalThis.step ??= {};
        if (make) globalThis.step[name] = make();
        return Boolean(make);
      }, [name, row]);
      if (!there) continue;
      turns[name] = () => page.evaluate(async (name) => {
        const began = performance.now();
        const value = await globalThis.step[name]();
        return [performance.now() - began, value];
      }, name);
    }
    const times = {}, first = {};
    for (const [name, turn] of Object.entries(turns)) {
      let timer;
      try {
        const late = new Promise((_, reject) => { timer = setTimeout(reject, PATIENCE_MS, new Error(`no step within ${PATIENCE_MS / 1000} s`)); });
        first[name] = (await Promise.race([turn(), late]))[1];
        for (let k = 0; k < 2; k++) await turn(); // compiles, plans
        times[name] = [];
      } catch (error) {
        console.log(`${row}: ${name} does not run: ${words(error)}`);
      } finally {
        clearTimeout(timer);
      }
    }
    const contenders = Object.keys(times);
    for (let round = 0; round < Number(rounds); round++) {
      for (const name of shuffled(contenders)) {
        await new Promise((rested) => setTimeout(rested, REST_MS));
        times[name].push((await turns[name]())[0]);
      }
    }
    const over = (own, other) => median(times[own].map((took, k) => took / times[other][k]));
    console.log(`\n${row}`);
    for (const [name, list] of Object.entries(times)) {
      console.log(`${name.padEnd(14)} ${median(list).toFixed(1).padStart(8)} ms   ratio ${over("gradtape GPU", name).toFixed(2)}   first value ${first[name]}`);
    }
    const best = (group) => group.filter((name) => times[name]).sort((a, b) => median(times[a]) - median(times[b]))[0];
    const eager = best(names.filter((name) => !COMPILED.has(name)));
    const compiled = best([...COMPILED]);
    if (eager) console.log(`GPU over the best eager, ${eager}: ${verdict(over("gradtape GPU", eager), GOALS.eager)}`);
    if (compiled) console.log(`GPU over the best compiled, ${compiled}: ${verdict(over("gradtape GPU", compiled), GOALS.compiled)}`);
    for (const name of cpuNames.filter((name) => times[name])) {
      console.log(`CPU over ${name}: ${verdict(over("gradtape CPU", name), CPU_GOALS[row] ?? CPU_GOAL)}`);
    }
    const better = best(["gradtape GPU", "gradtape CPU"]);
    placement[row] = [better, over("gradtape", better)];
  }
  console.log("\nautomatic placement over the better of CPU and GPU");
  for (const [row, [better, ratio]] of Object.entries(placement)) {
    console.log(`${row.padEnd(22)} ${better.padEnd(14)} ${verdict(ratio, GOALS.placement)}`);
  }
  for (const device of ["/GPU:0", "/CPU:0"]) {
    const { value, error } = await tab.run(`with tf.device("${device}"):\n    _took = steps.per_op(9)\n_took`);
    const told = value === undefined ? words({ message: error }) : `${Number(value).toFixed(1)} µs`;
    console.log(`Python time of an op recorded on ${device}: ${told}`);
  }
} finally {
  await tab.close();
  rmSync(made, { recursive: true });
}
