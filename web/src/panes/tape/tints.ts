// How rows are coloured: by their line, as the editor colours it, or by what their ops cost.
import type { Graph } from "../../messages/report.ts";
import type { Tint } from "./picture.ts";

export const COLOURINGS = { line: "By line", time: "By time", bytes: "By bytes", plain: "Plain" } as const;
export type Colouring = keyof typeof COLOURINGS;

/** So many colours there are (`--tint0` and on). */
export const TINTS = 6;

/** Of each line its colour in the editor, and of each row its colour in the picture. */
export function tinted(colouring: Colouring, graph: Graph): { lines: Map<number, number>; of: Tint } {
  const lines = new Map<number, number>();
  if (colouring === "line") {
    const known = [...new Set(graph.scopes.filter(({ kind }) => kind === "line").flatMap(({ lineno }) => lineno ?? []))];
    known.sort((a, b) => a - b).forEach((line, i) => lines.set(line, i % TINTS));
    return { lines, of: ({ lineno }) => (lineno === null || !lines.has(lineno) ? null : `var(--tint${lines.get(lineno)})`) };
  }
  if (colouring === "plain") return { lines, of: () => null };
  const costs = new Map<number, number>();
  for (const node of graph.nodes) {
    const lineno = node.line?.lineno;
    if (lineno === undefined || node.kind !== "op") continue;
    costs.set(lineno, (costs.get(lineno) ?? 0) + (colouring === "bytes" ? node.bytes : (node.forward ?? 0) + (node.backward ?? 0)));
  }
  const most = Math.max(...costs.values(), 0);
  return {
    lines,
    of: ({ lineno }) => {
      const cost = lineno === null ? undefined : costs.get(lineno);
      return cost === undefined || most === 0 ? null : `color-mix(in oklab, var(--warm) ${Math.round(60 * cost / most)}%, var(--raised))`;
    },
  };
}
