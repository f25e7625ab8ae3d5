// An array as text, as a heat map, and as a table of its numbers.
import { html, svg } from "../ui/dom.ts";
import type { GradientResult } from "../messages/report.ts";
import { rounded } from "./tape/words.ts";

const CELL = 14;
const MOST_COLUMNS = 64;
const LONGEST_LINE = 40;

/** Colour of a value between -largest and largest: one hue for each sign, pale near zero. */
function shade(value: number, largest: number): string {
  if (!Number.isFinite(value)) return "var(--trouble)";
  const strength = largest > 0 ? Math.sqrt(Math.abs(value) / largest) : 0;
  const hue = value < 0 ? "var(--cold)" : "var(--warm)";
  return `color-mix(in oklab, ${hue} ${Math.round(strength * 100)}%, var(--sunken))`;
}

function heatMap(values: number[], columns: number, label: string): SVGElement {
  const rows = values.length / columns;
  const largest = Math.max(...values.filter(Number.isFinite).map(Math.abs), 0);
  const cells = values.map((value, i) => {
    const cell = svg("rect", {
      x: (i % columns) * CELL, y: Math.floor(i / columns) * CELL, width: CELL - 1, height: CELL - 1, rx: 1.5,
    }, svg("title", {}, `${indexText(i, columns, rows)} ${value}`));
    cell.style.fill = shade(value, largest);
    return Number.isFinite(value) ? [cell] : [cell, cross((i % columns) * CELL, Math.floor(i / columns) * CELL)];
  });
  return svg("svg", {
    class: "heat", viewBox: `0 0 ${columns * CELL} ${rows * CELL}`, role: "img",
    width: columns * CELL, height: rows * CELL,
    "aria-label": `Heat map of ${label}: ${rows} by ${columns}, up to ${rounded(largest)} in size`,
  }, ...cells.flat());
}

/** What tells NaN and infinity from a large number, also without colours. */
function cross(x: number, y: number): SVGElement {
  const [near, far] = [3, CELL - 4];
  return svg("path", { class: "broken", d: `M${x + near} ${y + near}L${x + far} ${y + far}M${x + far} ${y + near}L${x + near} ${y + far}` });
}

function indexText(i: number, columns: number, rows: number): string {
  return rows === 1 ? `[${i}]` : `[${Math.floor(i / columns)}, ${i % columns}]`;
}

function numbers(values: number[], columns: number, label: string): HTMLElement {
  const rows = Array.from({ length: values.length / columns }, (_, row) => html("tr", {},
    html("th", { scope: "row" }, String(row)),
    ...values.slice(row * columns, (row + 1) * columns).map((value) => html("td", {}, rounded(value)))));
  const heads = ["", ...Array.from({ length: columns }, (_, i) => String(i))];
  return html("details", { class: "numbers" }, html("summary", {}, "As a table"),
    html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Numbers of ${label}` },
      html("table", {},
        html("thead", {}, html("tr", {}, ...heads.map((head) => head === ""
          ? html("td", {}) : html("th", { scope: "col" }, head)))),
        html("tbody", {}, ...rows))));
}

/** Whether the array fits into a line of text. */
export function isShort({ text }: GradientResult): boolean {
  return !text.includes("\n") && text.length <= LONGEST_LINE;
}

/** What can be shown of an array; rows of more than two dimensions stand one below the other. */
export function tensorViews(result: GradientResult): HTMLElement {
  const { label, none, text, values, shape } = result;
  const columns = shape.at(-1) ?? 0;
  const table = values !== null && values.length > 3 && columns > 0 && columns <= MOST_COLUMNS;
  const scroller = isShort(result) ? {} : { class: "wide-text", tabindex: 0, role: "region", "aria-label": `${label} as text` };
  const view = html("div", { class: "tensor" }, html("pre", none ? { class: "none-value" } : scroller, text));
  if (table) view.append(heatMap(values, columns, label), numbers(values, columns, label));
  return view;
}
