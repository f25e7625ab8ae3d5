// Curves that a program draws while it runs: one plot with all of them, and the same as a table.
import "uplot/dist/uPlot.min.css";
import "./plots.css";
import uPlot from "uplot";
import { html } from "../ui/dom.ts";
import type { Points } from "../messages/report.ts";
import { rounded } from "./tape/words.ts";

const MOST_POINTS = 6000; // of a curve; beyond, every other one goes
const MOST_ROWS = 200;
const HEIGHT = 240;
const COLOURS = ["--accent", "--cold", "--good", "--code-keyword", "--trouble", "--close"];
const DASHES: number[][] = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

interface Curve {
  x: number[];
  y: number[];
}

export class Plots {
  readonly element: HTMLElement;
  private readonly curves = new Map<string, Curve>();
  private readonly container = html("div", { class: "plot", role: "img" });
  private readonly caption = html("figcaption", { class: "muted" });
  private readonly rows = html("div");
  private readonly logarithmic = html("button", { type: "button", "aria-pressed": "false" }, "Logarithmic");
  private readonly table: HTMLDetailsElement;
  private plot: uPlot | null = null;
  private drawn: string[] = [];
  private waiting = false;

  /** `beside` stands in the toolbar. */
  constructor(name = "curves", beside: HTMLElement | null = null) {
    this.logarithmic.addEventListener("click", () => {
      const on = this.logarithmic.getAttribute("aria-pressed") !== "true";
      this.logarithmic.setAttribute("aria-pressed", String(on));
      this.drawn = [];
      this.draw();
    });
    const table = html("details", { class: "numbers" }, html("summary", {}, "As a table"), this.rows);
    table.addEventListener("toggle", () => this.fill(table.open));
    this.element = html("figure", { class: name }, this.container,
      html("div", { class: "toolbar" }, beside, this.caption, this.logarithmic), table);
    this.table = table;
    new ResizeObserver(() => {
      if (this.plot !== null && this.container.clientWidth > 0) {
        this.plot.setSize({ width: this.container.clientWidth, height: HEIGHT });
      }
    }).observe(this.container);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.drawn = [];
      this.draw();
    });
  }

  add({ label, x, y }: Points): void {
    const curve = this.curves.get(label) ?? { x: [], y: [] };
    x.forEach((at, i) => {
      curve.x.push(at);
      curve.y.push(y[i] ?? NaN);
    });
    if (curve.x.length > MOST_POINTS) {
      curve.x = curve.x.filter((_, i) => i % 2 === 0);
      curve.y = curve.y.filter((_, i) => i % 2 === 0);
    }
    this.curves.set(label, curve);
    this.drawSoon();
  }

  /** Show these curves and no others. */
  show(curves: Points[], logarithmic: boolean): void {
    this.curves.clear();
    curves.forEach(({ label, x, y }) => this.curves.set(label, { x, y }));
    this.logarithmic.setAttribute("aria-pressed", String(logarithmic));
    this.drawn = [];
    this.drawSoon();
  }

  /** The curves as they are now, under the same names. */
  renew(curves: Points[]): void {
    curves.forEach(({ label, x, y }) => this.curves.set(label, { x, y }));
    this.drawSoon();
  }

  private drawSoon(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
      this.fill(this.table.open);
    });
  }

  private draw(): void {
    const labels = [...this.curves.keys()];
    const log = this.logarithmic.getAttribute("aria-pressed") === "true";
    const data = this.aligned(log);
    if (this.plot === null || labels.join("\n") !== this.drawn.join("\n")) {
      this.plot?.destroy();
      this.plot = new uPlot(this.options(labels, log), data, this.container);
      this.drawn = labels;
    } else {
      this.plot.setData(data);
    }
    const last = [...this.curves].map(([label, { y }]) => `${label} ${rounded(y.at(-1) ?? NaN)}`).join(", ");
    this.caption.textContent = `Last: ${last}`;
    this.container.dataset.points = String(data[0].length);
    this.container.setAttribute("aria-label", `Curves of ${labels.join(", ")}. Last values: ${last}`);
  }

  /** All curves over one common axis; a gap where a curve has no point or no finite one. */
  private aligned(log: boolean): uPlot.AlignedData {
    const tables = [...this.curves.values()].map(({ x, y }): uPlot.AlignedData => {
      const order = x.map((_, i) => i).filter((i) => Number.isFinite(x[i])).sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
      return [order.map((i) => x[i] as number), order.map((i) => {
        const value = y[i] as number;
        return Number.isFinite(value) && (!log || value > 0) ? value : null;
      })];
    });
    const [first] = tables;
    return tables.length === 1 && first !== undefined ? first : uPlot.join(tables);
  }

  private options(labels: string[], log: boolean): uPlot.Options {
    const probe = html("span");
    this.container.append(probe);
    const colour = (name: string): string => {
      probe.style.color = `var(${name})`;
      return getComputedStyle(probe).color;
    };
    const axis = { stroke: colour("--muted"), grid: { stroke: colour("--border"), width: 1 }, ticks: { show: false } };
    const options: uPlot.Options = {
      width: Math.max(this.container.clientWidth, 240),
      height: HEIGHT,
      scales: { x: { time: false }, y: { distr: log ? 3 : 1 } },
      axes: [{ ...axis, size: 32 }, { ...axis, size: 54, values: (_, ticks) => ticks.map((tick) => tick === null ? "" : rounded(tick)) }],
      series: [{ label: "step" }, ...labels.map((label, i) => ({
        label, width: 2, stroke: colour(COLOURS[i % COLOURS.length] as string), dash: DASHES[Math.floor(i / COLOURS.length) % DASHES.length] as number[],
        points: { show: false }, spanGaps: false, value: (_: uPlot, value: number | null) => value === null ? "–" : rounded(value),
      }))],
      cursor: { drag: { x: true, y: false } },
    };
    probe.remove();
    return options;
  }

  private fill(open: boolean): void {
    if (!open) return this.rows.replaceChildren();
    const lines = [...this.curves].flatMap(([label, { x, y }]) => {
      const step = Math.ceil(x.length / MOST_ROWS);
      return x.flatMap((at, i) => i % step === 0 || i === x.length - 1
        ? [html("tr", {}, html("th", { scope: "row" }, label), html("td", {}, rounded(at)), html("td", {}, rounded(y[i] ?? NaN)))] : []);
    });
    this.rows.replaceChildren(html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Points of the curves" },
      html("table", {}, html("thead", {}, html("tr", {}, ...["Curve", "Step", "Value"].map((name) => html("th", { scope: "col" }, name)))),
        html("tbody", {}, ...lines))));
  }
}
