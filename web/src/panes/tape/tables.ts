// The tape as tables: every node with all that the picture shows, and the time that each op took.
import { html } from "../../dom.ts";
import type { Graph, GraphNode } from "../../report.ts";
import { bytes, duration, inWords, nameOf, typeOf } from "./words.ts";

const MOST_ROWS = 1500;

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
    inputs.set(to, [...(inputs.get(to) ?? []), name === undefined ? "" : `${from} ${nameOf(name)}`]);
  }
  const turn = new Map(graph.steps.map(({ node }, i) => [node, i + 1]));
  const cells: Record<string, (node: GraphNode) => string | HTMLElement> = {
    Kind: ({ kind, status }) => status === "recorded" ? kind : `${kind}, ${status}`,
    Type: typeOf,
    Value: ({ value }) => value === null ? "" : inWords(value),
    Gradient: ({ gradient }) => gradient === null ? "" : inWords(gradient),
    Takes: ({ id, constants }) => [...(inputs.get(id) ?? []), ...constants].join("; "),
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
    html("th", { scope: "row" }, `${node.id} ${nameOf(node)}`),
    ...columns.map((name) => html("td", {}, cells[name]?.(node) ?? "")),
  ));
  return table("The tape as a table", ["Node", ...columns], rows);
}

/** One row for each kind of op, the slowest first. */
export function timeTable(graph: Graph): HTMLElement {
  const rows = new Map<string, { count: number; forward: number; backward: number; bytes: number }>();
  for (const node of graph.nodes) {
    if (node.kind !== "op") continue;
    const sum = rows.get(node.op) ?? { count: 0, forward: 0, backward: 0, bytes: 0 };
    rows.set(node.op, {
      count: sum.count + 1, forward: sum.forward + (node.forward ?? 0),
      backward: sum.backward + (node.backward ?? 0), bytes: sum.bytes + node.bytes,
    });
  }
  const sorted = [...rows].sort(([, a], [, b]) => b.forward - a.forward);
  const all = sorted.reduce((sum, [, row]) => sum + row.forward, 0);
  const lines = sorted.map(([op, row]) => {
    const share = all > 0 ? row.forward / all : 0;
    return html("tr", {},
      html("th", { scope: "row" }, op), html("td", {}, String(row.count)),
      html("td", {}, row.forward === 0 ? "not measured" : duration(row.forward)),
      html("td", {}, html("meter", { min: 0, max: 1, value: share, "aria-label": `${op}, share of the forward time` }),
        ` ${(100 * share).toFixed(0)} %`),
      html("td", {}, duration(row.backward, graph.clock)),
      html("td", {}, bytes(row.bytes)));
  });
  return html("div", { class: "times" },
    table("Time of each op", ["Op", "Count", "Forward", "Share", "Backward", "Kept"], lines),
    html("p", { class: "note" }, `Forward: the op's kernel alone, run again as often as the clock needs. Backward: one reading of a clock that ticks every ${duration(graph.clock)}, Python around it included.`));
}
