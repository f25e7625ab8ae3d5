// The check pane: how a run compares with what a snippet recorded, and two runs side by side.
import { type Comparison, type Tier, worstUlp } from "../snippets/comparison.ts";
import { announce } from "../ui/announce.ts";
import { html } from "../ui/dom.ts";
import type { Manifest } from "../snippets/snippet.ts";

export class CheckPane {
  private readonly verdictSection = html("div", { class: "recorded-verdict" });
  private readonly comparisonSection = html("section", { class: "side-by-side", "aria-labelledby": "side-title" });

  constructor(
    pane: HTMLElement,
    private readonly badge: HTMLElement,
    compareForm: HTMLElement,
  ) {
    pane.replaceChildren(this.verdictSection,
      html("h3", { id: "side-title" }, "Two runs side by side"), compareForm, this.comparisonSection);
  }

  clear(
    why = "Open a shared snippet and run it to see whether its gradients are the recorded ones.",
  ): void {
    this.badge.replaceChildren();
    this.comparisonSection.replaceChildren();
    this.verdictSection.replaceChildren(html("p", { class: "empty" }, why));
  }

  /** What was recorded with a snippet that has not been run. */
  recorded({ results, output, engine, runtime }: Manifest): void {
    this.badge.replaceChildren();
    const rows = results.map(({ label, dtype, shape }) => html("tr", {},
      html("th", { scope: "row" }, label),
      html("td", {}, dtype === "none" ? "None" : `${dtype}[${shape.join(", ")}]`)));
    const python = runtime["name"] === null ? "an unknown Python" : `${runtime["name"]} ${runtime["version"] ?? ""}`;
    this.verdictSection.replaceChildren(
      html("h3", {}, "Recorded, not checked yet"),
      html("p", {}, `gradtape ${engine["version"] ?? "of an unknown version"} on ${python}. Run it to check.`),
      table(["Gradient", "Type"], rows, "Recorded gradients"),
      ...(output === "" ? [] : [html("h3", {}, "Recorded output"), html("pre", { class: "stdout" }, output)]),
    );
  }

  /** The verdict on a run of a snippet; the text of it, for those who listen. */
  verdict(comparison: Comparison): string {
    const { tier } = comparison;
    if (comparesNothing(comparison)) {
      const nothing = "No gradients were recorded with this program, so there is nothing to compare.";
      this.badge.replaceChildren();
      this.verdictSection.replaceChildren(html("p", { class: "note" }, nothing));
      return nothing;
    }
    const text = inWords(comparison);
    this.badge.replaceChildren(badge(tier));
    this.verdictSection.replaceChildren(
      html("h3", {}, badge(tier), ` ${text}`),
      html("p", { class: "muted" },
        "This browser has just computed these numbers by running the code that is shown; nobody else vouches for them."),
      ...[...comparison.reasons, ...comparison.pins].map((line) => html("p", {}, line)),
      sideBySide(comparison, "Recorded", "This run"),
    );
    return `${tier}: ${text}`;
  }

  /** Two runs of the program on the page. */
  compared(comparison: Comparison, first: string, second: string): void {
    const { tier } = comparison;
    if (comparesNothing(comparison)) return this.note("Neither run asked for a gradient, so there is nothing to compare.");
    const text = inWords(comparison);
    const words = tier === "EXACT" ? "Both give the very same bits." : tier === "CLOSE"
      ? text.replace("within the tolerance", "close") : "They differ.";
    this.comparisonSection.replaceChildren(
      html("p", {}, badge(tier), ` ${words}`),
      ...comparison.reasons.map((line) => html("p", {}, line)),
      sideBySide(comparison, first, second),
    );
    announce(`${tier}. ${words}`);
  }

  /** Something to say instead of a comparison. */
  note(text: string): void {
    this.comparisonSection.replaceChildren(html("p", { class: "note" }, text));
    announce(text);
  }
}

function comparesNothing({ results, tier }: Comparison): boolean {
  return results.length === 0 && tier === "EXACT";
}

function badge(tier: Tier): HTMLElement {
  return html("span", { class: `badge ${tier.toLowerCase()}` }, tier);
}

function inWords(comparison: Comparison): string {
  const count = comparison.results.length;
  const gradients = count === 1 ? "The gradient" : count === 2 ? "Both gradients" : `All ${count} gradients`;
  const worst = worstUlp(comparison);
  const texts: Record<Tier, string> = {
    EXACT: `${gradients} ${count === 1 ? "has" : "have"} the very bits that were recorded.`,
    CLOSE: `${gradients} ${count === 1 ? "is" : "are"} within the tolerance; the worst is ${worst ?? 0n} ulp off.`,
    DIFFERS: "This run's gradients are not the recorded ones.",
  };
  return texts[comparison.tier];
}

function sideBySide(comparison: Comparison, first: string, second: string): HTMLElement {
  const lines = comparison.results.map((row) => html("tr", { class: row.tier === "DIFFERS" ? "none" : "" },
    html("th", { scope: "row" }, row.label), html("td", {}, badge(row.tier)),
    html("td", {}, row.worstUlp === null ? "" : row.worstUlp >= 2n ** 62n ? "not a number" : `${row.worstUlp} ulp`),
    html("td", {}, row.recorded === "" ? "" : row.worstIndex.length === 0 ? "" : `[${row.worstIndex.join(", ")}]`),
    html("td", {}, row.recorded), html("td", {}, row.obtained), html("td", {}, row.reason)));
  return table(["Gradient", "Result", "Apart", "Worst at", first, second, "Why"], lines, "Comparison of gradients");
}

function table(columns: string[], rows: HTMLElement[], label: string): HTMLElement {
  return html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label },
    html("table", {},
      html("thead", {}, html("tr", {}, ...columns.map((name) => html("th", { scope: "col" }, name)))),
      html("tbody", {}, ...rows)));
}
