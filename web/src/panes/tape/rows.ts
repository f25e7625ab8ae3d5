// The tape as rows of the program: which scopes are open, and the boxes that then are to be drawn.
//
// A row is a statement, executed once. A loop, a call or a layer that is closed is one box that
// stands for all of its nodes; one that is open has rows of its own.
import type { Graph, GraphNode, Scope } from "../../messages/report.ts";
import { nameOf, typeOf } from "./words.ts";

/** A row with more ops than this is one box: nobody can read them one by one. */
const MOST_IN_ROW = 48;
const MOST_REPEATED = 4;

export interface Box {
  key: string;
  /** A card has a name and pictures, a dot is an op on the way, a chip a number, a fold many nodes. */
  shape: "card" | "dot" | "chip" | "fold" | "exit";
  title: string;
  /** The op's type, or of a fold how many nodes of which types. */
  detail: string;
  /** What the node holds, and the cotangent that arrived, in few characters; "" where unknown. */
  value: string;
  gradient: string;
  kind: GraphNode["kind"];
  lineno: number | null;
  nodes: GraphNode[];
  trouble: string | null;
  /** What is said right there, line by line: why a path was lost, what is born. */
  notes: string[];
  /** No gradient passes here. */
  cut: boolean;
  /** A path that was asked for ends here. */
  lost: boolean;
  /** Of a fold: the scope that it opens, the lines that repeat, and the norms turn by turn. */
  scope: Scope | null;
  repeated: string[];
  turns: (number | null)[];
}

/** A scope with what is drawn inside of it, in the order of execution. */
export interface Part {
  scope: Scope | null;
  kind: "root" | "line" | "loop" | "turn" | "call" | "layer";
  boxes: Box[];
  parts: Part[];
}

export interface Rows {
  root: Part;
  boxes: Box[];
  boxOf: Map<number, Box>;
  /** From, to, and the norm of the gradient that flows back; null where none does. */
  edges: [Box, Box, number | null][];
}

interface Held {
  scope: Scope;
  children: Held[];
  nodes: GraphNode[];
  all: number;
}

/** The scopes of a graph as a tree, with the nodes that are computed in each. */
export class Scopes {
  readonly top: Held[] = [];
  private readonly held = new Map<number, Held>();

  /** `notes` are what is to be said at a node, beside what troubles it. */
  constructor(readonly graph: Graph, private readonly notes: ReadonlyMap<number, string> = new Map()) {
    for (const scope of graph.scopes) this.held.set(scope.number, { scope, children: [], nodes: [], all: 0 });
    let next = 1 + Math.max(-1, ...this.held.keys());
    const byLine = new Map<number | null, Held>();
    for (const node of graph.nodes) {
      if (node.scope === null && node.kind !== "op") continue;
      let held = node.scope === null ? undefined : this.held.get(node.scope);
      if (held === undefined) {
        // An op whose place is not known stands in the row of its line.
        const lineno = node.line?.lineno ?? null;
        held = byLine.get(lineno);
        if (held === undefined) {
          const title = node.line?.source ?? "";
          held = { scope: { number: next, parent: null, kind: "line", title, lineno, order: next }, children: [], nodes: [], all: 0 };
          byLine.set(lineno, held);
          this.held.set(next, held);
          next += 1;
        }
      }
      held.nodes.push(node);
    }
    for (const held of this.held.values()) {
      const parent = held.scope.parent === null ? undefined : this.held.get(held.scope.parent);
      (parent?.children ?? this.top).push(held);
    }
    for (const held of this.held.values()) held.children.sort((a, b) => a.scope.order - b.scope.order);
    this.top.sort((a, b) => a.scope.order - b.scope.order);
    const count = (held: Held): number => (held.all = held.nodes.length + held.children.reduce((sum, child) => sum + count(child), 0));
    this.top.forEach(count);
  }

  /** The scopes that can be opened and closed. */
  foldable(): Scope[] {
    return [...this.held.values()].filter(({ scope, all }) => all > 1 && isFold(scope)).map(({ scope }) => scope);
  }

  /** The rows and boxes to draw while these scopes are open. */
  rows(open: ReadonlySet<number>): Rows {
    const boxes: Box[] = [];
    const boxOf = new Map<number, Box>();
    const partOf = new Map<Box, Part>();
    const put = (part: Part, box: Box): void => {
      part.boxes.push(box);
      partOf.set(box, part);
      boxes.push(box);
      for (const node of box.nodes) boxOf.set(node.id, box);
    };
    const fill = (part: Part, children: Held[]): void => {
      for (const child of children) {
        const { scope } = child;
        if (child.all === 0) continue;
        if (isFold(scope) && (!open.has(scope.number) || child.all === 1)) {
          // Among rows a closed loop has a row of its own.
          const row: Part = part.kind === "line" || part.kind === "layer"
            ? part : { scope, kind: "line", boxes: [], parts: [] };
          if (row !== part) part.parts.push(row);
          put(row, child.all === 1 ? this.single(everything(child)[0] as GraphNode) : folded(child));
          continue;
        }
        const inner: Part = { scope, kind: scope.kind, boxes: [], parts: [] };
        part.parts.push(inner);
        if (child.nodes.length > MOST_IN_ROW) put(inner, folded(child, true));
        else for (const node of child.nodes) put(inner, this.single(node));
        fill(inner, child.children);
      }
    };
    const root: Part = { scope: null, kind: "root", boxes: [], parts: [] };
    fill(root, this.top);
    this.leaves(boxOf, partOf, put, root);
    return { root, boxes: inOrder(root), boxOf, edges: this.edges(boxOf) };
  }

  /** Variables and data stand in the row that takes them first. */
  private leaves(boxOf: Map<number, Box>, partOf: Map<Box, Part>, put: (part: Part, box: Box) => void, root: Part): void {
    const taker = new Map<number, number>();
    for (const [from, to] of this.graph.edges) {
      if (!taker.has(from) && boxOf.has(to)) taker.set(from, to);
    }
    let rest: Part | null = null;
    const stacks = new Map<string, Box>();
    for (const node of this.graph.nodes) {
      if (boxOf.has(node.id)) continue;
      const box = boxOf.get(taker.get(node.id) ?? -1);
      const part = box === undefined ? undefined : partOf.get(box);
      if (part === undefined && node.role === null && node.kind === "constant") continue;
      if (part === undefined && rest === null) {
        rest = { scope: null, kind: "line", boxes: [], parts: [] };
        root.parts.push(rest);
      }
      const same = box?.shape === "fold" && node.kind === "constant" && node.role === null && node.label !== null
        ? stacks.get(`${box.key} ${node.label}`) : undefined;
      if (same !== undefined) {
        // What a loop takes anew in each turn is one stack.
        same.nodes.push(node);
        same.title = `${node.label} × ${same.nodes.length}`;
        boxOf.set(node.id, same);
        continue;
      }
      const one = this.single(node);
      if (box !== undefined) stacks.set(`${box.key} ${node.label}`, one);
      put(part ?? rest as Part, one);
    }
  }

  private single(node: GraphNode): Box {
    const box = single(node);
    const said = this.notes.get(node.id) ?? node.trouble;
    if (said !== null) box.notes = wrapped(said, 38, 4);
    box.lost ||= this.notes.has(node.id);
    return box;
  }

  private edges(boxOf: Map<number, Box>): [Box, Box, number | null][] {
    const norms = new Map<string, number>();
    for (const { node, into } of this.graph.steps) {
      for (const { node: to, norm } of into) if (norm !== null) norms.set(`${to} ${node}`, norm);
    }
    const stepped = this.graph.steps.length > 0;
    const byId = new Map(this.graph.nodes.map((node) => [node.id, node]));
    const found = new Map<string, [Box, Box, number | null]>();
    for (const [from, to] of this.graph.edges) {
      const [a, b] = [boxOf.get(from), boxOf.get(to)];
      if (a === undefined || b === undefined || a === b) continue;
      const norm = norms.get(`${from} ${to}`) ?? (stepped ? null : byId.get(from)?.gradient?.norm ?? null);
      const edge = found.get(`${a.key} ${b.key}`);
      if (edge === undefined) found.set(`${a.key} ${b.key}`, [a, b, norm]);
      else edge[2] = edge[2] === null || (norm ?? 0) > edge[2] ? norm : edge[2];
    }
    return [...found.values()];
  }
}

function isFold({ kind }: Scope): boolean {
  return kind === "loop" || kind === "call" || kind === "layer";
}

function everything(held: Held): GraphNode[] {
  return [...held.nodes, ...held.children.flatMap(everything)];
}

/** Boxes as they are read: row by row, what goes in before what comes out. */
function inOrder(part: Part): Box[] {
  const rank = ({ kind }: Box): number => (kind === "op" || kind === "exit" ? 1 : 0);
  return [...[...part.boxes].sort((a, b) => rank(a) - rank(b)), ...part.parts.flatMap(inOrder)];
}

function single(node: GraphNode): Box {
  const lost = node.role === "lost" || node.kind === "exit";
  const cut = node.status !== "recorded" || lost;
  const number = node.kind === "constant" && node.role === null && (node.value?.size ?? 2) === 1
    && (node.label === null || /^[-\d.]/.test(node.label));
  const shape = node.kind === "exit" ? "exit" : number ? "chip"
    : node.kind !== "op" || node.label !== null || node.role === "target" ? "card" : "dot";
  return {
    key: String(node.id),
    shape,
    title: nameOf(node),
    detail: node.kind === "op" ? node.op : node.shape.join("×"),
    value: node.value?.brief ?? "",
    gradient: node.gradient?.brief ?? "",
    kind: node.kind,
    lineno: node.line?.lineno ?? null,
    nodes: [node],
    trouble: node.trouble ?? (node.role === "lost" ? "its gradient is None" : null),
    notes: [], cut, lost, scope: null, repeated: [], turns: [],
  };
}

function folded(held: Held, own = false): Box {
  const { scope } = held;
  const nodes = own ? held.nodes : everything(held);
  const types = [...new Set(nodes.map(({ op }) => op))];
  const turns = own ? [] : held.children.filter((child) => child.scope.kind === "turn" && child.all > 0);
  const times = turns.length > 0 ? `× ${turns.length}` : "";
  const first = turns[0] ?? held;
  const lines = first.children.map((child) => child.scope.title).filter((title) => title !== "");
  const troubled = nodes.find((node) => node.trouble !== null);
  return {
    key: `${own ? "row" : "scope"} ${scope.number}`,
    shape: "fold",
    title: `${scope.title}${times === "" ? "" : ` ${times}`}`,
    detail: `${nodes.length} × ${types.slice(0, 3).join(", ")}${types.length > 3 ? " …" : ""}`,
    value: "", gradient: "",
    kind: "op",
    lineno: scope.lineno ?? nodes[0]?.line?.lineno ?? null,
    nodes,
    trouble: troubled?.trouble ?? null,
    notes: [],
    cut: nodes.every((node) => node.status !== "recorded"),
    lost: false,
    scope: own ? null : scope,
    repeated: own ? [] : lines.slice(0, MOST_REPEATED),
    turns: turns.map((turn) => everything(turn).reduce<number | null>((most, { gradient }) => {
      const norm = gradient?.norm ?? null;
      return norm === null ? most : Math.max(most ?? 0, norm);
    }, null)),
  };
}

/** A text in lines of so many characters, and not more lines than these. */
function wrapped(text: string, width: number, most: number): string[] {
  const lines: string[] = [""];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) as string;
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), `${lines[most - 1]} …`];
}

/** What is to be said of a box beside the words that stand in it. */
export function describe({ kind, lineno, trouble, shape, nodes, notes, cut }: Box): string {
  const where = lineno === null ? "" : `, line ${lineno}`;
  const what = shape === "fold" ? "folded" : kind;
  const typed = shape === "fold" || nodes[0] === undefined || shape === "exit" ? "" : `, ${typeOf(nodes[0])}`;
  const said = notes.length > 0 ? null : trouble ?? (cut && kind === "op" ? "no gradient passes here" : null);
  return `${what}${typed}${where}${said === null ? "" : `, ${said}`}`;
}
