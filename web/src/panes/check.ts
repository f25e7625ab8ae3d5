// The check pane: how the run compares with what the snippet recorded.
import { html } from "../dom.ts";
import type { Verdict } from "../protocol.ts";

/** What a stored snippet says about itself before anything ran. */
export interface Recorded {
  results: { label: string; dtype: string; shape: number[] }[];
  output: string;
  engine: string | null;
  runtime: string | null;
}

export class CheckPane {
  constructor(
    private readonly pane: HTMLElement,
    private readonly badge: HTMLElement,
  ) {}

  clear(): void {
    this.badge.replaceChildren();
    this.pane.replaceChildren(html("p", { class: "empty" },
      "Open a shared snippet and run it: here stands whether its gradients are the recorded ones."));
  }

  /** What was recorded with a snippet that has not been run. */
  recorded({ results, output, engine, runtime }: Recorded): void {
    this.badge.replaceChildren();
    const rows = results.map(({ label, dtype, shape }) => html("tr", {},
      html("th", { scope: "row" }, label),
      html("td", {}, dtype === "none" ? "None" : `${dtype}[${shape.join(", ")}]`)));
    this.pane.replaceChildren(
      html("h3", {}, "Recorded, not checked yet"),
      html("p", {}, `gradtape ${engine ?? "unknown"} on ${runtime ?? "an unknown Python"}. Run it to check.`),
      table(["Gradient", "Type"], rows, "Recorded gradients"),
      ...(output === "" ? [] : [html("h3", {}, "Recorded output"), html("pre", { class: "stdout" }, output)]),
    );
  }

  verdict({ tier, text, rows }: Verdict): void {
    this.badge.replaceChildren(html("span", { class: `badge ${tier.toLowerCase()}` }, tier));
    const lines = rows.map((row) => html("tr", { class: row.tier === "DIFFERS" ? "none" : "" },
      html("th", { scope: "row" }, row.label), html("td", {}, row.tier), html("td", {}, row.text),
      html("td", {}, row.expected), html("td", {}, row.got)));
    const [first = "", ...rest] = text.split("\n");
    this.pane.replaceChildren(
      html("h3", {}, html("span", { class: `badge ${tier.toLowerCase()}` }, tier), ` ${first}`),
      ...rest.map((line) => html("p", {}, line)),
      table(["Gradient", "Result", "Why", "Recorded", "This run"], lines, "Comparison of gradients"),
    );
  }
}

function table(columns: string[], rows: HTMLElement[], label: string): HTMLElement {
  return html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label },
    html("table", {},
      html("thead", {}, html("tr", {}, ...columns.map((name) => html("th", { scope: "col" }, name)))),
      html("tbody", {}, ...rows)));
}
