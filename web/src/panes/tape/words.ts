// How the tape pane writes what nodes hold: types, sizes, times, summaries of arrays.
import type { GraphNode, Summary } from "../../messages/report.ts";

export function typeOf(node: GraphNode): string {
  return `${node.dtype}[${node.shape.map((size) => size ?? "?").join(", ")}]`;
}

/** What to call a node: its op, or the variable's name without the number of its output. */
export function nameOf(node: GraphNode): string {
  return node.kind === "op" ? node.op : (node.name?.replace(/:0$/, "") ?? node.op);
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
