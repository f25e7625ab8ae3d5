// The output pane: what the program printed, drew, and how it ended; above it, a red card for every
// gradient that was None.
import { html } from "../dom.ts";
import type { Failure } from "../protocol.ts";
import type { Explanation, GradientResult, Points } from "../report.ts";
import type { Plots } from "./plots.ts";
import { tensorViews } from "./tensor.ts";

const LONGEST_SHOWN = 400_000; // characters in the page at once; the head gives way

export interface OutputActions {
  reveal(line: number): void;
  light(line: number | null): void;
  apply(explanation: Explanation): boolean;
}

export class OutputPane {
  private text: HTMLPreElement | null = null;
  private stream = "";
  private length = 0;
  private cards: HTMLElement | null = null;
  /** Loaded when the first point comes. */
  private curves: Promise<Plots> | null = null;
  private readonly addresses: string[] = [];

  constructor(
    private readonly pane: HTMLElement,
    private readonly actions: OutputActions,
  ) {}

  /** Empty the pane for a new run. */
  clear(): void {
    this.addresses.forEach((address) => URL.revokeObjectURL(address));
    this.addresses.length = 0;
    this.pane.replaceChildren();
    this.text = this.cards = this.curves = null;
    this.stream = "";
    this.length = 0;
  }

  /** A line of this page's own, set apart from what the program printed. */
  note(text: string): void {
    this.text = null;
    this.pane.append(html("p", { class: "note" }, text));
  }

  write(text: string, stream: "stdout" | "stderr", dropped: number): void {
    if (dropped > 0) this.note(`… ${dropped.toLocaleString("en")} characters are left out here …`);
    if (this.text === null || this.stream !== stream) {
      this.text = html("pre", { class: stream });
      this.stream = stream;
      this.pane.append(this.text);
    }
    this.text.append(text);
    this.length += text.length;
    while (this.length > LONGEST_SHOWN && this.text.firstChild !== this.text.lastChild) {
      this.length -= this.text.firstChild?.textContent?.length ?? 0;
      this.text.firstChild?.remove();
    }
  }

  figure(png: ArrayBuffer, description: string): void {
    const address = URL.createObjectURL(new Blob([png], { type: "image/png" }));
    this.addresses.push(address);
    this.text = null;
    this.pane.append(html("img", { src: address, alt: description, class: "figure" }));
  }

  /** An array that the program shows. */
  tensor(result: GradientResult): void {
    this.text = null;
    this.pane.append(html("section", { class: "shown", "aria-label": result.label },
      html("h3", {}, result.label, " ", html("span", { class: "muted" },
        `${result.dtype}[${result.shape.join(", ")}]${result.summary === "" ? "" : ` · ${result.summary}`}`)),
      tensorViews(result)));
  }

  /** Points of a curve; the plot stands where the first of them came. */
  points(points: Points): void {
    if (this.curves === null) {
      this.text = null;
      const place = html("div");
      this.pane.append(place);
      this.curves = import("./plots.ts").then(({ Plots }) => {
        const plots = new Plots();
        place.replaceWith(plots.element);
        return plots;
      });
    }
    const mine = this.curves;
    void mine.then((plots) => plots.add(points));
  }

  failure({ traceback, lineno }: Failure): void {
    this.text = null;
    const go = lineno === null ? null : html(
      "button", { type: "button", click: () => this.actions.reveal(lineno) }, `Show line ${lineno}`,
    );
    this.pane.append(
      html("div", { class: "failure" }, html("pre", { class: "stderr" }, traceback), go),
    );
  }

  /** A card for a gradient that is None: why, where, and what to write instead. */
  explain(explanation: Explanation): void {
    if (this.cards === null) {
      this.cards = html("section", { class: "cards", "aria-label": "Gradients that are None" });
      this.pane.prepend(this.cards);
    }
    const { source, cause, text, line, advice, suggestion } = explanation;
    const place = line === null ? null : html(
      "button",
      {
        type: "button", class: "line", click: () => this.actions.reveal(line.lineno),
        pointerenter: () => this.actions.light(line.lineno),
        pointerleave: () => this.actions.light(null),
      },
      html("span", { class: "muted" }, `line ${line.lineno}`), " ", html("code", {}, line.source),
    );
    const card = html(
      "article", { class: "card none" },
      html("h3", {}, html("span", { class: "tag" }, cause === "unregistered" ? "LookupError" : "None"), ` ${source} `,
        html("span", { class: "muted" }, cause.replaceAll("_", " "))),
      html("p", {}, text), place, advice === "" ? null : html("p", { class: "advice" }, advice),
    );
    if (suggestion !== null) {
      const apply = html(
        "button",
        {
          type: "button",
          click: () => {
            const done = this.actions.apply(explanation);
            apply.disabled = true;
            apply.textContent = done ? "Applied; run again" : "The line has changed";
          },
        },
        "Apply this edit",
      );
      card.append(html("div", { class: "edit" },
        html("pre", { class: "before" }, `- ${suggestion.before.trim()}`),
        html("pre", { class: "after" }, `+ ${suggestion.after.trim()}`), apply));
    }
    this.cards.append(card);
  }
}
