// The output pane: what the program printed, drew, and how it ended; above it, a red card for every
// gradient that was None or in other trouble, with the number of steps in which it was.
import { html } from "../ui/dom.ts";
import type { Failure } from "../messages/protocol.ts";
import type { Explanation, GradientResult, Points, Suggestion } from "../messages/report.ts";
import type { Training, Trouble } from "../messages/training.ts";
import type { Plots } from "./plots.ts";
import { Printed } from "./printed.ts";
import { tensorViews } from "./tensor.ts";
import type { TrainingCurves } from "./training.ts";
import { hasCurves, namesOf, stepsOf } from "./troubles.ts";

const LONGEST_SHOWN = 400_000; // characters in the page at once; the head gives way
const BY_HAND_MS = 500; // after a key or a turn of the wheel the pane still scrolls because of it
const MOST_FRAMES = 30;
const MOST_LOOPS = 16; // whose troubles and curves are shown

export interface OutputActions {
  reveal(line: number): void;
  light(line: number | null): void;
  /** Make an edit in the program; false where the line is another one by now. */
  apply(suggestion: Suggestion): boolean;
  /** Show the tape of a call. */
  tape(call: number): void;
}

/** What is shown of a loop that trains. */
interface Loop {
  training: Training;
  cards: { card: HTMLElement; names: HTMLElement; steps: HTMLElement; tape: HTMLButtonElement }[];
  /** Loaded when there is something to draw. */
  curves: Promise<TrainingCurves> | null;
}

export class OutputPane {
  private text: Printed | null = null;
  private length = 0;
  private cards: HTMLElement | null = null;
  private trainings: HTMLElement | null = null;
  /** Loaded when the first point comes. */
  private curves: Promise<Plots> | null = null;
  private readonly loops = new Map<number, Loop>();
  private readonly addresses: string[] = [];
  /** Whether what comes last stays in view: until the reader scrolls away from it. */
  private following = true;
  /** Frames in which the end may still be brought into view; 0 while nothing moves. */
  private frames = 0;

  constructor(
    private readonly pane: HTMLElement,
    private readonly actions: OutputActions,
  ) {
    // The pane scrolls by itself too, when text that comes into view turns out to be shorter; only
    // what follows a reader's hand is a wish.
    let byHand = -Infinity;
    for (const name of ["wheel", "touchmove", "keydown", "pointerdown", "pointermove"]) {
      pane.addEventListener(name, (event) => {
        if (name !== "pointermove" || (event as PointerEvent).buttons > 0) byHand = performance.now();
      }, { passive: true });
    }
    let top = 0;
    pane.addEventListener("scroll", () => {
      const left = pane.scrollHeight - pane.scrollTop - pane.clientHeight;
      // On the way down more text may have come since the reader was at the end.
      const near = pane.scrollTop > top ? pane.clientHeight : 40;
      if (performance.now() - byHand < BY_HAND_MS) this.following = left < near;
      top = pane.scrollTop;
    }, { passive: true });
  }

  /** Empty the pane for a new run. */
  clear(): void {
    this.addresses.forEach((address) => URL.revokeObjectURL(address));
    this.addresses.length = 0;
    this.pane.replaceChildren();
    this.text = this.cards = this.trainings = this.curves = null;
    this.loops.clear();
    this.length = 0;
    this.following = true;
  }

  /** A line of this page's own, set apart from what the program printed. */
  note(text: string): void {
    this.text = null;
    this.pane.append(html("p", { class: "note" }, text));
  }

  write(text: string, stream: "stdout" | "stderr", dropped: number): void {
    if (dropped > 0) this.note(`… ${dropped.toLocaleString("en")} characters are left out here …`);
    if (this.text?.stream !== stream) {
      this.text = new Printed(stream);
      this.pane.append(this.text.element);
    }
    this.text.append(text);
    this.length += text.length;
    this.follow();
    for (let gone = 1; this.length > LONGEST_SHOWN && gone > 0;) {
      gone = this.text.shorten();
      this.length -= gone;
    }
  }

  figure(png: ArrayBuffer, description: string): void {
    const address = URL.createObjectURL(new Blob([png], { type: "image/png" }));
    this.addresses.push(address);
    this.text = null;
    this.pane.append(html("img", { src: address, alt: description, class: "figure", load: () => this.follow() }));
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
      const slot = html("div");
      this.pane.append(slot);
      this.curves = import("./plots.ts").then(({ Plots }) => {
        const plots = new Plots();
        slot.replaceWith(plots.element);
        return plots;
      });
    }
    const mine = this.curves;
    void mine.then((plots) => plots.add(points));
  }

  failure({ traceback, lineno, suggestion }: Failure): void {
    this.text = null;
    const go = lineno === null ? null : html(
      "button", { type: "button", click: () => this.actions.reveal(lineno) }, `Show line ${lineno}`,
    );
    // The frames keep their lines, so that the carets stand under what they mean; the message wraps.
    const frames = /^(?:Traceback .*\n|[ \t].*\n)+/.exec(traceback)?.[0] ?? "";
    const shown = html("div", { class: "failure" },
      frames === "" ? null : html("pre", { class: "stderr frames", tabindex: 0, role: "group", "aria-label": "Traceback" }, frames),
      html("pre", { class: "stderr" }, traceback.slice(frames.length)), go,
      suggestion === null ? null : this.edit(suggestion));
    this.pane.append(shown);
    this.pane.scrollTop += shown.getBoundingClientRect().bottom - this.pane.getBoundingClientRect().bottom + 12;
  }

  /** A card for a gradient that is None or not finite: why, where, and what to write instead. */
  explain(explanation: Explanation): void {
    this.above().append(this.card(explanation));
  }

  /** The steps of a loop so far: a card for each trouble, and the curves. */
  training(training: Training): void {
    let loop = this.loops.get(training.loop);
    if (loop === undefined) {
      if (this.loops.size >= MOST_LOOPS) return;
      loop = { training, cards: [], curves: null };
      this.loops.set(training.loop, loop);
    }
    loop.training = training;
    training.troubles.forEach((trouble, i) => this.trouble(loop, trouble, i));
    this.draw(loop);
  }

  /** A run has ended: cards lead to the tapes that there are. */
  linkTapes(has: (call: number) => boolean): void {
    for (const { training, cards } of this.loops.values()) {
      cards.forEach(({ tape }, i) => { tape.hidden = !has(training.troubles[i]?.call ?? -1); });
    }
  }

  private trouble({ training, cards }: Loop, trouble: Trouble, i: number): void {
    let shown = cards[i];
    if (shown === undefined) {
      const card = this.card(trouble.explanation);
      const steps = html("p", { class: "in-steps" });
      const tape = html("button", { type: "button", class: "show-tape", hidden: true, click: () => this.actions.tape(trouble.call) }, "Show its tape");
      card.querySelector("p")?.after(steps);
      card.append(tape);
      cards[i] = shown = { card, steps, tape, names: card.querySelector(".of") as HTMLElement };
      this.above().append(card);
    }
    shown.names.textContent = namesOf(trouble);
    shown.steps.textContent = stepsOf(trouble, training);
    shown.steps.hidden = shown.steps.textContent === "";
  }

  private draw(loop: Loop): void {
    if (loop.curves !== null) {
      void loop.curves.then((curves) => curves.update(loop.training));
    } else if (hasCurves(loop.training)) {
      const slot = html("div");
      this.trainings ??= this.placeForCurves();
      this.trainings.append(slot);
      loop.curves = import("./training.ts").then(({ TrainingCurves }) => {
        const curves = new TrainingCurves(loop.training, this.actions.reveal);
        slot.replaceWith(curves.element);
        return curves;
      });
    }
  }

  /** The place for a loop's curves: they cut nothing that is printed in two. */
  private placeForCurves(): HTMLElement {
    const place = html("div", { class: "cards" });
    if (this.cards === null) this.pane.prepend(place);
    else this.cards.after(place);
    return place;
  }

  /** The place for cards, above what the program printed. */
  private above(): HTMLElement {
    if (this.cards === null) {
      this.cards = html("section", { class: "cards", "aria-label": "Gradients that are None or not finite" });
      this.pane.prepend(this.cards);
    }
    return this.cards;
  }

  /** The card alone. */
  card(explanation: Explanation): HTMLElement {
    const { source, cause, text, line, advice, suggestion } = explanation;
    const goToLine = line === null ? null : html(
      "button",
      {
        type: "button", class: "line", click: () => this.actions.reveal(line.lineno),
        pointerenter: () => this.actions.light(line.lineno),
        pointerleave: () => this.actions.light(null),
      },
      html("span", { class: "muted" }, `line ${line.lineno}`), " ", html("code", {}, line.source),
    );
    return html(
      "article", { class: "card none" },
      html("h3", {}, html("span", { class: "tag" }, tagOf(cause)), " ", html("span", { class: "of" }, source), " ",
        html("span", { class: "muted" }, cause.replaceAll("_", " ").replace("numpy", "NumPy"))),
      html("p", {}, text), goToLine,
      advice === "" ? null : html("p", { class: "advice" }, html("span", { class: "muted" }, "Instead: "), advice),
      suggestion === null ? null : this.edit(suggestion),
    );
  }

  /** An edit, with a button that makes it. */
  private edit(suggestion: Suggestion): HTMLElement {
    const apply = html("button", {
      type: "button",
      click: () => {
        const done = this.actions.apply(suggestion);
        apply.disabled = true;
        apply.textContent = done ? "Applied; run again" : "The line has changed";
      },
    }, "Apply this edit");
    return html("div", { class: "edit" },
      html("pre", { class: "before" }, `- ${suggestion.before.trim()}`),
      html("pre", { class: "after" }, `+ ${suggestion.after.trim()}`), apply);
  }

  /** The end of what is shown: whole words, no more characters than these. */
  end(characters: number): string {
    const text = [...this.pane.children].map(({ textContent }) => textContent).join("\n").trim();
    if (text.length <= characters) return text;
    const end = text.slice(-characters - 1);
    return `… ${end.slice(end.search(/\s/) + 1).trim()}`;
  }

  /** Bring the end into view; cards at the top are not scrolled away. */
  private follow(): void {
    const moves = this.frames > 0;
    this.frames = MOST_FRAMES;
    if (!moves) requestAnimationFrame(() => this.move());
  }

  /** Go to the end, and again until it stays the end: what comes into view is laid out only then. */
  private move(): void {
    const { pane } = this;
    const there = pane.scrollHeight - pane.clientHeight - pane.scrollTop < 1;
    this.frames = !this.following || this.cards !== null ? 0 : there ? Math.min(this.frames - 1, 2) : this.frames - 1;
    if (this.frames <= 0) return;
    pane.scrollTop = pane.scrollHeight;
    requestAnimationFrame(() => this.move());
  }
}

/** What a gradient is, by the cause of that. */
function tagOf(cause: string): string {
  if (cause === "unregistered") return "LookupError";
  const [, finite] = /^(zero|vanishing|exploding)_gradient$/.exec(cause) ?? [];
  if (finite !== undefined) return finite;
  return cause.endsWith("not_finite") ? "not finite" : "None";
}
