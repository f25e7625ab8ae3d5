// The page compares runs as `gradtape.snippet` does in Python: the same tier, reason, distance and
// place for pairs of results of every dtype, near and far apart.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { rolldown } from "../../../web/node_modules/rolldown/dist/index.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
let page;
before(async () => {
  const bundle = await rolldown({ input: here("../../../web/src/snippets/comparison.ts"), cwd: here("../../../web") });
  const { output } = await bundle.generate({ format: "esm" });
  page = await import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString("base64")}`);
});

const CASES = `
import json, numpy as np
from gradtape import snippet
from gradtape.snippet.results import Recorded
rng = np.random.default_rng(7)
cases = []

def array(x):
    return None if x is None else np.asarray(x)

def case(pairs, extra=0):
    pins = {"engine": {"version": "1"}, "runtime": {"name": "pyodide"}, "run": {"device": "cpu"}}
    record = snippet.draft("", results=[Recorded(f"g{i}", array(a)) for i, (a, _) in enumerate(pairs)])
    run = [Recorded(f"g{i}", array(b)) for i, (_, b) in enumerate(pairs)]
    run += [Recorded(f"more{i}", np.array(1, np.float32)) for i in range(extra)]
    told = snippet.compare(record, run, record)
    cases.append({
        "record": record, "run": snippet.draft("", results=run), "tier": told.tier.value,
        "reasons": told.reasons, "worst": None if told.worst_ulp is None else str(told.worst_ulp),
        "results": [[r.label, r.tier.value, r.reason, None if r.worst_ulp is None else str(r.worst_ulp),
                     list(r.worst_index)] for r in told.results],
    })

for dtype in ("float16", "float32", "float64", "complex64", "complex128"):
    for shape in ((), (3,), (2, 5), (700, 3)):
        for size in (0.0, 1e-7, 1e-5, 1e-3, 1.0):
            a = rng.normal(size=shape).astype(dtype)
            if dtype.startswith("complex"):
                a = (a + 1j * rng.normal(size=shape)).astype(dtype)
            b = (a * (1 + size * rng.normal(size=shape))).astype(dtype)
            case([(np.asarray(a), np.asarray(b))])
f = np.float32
case([(np.array([1e30, 1.0], f), np.array([1e30, 1.0000002], f))])
case([(np.array([1e6, 1e-3], f), np.array([1e6, 5e-2], f))])
case([(np.array([np.nan, 1.0, 2.0], f), np.array([np.nan, 1.0, np.nextafter(f(2), f(3))], f))])
case([(np.array([np.nan, 1.0], f), np.array([0.5, 1.0], f))])
case([(np.array([np.inf, 1.0], f), np.array([np.finfo(f).max, 1.0], f))])
case([(np.array([0.0, -0.0], f), np.array([-0.0, 0.0], f))])
case([(np.array([0.0, 0.0], f), np.array([0.0, 1e-30], f))])
case([(np.array([5e-324, 1e-310]), np.array([1e-323, 1e-310]))])
case([(np.array([1, 2, 3]), np.array([1, 5, 4]))])
case([(np.array([True, False]), np.array([True, True]))])
case([(np.array([2**63], np.uint64), np.array([2**63 + 1], np.uint64))])
case([(None, None)]); case([(None, f(1))]); case([(f(1), np.ones(2, f))]); case([(f(1), np.float64(1))])
case([(f(1), f(1))], extra=1); case([])
case([(f(i), f(i + 1e-7)) for i in range(300)])
print(json.dumps(cases))
`;

test("a number is written in the digits that its type has", () => {
  const bytes = (make, numbers) => btoa(String.fromCharCode(...new Uint8Array(new make(numbers).buffer)));
  const result = (dtype, values, digest) => ({ results: [{ label: "g", dtype, shape: [], step: 1, values, digest }], engine: {}, runtime: {}, run: {}, produced: 1, tolerance: { ulp: 4, floor_ulp: 4 } });
  const shown = (dtype, make, number) => page.compare(result(dtype, bytes(make, [number]), "a"), result(dtype, bytes(make, [1]), "b")).results[0].recorded;
  assert.equal(shown("float32", Float32Array, 0.1), "0.1");
  assert.equal(shown("float32", Float32Array, 3.0022488), "3.0022488");
  assert.equal(shown("float32", Float32Array, 16777216), "16777216.0");
  assert.equal(shown("float64", Float64Array, 0.1 + 0.2), "0.30000000000000004");
});

test("verdicts agree with Python's", () => {
  const cases = JSON.parse(execFileSync(process.env.PYTHON ?? "python", ["-c", CASES], { encoding: "utf8", maxBuffer: 1e9 }));
  assert.ok(cases.length > 100);
  const seen = new Set();
  for (const wanted of cases) {
    const told = page.compare(wanted.record, wanted.run);
    const worst = page.worstUlp(told);
    assert.deepEqual({
      tier: told.tier, reasons: told.reasons, worst: worst === null ? null : String(worst),
      results: told.results.map(({ label, tier, reason, worstUlp, worstIndex }) =>
        [label, tier, reason, worstUlp === null ? null : String(worstUlp), worstIndex]),
    }, { tier: wanted.tier, reasons: wanted.reasons, worst: wanted.worst, results: wanted.results });
    seen.add(told.tier);
  }
  assert.deepEqual([...seen].sort(), ["CLOSE", "DIFFERS", "EXACT"]);
});
