// The picture: rows, boxes and edges in view, nothing of what is not, and the step that is looked at.
//
// Far away it is a map: a box is a spot of the colour of its gradient, drawn with all others of that
// colour at once. The picture is one tab stop; the arrow keys walk from box to box.
import { html, svg } from "../../ui/dom.ts";
import type { Graph } from "../../messages/report.ts";
import { drawBox } from "./cards.ts";
import { type Edge, type Frame, type Layout, layout } from "./layout.ts";
import type { Box, Rows } from "./rows.ts";
import type { Scale } from "./scale.ts";
import { type Area, View } from "./view.ts";

const FAR = 0.3; // below this scale there are no words
const HEAT = 6;
/** Of a variable that every turn of a long loop takes, not each edge is drawn. */
const MOST_OUT = 24;
const MOST_EDGES = 1500;

export interface PictureActions {
  /** A box was chosen (click, Enter). */
  choose(box: Box): void;
  /** A box is pointed at or has the focus; null when it is not any more. */
  point(box: Box | null): void;
  /** A fold is to be opened, or a scope closed. */
  toggle(scope: number): void;
}

/** Colours a frame by its line, and the editor with it; null leaves it to the style. */
export type Tint = (frame: { lineno: number | null }) => string | null;

export class TapePicture {
  readonly element: HTMLElement;
  readonly view: View;
  layout: Layout;
  readonly drawing: SVGSVGElement;
  private readonly world = svg("g");
  private readonly ground = svg("g", { class: "rows" });
  private readonly between = svg("g", { class: "edges" });
  private readonly front = svg("g", { class: "boxes" });
  private readonly drawn = new Map<Box, SVGElement>();
  private ready: (Area & { far: boolean; scale: number }) | null = null;
  private focused: Box | null = null;
  private lit: number | null = null;
  private chosen: Box | null = null;
  private now: Box | undefined;
  private receives = new Set<Box | undefined>();
  private done = new Set<Box>();
  private moving = false;

  constructor(
    public rows: Rows,
    graph: Graph,
    private scale: Scale,
    private readonly tint: Tint,
    width: number,
    private readonly actions: PictureActions,
  ) {
    this.layout = layout(rows, Math.max(width * 1.4, 900));
    this.world.append(this.ground, this.between, this.front);
    this.drawing = svg("svg", {
      class: "graph", role: "group", "aria-label": `The tape: ${graph.nodes.length} nodes in the rows of the program; arrow keys move between them`,
    }, this.world);
    this.element = html("div", { class: "canvas" }, this.drawing);
    this.view = new View(this.element, this.world, this.layout, () => this.update());
    this.focused = rows.boxes[0] ?? null;
    this.front.addEventListener("click", (event) => this.at(event, (box) => actions.choose(box)));
    this.front.addEventListener("dblclick", (event) => this.at(event, (box) => box.scope !== null && actions.toggle(box.scope.number)));
    this.front.addEventListener("pointerover", (event) => this.at(event, (box) => actions.point(box)));
    this.front.addEventListener("pointerout", () => actions.point(null));
    this.front.addEventListener("focusin", (event) => !this.moving && this.at(event, (box) => {
      this.focused = box;
      actions.point(box);
    }));
    this.drawing.addEventListener("keydown", (event) => this.key(event));
    // The browser would scroll what has the focus into view; the view does that.
    this.element.addEventListener("scroll", () => this.element.scrollTo(0, 0));
  }

  /** The same boxes with other values, each where it stands. */
  refresh(rows: Rows, scale: Scale): void {
    const places = new Map([...this.layout.at].map(([box, at]) => [box.key, at]));
    const norms = new Map(rows.edges.map(([from, to, norm]) => [`${from.key} ${to.key}`, { from, to, norm }]));
    const at = new Map(rows.boxes.flatMap((box) => {
      const place = places.get(box.key);
      return place === undefined ? [] : [[box, place] as const];
    }));
    const edges = this.layout.edges.flatMap((edge) => {
      const now = norms.get(`${edge.from.key} ${edge.to.key}`);
      return now === undefined ? [] : [{ ...edge, ...now }];
    });
    this.layout = { ...this.layout, at, edges };
    const again = (box: Box | null): Box | null => rows.boxes.find(({ key }) => key === box?.key) ?? null;
    [this.chosen, this.focused] = [again(this.chosen), again(this.focused)];
    this.now = again(this.now ?? null) ?? undefined;
    this.receives = new Set([...this.receives].flatMap((box) => again(box ?? null) ?? []));
    this.done = new Set([...this.done].flatMap((box) => again(box) ?? []));
    this.rows = rows;
    this.scale = scale;
    this.drawn.clear();
    this.ready = null;
    this.update();
  }

  /** Light the boxes and the row of a line of the program; the first of them comes into view. */
  light(line: number | null, bring = true): void {
    this.lit = line;
    const first = line === null ? undefined : this.rows.boxes.find((box) => box.lineno === line);
    const where = first === undefined ? undefined : this.layout.at.get(first);
    if (where !== undefined && bring) this.view.bring(where);
    this.mark();
  }

  /** Mark the chosen box. */
  choose(box: Box | null): void {
    this.chosen = box;
    this.mark();
  }

  bring(box: Box): void {
    const where = this.layout.at.get(box);
    if (where !== undefined) this.view.bring(where);
  }

  /** Show one step of the backward pass: who sends, who receives, and whose turn is over. */
  step(sender: number, receivers: number[], done: Set<number>): void {
    this.now = this.rows.boxOf.get(sender);
    this.receives = new Set(receivers.map((id) => this.rows.boxOf.get(id)));
    this.done = new Set(this.rows.boxes.filter((box) => box.nodes.every(({ id }) => done.has(id))));
    const where = this.now === undefined ? undefined : this.layout.at.get(this.now);
    if (where !== undefined) this.view.bring(where);
    this.ready = null;
    this.update();
  }

  /** Draw what has come into view. */
  update(): void {
    const seen = this.view.seen();
    const far = this.view.scale < FAR;
    const ready = this.ready;
    if (ready !== null && ready.far === far && this.view.scale < 2 * ready.scale && ready.left <= seen.left && ready.right >= seen.right
      && ready.top <= seen.top && ready.bottom >= seen.bottom) return;
    const [w, h] = [(seen.right - seen.left) / 2, (seen.bottom - seen.top) / 2];
    const area = { left: seen.left - w, right: seen.right + w, top: seen.top - h, bottom: seen.bottom + h };
    this.ready = { ...area, far, scale: this.view.scale };
    this.drawing.classList.toggle("far", far);
    const frames = this.layout.frames.filter((frame) => meets(area, frame));
    this.ground.replaceChildren(...(far ? this.mapFrames(frames) : frames.map((frame) => this.drawFrame(frame))));
    this.between.replaceChildren(...(far ? this.mapEdges() : this.edgesIn(area).flatMap((edge) => this.drawEdge(edge))));
    if (far) {
      this.drawn.clear();
      this.front.replaceChildren(...this.map(area));
    } else this.drawBoxes(area);
    this.mark();
  }

  /** What leads into the boxes in view, and some of what leads out of them. */
  private edgesIn(area: Area): Edge[] {
    const inside = (box: Box): boolean => {
      const at = this.layout.at.get(box);
      return at !== undefined && meets(area, at);
    };
    const out = new Map<Box, number>();
    return this.layout.edges.filter(({ from, to }) => {
      if (inside(to)) return true;
      if (!inside(from)) return false;
      const count = 1 + (out.get(from) ?? 0);
      out.set(from, count);
      return count <= MOST_OUT;
    });
  }

  /** All of the picture as it is near, whatever is in view: for an export. */
  everything(): SVGElement[] {
    return [
      svg("g", { class: "rows" }, ...this.layout.frames.map((frame) => this.drawFrame(frame))),
      svg("g", { class: "edges" }, ...this.layout.edges.flatMap((edge) => this.drawEdge(edge))),
      svg("g", { class: "boxes" }, ...this.rows.boxes.flatMap((box) => {
        const at = this.layout.at.get(box);
        return at === undefined ? [] : [drawBox(box, at)];
      })),
    ];
  }

  private drawBoxes(area: Area): void {
    const wanted = this.rows.boxes.filter((box) => {
      const at = this.layout.at.get(box);
      return at !== undefined && (box === this.focused || meets(area, at));
    });
    const kept = new Set(wanted);
    for (const box of this.drawn.keys()) if (!kept.has(box)) this.drawn.delete(box);
    for (const box of wanted) {
      const at = this.layout.at.get(box);
      if (this.drawn.has(box) || at === undefined) continue;
      const element = drawBox(box, at);
      this.drawn.set(box, element);
    }
    const had = this.front.contains(document.activeElement);
    this.moving = true;
    this.front.replaceChildren(...wanted.map((box) => this.drawn.get(box) as SVGElement));
    if (had && this.focused !== null) this.drawn.get(this.focused)?.focus({ preventScroll: true });
    this.moving = false;
  }

  /** What is drawn, in the look of what is chosen, lit, and done. */
  private mark(): void {
    for (const [box, element] of this.drawn) {
      const { classList } = element;
      classList.toggle("chosen", box === this.chosen);
      classList.toggle("lit", this.lit !== null && box.lineno === this.lit);
      classList.toggle("now", box === this.now);
      classList.toggle("receives", box !== this.now && this.receives.has(box));
      classList.toggle("done", box !== this.now && this.done.has(box));
      element.setAttribute("tabindex", box === this.focused ? "0" : "-1");
    }
    for (const row of this.ground.children) row.classList.toggle("lit", this.lit !== null && row.getAttribute("data-line") === String(this.lit));
  }

  private drawFrame(frame: Frame): SVGElement {
    const { x, y, width, height, lineno, title, part, depth } = frame;
    const rect = svg("rect", { class: "ground", x, y, width, height, rx: depth === 0 ? 12 : 8 });
    const tint = this.tint(frame);
    if (tint !== null) rect.style.fill = tint;
    const group = svg("g", { class: `row ${part.kind}${depth % 2 === 1 ? " odd" : ""}`, "data-line": lineno }, rect);
    const most = Math.max(8, Math.floor((width - 50) / 7.4));
    const shown = title.length > most ? `${title.slice(0, most - 1)}…` : title;
    group.append(svg("text", { class: "row-title", x: x + 12, y: y + 18 },
      lineno === null || part.kind === "turn" ? "" : svg("tspan", { class: "row-line" }, `${lineno}  `), shown));
    const { scope } = part;
    if (scope !== null && part.kind !== "line" && part.kind !== "turn") {
      group.classList.add("foldable");
      group.append(svg("text", { class: "closer", x: x + width - 14, y: y + 18 }, "–"));
      group.addEventListener("dblclick", () => this.actions.toggle(scope.number));
      group.lastElementChild?.addEventListener("click", () => this.actions.toggle(scope.number));
    }
    return group;
  }

  private drawEdge({ from, to, norm, path }: Edge): SVGElement[] {
    const flows = to === this.now && this.receives.has(from);
    const lost = to.lost || from.shape === "exit";
    const dead = norm === null || norm === 0;
    const line = svg("path", { class: `edge${flows ? " flow" : ""}${lost ? " lost" : ""}${dead ? " dead" : ""}`, d: path });
    if (!lost && !flows) {
      line.style.stroke = Number.isFinite(norm ?? 0) ? this.scale.colour(norm) : "var(--trouble)";
      line.style.strokeWidth = String(Number.isFinite(norm ?? 0) ? this.scale.width(norm) : 7);
    }
    if (!to.lost) return [line];
    // The break: two strokes across the end, where nothing comes back.
    const numbers = path.match(/-?[\d.]+/g)?.map(Number) ?? [];
    const [x, y] = [numbers.at(-2) ?? 0, numbers.at(-1) ?? 0];
    return [line, svg("path", { class: "break", d: `M${x - 20} ${y - 9}l6 18M${x - 13} ${y - 9}l6 18` })];
  }

  /** Boxes as spots, one path for each heat. */
  private map(area: Area): SVGElement[] {
    const paths = new Map<string, string>();
    for (const [box, at] of this.layout.at) {
      if (!meets(area, at)) continue;
      const norm = box.nodes.reduce((most, { gradient }) => Math.max(most, gradient?.norm ?? 0), 0);
      const look = box.trouble !== null ? "troubled" : box === this.now ? "now" : `heat${norm > 0 ? 1 + Math.round(this.scale.part(norm) * (HEAT - 1)) : 0}`;
      paths.set(look, `${paths.get(look) ?? ""}M${at.x.toFixed(0)} ${at.y.toFixed(0)}h${at.width.toFixed(0)}v${at.height.toFixed(0)}h${(-at.width).toFixed(0)}z`);
    }
    return [...paths].map(([look, d]) => {
      const path = svg("path", { class: `spots ${look}`, d });
      const heat = /^heat(\d)/.exec(look)?.[1];
      if (heat !== undefined) path.style.fill = heat === "0" ? "var(--constant)" : `color-mix(in oklab, var(--warm) ${Math.round(100 * Number(heat) / HEAT)}%, var(--edge))`;
      return path;
    });
  }

  /** Rows as areas, one path for each colour. */
  private mapFrames(frames: Frame[]): SVGElement[] {
    const paths = new Map<string, string>();
    for (const frame of frames) {
      const tint = this.tint(frame) ?? "";
      const { x, y, width, height } = frame;
      paths.set(tint, `${paths.get(tint) ?? ""}M${x.toFixed(0)} ${y.toFixed(0)}h${width.toFixed(0)}v${height.toFixed(0)}h${(-width).toFixed(0)}z`);
    }
    return [...paths].sort(([a], [b]) => a.length - b.length).map(([tint, d]) => {
      const path = svg("path", { class: "ground", d });
      if (tint !== "") path.style.fill = tint;
      return svg("g", { class: "row" }, path);
    });
  }

  private mapEdges(): SVGElement[] {
    const { edges } = this.layout;
    return edges.length > MOST_EDGES ? [] : [svg("path", { class: "edge dead", d: edges.map(({ path }) => path).join("") })];
  }

  private at(event: Event, act: (box: Box) => void): void {
    const element = (event.target as Element).closest(".box");
    for (const [box, drawn] of this.drawn) if (drawn === element) return act(box);
  }

  private key(event: KeyboardEvent): void {
    const all = this.rows.boxes;
    const at = this.focused === null ? -1 : all.indexOf(this.focused);
    const steps: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
    const ends: Record<string, number> = { Home: 0, End: all.length - 1 };
    const step = steps[event.key];
    const next = all[step === undefined ? ends[event.key] ?? -1 : Math.min(Math.max(at + step, 0), all.length - 1)];
    if (next !== undefined) {
      this.focused = next;
      this.bring(next);
      this.ready = null;
      this.update();
      this.drawn.get(next)?.focus({ preventScroll: true });
      event.preventDefault();
    } else if ((event.key === "Enter" || event.key === " ") && this.focused !== null) {
      if (event.key === "Enter" && event.shiftKey && this.focused.scope !== null) this.actions.toggle(this.focused.scope.number);
      else this.actions.choose(this.focused);
      event.preventDefault();
    } else if (event.key === "+" || event.key === "-") this.view.zoom(event.key === "+" ? 1.25 : 0.8);
  }
}

function meets(area: Area, { x, y, width, height }: { x: number; y: number; width: number; height: number }): boolean {
  return x < area.right && x + width > area.left && y < area.bottom && y + height > area.top;
}
