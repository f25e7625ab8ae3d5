// Comparing the gradients of two runs, on the page's side: EXACT, CLOSE or DIFFERS, and why.
//
// The twin of `gradtape.snippet.comparison` in Python. What a sandbox says of itself is not
// believed: it reports values, and the page compares them with the record.
import type { Manifest, Pins, Recorded } from "./snippet.ts";

export type Tier = "EXACT" | "CLOSE" | "DIFFERS";
const ORDER: Tier[] = ["EXACT", "CLOSE", "DIFFERS"];
/** What NaN against a number counts as. */
const FURTHEST = 2n ** 63n - 1n;

export interface ResultComparison {
  label: string;
  tier: Tier;
  reason: string;
  /** Units in the last place; null where they have no meaning. */
  worstUlp: bigint | null;
  worstIndex: number[];
  recorded: string;
  obtained: string;
}

export interface Comparison {
  tier: Tier;
  results: ResultComparison[];
  reasons: string[];
  pins: string[];
}

/** The verdict on a run of a snippet. */
export function compare(record: Manifest, run: Manifest): Comparison {
  const reasons: string[] = [];
  if (run.produced !== record.produced) {
    reasons.push(`recorded ${record.produced} results, the run produced ${run.produced}`);
  }
  const obtained = new Map(run.results.map((result) => [result.label, result]));
  const results = record.results.map((result) => {
    const mine = obtained.get(result.label);
    obtained.delete(result.label);
    return compareOne(result, mine, record.tolerance);
  });
  for (const label of obtained.keys()) reasons.push(`${label}: produced by the run, not in the record`);
  if (record.results.length === 0 && run.results.length === 0) {
    reasons.push("nothing was recorded, so there is nothing to compare");
  }
  const differs = obtained.size > 0 || run.produced !== record.produced;
  const tier = results.reduce<Tier>(
    (worst, result) => ORDER.indexOf(result.tier) > ORDER.indexOf(worst) ? result.tier : worst,
    differs ? "DIFFERS" : "EXACT",
  );
  return { tier, results, reasons, pins: differingPins(record, run) };
}

/** The largest distance of all, where one could be measured. */
export function worstUlp({ results }: Comparison): bigint | null {
  return results.reduce<bigint | null>(
    (worst, { worstUlp: ulp }) => ulp !== null && (worst === null || ulp > worst) ? ulp : worst, null);
}

/** Each pin that is known on both sides and different. */
function differingPins(record: Manifest, run: Manifest): string[] {
  const lines: string[] = [];
  for (const group of ["engine", "runtime", "run"] as const) {
    const ours = named(group, run[group]);
    for (const [name, recorded] of Object.entries(named(group, record[group]))) {
      const mine = ours[name] ?? null;
      if (recorded !== null && mine !== null && recorded !== mine) {
        lines.push(`${group}.${name}: recorded ${shortened(recorded)}, run ${shortened(mine)}`);
      }
    }
  }
  return lines;
}

/** The pins of a group; a known Python whose arithmetic is not named computed with NumPy. */
function named(group: string, pins: Pins): Pins {
  return group === "runtime" && (pins["name"] ?? null) !== null ? { arithmetic: "numpy", ...pins } : pins;
}

function shortened(pin: string | number): string {
  const text = String(pin);
  return text.length === 64 ? `${text.slice(0, 16)}…` : text;
}

function compareOne(
  expected: Recorded, run: Recorded | undefined, tolerance: Manifest["tolerance"],
): ResultComparison {
  const nothing = { label: expected.label, worstUlp: null, worstIndex: [], recorded: "", obtained: "" };
  if (run === undefined) {
    return { ...nothing, tier: "DIFFERS", reason: "recorded, but the run did not produce it" };
  }
  if (run.dtype !== expected.dtype || run.shape.join() !== expected.shape.join()) {
    return { ...nothing, tier: "DIFFERS", reason: `recorded ${typeOf(expected)}, the run has ${typeOf(run)}` };
  }
  const floating = /^(float|complex)/.test(expected.dtype);
  if (run.digest === expected.digest) {
    const [only, ...more] = numerals(expected);
    const shown = only !== undefined && more.length === 0 ? only.text : "";
    return {
      ...nothing, tier: "EXACT", reason: "identical bits", worstUlp: floating ? 0n : null,
      recorded: shown, obtained: shown,
    };
  }
  return compareNumbers(expected, run, floating, tolerance);
}

function typeOf({ dtype, shape }: Recorded): string {
  return dtype === "none" ? "None" : `${dtype}[${shape.join(", ")}]`;
}

/** One number of a result: its value, and its rank on the line of all floating-point numbers. */
interface Numeral {
  value: number;
  rank: bigint;
  text: string;
}

function compareNumbers(
  expected: Recorded, run: Recorded, floating: boolean, tolerance: Manifest["tolerance"],
): ResultComparison {
  const perElement = expected.dtype.startsWith("complex") ? 2 : 1;
  const [recorded, obtained] = [numerals(expected), numerals(run)];
  // Two runs keep every step-th element; those that both kept can be compared.
  const step = leastCommonMultiple(expected.step, run.step);
  const pairs: { a: Numeral; b: Numeral; element: number }[] = [];
  for (let element = 0; ; element += step) {
    const [i, j] = [(element / expected.step) * perElement, (element / run.step) * perElement];
    if (i >= recorded.length || j >= obtained.length) break;
    for (let part = 0; part < perElement; part++) {
      pairs.push({ a: recorded[i + part] as Numeral, b: obtained[j + part] as Numeral, element });
    }
  }
  const judged = floating
    ? judge(pairs, recorded, expected.dtype, tolerance)
    : pairs.map(({ a, b }) => ({ close: a.text === b.text, distance: 0n }));
  const outside = judged.some(({ close }) => !close);
  // Where something is outside the tolerance, the worst of those is shown and not a harmless one.
  const candidates = judged.flatMap(({ close, distance }, i) => outside && close ? [] : [{ i, size: Number(distance) }]);
  const worst = candidates.reduce((best, one) => one.size > best.size ? one : best, candidates[0] ?? { i: 0, size: 0 }).i;
  const shown = pairs[worst];
  const ulp = floating ? (judged[worst]?.distance ?? 0n) : null;
  let reason = outside
    ? (floating ? "outside the tolerance" : "not equal")
    : ulp === 0n && step === 1 ? "equal up to the sign of zero" : "within the tolerance";
  const size = expected.shape.reduce((product, length) => product * length, 1);
  if (step > 1) reason += `, judged by ${pairs.length / perElement} of ${size} elements`;
  return {
    label: expected.label,
    tier: !outside && floating ? "CLOSE" : "DIFFERS",
    reason,
    worstUlp: ulp,
    worstIndex: shown === undefined ? [] : unravel(shown.element, expected.shape),
    recorded: shown?.a.text ?? "",
    obtained: shown?.b.text ?? "",
  };
}

function judge(
  pairs: { a: Numeral; b: Numeral }[], recorded: Numeral[], dtype: string, tolerance: Manifest["tolerance"],
): { close: boolean; distance: bigint }[] {
  const largest = recorded.reduce(
    (most, { value }) => Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most, 0);
  const unit = largest > 0 ? spacing(largest, dtype) : 0;
  return pairs.map(({ a, b }) => {
    const distance = ulpDistance(a, b);
    const finite = Number.isFinite(a.value) && Number.isFinite(b.value);
    // A finite number is never close to an infinity, however few ulps lie between them.
    if (distance <= BigInt(tolerance.ulp) && (finite || distance === 0n)) return { close: true, distance };
    // An element far below the largest may be the rest of a cancellation: then its own ulps say
    // nothing, and it is judged, and shown, in ulps of the largest.
    const gap = unit > 0 ? Math.abs(a.value - b.value) / unit : Infinity;
    if (finite && gap <= tolerance.floor_ulp) return { close: true, distance: BigInt(Math.ceil(gap)) };
    return { close: false, distance };
  });
}

/** How many floating-point numbers lie between two. */
function ulpDistance(a: Numeral, b: Numeral): bigint {
  const nans = Number(Number.isNaN(a.value)) + Number(Number.isNaN(b.value));
  if (nans > 0) return nans === 2 ? 0n : FURTHEST;
  return a.rank > b.rank ? a.rank - b.rank : b.rank - a.rank;
}

const WIDTHS: Record<string, number> = {
  float16: 2, float32: 4, complex64: 4, float64: 8, complex128: 8, bool: 1,
  int8: 1, int16: 2, int32: 4, int64: 8, uint8: 1, uint16: 2, uint32: 4, uint64: 8,
};

/** The kept numbers of a result; a complex one is two of them. */
function numerals({ dtype, values }: Recorded): Numeral[] {
  const width = WIDTHS[dtype];
  if (width === undefined) return [];
  const bytes = Uint8Array.from(atob(values), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Array.from({ length: Math.floor(bytes.length / width) }, (_, i) => read(view, i * width, dtype, width));
}

function read(view: DataView, at: number, dtype: string, width: number): Numeral {
  const bits = width === 8 ? view.getBigUint64(at, true)
    : BigInt(width === 4 ? view.getUint32(at, true) : width === 2 ? view.getUint16(at, true) : view.getUint8(at));
  if (dtype.startsWith("float") || dtype.startsWith("complex")) {
    const sign = 1n << BigInt(8 * width - 1);
    const value = fromBits(bits, width);
    return { value, rank: (bits & sign) !== 0n ? -(bits & (sign - 1n)) : bits, text: written(value, width) };
  }
  const whole = dtype.startsWith("int") ? BigInt.asIntN(8 * width, bits) : bits;
  const text = dtype === "bool" ? (whole === 0n ? "False" : "True") : String(whole);
  return { value: Number(whole), rank: whole, text };
}

function fromBits(bits: bigint, width: number): number {
  const view = new DataView(new ArrayBuffer(8));
  if (width === 8) {
    view.setBigUint64(0, bits);
    return view.getFloat64(0);
  }
  if (width === 4) {
    view.setUint32(0, Number(bits));
    return view.getFloat32(0);
  }
  const [exponent, fraction] = [Number((bits >> 10n) & 31n), Number(bits & 1023n)];
  const size = exponent === 31 ? (fraction === 0 ? Infinity : NaN)
    : exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return (bits >> 15n) === 1n ? -size : size;
}

/** The distance from a number to the next larger one of its type. */
function spacing(value: number, dtype: string): number {
  const width = WIDTHS[dtype] ?? 8;
  const exponent = Math.floor(Math.log2(value));
  const [digits, least] = width === 2 ? [10, -24] : width === 4 ? [23, -149] : [52, -1074];
  // log2 rounds near powers of two; the number itself decides.
  const exact = 2 ** exponent > value ? exponent - 1 : 2 ** (exponent + 1) <= value ? exponent + 1 : exponent;
  return 2 ** Math.max(exact - digits, least);
}

/** As few digits as tell the number from the others of its type. */
function written(value: number, width: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const short = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((digits) => Number(value.toPrecision(digits)))
    .find((number) => width < 8 && Math.fround(number) === value) ?? value;
  const text = Object.is(value, -0) ? "-0" : String(short);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function unravel(index: number, shape: number[]): number[] {
  const indices: number[] = [];
  for (const length of [...shape].reverse()) {
    indices.unshift(index % length);
    index = Math.floor(index / length);
  }
  return indices;
}

function leastCommonMultiple(a: number, b: number): number {
  const divisor = (x: number, y: number): number => (y === 0 ? x : divisor(y, x % y));
  return (a / divisor(a, b)) * b;
}
