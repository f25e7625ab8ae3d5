// The tape pane: the recorded graph as a picture, forward and backward, and the same as tables.
//
// Pointing at a box lights its line in the editor, choosing it brings the line into view; the
// cursor's line in the editor lights its boxes.
import "./tape.css";
import { html } from "../../ui/dom.ts";
import type { GradientCall, Graph, GraphNode, Step } from "../../messages/report.ts";
import { groupDetails, nodeDetails } from "./details.ts";
import { type Box, type Picture, picture } from "./grouping.ts";
import { TapePicture } from "./picture.ts";
import { Steps } from "./steps.ts";
import { nodeTable, timeTable } from "./tables.ts";
import { bytes } from "./words.ts";

export interface TapeActions {
  /** Put the cursor into a line. */
  reveal(line: number): void;
  /** Light a line, and no other. */
  light(line: number | null): void;
  /** Light a line and bring it into view; the focus stays where it is. */
  show(line: number): void;
}

const VIEWS = {
  forward: "Forward", backward: "Backward", table: "As a table", times: "Times",
} as const;
type View = keyof typeof VIEWS;

export class TapePane {
  private readonly calls: GradientCall[] = [];
  private shown = -1;
  private view: View = "forward";
  private drawn: TapePicture | null = null;
  private chosen: Box | null = null;
  private readonly details = html("section", { class: "node-detail", "aria-label": "The node in detail" });

  constructor(
    private readonly pane: HTMLElement,
    private readonly actions: TapeActions,
  ) {}

  clear(): void {
    this.calls.length = 0;
    this.shown = -1;
    this.drawn = this.chosen = null;
    this.pane.replaceChildren(
      html("p", { class: "empty" }, "The tape is drawn here when a program asks it for a gradient."),
    );
  }

  add(call: GradientCall): void {
    if (call.graph === null || call.graph.nodes.length === 0) return;
    this.calls.push(call);
    if (this.shown < 0) this.shown = 0;
  }

  /** Draw what was gathered. */
  draw(): void {
    const graph = this.calls[this.shown]?.graph;
    if (graph == null) return;
    this.drawn = this.chosen = null;
    const troubled = graph.nodes.filter(({ trouble }) => trouble !== null);
    const summary = `${graph.nodes.length} nodes, ${bytes(graph.bytes)} kept`;
    this.pane.replaceChildren(
      html("div", { class: "toolbar" }, this.chooser(), this.views(),
        html("span", { class: "muted" }, summary)),
      ...(troubled.length === 0 || this.view === "backward" ? [] : [this.troubles(troubled, graph)]),
    );
    if (this.view === "table") this.pane.append(nodeTable(graph, this.actions.reveal));
    else if (this.view === "times") this.pane.append(timeTable(graph));
    else this.drawPicture(graph);
  }

  /** Light the boxes that come from a line of the program. */
  lightLine(line: number): void {
    this.drawn?.light(line);
  }

  private chooser(): HTMLElement {
    const select = html("select", {
      change: () => {
        this.shown = select.selectedIndex;
        this.draw();
      },
    }, ...this.calls.map((call, i) => html(
      "option", i === this.shown ? { selected: true } : {},
      `${call.call}. ${call.method}${call.line === null ? "" : `, line ${call.line.lineno}`}`,
    )));
    return html("label", { class: "field" }, html("span", { class: "visually-hidden" }, "Tape of"), select);
  }

  private views(): HTMLElement {
    const buttons = Object.entries(VIEWS).map(([view, name]) => html("button", {
      type: "button", "aria-pressed": view === this.view ? "true" : "false",
      click: () => {
        this.view = view as View;
        this.draw();
        this.pane.querySelector<HTMLElement>('.segments [aria-pressed="true"]')?.focus();
      },
    }, name));
    return html("div", { class: "segments", role: "group", "aria-label": "How to show the tape" }, ...buttons);
  }

  /** Where something goes wrong, first of all. */
  private troubles(nodes: GraphNode[], graph: Graph): HTMLElement {
    const items = nodes.slice(0, 6).map((node) => html("li", {},
      html("button", { type: "button", class: "chip", click: () => this.chooseNode(node, graph) },
        `${node.op}${node.line === null ? "" : `, line ${node.line.lineno}`}`), ` ${node.trouble}`));
    return html("ul", { class: "troubles", "aria-label": "Where numbers break" }, ...items);
  }

  private drawPicture(graph: Graph): void {
    const backward = this.view === "backward";
    const plan = picture(graph);
    const available = this.pane.clientWidth - 36;
    const drawn = new TapePicture(plan, backward, available > 0 ? available : 600, {
      choose: (box) => this.choose(box, graph),
      point: (box) => {
        this.actions.light(box?.lineno ?? this.chosen?.lineno ?? null);
        if (box !== null) this.describe(box, graph); // and it stays, so that what it offers can be reached
      },
    });
    this.drawn = drawn;
    this.pane.querySelector(".toolbar")?.append(drawn.moving.buttons);
    this.details.replaceChildren(html("p", { class: "muted" },
      "Point at a node, or walk with the arrow keys, to see what it holds. Choosing one brings its line into view."));
    if (backward) this.pane.append(...this.steps(graph, plan, drawn));
    this.pane.append(drawn.element, this.details, legend(backward));
    if (backward && graph.steps.length > 0) this.stepper?.go(0);
  }

  private stepper: Steps | null = null;

  private steps(graph: Graph, plan: Picture, drawn: TapePicture): HTMLElement[] {
    this.stepper = null;
    if (graph.steps.length === 0) {
      const method = this.calls[this.shown]?.method ?? "";
      return [html("p", { class: "note" }, method === "gradient"
        ? "This call had no backward pass: no path leads from the target to what the tape watched."
        : `The pass of a ${method} pulls a whole batch of cotangents at once; it cannot be followed one by one. Ask for a gradient to step through it.`)];
    }
    this.stepper = new Steps(graph, (step: Step | null, done) => {
      drawn.step(step?.node ?? -1, step?.into.map(({ node }) => node) ?? [], done);
      const node = graph.nodes.find(({ id }) => id === step?.node);
      if (node === undefined) return;
      this.chosen = plan.boxOf.get(node.id) ?? null;
      this.details.replaceChildren(nodeDetails(node, graph, this.detailActions(graph)));
      if (node.line !== null) this.actions.show(node.line.lineno);
    });
    return [this.stepper.element];
  }

  private choose(box: Box, graph: Graph): void {
    this.chosen = box;
    this.drawn?.mark(box);
    this.describe(box, graph);
    if (box.lineno !== null) this.actions.show(box.lineno);
  }

  private chooseNode(node: GraphNode, graph: Graph): void {
    const box = this.drawn?.picture.boxOf.get(node.id);
    if (box === undefined) {
      if (node.line !== null) this.actions.reveal(node.line.lineno);
      return;
    }
    this.choose(box, graph);
    this.details.replaceChildren(nodeDetails(node, graph, this.detailActions(graph)));
  }

  private describe(box: Box, graph: Graph): void {
    const [node] = box.nodes;
    const actions = this.detailActions(graph);
    this.details.replaceChildren(box.nodes.length === 1 && node !== undefined
      ? nodeDetails(node, graph, actions) : groupDetails(box, actions));
  }

  private detailActions(graph: Graph): { reveal(line: number): void; choose(node: GraphNode): void } {
    return { reveal: this.actions.reveal, choose: (node) => this.chooseNode(node, graph) };
  }
}

function legend(backward: boolean): HTMLElement {
  const names: [string, string][] = [
    ["variable", "variable"], ["watched", "watched"], ["op", "op"], ["cut", "no gradient passes"],
    ["trouble", "NaN or infinity begins"],
    ...(backward ? [["now", "sends now"], ["receives", "receives"]] as [string, string][] : []),
  ];
  return html("ul", { class: "legend" }, ...names.map(([kind, name]) => html(
    "li", {}, html("span", { class: `swatch ${kind}`, "aria-hidden": "true" }), name)));
}
