// The tape pane: the recorded graph as a picture that plays back, and the same as tables.
//
// Pointing at a box lights its line in the editor, choosing it brings the line into view; the
// cursor's line in the editor lights its boxes.
import "./tape.css";
import { html } from "../../ui/dom.ts";
import { type Explanation, type GradientCall, type Graph, type GraphNode, type Replay, type Step, UNFINISHED } from "../../messages/report.ts";
import { groupDetails, nodeDetails } from "./details.ts";
import { asPng, asSvg, save } from "./export.ts";
import { Asking, type By, Intervention, isMovable, replayedGraph } from "./intervention.ts";
import { TapePicture } from "./picture.ts";
import { type Box, type Rows, Scopes } from "./rows.ts";
import { Scale } from "./scale.ts";
import { nameOf, Scrubber } from "./scrubber.ts";
import { Steps } from "./steps.ts";
import { nodeTable, timeTable } from "./tables.ts";
import { COLOURINGS, type Colouring, tinted } from "./tints.ts";
import { LEGIBLE } from "./view.ts";
import { bytes, saidOf } from "./words.ts";

export interface TapeActions {
  /** Put the cursor into a line. */
  reveal(line: number): void;
  /** Light a line, and no other. */
  light(line: number | null): void;
  /** Light a line and bring it into view; the focus stays where it is. */
  show(line: number): void;
  /** Give lines the colours of their rows, by their number in the list of colours. */
  tint(lines: ReadonlyMap<number, number>): void;
  /** The card of a gradient that is None or not finite. */
  card(explanation: Explanation): HTMLElement;
  /** Ask what becomes of a call's values where one is another; false where Python cannot be asked. */
  replay(call: number, node: number, by: By): boolean;
}

const VIEWS = { picture: "Picture", table: "As a table", times: "Times" } as const;
type View = keyof typeof VIEWS;

/** A picture that is larger than this when all is open begins folded. */
const MOST_OPEN = 40;

export class TapePane {
  private readonly calls: GradientCall[] = [];
  private shown = -1;
  private view: View = "picture";
  private colouring: Colouring = "line";
  private drawn: TapePicture | null = null;
  private scopes: Scopes | null = null;
  private open = new Set<number>();
  private chosen: Box | null = null;
  private stepper: Steps | null = null;
  private step = 0;
  private stage: HTMLElement | null = null;
  private readonly asking = new Asking();
  /** The graph as it is while a value is pulled. */
  private pulled: Graph | null = null;
  /** The node at whose slider somebody pulls, and its card. */
  private pulling: number | null = null;
  private card: HTMLElement | null = null;
  /** Stays where it is while one draws the tapes by it. */
  private scrubber: Scrubber | null = null;
  private readonly note = html("p", { class: "note pull-note", role: "status" });
  private readonly sheet = html("section", { class: "node-detail", "aria-label": "The node in detail", hidden: true });

  constructor(
    private readonly pane: HTMLElement,
    private readonly actions: TapeActions,
  ) {
    new ResizeObserver(() => this.drawn?.view.show()).observe(pane);
    pane.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.sheet.hidden) this.close();
    });
  }

  clear(): void {
    this.calls.length = 0;
    this.shown = -1;
    this.scrubber = null;
    this.drawn = this.chosen = this.scopes = this.pulled = null;
    this.asking.forget();
    this.actions.tint(new Map());
    this.pane.replaceChildren(
      html("p", { class: "empty" }, "The tape is drawn here when a program asks it for a gradient."),
    );
  }

  add(call: GradientCall): void {
    if (call.graph === null || call.graph.nodes.length === 0) return;
    this.calls.push(call);
    if (this.shown < 0) this.choose(0);
  }

  /** Show the tape of a call; false where there is none. */
  showCall(call: number): boolean {
    const i = this.calls.findIndex((one) => one.call === call);
    if (i < 0) return false;
    this.choose(i);
    this.draw();
    return true;
  }

  /** Draw what was gathered. */
  draw(): void {
    const graph = this.graph();
    if (graph === null) return;
    this.stepper?.stop();
    this.note.textContent = "";
    this.drawn = this.chosen = this.stepper = null;
    const troubled = graph.nodes.filter(({ trouble }) => trouble !== null);
    const ops = graph.nodes.filter(({ op }) => op !== "Constant").length;
    const bar = html("div", { class: "toolbar" }, this.chooser(), this.views());
    this.scrubber ??= new Scrubber(this.calls, (i) => {
      this.choose(i);
      this.draw();
    });
    this.scrubber.at(this.shown);
    const { element, needed } = this.scrubber;
    if (needed && element.parentElement !== this.pane) this.pane.prepend(element);
    Array.from(this.pane.children).filter((old) => old !== element).forEach((old) => old.remove());
    this.pane.append(bar);
    if (this.view === "picture") this.drawPicture(graph, bar);
    const summary = html("span", { class: "muted summary" }, `${ops} nodes, ${bytes(graph.bytes)} kept`);
    (this.pane.querySelector(".legend-line") ?? bar).append(summary);
    if (this.view === "picture") return;
    if (troubled.length > 0) this.pane.append(this.troubles(troubled));
    this.pane.append(this.view === "table" ? nodeTable(graph, this.actions.reveal) : timeTable(graph));
  }

  /** Light the boxes that come from a line of the program. */
  lightLine(line: number): void {
    this.drawn?.light(line);
  }

  /** What becomes of everything where one value is another. */
  replayed(replay: Replay): void {
    this.asking.answered();
    const call = this.calls[this.shown];
    if (call?.graph == null || call.call !== replay.call) return;
    this.note.textContent = replay.text;
    if (replay.text === "") this.redraw(replayedGraph(call.graph, replay));
  }

  private graph(): Graph | null {
    return this.pulled ?? this.calls[this.shown]?.graph ?? null;
  }

  /** The same boxes at the same places, with other values. */
  private redraw(graph: Graph): void {
    this.pulled = graph === this.calls[this.shown]?.graph ? null : graph;
    this.scopes = new Scopes(graph, this.notes(this.calls[this.shown] as GradientCall));
    const scale = new Scale(graph);
    this.drawn?.refresh(this.scopes.rows(this.open), scale);
    this.pane.querySelector(".scale")?.replaceWith(scale.legend() ?? html("span", { class: "scale" }));
    const steps = this.steps(graph);
    this.pane.querySelector(":scope > .steps, :scope > .no-steps")?.replaceWith(steps);
    this.showStep();
    const node = graph.nodes.find(({ id }) => id === this.pulling);
    if (node !== undefined) this.card?.replaceWith(this.card = nodeDetails(node, graph, this.detailActions()));
  }

  private pull(node: GraphNode, by: By | null): void {
    const call = this.calls[this.shown];
    if (call?.graph == null) return;
    if (by === null) {
      this.asking.forget();
      this.redraw(call.graph);
    } else this.asking.ask(() => this.actions.replay(call.call, node.id, by));
  }

  /** Another tape: what is open, and the step, begin anew. */
  private choose(call: number): void {
    this.shown = call;
    this.step = 0;
    this.pulled = null;
    this.asking.forget();
    const graph = this.graph();
    if (graph === null) return;
    this.scopes = new Scopes(graph, this.notes(this.calls[call] as GradientCall));
    const all = this.scopes.foldable();
    const small = graph.nodes.length <= MOST_OPEN;
    this.open = new Set(all.filter(({ kind }) => small && kind !== "loop").map(({ number }) => number));
  }

  /** What is to be said at the nodes where a path was lost. */
  private notes({ graph, explanations }: GradientCall): Map<number, string> {
    const notes = new Map<number, string>();
    for (const { node, source } of graph?.lost ?? []) {
      const why = explanations.find((one) => one.source === source);
      if (why === undefined) continue;
      const words = why.text.replace(/^.*? is None: /, "").split(". ")[0] ?? "";
      notes.set(node, `∂${this.targetOf()}/∂${source} is None: ${words}. Instead: ${why.advice}`);
    }
    return notes;
  }

  private targetOf(): string {
    const target = this.calls[this.shown]?.target ?? "";
    return target === "target" ? "" : target;
  }

  private chooser(): HTMLElement {
    const select = html("select", {
      change: () => {
        this.choose(select.selectedIndex);
        this.draw();
      },
    }, ...this.calls.map((call, i) => html(
      "option", i === this.shown ? { selected: true } : {}, nameOf(call),
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
  private troubles(nodes: GraphNode[]): HTMLElement {
    const items = nodes.slice(0, 6).map((node) => html("li", {},
      html("button", { type: "button", class: "chip", click: () => this.chooseNode(node) },
        `${saidOf(node)}${node.line === null ? "" : `, line ${node.line.lineno}`}`), ` ${node.trouble}`));
    return html("ul", { class: "troubles", "aria-label": "Where numbers break" }, ...items);
  }

  private drawPicture(graph: Graph, bar: HTMLElement): void {
    const troubled = graph.nodes.filter(({ trouble }) => trouble !== null);
    if (troubled.length > 0) this.pane.append(this.troubles(troubled));
    this.stage = html("div", { class: "stage" });
    this.pane.append(this.stage);
    const scale = new Scale(graph);
    const steps = this.steps(graph);
    const tools = html("div", { class: "segments", role: "group", "aria-label": "The picture as a whole" },
      html("button", { type: "button", click: () => void this.full() }, "Full screen"),
      html("button", { type: "button", title: "Keep the picture as SVG", click: () => this.export("svg") }, "SVG"),
      html("button", { type: "button", title: "Keep the picture as PNG", click: () => this.export("png") }, "PNG"));
    if (this.scopes !== null && this.scopes.foldable().length > 0) {
      bar.append(html("button", { type: "button", class: "fold-all", click: () => this.foldAll() }, this.open.size > 0 ? "Fold" : "Unfold"));
    }
    bar.append(this.colours());
    const rows = this.scopes?.rows(this.open);
    if (rows === undefined) return;
    this.pane.append(html("div", { class: "legend-line" }, scale.legend(), legendOf(rows.boxes)), steps);
    const drawn = this.place(graph, scale, rows, this.stage);
    this.stage.append(html("div", { class: "stage-tools" }, drawn.view.buttons, tools));
    this.showStep();
  }

  /** Lay the picture out and show it as it is open now. */
  private place(graph: Graph, scale: Scale, rows: Rows, stage: HTMLElement): TapePicture {
    const tints = tinted(this.colouring, graph);
    this.actions.tint(tints.lines);
    const drawn = this.drawn = new TapePicture(rows, graph, scale, tints.of, stage.clientWidth, {
      choose: (box) => this.chooseBox(box),
      point: (box) => this.actions.light(box?.lineno ?? this.chosen?.lineno ?? null),
      toggle: (scope) => this.toggle(scope),
    });
    this.sheet.hidden = true;
    stage.replaceChildren(drawn.element, this.sheet);
    drawn.view.fit(LEGIBLE);
    drawn.update();
    return drawn;
  }

  private toggle(scope: number): void {
    if (!this.open.delete(scope)) this.open.add(scope);
    this.draw();
    this.drawn?.element.querySelector<SVGElement>('.box[tabindex="0"]')?.focus({ preventScroll: true });
  }

  private foldAll(): void {
    const all = this.scopes?.foldable() ?? [];
    this.open = new Set(this.open.size > 0 ? [] : all.map(({ number }) => number));
    this.draw();
    this.pane.querySelector<HTMLElement>(".fold-all")?.focus();
  }

  private async full(): Promise<void> {
    if (document.fullscreenElement === null) await this.pane.requestFullscreen();
    else await document.exitFullscreen();
    this.drawn?.view.fit(LEGIBLE);
  }

  private export(kind: "svg" | "png"): void {
    const { drawn } = this;
    if (drawn === null) return;
    const name = `tape-of-${(this.targetOf() || "target").replace(/\W+/g, "-")}.${kind}`;
    if (kind === "svg") save(new Blob([asSvg(drawn)], { type: "image/svg+xml" }), name);
    else void asPng(drawn).then((content) => save(content, name));
  }

  private colours(): HTMLElement {
    const select = html("select", {
      change: () => {
        this.colouring = Object.keys(COLOURINGS)[select.selectedIndex] as Colouring;
        this.draw();
      },
    }, ...Object.entries(COLOURINGS).map(([colouring, name]) => html("option", colouring === this.colouring ? { selected: true } : {}, name)));
    return html("label", { class: "field" }, html("span", { class: "visually-hidden" }, "Rows coloured by"), select);
  }

  private steps(graph: Graph): HTMLElement {
    if (graph.steps.length === 0) {
      const method = this.calls[this.shown]?.method ?? "";
      if (method === UNFINISHED) {
        return html("p", { class: "note no-steps" }, "The program failed before it asked this tape for a gradient; this is what had been recorded.");
      }
      return html("p", { class: "note no-steps" }, method === "gradient"
        ? "This call had no backward pass: no path leads from the target to what the tape watched."
        : `The pass of a ${method} pulls a whole batch of cotangents at once; it cannot be followed one by one. Ask for a gradient to step through it.`);
    }
    this.stepper = new Steps(graph, this.targetOf(), (step, done) => this.follow(graph, step, done));
    return this.stepper.element;
  }

  private follow(graph: Graph, step: Step | null, done: Set<number>): void {
    this.step = step === null ? 0 : graph.steps.indexOf(step) + 1;
    this.drawn?.step(step?.node ?? -1, step?.into.map(({ node }) => node) ?? [], done);
    const node = graph.nodes.find(({ id }) => id === step?.node);
    if (node !== undefined && node.line !== null) this.actions.show(node.line.lineno);
  }

  /** The step that is looked at stays, whatever is opened or closed. */
  private showStep(): void {
    if (this.step > 0) this.stepper?.go(this.step);
  }

  private chooseBox(box: Box): void {
    this.chosen = box;
    this.drawn?.choose(box);
    const [node] = box.nodes;
    if (box.nodes.length === 1 && node !== undefined) this.describe(node);
    else this.showSheet(groupDetails(box, { ...this.detailActions(), toggle: box.scope === null ? null : () => this.toggle(box.scope?.number ?? -1) }));
    if (box.lineno !== null) this.actions.show(box.lineno);
  }

  private chooseNode(node: GraphNode): void {
    const box = this.drawn?.rows.boxOf.get(node.id);
    if (box === undefined) {
      if (node.line !== null) this.actions.reveal(node.line.lineno);
      return;
    }
    this.chooseBox(box);
    this.drawn?.bring(box);
    this.describe(node);
  }

  private describe(node: GraphNode): void {
    const call = this.calls[this.shown];
    const graph = this.graph();
    if (call?.graph == null || graph === null) return;
    const sources = call.graph.lost.filter((lost) => lost.node === node.id).map(({ source }) => source);
    if (node.role === "lost" && node.label !== null) sources.push(node.label);
    const cards = call.explanations.filter(({ source }) => sources.includes(source)).map((one) => this.actions.card(one));
    this.pulling = node.id;
    this.card = nodeDetails(graph.nodes.find(({ id }) => id === node.id) ?? node, graph, this.detailActions());
    const original = call.graph.nodes.find(({ id }) => id === node.id) ?? node;
    const pull = call.method === "gradient" && isMovable(original, call.graph)
      ? [new Intervention(original, saidOf(node), (by) => this.pull(original, by)).element, this.note] : [];
    this.showSheet(this.card, ...pull, ...cards);
  }

  private showSheet(...content: HTMLElement[]): void {
    const inside = this.sheet.contains(document.activeElement);
    const close = html("button", { type: "button", class: "quiet close-sheet", "aria-label": "Close the details", click: () => this.close() }, "×");
    this.sheet.hidden = false;
    this.sheet.replaceChildren(close, ...content);
    if (inside) close.focus();
  }

  private close(): void {
    this.sheet.hidden = true;
    this.chosen = null;
    this.drawn?.choose(null);
    this.drawn?.element.querySelector<SVGElement>('.box[tabindex="0"]')?.focus({ preventScroll: true });
  }

  private detailActions(): { reveal(line: number): void; choose(node: GraphNode): void } {
    return { reveal: this.actions.reveal, choose: (node) => this.chooseNode(node) };
  }
}

/** What the looks of the boxes mean, of those that are there. */
function legendOf(boxes: Box[]): HTMLElement {
  const looks: [string, string, (box: Box) => boolean][] = [
    ["variable", "variable", ({ kind }) => kind === "variable"], ["watched", "watched", ({ kind }) => kind === "watched"],
    ["constant", "data", ({ kind, shape }) => kind === "constant" && shape !== "chip"], ["target", "target", ({ nodes }) => nodes.some(({ role }) => role === "target")],
    ["cut", "no gradient passes", ({ cut, lost }) => cut && !lost], ["trouble", "lost, NaN or infinite", ({ trouble, lost }) => trouble !== null || lost],
  ];
  return html("ul", { class: "legend" }, ...looks.filter(([, , there]) => boxes.some(there)).map(([kind, name]) => html(
    "li", {}, html("span", { class: `swatch ${kind}`, "aria-hidden": "true" }), name)));
}
