// The tape as tables: every node with all that the picture shows, and the time that each op took.
import { html } from "../../ui/dom.ts";
import type { Graph, GraphNode } from "../../messages/report.ts";
import { bytes, duration, inWords, saidOf, typeOf } from "./words.ts";

const MOST_ROWS = 1500;
/** Numbers from here on are the picture's own, of what the tape does not know. */
const FIRST_OWN = 2 ** 40;

function idOf({ id }: GraphNode): string {
  return id < FIRST_OWN ? `${id} ` : "";
}

function table(label: string, columns: string[], rows: HTMLElement[]): HTMLElement {
  return html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label },
    html("table", {},
      html("thead", {}, html("tr", {}, ...columns.map((name) => html("th", { scope: "col" }, name)))),
      html("tbody", {}, ...rows)));
}

/** One row for each node. */
export function nodeTable(graph: Graph, reveal: (line: number) => void): HTMLElement {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const inputs = new Map<number, string[]>();
  for (const [from, to] of graph.edges) {
    const name = byId.get(from);
    inputs.set(to, [...(inputs.get(to) ?? []), name === undefined ? "" : `${idOf(name)}${saidOf(name)}`]);
  }
  const turn = new Map(graph.steps.map(({ node }, i) => [node, i + 1]));
  const cells: Record<string, (node: GraphNode) => string | HTMLElement> = {
    Op: ({ op }) => op,
    Kind: ({ kind, status }) => status === "recorded" ? kind : `${kind}, ${status}`,
    Type: typeOf,
    Value: ({ value }) => value === null ? "" : inWords(value),
    Gradient: ({ gradient }) => gradient === null ? "" : inWords(gradient),
    Takes: ({ id, constants, operands }) => [...(inputs.get(id) ?? []), ...(operands.length > 0 ? [] : constants)].join("; "),
    Line: ({ line }) => line === null ? "" : html("button", {
      type: "button", class: "line", click: () => reveal(line.lineno),
    }, `line ${line.lineno}`, " ", html("code", {}, line.source)),
    Step: ({ id }) => String(turn.get(id) ?? ""),
    Trouble: ({ trouble }) => trouble ?? "",
    Forward: ({ forward }) => forward === null ? "" : duration(forward),
    Backward: ({ backward }) => backward === null ? "" : duration(backward, graph.clock),
    Kept: (node) => bytes(node.bytes),
    Device: ({ device }) => device,
  };
  // Columns that no node has anything for are left out.
  const columns = Object.keys(cells).filter((name) => graph.nodes.some((node) => cells[name]?.(node) !== ""));
  const rows = graph.nodes.slice(0, MOST_ROWS).map((node) => html(
    "tr", { class: node.status === "recorded" && node.trouble === null ? "" : "none" },
    html("th", { scope: "row" }, `${idOf(node)}${saidOf(node)}`),
    ...columns.map((name) => html("td", {}, cells[name]?.(node) ?? "")),
  ));
  return table("The tape as a table", ["Node", ...columns], rows);
}

/** What the ops of one kind took, in milliseconds; `measured` of them forward. */
interface Times {
  count: number;
  measured: number;
  forward: number;
  backward: number | null;
  bytes: number;
}

/** One row for each kind of op, the slowest first, and one for all of them. */
export function timeTable(graph: Graph): HTMLElement {
  const rows = new Map<string, Times>();
  const total: Times = { count: 0, measured: 0, forward: 0, backward: null, bytes: 0 };
  for (const node of graph.nodes) {
    if (node.kind !== "op") continue;
    const row = rows.get(node.op) ?? { count: 0, measured: 0, forward: 0, backward: null, bytes: 0 };
    rows.set(node.op, row);
    for (const sum of [row, total]) {
      sum.count += 1;
      sum.measured += node.forward === null ? 0 : 1;
      sum.forward += node.forward ?? 0;
      if (node.backward !== null) sum.backward = (sum.backward ?? 0) + node.backward;
      sum.bytes += node.bytes;
    }
  }
  const sorted = [...rows].sort(([, a], [, b]) => b.forward - a.forward);
  const lines = [...sorted, ["All", total] as const].map(([op, row]) => {
    const share = total.forward > 0 ? row.forward / total.forward : 0;
    return html("tr", {},
      html("th", { scope: "row" }, op), html("td", {}, String(row.count)),
      html("td", {}, row.measured === 0 ? "not measured"
        : duration(row.forward) + (row.measured < row.count ? ` (${row.measured} of ${row.count} measured)` : "")),
      html("td", {}, html("meter", { min: 0, max: 1, value: share, "aria-label": `${op}, share of the forward time` }),
        ` ${(100 * share).toFixed(0)} %`),
      html("td", {}, row.backward === null ? "not measured" : duration(row.backward, graph.clock)),
      html("td", {}, bytes(row.bytes)));
  });
  const onGpu = graph.nodes.some(({ device }) => device.startsWith("GPU"));
  return html("div", { class: "times" },
    table("Time of each op", ["Op", "Count", "Forward", "Share", "Backward", "Kept"], lines),
    html("p", { class: "note" }, `Forward: the op's kernel alone, run again as often as the clock needs. Backward: one reading of a clock that ticks every ${duration(graph.clock)}, Python around it included.`),
    onGpu ? html("p", { class: "note" }, "What runs on a GPU is not timed op by op: one kernel computes many of them, later. The kernels have a tab of their own.") : null);
}
