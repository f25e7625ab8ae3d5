// Folding a large tape: nodes that come from one line of the program become one box.
//
// A training loop records thousands of ops from a dozen lines. Past a limit, every line becomes one
// box per kind of node; the box says how many nodes it stands for.
import type { Graph, GraphNode } from "../../messages/report.ts";
import { nameOf, typeOf } from "./words.ts";

/** More boxes than this are folded: beyond it nobody can read them, and layout takes long. */
export const MOST_BOXES = 120;

export interface Box {
  key: string;
  title: string;
  detail: string;
  /** What the node holds, and the cotangent that arrived, in few characters; "" where unknown. */
  value: string;
  gradient: string;
  kind: GraphNode["kind"];
  lineno: number | null;
  nodes: GraphNode[];
  trouble: string | null;
  /** The path of gradients ends here. */
  cut: boolean;
}

export interface Picture {
  boxes: Box[];
  edges: [string, string][];
  folded: boolean;
  boxOf: Map<number, Box>;
}

function single(node: GraphNode): Box {
  const cut = node.status !== "recorded";
  return {
    key: String(node.id),
    title: nameOf(node),
    detail: typeOf(node),
    value: cut ? node.status : (node.value?.brief ?? ""),
    gradient: node.gradient?.brief ?? "",
    kind: node.kind,
    lineno: node.line?.lineno ?? null,
    nodes: [node],
    trouble: node.trouble ?? (cut ? (node.status === "paused" ? "the tape was paused here" : "no gradient passes here") : null),
    cut,
  };
}

function foldedKey(node: GraphNode): string {
  if (node.kind !== "op") return `${node.kind} ${node.name ?? node.line?.lineno ?? ""}`;
  return `line ${node.line?.lineno ?? "?"}`;
}

function fold(group: GraphNode[], key: string): Box {
  const [first] = group;
  if (first === undefined) throw new Error("a group has at least one node");
  if (group.length === 1) return { ...single(first), key };
  const ops = [...new Set(group.map((node) => node.op))];
  const troubled = group.find((node) => node.trouble !== null);
  return {
    key,
    title: first.kind === "op" ? `line ${first.line?.lineno ?? "?"}` : nameOf(first),
    detail: `${group.length} × ${ops.slice(0, 3).join(", ")}${ops.length > 3 ? " …" : ""}`,
    value: "",
    gradient: "",
    kind: first.kind,
    lineno: first.line?.lineno ?? null,
    nodes: group,
    trouble: troubled?.trouble ?? null,
    cut: group.every((node) => node.status !== "recorded"),
  };
}

/** The boxes and arrows to draw for a tape. */
export function picture(graph: Graph): Picture {
  const folded = graph.nodes.length > MOST_BOXES;
  const keyOf = new Map<number, string>();
  const groups = new Map<string, GraphNode[]>();
  for (const node of graph.nodes) {
    const key = folded ? foldedKey(node) : String(node.id);
    keyOf.set(node.id, key);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [node]);
    else group.push(node);
  }
  const seen = new Set<string>();
  const edges: [string, string][] = [];
  for (const [from, to] of graph.edges) {
    const a = keyOf.get(from);
    const b = keyOf.get(to);
    if (a === undefined || b === undefined || a === b || seen.has(`${a}\n${b}`)) continue;
    seen.add(`${a}\n${b}`);
    edges.push([a, b]);
  }
  const boxes = [...groups].map(([key, group]) => folded ? fold(group, key) : single(group[0] as GraphNode));
  const boxOf = new Map(boxes.flatMap((box) => box.nodes.map((node) => [node.id, box] as const)));
  return { boxes, edges, folded, boxOf };
}
