// Where everything stands: rows from top to bottom, in each the ops from left to right.
import type { Box, Part, Rows } from "./rows.ts";
import { below } from "./words.ts";

export interface Frame {
  part: Part;
  title: string;
  lineno: number | null;
  x: number;
  y: number;
  width: number;
  height: number;
  depth: number;
}

export interface Position {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Of a card with an op: its dot's middle, in the box. */
  dot: number | null;
}

export interface Edge {
  from: Box;
  to: Box;
  norm: number | null;
  path: string;
  /** What the path lies in. */
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Layout {
  frames: Frame[];
  at: Map<Box, Position>;
  edges: Edge[];
  width: number;
  height: number;
}

export const CARD = 112;
const PICTURED = 108;
const VALUED = 68;
const PLAIN = 76;
export const DOT = 34;
const LANE = 46; // of the dots' middles, below the top of a row's items
const HEAD = 26;
const GAP = 26;
const PAD = 12;
const TURN_PAD = 8;
const FOLD = 230;
const BREAK = 44; // before the place where a path is lost, for the break
const REPEATED_LINE = 15;

/** Width and height of a box, with what is said below it. */
export function sizeOf(box: Box): { width: number; height: number; dot: number | null } {
  const { width, height, dot } = bareSize(box);
  if (box.notes.length === 0) return { width, height, dot };
  const longest = Math.max(...box.notes.map(({ length }) => length));
  return { width: Math.max(width, 6.4 * longest + 18), height: height + notesHeight(box), dot };
}

export function notesHeight({ notes }: Box): number {
  return notes.length === 0 ? 0 : 14 * notes.length + 14;
}

/** Width and height of a box alone. */
export function bareSize(box: Box): { width: number; height: number; dot: number | null } {
  const [node] = box.nodes;
  if (box.shape === "chip") return { width: Math.max(30, 8 * box.title.length + 16), height: 24, dot: null };
  if (box.shape === "exit") return { width: Math.max(90, 8 * box.title.length + 28), height: 34, dot: null };
  if (box.shape === "dot") return { width: 58, height: DOT + 26 + (short(box) ? 13 : 0), dot: 29 };
  if (box.shape === "fold") {
    return { width: Math.min(330, Math.max(FOLD, 8 * box.title.length + 40)),
      height: 46 + REPEATED_LINE * box.repeated.length + (box.turns.length > 1 ? 34 : 0), dot: null };
  }
  const said = node === undefined ? "" : below(node);
  const width = Math.max(CARD, Math.min(210, Math.max(8.4 * box.title.length + 7 * (node?.shape.join("×").length ?? 0) + 26, 6.8 * said.length + 14)));
  const pictures = Number(node?.value?.picture != null) + Number(node?.gradient?.picture != null);
  const height = pictures === 0 ? PLAIN : said === "" && pictures === 1 ? VALUED : PICTURED;
  return node?.kind === "op" ? { width: width + DOT + 18, height, dot: DOT / 2 } : { width, height, dot: null };
}

/** Whether a dot has its value below it. */
export function short(box: Box): boolean {
  return box.shape === "dot" && box.nodes[0]?.value?.size === 1;
}

interface Block {
  width: number;
  height: number;
  put(x: number, y: number): void;
}

/** Lay out the rows; `wide` is the width that the rows may fill without harm. */
export function layout(rows: Rows, wide: number): Layout {
  const frames: Frame[] = [];
  const at = new Map<Box, Position>();
  const into = new Map<Box, Box[]>();
  for (const [from, to] of rows.edges) into.set(to, [...(into.get(to) ?? []), from]);

  function items(part: Part): Block {
    const columns = inColumns(part.boxes, into);
    const placed: [Box, number, number][] = [];
    // What comes from above needs room to come in.
    let [x, height] = [columns[0]?.every(isStep) && part.kind !== "loop" && columns[0].some(({ shape }) => shape !== "fold" && shape !== "exit") ? BREAK : 0, 0];
    for (const column of columns) {
      const [ops, leaves] = [column.filter(isStep), column.filter((box) => !isStep(box))];
      let [y, width] = [0, 0];
      for (const box of ops) {
        const size = sizeOf(box);
        const top = box.shape === "dot" ? Math.max(y, LANE - DOT / 2) : box.shape === "exit" ? Math.max(y, LANE - 17) : y;
        placed.push([box, box.shape === "exit" ? x + BREAK : x, top]);
        y = top + size.height + 14;
        width = Math.max(width, size.width + (box.shape === "exit" ? BREAK : 0));
      }
      // What only goes in stands in a grid, so that sixty variables are not a tower.
      const across = leaves.length <= 4 ? 1 : Math.ceil(Math.sqrt(leaves.length * 1.7));
      let [left, line] = [0, 0];
      leaves.forEach((box, i) => {
        const size = sizeOf(box);
        if (i % across === 0 && i > 0) [left, y, line] = [0, y + line + 10, 0];
        placed.push([box, x + left, y]);
        left += size.width + 12;
        line = Math.max(line, size.height);
        width = Math.max(width, left - 12);
      });
      y += line;
      height = Math.max(height, y);
      x += width + GAP;
    }
    return {
      width: Math.max(0, x - GAP), height,
      put(left, top) {
        for (const [box, dx, dy] of placed) at.set(box, { ...sizeOf(box), x: left + dx, y: top + dy });
      },
    };
  }

  const hasTarget = rows.boxes.some(({ nodes }) => nodes.some(({ role }) => role === "target"));

  function frame(part: Part, block: Block, depth: number, pad = PAD): Block {
    const title = part.scope?.title ?? (hasTarget ? "not used by the target" : "not used so far");
    const width = Math.max(block.width + 2 * pad, 7.6 * Math.min(title.length, 60) + 60);
    const height = block.height + HEAD + pad;
    return {
      width, height,
      put(x, y) {
        frames.push({ part, title, lineno: part.scope?.lineno ?? null, x, y, width, height, depth });
        block.put(x + pad, y + HEAD);
      },
    };
  }

  function stacked(blocks: Block[], gap: number): Block {
    return {
      width: Math.max(0, ...blocks.map(({ width }) => width)),
      height: blocks.reduce((sum, { height }) => sum + height + gap, -gap),
      put(x, y) {
        let top = y;
        for (const block of blocks) {
          block.put(x, top);
          top += block.height + gap;
        }
      },
    };
  }

  function beside(blocks: Block[], gap: number): Block {
    return {
      width: blocks.reduce((sum, { width }) => sum + width + gap, -gap),
      height: Math.max(0, ...blocks.map(({ height }) => height)),
      put(x, y) {
        let left = x;
        for (const block of blocks) {
          block.put(left, y);
          left += block.width + gap;
        }
      },
    };
  }

  function block(part: Part, depth: number): Block {
    const own = part.boxes.length > 0 ? [items(part)] : [];
    const inner = part.parts.map((child) => block(child, depth + 1));
    if (part.kind === "loop") return frame(part, wrapped(inner, wide), depth, TURN_PAD);
    return frame(part, stacked([...own, ...inner], 10), depth, part.kind === "line" ? PAD : TURN_PAD);
  }

  /** Turns side by side, in as many lines as they need. */
  function wrapped(blocks: Block[], most: number): Block {
    const lines: Block[][] = [[]];
    let used = 0;
    for (const one of blocks) {
      const line = lines.at(-1) as Block[];
      if (line.length > 0 && used + one.width > Math.max(most, 4 * one.width)) {
        lines.push([one]);
        used = one.width;
      } else {
        line.push(one);
        used += one.width + 10;
      }
    }
    return stacked(lines.map((line) => beside(line, 10)), 12);
  }

  const all = stacked(rows.root.parts.map((part) => block(part, 0)), 14);
  all.put(0, 0);
  // The outermost rows end together, as lines of a score do.
  for (const one of frames) if (one.depth === 0) one.width = Math.max(one.width, all.width);
  const edges = rows.edges.flatMap(([from, to, norm]) => {
    const [a, b] = [at.get(from), at.get(to)];
    return a === undefined || b === undefined ? [] : [edge(from, to, norm, a, b)];
  });
  return { frames, at, edges, width: Math.max(1, all.width), height: Math.max(1, all.height) };
}

function isStep({ kind }: Box): boolean {
  return kind === "op" || kind === "exit";
}

/** The boxes of a row by how many ops of the row lead to them; what goes in stands before its op. */
function inColumns(boxes: Box[], into: Map<Box, Box[]>): Box[][] {
  const here = new Set(boxes);
  const column = new Map<Box, number>();
  for (const box of boxes) {
    if (!isStep(box)) continue;
    const before = (into.get(box) ?? []).filter((other) => here.has(other) && isStep(other));
    column.set(box, 1 + Math.max(0, ...before.map((other) => column.get(other) ?? 0)));
  }
  for (const box of boxes) {
    if (isStep(box)) continue;
    const takers = [...column].filter(([other]) => into.get(other)?.includes(box)).map(([, at]) => at);
    const first = takers.length === 0 ? 0 : Math.min(...takers);
    column.set(box, first <= 1 ? 0 : first); // below the op that takes it
  }
  const found: Box[][] = [];
  for (const [box, k] of column) (found[k] ??= []).push(box);
  return found.filter((one) => one !== undefined && one.length > 0);
}

/** From a box to the one that takes it. */
function edge(from: Box, to: Box, norm: number | null, a: Position, b: Position): Edge {
  const middle = (one: Position, box: Box): number => one.y + (box.shape === "dot" ? DOT / 2 : Math.min((one.height - notesHeight(box)) / 2, LANE));
  const dotted = to.shape === "dot" || b.dot !== null;
  const [ex, ey] = dotted ? [b.x + (b.dot ?? 29) - DOT / 2, to.shape === "dot" ? b.y + DOT / 2 : middle(b, to)]
    : [b.x, middle(b, to)];
  const right = a.x + (from.shape === "dot" ? 29 + DOT / 2 : bareSize(from).width);
  const lower = b.y > a.y + a.height;
  let path: string;
  if (a.y >= b.y + (to.shape === "dot" ? DOT : 0) && Math.abs(a.x - b.x) < 90 && from.kind !== "op") {
    // From what stands below its op, straight up.
    const [sx, sy] = [a.x + Math.min(a.width / 2, 40), a.y];
    const [tx, ty] = [ex + DOT / 2, ey + DOT / 2];
    path = `M${sx} ${sy}C${sx} ${sy - 14} ${tx} ${ty + 16} ${tx} ${ty}`;
  } else if (lower) {
    const plain = bareSize(from);
    const [sx, sy] = [a.x + plain.width - Math.min(plain.width / 2, CARD / 2), a.y + (from.shape === "dot" ? DOT : plain.height)];
    const bend = Math.min(90, Math.max(30, (ey - sy) / 2));
    path = `M${sx} ${sy}C${sx} ${sy + bend} ${ex - 46} ${ey - (ey - sy > 60 ? 8 : 0)} ${ex} ${ey}`;
  } else {
    const [sx, sy] = [right, middle(a, from)];
    const bend = Math.max(18, Math.min(80, Math.abs(ex - sx) / 2));
    path = `M${sx} ${sy}C${sx + bend} ${sy} ${ex - bend} ${ey} ${ex} ${ey}`;
  }
  return {
    from, to, norm, path,
    left: Math.min(a.x, ex) - 50, right: Math.max(right, ex) + 90,
    top: Math.min(a.y, ey) - 20, bottom: Math.max(a.y + a.height, ey) + 20,
  };
}
