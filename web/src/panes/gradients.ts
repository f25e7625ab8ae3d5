// The gradients pane: every gradient call of the run as a table, small arrays also as a heat map.
import { html, svg } from "../dom.ts";
import type { GradientCall, GradientResult } from "../protocol.ts";

const CELL = 14;

/** Colour of a value between -largest and largest: one hue for each sign, pale near zero. */
function shade(value: number, largest: number): string {
  if (!Number.isFinite(value)) return "var(--trouble)";
  const strength = largest > 0 ? Math.sqrt(Math.abs(value) / largest) : 0;
  const hue = value < 0 ? "var(--cold)" : "var(--warm)";
  return `color-mix(in oklab, ${hue} ${Math.round(strength * 100)}%, var(--sunken))`;
}

function heatMap(values: number[], shape: number[], label: string): SVGElement {
  const columns = shape.at(-1) ?? 1;
  const rows = values.length / columns;
  const largest = Math.max(...values.filter(Number.isFinite).map(Math.abs), 0);
  const cells = values.map((value, i) => {
    const cell = svg("rect", {
      x: (i % columns) * CELL, y: Math.floor(i / columns) * CELL, width: CELL - 1, height: CELL - 1,
    }, svg("title", {}, String(value)));
    cell.style.fill = shade(value, largest);
    return cell;
  });
  return svg("svg", {
    class: "heat", viewBox: `0 0 ${columns * CELL} ${rows * CELL}`, role: "img",
    width: columns * CELL, height: rows * CELL, "aria-label": `Heat map of ${label}`,
  }, ...cells);
}

function value(result: GradientResult): HTMLElement {
  const cell = html("td", {}, html("pre", { class: result.none ? "none-value" : "" }, result.text));
  const { values, shape } = result;
  const columns = shape.at(-1) ?? 0;
  if (values !== null && values.length > 3 && columns > 0 && columns <= 64) {
    cell.append(heatMap(values, shape, result.label));
  }
  return cell;
}

export class GradientsPane {
  calls = 0;

  constructor(
    private readonly pane: HTMLElement,
    private readonly reveal: (line: number) => void,
  ) {}

  clear(): void {
    this.calls = 0;
    this.pane.replaceChildren(
      html("p", { class: "empty" }, "Gradients appear here when a program asks a tape for them."),
    );
  }

  add(call: GradientCall): void {
    if (this.calls === 0) this.pane.replaceChildren();
    const before = this.calls;
    this.calls = call.call;
    if (call.call > before + 1) {
      this.pane.append(html("p", { class: "note" }, `… ${call.call - before - 1} calls are left out …`));
    }
    const { line } = call;
    const go = line === null ? null : html(
      "button", { type: "button", class: "line", click: () => this.reveal(line.lineno) },
      html("span", { class: "muted" }, `line ${line.lineno}`), " ", html("code", {}, line.source),
    );
    const rows = call.results.map((result) => html(
      "tr", { class: result.none ? "none" : "" },
      html("th", { scope: "row" }, result.label),
      html("td", {}, result.none ? "none" : `${result.dtype}[${result.shape.join(", ")}]`),
      value(result),
      html("td", {}, result.summary),
    ));
    this.pane.append(html(
      "section", { class: "call", "aria-label": `Call ${call.call}: ${call.method}` },
      html("h3", {}, `${call.call}. ${call.method}`), go,
      html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Results of call ${call.call}` },
        html("table", {},
          html("thead", {}, html("tr", {}, ...["Source", "Type", "Gradient", "Summary"].map(
            (name) => html("th", { scope: "col" }, name)))),
          html("tbody", {}, ...rows))),
    ));
  }
}
