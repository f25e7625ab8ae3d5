// The tape pane: the recorded graph as a picture, and the same as a table.
//
// Pointing at a box lights its line in the editor; the cursor's line in the editor lights its boxes.
// The picture is one tab stop; the arrow keys walk from box to box.
import { graphlib, layout } from "@dagrejs/dagre";
import { html, svg } from "../dom.ts";
import type { GradientCall, Graph, GraphNode } from "../protocol.ts";
import { type Box, type Picture, picture, typeOf } from "./grouping.ts";

const HEIGHT = 44;

export interface TapeActions {
  reveal(line: number): void;
  light(line: number | null): void;
}

interface Placed {
  x: number;
  y: number;
  width: number;
  height: number;
}

function size(box: Box): number {
  return Math.max(76, 8.2 * Math.max(box.title.length, box.detail.length * 0.88) + 20);
}

/** The box in words; it begins with what the box shows, so that both can be asked for by voice. */
function describe(box: Box): string {
  const place = box.lineno === null ? "" : `, line ${box.lineno}`;
  return `${box.title} ${box.trouble ?? box.detail}, ${box.kind}${place}`;
}

function bytes(count: number): string {
  return count < 10_000 ? `${count} bytes` : `${(count / 1024).toFixed(0)} KiB`;
}

export class TapePane {
  private readonly graphs: GradientCall[] = [];
  private shown = -1;
  private asTable = false;
  private readonly detail = html("p", { class: "node-detail" });
  private readonly boxes = new Map<number, SVGElement[]>(); // line → boxes

  constructor(
    private readonly pane: HTMLElement,
    private readonly actions: TapeActions,
  ) {}

  clear(): void {
    this.graphs.length = 0;
    this.shown = -1;
    this.boxes.clear();
    this.pane.replaceChildren(
      html("p", { class: "empty" }, "The tape is drawn here when a program asks it for a gradient."),
    );
  }

  add(call: GradientCall): void {
    if (call.graph === null || call.graph.nodes.length === 0) return;
    this.graphs.push(call);
    if (this.shown < 0) this.shown = 0;
  }

  /** Draw what was gathered; called when the run ends or the pane is opened. */
  draw(): void {
    const call = this.graphs[this.shown];
    if (call?.graph == null) return;
    const toggle = html("button", {
      type: "button", "aria-pressed": this.asTable,
      click: () => {
        this.asTable = !this.asTable;
        this.draw();
      },
    }, "As a table");
    if (this.asTable) toggle.setAttribute("aria-pressed", "true");
    const summary = `${call.graph.nodes.length} nodes, ${bytes(call.graph.bytes)} kept`;
    this.pane.replaceChildren(
      html("div", { class: "toolbar" }, this.chooser(), toggle, html("span", { class: "muted" }, summary)),
    );
    if (this.asTable) this.pane.append(this.table(call.graph));
    else this.pane.append(this.image(picture(call.graph)), this.detail, legend());
    this.detail.textContent = "Point at a node, or walk with the arrow keys, to see what it holds.";
  }

  /** Light the boxes that come from a line of the program. */
  lightLine(line: number): void {
    for (const [number, elements] of this.boxes) {
      for (const element of elements) element.classList.toggle("lit", number === line);
    }
  }

  private chooser(): HTMLElement {
    const select = html("select", {
      change: () => {
        this.shown = select.selectedIndex;
        this.draw();
      },
    }, ...this.graphs.map((call, i) => html(
      "option", i === this.shown ? { selected: true } : {},
      `${call.call}. ${call.method}${call.line === null ? "" : `, line ${call.line.lineno}`}`,
    )));
    return html("label", { class: "field" }, html("span", {}, "Tape of "), select);
  }

  private image({ boxes, edges, folded }: Picture): HTMLElement {
    const plan = new graphlib.Graph();
    plan.setGraph({ rankdir: "TB", nodesep: 18, ranksep: 34, marginx: 12, marginy: 12 });
    plan.setDefaultEdgeLabel(() => ({}));
    for (const box of boxes) plan.setNode(box.key, { width: size(box), height: HEIGHT });
    for (const [from, to] of edges) plan.setEdge(from, to);
    layout(plan);
    const { width = 100, height = 100 } = plan.graph() as { width?: number; height?: number };

    const drawing = svg("svg", {
      class: "graph", viewBox: `0 0 ${width} ${height}`, width, height,
      role: "group", "aria-label": "The recorded graph; arrow keys move between nodes",
    }, svg("defs", {}, svg("marker", {
      id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7,
      orient: "auto-start-reverse",
    }, svg("path", { d: "M0,0 L8,4 L0,8 z", class: "arrow" }))));
    for (const edge of plan.edges()) {
      const points = (plan.edge(edge) as { points: { x: number; y: number }[] }).points;
      const path = points.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${x.toFixed(1)},${y.toFixed(1)}`);
      drawing.append(svg("path", { class: "edge", d: path.join(" "), "marker-end": "url(#arrow)" }));
    }
    this.boxes.clear();
    const elements = boxes.map((box, i) => this.drawBox(box, plan.node(box.key) as Placed, i === 0));
    drawing.append(...elements);
    drawing.addEventListener("keydown", (event) => walk(event as KeyboardEvent, elements));
    const note = folded
      ? html("p", { class: "note" }, "A tape this long is drawn line by line: one box for each line of the program.")
      : null;
    return html("div", { class: "scroll graph-scroll" }, ...(note === null ? [] : [note]), drawing);
  }

  private drawBox(box: Box, { x, y, width, height }: Placed, first: boolean): SVGElement {
    const { lineno } = box;
    const open = (): void => {
      if (lineno !== null) this.actions.reveal(lineno);
    };
    const point = (): void => {
      this.detail.textContent = told(box);
      this.actions.light(lineno);
    };
    const group = svg("g", {
      class: `box ${box.kind}${box.trouble === null ? "" : " trouble"}`,
      transform: `translate(${x - width / 2}, ${y - height / 2})`,
      role: "button", tabindex: first ? 0 : -1, "aria-label": describe(box),
      click: open,
      pointerenter: point,
      pointerleave: () => this.actions.light(null),
      focus: point,
      blur: () => this.actions.light(null),
    },
    svg("rect", { width, height, rx: box.kind === "op" ? 8 : 20 }),
    svg("text", { x: width / 2, y: 18, class: "box-title" }, box.title), " ",
    svg("text", { x: width / 2, y: 34, class: "box-detail" }, box.trouble ?? box.detail));
    if (lineno !== null) {
      const known = this.boxes.get(lineno);
      if (known === undefined) this.boxes.set(lineno, [group]);
      else known.push(group);
    }
    return group;
  }

  private table(graph: Graph): HTMLElement {
    const inputs = new Map<number, number[]>();
    for (const [from, to] of graph.edges) inputs.set(to, [...(inputs.get(to) ?? []), from]);
    const cells: Record<string, (node: GraphNode) => string | HTMLElement> = {
      Kind: ({ kind, status }) => status === "recorded" ? kind : `${kind}, ${status}`,
      Type: typeOf,
      Line: ({ line }) => line === null ? "" : html("button", {
        type: "button", class: "line", click: () => this.actions.reveal(line.lineno),
      }, `line ${line.lineno}`, " ", html("code", {}, line.source)),
      Kept: (node) => bytes(node.bytes),
      From: ({ id }) => (inputs.get(id) ?? []).join(", "),
      Device: ({ device }) => device,
    };
    // Columns that the engine has nothing for are left out.
    if (graph.nodes.some(({ value }) => value !== null)) cells["Value"] = ({ value }) => value ?? "";
    if (graph.nodes.some(({ gradient, trouble }) => (gradient ?? trouble) !== null)) {
      cells["Gradient"] = ({ gradient, trouble }) => trouble ?? gradient ?? "";
    }
    const columns = ["Node", ...Object.keys(cells)];
    const rows = graph.nodes.slice(0, 1000).map((node) => html(
      "tr", { class: node.status === "recorded" ? "" : "none" },
      html("th", { scope: "row" }, `${node.id} ${node.name ?? node.op}`),
      ...Object.values(cells).map((cell) => html("td", {}, cell(node))),
    ));
    return html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "The tape as a table" },
      html("table", {},
        html("thead", {}, html("tr", {}, ...columns.map((name) => html("th", { scope: "col" }, name)))),
        html("tbody", {}, ...rows)));
  }
}

/** All that is known of a box, on one line below the picture. */
function told(box: Box): string {
  const [node] = box.nodes;
  const parts = [describe(box)];
  if (box.nodes.length === 1 && node !== undefined) {
    if (node.value !== null) parts.push(`value ${node.value}`);
    if (node.gradient !== null) parts.push(`gradient ${node.gradient}`);
    parts.push(`${bytes(node.bytes)} kept on ${node.device}`);
    if (node.line !== null) parts.push(node.line.source);
  }
  return parts.join(" · ");
}

function walk(event: KeyboardEvent, elements: SVGElement[]): void {
  const at = elements.findIndex((element) => element === document.activeElement);
  if (at < 0) return;
  const steps: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  const step = steps[event.key];
  if (step !== undefined) {
    const next = elements[Math.min(Math.max(at + step, 0), elements.length - 1)];
    elements[at]?.setAttribute("tabindex", "-1");
    next?.setAttribute("tabindex", "0");
    next?.focus();
    event.preventDefault();
  } else if (event.key === "Enter" || event.key === " ") {
    elements[at]?.dispatchEvent(new MouseEvent("click"));
    event.preventDefault();
  }
}

function legend(): HTMLElement {
  const names: [string, string][] = [
    ["variable", "variable"], ["watched", "watched"], ["constant", "constant"], ["op", "op"],
    ["trouble", "lost here"],
  ];
  return html("ul", { class: "legend" }, ...names.map(([kind, name]) => html(
    "li", {}, html("span", { class: `swatch ${kind}`, "aria-hidden": "true" }), name)));
}
