// The one scale on which gradients are drawn: how thick and how hot an edge is for its norm.
import { html, svg } from "../../ui/dom.ts";
import type { Graph } from "../../messages/report.ts";
import { rounded } from "./words.ts";

const THINNEST = 1.2;
const THICKEST = 7;
/** Below this part of the largest norm a gradient counts as vanished. */
const VANISHED = 1e-6;

export class Scale {
  readonly low: number;
  readonly high: number;

  constructor(graph: Graph) {
    const norms = graph.nodes.flatMap(({ gradient }) => gradient?.norm ?? []).filter((norm) => norm > 0);
    this.high = Math.max(...norms, 0);
    this.low = Math.max(norms.reduce((least, norm) => Math.min(least, norm), Infinity), this.high * VANISHED);
  }

  /** Where a norm stands, from 0 to 1. */
  part(norm: number): number {
    if (norm <= 0 || this.high <= 0) return 0;
    if (this.high <= this.low * 1.0001) return 0.6;
    return Math.min(1, Math.max(0, Math.log(norm / this.low) / Math.log(this.high / this.low)));
  }

  width(norm: number | null): number {
    return norm === null || norm === 0 ? 1 : THINNEST + (THICKEST - THINNEST) * this.part(norm);
  }

  colour(norm: number | null): string {
    if (norm === null || norm === 0) return "var(--edge)";
    return `color-mix(in oklab, var(--warm) ${Math.round(20 + 80 * this.part(norm))}%, var(--edge))`;
  }

  /** What thick and hot mean, in numbers. */
  legend(): HTMLElement | null {
    if (this.high <= 0) return null;
    const wedge = svg("svg", { class: "wedge", viewBox: "0 0 80 10", width: 80, height: 10, "aria-hidden": "true" },
      ...Array.from({ length: 8 }, (_, k) => {
        const norm = this.low * (this.high / this.low) ** ((k + 0.5) / 8);
        const width = this.width(norm);
        const bar = svg("rect", { x: 10 * k, y: 5 - width / 2, width: 10, height: width });
        bar.style.fill = this.colour(norm);
        return bar;
      }));
    const words = this.high <= this.low * 1.0001 ? `∂ norm ${rounded(this.high)}` : `∂ norm ${rounded(this.low)} to ${rounded(this.high)}`;
    return html("span", { class: "scale" }, wedge, ` ${words}`);
  }
}
