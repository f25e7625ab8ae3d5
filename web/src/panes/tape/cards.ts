// A box of the picture as it is drawn: a card with its value and its cotangent, a dot, a fold.
import { svg } from "../../ui/dom.ts";
import type { ArrayPicture, GraphNode } from "../../messages/report.ts";
import { bareSize, DOT, notesHeight, type Position, short } from "./layout.ts";
import { type Box, describe } from "./rows.ts";
import { below, signOf } from "./words.ts";

const PICTURE = 34;
const COTANGENT = 22;
const SHADES = 8;

/** An array in a rectangle: one path for each shade, so that a card is few elements. */
export function pictured(picture: ArrayPicture, x: number, y: number, width: number, height: number, look: "value" | "cotangent"): SVGElement {
  const { rows, columns, values, kind } = picture;
  const group = svg("g", { class: `cells ${look}` });
  const drawing = new Map<string, string>();
  const [w, h] = [width / columns, height / rows];
  values.forEach((value, i) => {
    const [left, top] = [x + (i % columns) * w, y + Math.floor(i / columns) * h];
    const bar = kind === "histogram";
    const shade = value === null ? "broken" : bar ? "hot6" : `${value < 0 ? "cold" : "hot"}${Math.round(Math.sqrt(Math.abs(value)) * SHADES)}`;
    const part = bar ? (value ?? 0) * height : h;
    const down = bar ? y + height - part : top;
    const [cw, ch] = [Math.max(w - 0.4, 0.4), Math.max(part - 0.4, 0.4)];
    drawing.set(shade, `${drawing.get(shade) ?? ""}M${round(left)} ${round(down)}h${round(cw)}v${round(ch)}h${round(-cw)}z`);
  });
  group.append(svg("rect", { class: "ground", x, y, width, height }));
  for (const [shade, d] of drawing) group.append(svg("path", { class: shade, d }));
  return group;
}

const round = (value: number): string => value.toFixed(1);

function words(x: number, y: number, text: string, look: string, most = 24): SVGElement {
  const shown = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return svg("text", { x, y, class: look }, shown);
}

function card(box: Box, node: GraphNode, width: number, height: number, left: number): SVGElement[] {
  const inside = width - left;
  const behind = box.nodes.length > 1 ? [6, 3].map((by) => svg("rect", { class: "face behind", x: left + by, y: -by, width: inside, height, rx: 8 })) : [];
  const drawn: SVGElement[] = [
    ...behind,
    svg("rect", { class: "face", x: left, y: 0, width: inside, height, rx: 8 }),
    words(left + 9, 17, box.title, "box-title", Math.floor((inside - 18) / 8)),
  ];
  const size = node.shape.join("×");
  const type = node.kind === "op" ? node.op : "";
  const [picture, cotangent] = [node.value?.picture, node.gradient?.picture];
  const told = below(node);
  if (size !== "") drawn.push(words(width - 8, 16, size, "box-size"));
  if (picture == null && cotangent == null) {
    drawn.push(words(left + inside / 2, 42, box.cut && box.value === "" ? box.detail : box.value, "box-number", 16));
    drawn.push(words(left + inside / 2, 62, told, "box-gradient", Math.floor(inside / 6.6)));
  } else {
    if (picture != null) drawn.push(pictured(picture, left + 9, 24, inside - 18, PICTURE, "value"));
    if (cotangent != null) drawn.push(pictured(cotangent, left + 9, 28 + PICTURE, inside - 18, COTANGENT, "cotangent"));
    drawn.push(words(left + inside / 2, height - 8, told, "box-gradient", Math.floor(inside / 6.6)));
  }
  if (type !== "") drawn.push(words(DOT / 2, Math.min(height / 2, 46) + DOT / 2 + 13, type, "box-detail", 12));
  return drawn;
}

function dot(node: GraphNode, x: number, y: number): SVGElement[] {
  const sign = signOf(node);
  return [svg("circle", { class: "dot", cx: x, cy: y, r: DOT / 2 }), svg("text", { class: `sign${sign.length > 3 ? " long" : ""}`, x, y: y + 4.5 }, sign)];
}

function fold(box: Box, width: number, height: number): SVGElement[] {
  const drawn: SVGElement[] = [];
  if (box.turns.length > 1) {
    drawn.push(svg("rect", { class: "face behind", x: 8, y: -8, width, height, rx: 8 }), svg("rect", { class: "face behind", x: 4, y: -4, width, height, rx: 8 }));
  }
  const most = Math.floor((width - 20) / 7.4);
  drawn.push(svg("rect", { class: "face", width, height, rx: 8 }),
    words(10, 18, box.title, "box-title", Math.floor((width - 20) / 8)), words(10, 34, box.detail, "box-detail", most));
  box.repeated.forEach((line, i) => drawn.push(words(10, 52 + 15 * i, line, "box-line", most)));
  const known = box.turns.flatMap((turn) => turn ?? []).filter((turn) => turn > 0);
  if (box.turns.length > 1 && known.length > 0) {
    const [low, high] = [Math.log(Math.min(...known)), Math.log(Math.max(...known))];
    const wide = (width - 20) / box.turns.length;
    const d = box.turns.map((turn, i) => {
      const tall = turn === null || turn <= 0 ? 1 : 4 + 20 * (high > low ? (Math.log(turn) - low) / (high - low) : 0.5);
      return `M${round(10 + i * wide)} ${round(height - 8)}v${round(-tall)}h${round(Math.max(wide - 1, 0.5))}v${round(tall)}z`;
    }).join("");
    drawn.push(svg("path", { class: "turns", d }));
  }
  return drawn;
}

/** The box as an element that can be pointed at, chosen and focused. */
export function drawBox(box: Box, { x, y, dot: at }: Position): SVGElement {
  const { width, height } = bareSize(box);
  const [node] = box.nodes;
  const drawn: SVGElement[] = [];
  if (box.shape === "fold" || node === undefined) drawn.push(...fold(box, width, height));
  else if (box.shape === "dot") {
    drawn.push(...dot(node, 29, DOT / 2), words(29, DOT + 12, box.detail, "box-detail", 12));
    if (short(box)) drawn.push(words(29, DOT + 25, box.value, "box-value", 9));
  } else if (box.shape === "chip") drawn.push(svg("rect", { class: "face", width, height, rx: 12 }), words(width / 2, 16.5, box.title, "box-value", 14));
  else if (box.shape === "exit") {
    drawn.push(svg("rect", { class: "face", width, height, rx: 4 }), words(width / 2, 22, box.title, "box-title", 30));
  } else {
    if (at !== null) {
      const middle = Math.min(height / 2, 46);
      drawn.push(svg("path", { class: "stem", d: `M${DOT} ${middle}h18` }), ...dot(node, DOT / 2, middle));
    }
    drawn.push(...card(box, node, width, height, at === null ? 0 : DOT + 18));
  }
  if (box.notes.length > 0) {
    const wide = 6.4 * Math.max(...box.notes.map(({ length }) => length)) + 14;
    drawn.push(svg("rect", { class: "note-face", x: 0, y: height + 5, width: wide, height: notesHeight(box) - 6, rx: 5 }),
      ...box.notes.map((line, i) => svg("text", { class: "box-note", x: 7, y: height + 19 + 14 * i }, line)));
  }
  if (box.trouble !== null) {
    drawn.push(svg("circle", { class: "mark", cx: width - 3, cy: 3, r: 8 }), svg("text", { class: "mark-text", x: width - 3, y: 7.5 }, "!"));
  }
  // The words that stand in it are its name.
  return svg("g", {
    class: ["box", box.shape, box.kind, box.nodes[0]?.role ?? "", box.trouble === null ? "" : "trouble", box.cut ? "cut" : "", box.lost ? "lost" : ""].join(" "),
    transform: `translate(${round(x)}, ${round(y)})`,
    role: "button", tabindex: -1, "aria-description": describe(box),
  }, ...drawn.flatMap((part) => (part.tagName === "text" ? [part, " "] : [part])));
}
