// Stepping through the backward pass: buttons, a slider, and the step in words.
import { html } from "../../ui/dom.ts";
import type { Graph, Step } from "../../messages/report.ts";
import { inWords, nameOf } from "./words.ts";

export class Steps {
  readonly element: HTMLElement;
  /** The step that is shown, from 1; 0 is before the first. */
  private at = 0;
  private readonly slider: HTMLInputElement;
  private readonly back: HTMLButtonElement;
  private readonly next: HTMLButtonElement;
  private readonly count = html("span", { class: "step-count" });
  private readonly sentence = html("p", { class: "step-text", role: "status", "aria-live": "polite" });

  constructor(
    private readonly graph: Graph,
    private readonly show: (step: Step | null, done: Set<number>) => void,
  ) {
    this.slider = html("input", {
      type: "range", min: 0, max: graph.steps.length, value: 0, step: 1, "aria-label": "Step of the backward pass",
      input: () => this.go(Number(this.slider.value)),
    });
    this.back = html("button", { type: "button", click: () => this.go(this.at - 1) }, "Previous");
    this.next = html("button", { type: "button", click: () => this.go(this.at + 1) }, "Next");
    this.element = html("div", { class: "steps" },
      html("div", { class: "toolbar" }, this.back, this.next, this.slider, this.count), this.sentence);
  }

  go(step: number): void {
    const { steps } = this.graph;
    this.at = Math.min(Math.max(step, 0), steps.length);
    this.slider.value = String(this.at);
    this.back.disabled = this.at === 0;
    this.next.disabled = this.at === steps.length;
    this.count.textContent = this.at === 0 ? `${steps.length} steps` : `Step ${this.at} of ${steps.length}`;
    const now = steps[this.at - 1] ?? null;
    this.slider.setAttribute("aria-valuetext", this.count.textContent);
    this.sentence.textContent = now === null
      ? "The pass begins at the target with ones. Press Next to follow it back, node by node."
      : this.words(now);
    this.show(now, new Set(steps.slice(0, Math.max(this.at - 1, 0)).map(({ node }) => node)));
  }

  private words({ node, into }: Step): string {
    const sender = this.graph.nodes.find(({ id }) => id === node);
    if (sender === undefined) return "";
    const arrived = sender.gradient === null ? "its cotangent" : inWords(sender.gradient);
    const receivers = into.map(({ node: id, sum }) => {
      const receiver = this.graph.nodes.find((other) => other.id === id);
      return receiver === undefined ? "" : `${nameOf(receiver)} has ${sum}`;
    }).filter((word) => word !== "");
    const trouble = sender.trouble === null
      ? "" : ` ${sender.trouble.charAt(0).toUpperCase()}${sender.trouble.slice(1)}.`;
    return receivers.length === 0
      ? `${nameOf(sender)} got ${arrived}; nothing before it asks for a gradient.${trouble}`
      : `${nameOf(sender)} got ${arrived} and sends it on through its rule. Now ${receivers.join(", ")}.${trouble}`;
  }
}
