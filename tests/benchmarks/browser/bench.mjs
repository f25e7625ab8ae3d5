// In the page: every contender does the same work on its own device, in turns, and is timed until the
// device is done. `run.mjs` drives it.
import { open as openBorch } from "./contenders/borch.mjs";
import { open as openGradtape } from "./contenders/gradtape.mjs";
import { open as openJax } from "./contenders/jax.mjs";
import { open as openTensorflow } from "./contenders/tensorflow.mjs";

const OPENERS = { "gradtape": openGradtape, "TF.js": openTensorflow, "jax-js": openJax, "borch": openBorch };

/** Numbers between −0.5 and 0.5 that depend on nothing but their place. */
export function numbers(count, seed) {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

/** What the work must give at one place, in double precision. */
const EXPECTED = {
  matmul: ({ m, k, n }, [a, b]) => {
    let sum = 0;
    for (let l = 0; l < k; l++) sum += a[(m - 1) * k + l] * b[l * n + n - 1];
    return { value: sum, bound: 1e-6 * k };
  },
  // the last filter on the last pixel of the last image
  convolution: ({ n, side, k, c, f }, [x, w]) => {
    let sum = 0;
    for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) for (let l = 0; l < c; l++)
      sum += x[(((n - 1) * side + side - k + i) * side + side - k + j) * c + l] * w[((i * k + j) * c + l) * f + f - 1];
    return { value: sum, bound: 1e-6 * k * k * c };
  },
};

const INPUTS = {
  matmul: ({ m, k, n }) => [numbers(m * k, 1), numbers(k * n, 2)],
  convolution: ({ n, side, k, c, f }) => [numbers(n * side * side * c, 1), numbers(k * k * c * f, 2)],
};

const opened = {};

/** Open the contenders; what each is, by name. */
window.openAll = async (names) => {
  const about = {};
  for (const name of names) {
    opened[name] = await OPENERS[name]();
    about[name] = opened[name].about;
  }
  return about;
};

/** The work of one row, by `rounds` turns: times in milliseconds per contender. */
window.measure = async (row, rounds) => {
  const inputs = INPUTS[row.work](row);
  const expected = EXPECTED[row.work](row, inputs);
  const jobs = {};
  for (const [name, contender] of Object.entries(opened)) {
    const variants = await contender[row.work]?.(row, inputs);
    for (const [variant, job] of Object.entries(variants ?? {})) jobs[variant ? `${name} ${variant}` : name] = job;
  }
  const times = {};
  for (const [name, job] of Object.entries(jobs)) {
    await job.run(); // compiles
    await job.run();
    const value = await job.value();
    if (!(Math.abs(value - expected.value) <= expected.bound))
      throw new Error(`${name}: ${row.name} gives ${value}, expected ${expected.value}`);
    times[name] = [];
  }
  const names = Object.keys(jobs);
  for (let round = 0; round < rounds; round++) {
    for (let k = 0; k < names.length; k++) {
      const name = names[(k + round) % names.length];
      const cpu = await window.cpuTime();
      const start = performance.now();
      await jobs[name].run();
      const wall = performance.now() - start;
      times[name].push({ wall, cpu: (await window.cpuTime()) - cpu });
    }
  }
  for (const job of Object.values(jobs)) job.close();
  return times;
};
window.ready = true;
