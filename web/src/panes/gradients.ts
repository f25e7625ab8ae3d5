// The gradients pane: every gradient call of the run as a table, small arrays also as a heat map,
// and on request each beside finite differences.
import { announce } from "../ui/announce.ts";
import { html } from "../ui/dom.ts";
import type { CheckedSource, GradientCall, GradientCheck } from "../messages/report.ts";
import { rounded } from "./tape/words.ts";
import { isShort, tensorViews } from "./tensor.ts";

const VERDICTS: Record<CheckedSource["verdict"], string> = {
  agrees: "agrees", corner: "agrees, at a corner", differs: "differs", skipped: "not checked",
};

export interface GradientActions {
  reveal(line: number): void;
  /** Ask Python to check a call; false where it cannot be asked now. */
  check(call: number): boolean;
  /** Show the tape of a call. */
  tape(call: number): void;
}

export class GradientsPane {
  calls = 0;
  private readonly checks = new Map<number, { button: HTMLButtonElement; answer: HTMLElement }>();

  constructor(
    private readonly pane: HTMLElement,
    private readonly actions: GradientActions,
  ) {}

  clear(): void {
    this.calls = 0;
    this.checks.clear();
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
    const { line, graph } = call;
    const tape = graph === null || graph.nodes.length === 0 ? null : html(
      "button", { type: "button", class: "to-tape", click: () => this.actions.tape(call.call) }, "Show its tape");
    const go = line === null ? null : html(
      "button", { type: "button", class: "line", click: () => this.actions.reveal(line.lineno) },
      html("span", { class: "muted" }, `line ${line.lineno}`), " ", html("code", {}, line.source),
    );
    const rows = call.results.flatMap((result) => {
      const small = isShort(result);
      const row = html(
        "tr", { class: result.none ? "none" : "" },
        html("th", { scope: "row" }, result.label),
        html("td", {}, result.none ? "none" : `${result.dtype}[${result.shape.join(", ")}]`),
        html("td", {}, small ? tensorViews(result) : "below"),
        html("td", {}, result.summary),
      );
      return small ? [row] : [row, under(4, tensorViews(result))];
    });
    this.pane.append(html(
      "section", { class: "call", "aria-label": `Call ${call.call}: ${call.method}` },
      html("h3", {}, `${call.call}. ${call.method} of ${call.target}${call.why === "" ? "" : ` (${call.why})`}`), go,
      html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Results of call ${call.call}` },
        html("table", {},
          html("thead", {}, html("tr", {}, ...["Source", "Type", "Gradient", "Summary"].map(
            (name) => html("th", { scope: "col" }, name)))),
          html("tbody", {}, ...rows))),
      ...this.checking(call.call, tape),
    ));
  }

  /** What finite differences gave for a call. */
  checked({ call, text, rows }: GradientCheck): void {
    const asked = this.checks.get(call);
    if (asked === undefined) return;
    asked.button.disabled = false;
    asked.button.textContent = "Check again";
    asked.answer.replaceChildren(html("p", { class: "check-text" }, text),
      ...(rows.length === 0 ? [] : [checkTable(rows, call)]));
    announce(text);
  }

  /** The buttons of a call; `beside` is another one. */
  private checking(call: number, beside: HTMLElement | null): HTMLElement[] {
    const answer = html("div", { class: "check-answer" });
    const button = html("button", {
      type: "button",
      click: () => {
        if (!this.actions.check(call)) {
          const busy = "Python is busy; ask again when the program has ended.";
          answer.replaceChildren(html("p", { class: "note" }, busy));
          announce(busy);
          return;
        }
        button.disabled = true;
        button.textContent = "Checking…";
      },
    }, "Check against finite differences");
    this.checks.set(call, { button, answer });
    return [html("div", { class: "toolbar" }, button, beside), answer];
  }
}

function checkTable(rows: CheckedSource[], call: number): HTMLElement {
  const names = ["Source", "Result", "Worst element", "Tape", "Differences", "Relative error"];
  const lines = rows.flatMap((row) => [
    html("tr", { class: row.verdict === "differs" ? "none" : "" },
      html("th", { scope: "row" }, row.label),
      html("td", {}, html("span", { class: `verdict ${row.verdict}` }, VERDICTS[row.verdict])),
      html("td", {}, row.tape === null || row.index.length === 0 ? "" : `[${row.index.join(", ")}]`),
      html("td", {}, number(row.tape)), html("td", {}, number(row.numeric)),
      html("td", {}, row.relative === null || Number.isNaN(row.relative) ? "" : rounded(row.relative))),
    under(names.length, html("p", { class: "muted" },
      [row.checked === 0 ? "" : `${row.checked} of ${row.size} elements.`, row.text]
        .filter((part) => part !== "").join(" "))),
  ]);
  return html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Check of call ${call}` },
    html("table", {},
      html("thead", {}, html("tr", {}, ...names.map((name) => html("th", { scope: "col" }, name)))),
      html("tbody", {}, ...lines)));
}

/** A row that goes on with the one above it, over the whole width. */
function under(columns: number, content: HTMLElement): HTMLElement {
  return html("tr", {}, html("td", { class: "under", colspan: columns }, content));
}

function number(value: number | null): string {
  return value === null ? "" : Number.isFinite(value) ? String(Number(value.toPrecision(9))) : rounded(value);
}
