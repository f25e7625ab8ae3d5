// The curves of a training loop: its target and, for each variable, the norm of the gradient and of
// the weight, drawn without a word of the program. Which of the three is seen can be chosen.
import { html } from "../ui/dom.ts";
import type { Curve, Training } from "../messages/training.ts";
import { Plots } from "./plots.ts";

const VIEWS: Record<Curve["what"], string> = { target: "Target", gradient: "Gradient norms", weight: "Weight norms" };

/** What a view shows of a loop. */
export function curvesOf({ curves }: Training, view: Curve["what"]): Curve[] {
  return curves.filter(({ what, x }) => what === view && x.length >= 2);
}

export class TrainingCurves {
  readonly element: HTMLElement;
  private readonly title = html("h3");
  private readonly buttons = new Map<Curve["what"], HTMLButtonElement>();
  private readonly plots: Plots;
  private view: Curve["what"] = "target";
  private shown = "";

  constructor(private training: Training, reveal: (line: number) => void) {
    for (const [view, name] of Object.entries(VIEWS) as [Curve["what"], string][]) {
      this.buttons.set(view, html("button", {
        type: "button", click: () => { this.view = view; this.draw(); },
      }, name));
    }
    const choice = html("div", { class: "segments", role: "group", "aria-label": "Which curves" }, ...this.buttons.values());
    this.plots = new Plots("training", choice);
    const { line } = training;
    const go = line === null ? null : html("button", { type: "button", class: "line", click: () => reveal(line.lineno) },
      html("span", { class: "muted" }, `line ${line.lineno}`), " ", html("code", {}, line.source));
    this.element = this.plots.element;
    this.element.prepend(...[this.title, go].filter((part) => part !== null));
    if (curvesOf(training, "target").length === 0) this.view = "gradient";
    this.draw();
  }

  /** The loop has gone on. */
  update(training: Training): void {
    this.training = training;
    this.draw();
  }

  private draw(): void {
    const { steps, target, method, sources } = this.training;
    const curves = curvesOf(this.training, this.view);
    const left = this.view === "target" ? 0 : sources - curves.length;
    this.title.textContent = `${steps.toLocaleString("en")} steps of ${method === "gradient" ? "the gradient" : method} of ${target}`
      + (left > 0 ? `, ${curves.length} of ${sources} sources` : "");
    for (const [view, button] of this.buttons) {
      button.setAttribute("aria-pressed", String(view === this.view));
      button.disabled = curvesOf(this.training, view).length === 0;
    }
    const names = `${this.view} ${curves.map(({ label }) => label).join("\n")}`;
    if (names === this.shown) return this.plots.renew(curves);
    this.shown = names;
    this.plots.show(curves, this.view === "gradient");
  }
}
