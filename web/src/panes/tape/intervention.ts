// Intervention: a slider at a value of the tape. Python replays the program's own ops from there, and
// everything downstream and every gradient moves.
import { html } from "../../ui/dom.ts";
import type { Graph, GraphNode, Replay } from "../../messages/report.ts";
import { rounded } from "./words.ts";

export interface By {
  scale: number;
  shift: number;
}

const STEPS = 200;

/** Whether a value can be another one: real, read, on a path of the tape. */
export function isMovable(node: GraphNode, graph: Graph): boolean {
  return node.value !== null && /^float|bfloat/.test(node.dtype) && (node.kind === "op" || node.kind === "variable" || node.kind === "watched")
    && node.status === "recorded" && graph.edges.some((edge) => edge.includes(node.id));
}

/** One slider: of a number its value, of an array what it is multiplied by. */
export class Intervention {
  readonly element: HTMLElement;
  private readonly told = html("output", { class: "pulled" });
  private readonly slider: HTMLInputElement;
  private readonly back: HTMLButtonElement;
  private readonly number: number | null;

  constructor(node: GraphNode, name: string, private readonly ask: (by: By | null) => void) {
    const { value } = node;
    this.number = value?.size === 1 ? value.mean : null;
    const [low, high, at] = this.number === null ? [0, 2, 1] : rangeOf(this.number);
    this.slider = html("input", {
      type: "range", min: low, max: high, step: (high - low) / STEPS, value: at,
      "aria-label": this.number === null ? `Multiply ${name} by` : `Value of ${name}`,
      input: () => this.pull(),
    });
    this.back = html("button", { type: "button", disabled: true, click: () => this.reset() }, "As it ran");
    this.element = html("div", { class: "pull" },
      html("span", {}, this.number === null ? "Multiply by" : "Pull"), this.slider, this.told, this.back);
    this.tell();
  }

  private pull(): void {
    this.back.disabled = false;
    this.tell();
    const at = Number(this.slider.value);
    this.ask(this.number === null ? { scale: at, shift: 0 } : { scale: 1, shift: at - this.number });
  }

  private reset(): void {
    this.slider.value = String(this.number ?? 1);
    this.back.disabled = true;
    this.slider.focus();
    this.tell();
    this.ask(null);
  }

  private tell(): void {
    const at = Number(this.slider.value);
    this.told.textContent = `${this.number === null ? "× " : ""}${rounded(at)}`;
    this.slider.setAttribute("aria-valuetext", this.told.textContent);
  }
}

/** Around a number: as far again as it is from 0, and at least 1. */
function rangeOf(value: number): [number, number, number] {
  const far = Math.max(1, Math.abs(value));
  return [value - 2 * far, value + 2 * far, value];
}

/** The graph with the values, gradients and steps of a replay. */
export function replayedGraph(graph: Graph, replay: Replay): Graph {
  const told = new Map(replay.nodes.map((node) => [node.id, node]));
  return {
    ...graph, steps: replay.steps,
    nodes: graph.nodes.map((node) => ({ ...node, ...told.get(node.id) })),
  };
}

/** Asks one thing at a time: while an answer is on its way, only the last question waits. */
export class Asking {
  private waiting: (() => boolean) | null = null;
  private busy = false;

  ask(question: () => boolean): void {
    if (this.busy) this.waiting = question;
    else this.busy = question();
  }

  answered(): void {
    const next = this.waiting;
    this.waiting = null;
    this.busy = next?.() ?? false;
  }

  forget(): void {
    this.waiting = null;
    this.busy = false;
  }
}
