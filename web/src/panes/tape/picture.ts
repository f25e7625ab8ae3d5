// The tape drawn: boxes and arrows, forward or backward, with the step that is being looked at.
//
// The picture is one tab stop; the arrow keys walk from box to box.
import { graphlib, layout } from "@dagrejs/dagre";
import { html, svg } from "../../ui/dom.ts";
import type { Box, Picture } from "./grouping.ts";
import { Moving } from "./moving.ts";

const LINE = 16;
const HEIGHT = 3 * LINE + 14;
const SMALLEST_SCALE = 0.72; // below it the words cannot be read

export interface PictureActions {
  /** A box was chosen (click, Enter). */
  choose(box: Box): void;
  /** A box is pointed at or has the focus; null when it is not any more. */
  point(box: Box | null): void;
}

interface Position {
  x: number;
  y: number;
  width: number;
  height: number;
}

function widthOf(box: Box): number {
  const small = Math.max(box.detail.length, box.value.length, box.gradient.length + 2);
  return Math.max(84, 8.2 * box.title.length + 24, 7 * small + 22);
}

/** The box in words; it begins with what the box shows, so that both can be asked for by voice. */
function described(box: Box, third: string): string {
  const where = box.lineno === null ? "" : `, line ${box.lineno}`;
  const trouble = box.trouble === null ? "" : `, ${box.trouble}`;
  return `${box.title} ${box.detail} ${third}, ${box.kind}${where}${trouble}`;
}

export class TapePicture {
  readonly element: HTMLElement;
  readonly moving: Moving;
  private readonly elements = new Map<string, SVGElement>();
  private readonly arrows = new Map<string, SVGElement>();
  private readonly order: SVGElement[] = [];

  constructor(
    readonly picture: Picture,
    private readonly backward: boolean,
    available: number,
    private readonly actions: PictureActions,
  ) {
    const { boxes, edges, folded } = picture;
    const plan = new graphlib.Graph();
    plan.setGraph({ rankdir: "TB", nodesep: 22, ranksep: 36, marginx: 14, marginy: 14 });
    plan.setDefaultEdgeLabel(() => ({}));
    for (const box of boxes) plan.setNode(box.key, { width: widthOf(box), height: HEIGHT });
    for (const [from, to] of edges) plan.setEdge(from, to);
    layout(plan);
    const { width = 100, height = 100 } = plan.graph() as { width?: number; height?: number };
    const scale = Math.min(1, Math.max(SMALLEST_SCALE, available / width));
    const drawing = svg("svg", {
      class: `graph${backward ? " backward" : ""}`, viewBox: `0 0 ${width} ${height}`,
      role: "group",
      "aria-label": `${backward ? "The backward pass" : "The recorded graph"}; arrow keys move between nodes`,
    }, svg("defs", {}, arrowHead("arrow", "arrow"), arrowHead("arrow-now", "arrow now")));
    for (const edge of plan.edges()) {
      const points = (plan.edge(edge) as { points: { x: number; y: number }[] }).points;
      const path = svg("path", {
        class: "edge", d: curve(points), [backward ? "marker-start" : "marker-end"]: "url(#arrow)",
      });
      this.arrows.set(`${edge.v}\n${edge.w}`, path);
      drawing.append(path);
    }
    boxes.forEach((box, i) => {
      const element = this.drawBox(box, plan.node(box.key) as Position, i === 0);
      this.elements.set(box.key, element);
      this.order.push(element);
    });
    drawing.append(...this.order);
    drawing.addEventListener("keydown", (event) => this.walk(event as KeyboardEvent));
    const note = folded
      ? html("p", { class: "note" }, "A tape this long is drawn line by line: one box for each line of the program. Choose a box to see its nodes.")
      : null;
    this.element = html("div", { class: "scroll graph-scroll" }, note, drawing);
    this.moving = new Moving(this.element, drawing, width, height, scale);
  }

  /** Light the boxes that come from a line of the program; the first of them comes into view. */
  light(line: number | null): void {
    let first = true;
    for (const box of this.picture.boxes) {
      const lit = line !== null && box.lineno === line;
      const element = this.elements.get(box.key);
      element?.classList.toggle("lit", lit);
      if (lit && first) this.bring(element);
      first = first && !lit;
    }
  }

  /** Mark the chosen box. */
  mark(chosen: Box | null): void {
    for (const box of this.picture.boxes) {
      this.elements.get(box.key)?.classList.toggle("chosen", box === chosen);
    }
  }

  /** Show one step of the backward pass: who sends, who receives, and whose turn is over. */
  step(sender: number, receivers: number[], done: Set<number>): void {
    const now = this.picture.boxOf.get(sender);
    const into = new Set(receivers.map((id) => this.picture.boxOf.get(id)));
    for (const box of this.picture.boxes) {
      const element = this.elements.get(box.key);
      element?.classList.toggle("now", box === now);
      element?.classList.toggle("receives", into.has(box) && box !== now);
      element?.classList.toggle("done", box !== now && box.nodes.every(({ id }) => done.has(id)));
    }
    for (const [key, arrow] of this.arrows) {
      const [from, to] = key.split("\n");
      const flows = to === now?.key && [...into].some((box) => box?.key === from);
      arrow.classList.toggle("flow", flows);
      arrow.setAttribute(this.backward ? "marker-start" : "marker-end", flows ? "url(#arrow-now)" : "url(#arrow)");
    }
    if (now !== undefined) this.bring(this.elements.get(now.key));
  }

  private bring(element: SVGElement | undefined): void {
    const area = this.element;
    if (element === undefined || !area.isConnected) return;
    const [inner, outer] = [element.getBoundingClientRect(), area.getBoundingClientRect()];
    if (inner.top < outer.top || inner.bottom > outer.bottom) {
      area.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2;
    }
    if (inner.left < outer.left || inner.right > outer.right) {
      area.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
    }
  }

  private drawBox(box: Box, { x, y, width, height }: Position, first: boolean): SVGElement {
    const third = this.backward && !box.cut
      ? (box.gradient === "" ? "" : `∂ ${box.gradient}`)
      : box.value;
    const element = svg("g", {
      class: ["box", box.kind, box.trouble === null ? "" : "trouble", box.cut ? "cut" : "",
        this.backward && box.gradient === "" && box.nodes.length === 1 ? "untouched" : ""].join(" "),
      transform: `translate(${x - width / 2}, ${y - height / 2})`,
      role: "button", tabindex: first ? 0 : -1, "aria-label": described(box, third),
      click: () => this.actions.choose(box),
      pointerenter: () => this.actions.point(box),
      pointerleave: () => this.actions.point(null),
      focus: () => this.actions.point(box),
      blur: () => this.actions.point(null),
    },
    svg("rect", { width, height, rx: box.kind === "op" ? 9 : height / 2 }),
    svg("text", { x: width / 2, y: LINE + 4, class: "box-title" }, box.title), " ",
    svg("text", { x: width / 2, y: 2 * LINE + 3, class: "box-detail" }, box.detail), " ",
    svg("text", { x: width / 2, y: 3 * LINE + 2, class: "box-value" }, third));
    if (box.trouble !== null) {
      element.append(svg("circle", { class: "mark", cx: width - 4, cy: 4, r: 8 }),
        svg("text", { class: "mark-text", x: width - 4, y: 8.5 }, "!"));
    }
    return element;
  }

  private walk(event: KeyboardEvent): void {
    const at = this.order.findIndex((element) => element === document.activeElement);
    if (at < 0) return;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
    const ends: Record<string, number> = { Home: 0, End: this.order.length - 1 };
    const step = steps[event.key];
    const target = step === undefined
      ? ends[event.key] : Math.min(Math.max(at + step, 0), this.order.length - 1);
    if (target !== undefined) {
      const next = this.order[target];
      this.order[at]?.setAttribute("tabindex", "-1");
      next?.setAttribute("tabindex", "0");
      next?.focus();
      event.preventDefault();
    } else if (event.key === "Enter" || event.key === " ") {
      this.order[at]?.dispatchEvent(new MouseEvent("click"));
      event.preventDefault();
    }
  }
}

function arrowHead(id: string, look: string): SVGElement {
  return svg("marker", {
    id, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse",
  }, svg("path", { d: "M0,0 L8,4 L0,8 z", class: look }));
}

/** A smooth line through the points that the layout gives. */
function curve(points: { x: number; y: number }[]): string {
  const at = (i: number): string => `${points[i]?.x.toFixed(1)},${points[i]?.y.toFixed(1)}`;
  if (points.length < 3) return points.map((_, i) => `${i === 0 ? "M" : "L"}${at(i)}`).join(" ");
  const parts = [`M${at(0)}`];
  for (let i = 1; i < points.length - 2; i++) {
    const [a, b] = [points[i], points[i + 1]];
    if (a === undefined || b === undefined) continue;
    parts.push(`Q${at(i)} ${((a.x + b.x) / 2).toFixed(1)},${((a.y + b.y) / 2).toFixed(1)}`);
  }
  parts.push(`Q${at(points.length - 2)} ${at(points.length - 1)}`);
  return parts.join(" ");
}
