// What a program printed to one stream. Long text stands in blocks of whole lines: only the last one
// changes, and only those in view are laid out, so that neither typing nor Stop waits for the rest.
import { html } from "../ui/dom.ts";

const BLOCK = 6_000; // characters, about

export class Printed {
  readonly element: HTMLPreElement;
  length = 0;
  private last = html("div");
  private filled = 0;
  /** A line's end that waits: between two blocks the blocks themselves make it. */
  private ending = "";

  constructor(readonly stream: "stdout" | "stderr") {
    this.element = html("pre", { class: stream }, this.last);
  }

  append(text: string): void {
    this.length += text.length;
    for (let at = 0; at < text.length;) {
      if (this.filled >= BLOCK && this.ending !== "") this.begin();
      const lineEnd = text.indexOf("\n", at + Math.max(BLOCK - this.filled, 0));
      const end = lineEnd < 0 ? text.length : lineEnd + 1;
      this.put(text.slice(at, end));
      at = end;
    }
  }

  /** Let go of the oldest block; the length of it, 0 where there is only one. */
  shorten(): number {
    const first = this.element.firstElementChild;
    if (first === null || first === this.last) return 0;
    first.remove();
    const gone = (first.textContent?.length ?? 0) + 1;
    this.length -= gone;
    return gone;
  }

  private begin(): void {
    this.last = html("div");
    this.filled = 0;
    this.ending = "";
    this.element.append(this.last);
  }

  private put(text: string): void {
    const whole = this.ending + text;
    this.ending = whole.endsWith("\n") ? "\n" : "";
    this.last.append(this.ending === "" ? whole : whole.slice(0, -1));
    this.filled += text.length;
  }
}
