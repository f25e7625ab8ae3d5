// How the tape pane writes what nodes hold: types, sizes, times, summaries of arrays.
import type { GraphNode, Summary } from "../../messages/report.ts";

export function typeOf(node: GraphNode): string {
  return `${node.dtype}[${node.shape.map((size) => size ?? "?").join(", ")}]`;
}

/** What to call a node: as the program does; else its value, its op, or the variable's own name. */
export function nameOf(node: GraphNode): string {
  if (node.label !== null) return node.label;
  if (node.kind === "constant" && node.value?.size === 1) return node.value.brief;
  return node.kind === "op" ? node.op : (node.name?.replace(/:0$/, "") ?? (node.kind === "constant" ? "constant" : node.op));
}

/** What to call a node in a sentence: as the program does, or what it computes there. */
export function saidOf(node: GraphNode): string {
  return node.label ?? (node.expression !== null && node.expression.length <= 32 ? node.expression : nameOf(node));
}

const SIGNS: Record<string, string> = {
  MatMul: "@", BatchMatMulV2: "@", Add: "+", AddV2: "+", BiasAdd: "+", AddN: "Σ", Sub: "−", Mul: "×", RealDiv: "÷", Div: "÷",
  Pow: "xⁿ", Square: "x²", Sqrt: "√", Rsqrt: "1/√", Neg: "−x", Sum: "Σ", Mean: "mean", Max: "max", Min: "min", Prod: "Π", Abs: "|x|",
  Exp: "eˣ", Log: "ln", Log1p: "ln₁", Reciprocal: "1/x", SelectV2: "if", Select: "if", SquaredDifference: "Δ²", Transpose: "ᵀ",
};

/** An op in at most five characters, for the inside of its dot. */
export function signOf({ op }: GraphNode): string {
  const known = SIGNS[op];
  if (known !== undefined) return known;
  const word = op.replace(/V\d+$/, "").toLowerCase();
  return word.length <= 5 ? word : `${word.slice(0, 4)}.`;
}

export function bytes(count: number): string {
  if (count < 10_000) return `${count} ${count === 1 ? "byte" : "bytes"}`;
  return count < 10_000_000 ? `${(count / 1024).toFixed(0)} KiB` : `${(count / 1_048_576).toFixed(1)} MiB`;
}

/** A time given in milliseconds, in the unit that suits it; one that was read once is no finer than the clock. */
export function duration(milliseconds: number, clock = 0): string {
  if (milliseconds < clock) return `< ${duration(clock)}`;
  if (milliseconds < 0.001) return `${(milliseconds * 1e6).toFixed(0)} ns`;
  if (milliseconds < 1) return `${(milliseconds * 1000).toFixed(milliseconds < 0.01 ? 1 : 0)} µs`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}

/** Four significant digits, as Python would write them. */
export function rounded(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e6)) return value.toExponential(3);
  return String(Number(value.toPrecision(4)));
}

/** The array in one line: whole where it is small. */
export function inWords(summary: Summary): string {
  const { text, min, mean, max, norm, nan, infinite, size } = summary;
  if (text !== null) return text.replaceAll("\n", "");
  const parts: string[] = [];
  if (min !== null && mean !== null && max !== null && norm !== null) {
    parts.push(`min ${rounded(min)}`, `mean ${rounded(mean)}`, `max ${rounded(max)}`, `norm ${rounded(norm)}`);
  }
  if (nan > 0) parts.push(`${nan} of ${size} NaN`);
  if (infinite > 0) parts.push(`${infinite} of ${size} infinite`);
  return parts.length > 0 ? parts.join(" · ") : "empty";
}

/** What is worth saying of a value: how much of it is dead, or not finite. */
function remark(node: GraphNode): string {
  const { value, gradient, op } = node;
  const broken = (told: Summary | null): number => (told === null ? 0 : told.nan + told.infinite);
  if (broken(value) > 0 && value !== null && value.size > 1) return `${value.nan > 0 ? "NaN" : "inf"} in ${broken(value)} of ${value.size}`;
  if (value?.zeros != null && value.size > 1 && /Relu/i.test(op) && value.zeros > 0) return `${Math.round(100 * value.zeros / value.size)} % dead`;
  if (gradient !== null && gradient.norm === 0 && broken(gradient) === 0) return "∂ all zero";
  return "";
}

function normOf(gradient: Summary | null): string {
  if (gradient === null) return "";
  if (gradient.nan > 0) return "∂ NaN";
  if (gradient.infinite > 0) return "∂ inf";
  if (gradient.size === 1) return `∂ ${gradient.brief}`;
  return gradient.norm === null ? "" : `|∂| ${rounded(gradient.norm)}`;
}

/** What stands below a card: the gradient's norm, and what is worth saying. */
export function below(node: GraphNode): string {
  if (node.role === "lost") return "∂ None";
  return [normOf(node.gradient), remark(node)].filter((word) => word !== "").join(" · ");
}
