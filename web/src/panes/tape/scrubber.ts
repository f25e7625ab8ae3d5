// The tapes of a run that are kept, on a line: a slider goes from one to the next, and marks show
// where in the run they lie and which of them are in trouble.
import { html, svg } from "../../ui/dom.ts";
import { type GradientCall, UNFINISHED } from "../../messages/report.ts";

const FEWEST = 3; // tapes; for fewer the list is enough
const WIDTH = 1000;

/** What a tape is called in the list and at the slider. */
export function nameOf({ call, method, line, step, why }: GradientCall): string {
  const where = line === null ? "" : `, line ${line.lineno}`;
  if (method === UNFINISHED) return `Unfinished${where}`;
  const which = step > 1 && step !== call ? `, step ${step}` : "";
  return `${call}. ${method}${where}${which}${why === "" ? "" : ` (${why})`}`;
}

/** Whether it was kept because a gradient in it is in trouble, or because the program failed. */
export function isTroubled({ why }: GradientCall): boolean {
  return why !== "" && why !== "last";
}

/** Where the marks stand, as parts of the line: by the number of the call. */
export function placesOf(calls: readonly GradientCall[]): number[] {
  const first = calls[0]?.call ?? 1;
  const length = Math.max((calls.at(-1)?.call ?? first) - first, 1);
  return calls.map(({ call }) => (call - first) / length);
}

/** The kept tape that the slider means: the next one where it goes by one, else the nearest. */
export function keptAt(calls: readonly GradientCall[], shown: number, value: number): number {
  const now = calls[shown]?.call ?? 0;
  if (Math.abs(value - now) === 1) return Math.min(Math.max(shown + value - now, 0), calls.length - 1);
  const distance = (i: number): number => Math.abs((calls[i]?.call ?? 0) - value);
  return calls.reduce((best, _, i) => (distance(i) < distance(best) ? i : best), 0);
}

export class Scrubber {
  readonly element: HTMLElement;
  private readonly slider: HTMLInputElement;
  private readonly told = html("span", { class: "kept-count" });
  private readonly marks: SVGElement[];
  private shown = 0;

  constructor(private readonly calls: readonly GradientCall[], show: (i: number) => void) {
    this.slider = html("input", {
      type: "range", min: calls[0]?.call ?? 0, max: calls.at(-1)?.call ?? 0, step: 1, "aria-label": "Kept tape",
      input: () => {
        const i = keptAt(calls, this.shown, Number(this.slider.value));
        const other = i !== this.shown;
        this.at(i);
        if (other) show(i);
      },
    });
    const places = placesOf(calls);
    this.marks = calls.map((call, i) => svg("rect", {
      class: isTroubled(call) ? "trouble" : "", x: (places[i] ?? 0) * (WIDTH - 4), y: isTroubled(call) ? 0 : 4, width: 4, height: isTroubled(call) ? 12 : 8,
    }));
    const line = svg("svg", { class: "kept-marks", viewBox: `0 0 ${WIDTH} 12`, preserveAspectRatio: "none", "aria-hidden": "true" }, ...this.marks);
    this.element = html("div", { class: "scrubber" },
      html("div", { class: "scrubbed" }, this.slider, line), this.told);
  }

  /** Whether there are so many tapes that it is of use. */
  get needed(): boolean {
    return this.calls.length >= FEWEST;
  }

  /** This tape is shown. */
  at(i: number): void {
    const call = this.calls[i];
    if (call === undefined) return;
    this.shown = i;
    this.slider.value = String(call.call);
    const all = this.calls.at(-1)?.call ?? call.call;
    this.told.textContent = `${call.method === UNFINISHED ? "Unfinished" : `Call ${call.call} of ${all}`}${call.why === "" || call.method === UNFINISHED ? "" : ` (${call.why})`}`;
    this.slider.setAttribute("aria-valuetext", nameOf(call));
    this.marks.forEach((mark, k) => mark.classList.toggle("now", k === i));
  }
}
