// The backward pass, step by step: it plays, it is scrubbed, and every step is a line of mathematics
// with this node's numbers put in.
import { html, svg } from "../../ui/dom.ts";
import type { Graph, GraphNode, Step } from "../../messages/report.ts";
import { pictured } from "./cards.ts";
import { displayed, formula, formulaFor, hasWords, isSum, isWhole, math, named, type Names, partial, row } from "./mathematics.ts";
import { inWords, rounded, saidOf } from "./words.ts";

const PACE_MS = 1100;
const MOST_FORMULAS = 3;
const LONGEST_NUMBER = 12;

export class Steps {
  readonly element: HTMLElement;
  /** The step that is shown, from 1; 0 is before the first. */
  private at = 0;
  private playing: number | undefined;
  private readonly byId: Map<number, GraphNode>;
  private readonly slider: HTMLInputElement;
  private readonly back: HTMLButtonElement;
  private readonly next: HTMLButtonElement;
  private readonly play: HTMLButtonElement;
  private readonly count = html("span", { class: "step-count" });
  private readonly sentence = html("p", { class: "step-text", role: "status", "aria-live": "polite" });
  private readonly formulas = html("div", { class: "step-math" });

  constructor(
    private readonly graph: Graph,
    private readonly target: string,
    private readonly show: (step: Step | null, done: Set<number>) => void,
  ) {
    this.byId = new Map(graph.nodes.map((node) => [node.id, node]));
    this.slider = html("input", {
      type: "range", min: 0, max: graph.steps.length, value: 0, step: 1, "aria-label": "Step of the backward pass",
      input: () => this.go(Number(this.slider.value)),
    });
    this.back = html("button", { type: "button", click: () => this.go(this.at - 1) }, "Previous");
    this.next = html("button", { type: "button", click: () => this.go(this.at + 1) }, "Next");
    this.play = html("button", { type: "button", class: "play", click: () => (this.playing === undefined ? this.start() : this.stop()) }, "Play");
    this.element = html("section", { class: "steps", "aria-label": "The backward pass" },
      html("div", { class: "toolbar" }, this.play, this.back, this.next, this.slider, this.count),
      html("div", { class: "step-told" }, this.formulas, this.sentence));
    this.tell();
  }

  go(step: number): void {
    this.stop();
    this.move(step);
  }

  /** From the target back, one step after the other. */
  private start(): void {
    if (this.at >= this.graph.steps.length) this.move(0);
    this.play.textContent = "Pause";
    this.playing = window.setInterval(() => {
      if (!this.element.isConnected || this.at >= this.graph.steps.length) this.stop();
      else this.move(this.at + 1);
    }, PACE_MS);
    this.move(this.at + 1);
  }

  stop(): void {
    window.clearInterval(this.playing);
    this.playing = undefined;
    this.play.textContent = "Play";
  }

  private move(step: number): void {
    const { steps } = this.graph;
    this.at = Math.min(Math.max(step, 0), steps.length);
    this.tell();
    this.show(steps[this.at - 1] ?? null, new Set(steps.slice(0, Math.max(this.at - 1, 0)).map(({ node }) => node)));
  }

  private tell(): void {
    const { steps } = this.graph;
    this.slider.value = String(this.at);
    this.back.disabled = this.at === 0;
    this.next.disabled = this.at === steps.length;
    this.count.textContent = this.at === 0 ? `${steps.length} steps` : `Step ${this.at} of ${steps.length}`;
    this.slider.setAttribute("aria-valuetext", this.count.textContent);
    const now = steps[this.at - 1] ?? null;
    this.sentence.textContent = now === null
      ? `The pass begins at the target${this.target === "" ? "" : ` ${this.target}`} with ones. Press Play, or Next, to follow it back.`
      : this.words(now);
    this.formulas.replaceChildren(...(now === null ? [] : this.mathematics(now)));
  }

  private words({ node, into }: Step): string {
    const sender = this.byId.get(node);
    if (sender === undefined) return "";
    const arrived = sender.gradient === null ? "its cotangent" : inWords(sender.gradient);
    const receivers = into.map(({ node: id, sum }) => {
      const receiver = this.byId.get(id);
      return receiver === undefined ? "" : `${saidOf(receiver)} has ${sum}`;
    }).filter((word) => word !== "");
    const trouble = sender.trouble === null
      ? "" : ` ${sender.trouble.charAt(0).toUpperCase()}${sender.trouble.slice(1)}.`;
    const name = `${saidOf(sender)}${saidOf(sender) === sender.op ? "" : ` (${sender.op})`}`;
    return receivers.length === 0
      ? `${name} got ${arrived}; nothing before it asks for a gradient.${trouble}`
      : `${name} got ${arrived} and sends it on through its rule. Now ${receivers.join(", ")}.${trouble}`;
  }

  /** For each receiver what it is sent: the chain rule, the op's derivative, the numbers. */
  private mathematics({ node, into }: Step): HTMLElement[] {
    const sender = this.byId.get(node);
    if (sender === undefined) return [];
    return into.slice(0, MOST_FORMULAS).flatMap((sent) => {
      const receiver = this.byId.get(sent.node);
      if (receiver === undefined) return [];
      const [above, here, below] = [this.target === "" ? "target" : this.target, inBrackets(shortName(sender)), inBrackets(shortName(receiver))];
      const rule = this.rule(sender, receiver);
      // What arrived is g, except where it is the one that the pass begins with.
      const begins = rule?.whole !== true && sender.role === "target" && sender.gradient?.brief === "1.0";
      const parts = [partial(above, below), math("mo", "=")];
      if (rule === null) parts.push(math("mi", "g"), math("mo", "·"), partial(here, below));
      else parts.push(...(begins || rule.whole ? [rule.letters] : [math("mi", "g"), math("mo", "·"), bracketed(rule.letters, rule.sum)]));
      const numbers = rule === null ? [] : this.numbers(sender, sent, rule);
      const line = html("div", { class: "formula" });
      line.append(displayed(row(...parts, ...numbers)));
      if (!begins) line.append(gOf(above, here));
      if (receiver.gradient?.picture != null) line.append(thumbnail(receiver));
      if (rule === null) line.append(html("span", { class: "muted" }, ` the rule of ${sender.op}`));
      return [line];
    });
  }

  /** The op's derivative for one of its operands: with the program's names, and with numbers. */
  private rule(sender: GraphNode, receiver: GraphNode): Rule | null {
    const sentence = this.graph.rules[sender.op];
    if (sentence === undefined) return null;
    const operands = sender.operands.map((id) => this.byId.get(id));
    const k = Math.max(0, operands.indexOf(receiver));
    const { text, letters } = formulaFor(sentence, k, Math.max(operands.length, 1));
    const names: Names = {};
    const values: Names = {};
    letters.forEach((letter, i) => {
      const operand = operands[i];
      if (operand === undefined || letter === "") return;
      names[letter] = inBrackets(shortName(operand));
      const number = numberOf(operand);
      if (number !== null) values[letter] = number;
    });
    const own = letters.includes("y") ? [] : ["y"];
    const whole = isWhole(text);
    if (own.length > 0) names["y"] = inBrackets(shortName(sender));
    for (const [letter, number] of [...own.map((y) => [y, numberOf(sender)] as const), ["g", whole ? numberOf(sender, "gradient") : null] as const]) {
      if (number !== null) values[letter] = number;
    }
    const known = !(whole && hasWords(text, letters))
      && [...letters, ...own, ...(whole ? ["g"] : [])].filter((letter) => text.includes(letter))
        .every((letter) => values[letter] !== undefined);
    return { letters: formula(text, names), numbers: known ? formula(text, values) : null, whole, sum: isSum(text) };
  }

  private numbers(sender: GraphNode, sent: Step["into"][number], { numbers, whole, sum }: Rule): Element[] {
    const arrived = numberOf(sender, "gradient");
    if (numbers === null || arrived === null || sent.sent === null || sent.sent.length > LONGEST_NUMBER + 2) return [];
    const rule = whole || arrived === "1" ? [numbers] : [named(arrived), math("mo", "·"), bracketed(numbers, sum)];
    return [math("mo", "="), ...rule, math("mo", "="), named(sent.sent.replace(/[[\]]/g, "").replace(/\.0$/, ""))];
  }
}

/** A formula in the program's letters, and in numbers where all of them are known. */
interface Rule {
  letters: Element;
  numbers: Element | null;
  /** It is what is sent, with g in it, and not what g is multiplied by. */
  whole: boolean;
  sum: boolean;
}

function bracketed(factor: Element, sum: boolean): Element {
  return sum ? row(math("mo", "("), factor, math("mo", ")")) : factor;
}

function numberOf(node: GraphNode, which: "value" | "gradient" = "value"): string | null {
  const held = node[which];
  return held?.size === 1 && held.brief.length <= LONGEST_NUMBER ? held.brief.replace(/[[\]]/g, "").replace(/\.0$/, "") : null;
}

/** An expression that stands among others. */
function inBrackets(name: string): string {
  return /[\s+*/@-]/.test(name.slice(1)) ? `(${name})` : name;
}

/** What g is. */
function gOf(above: string, here: string): HTMLElement {
  const told = html("span", { class: "muted g" });
  told.append(displayed(row(math("mi", "g"), math("mo", "="), partial(above, here))));
  return told;
}

/** The name in a formula: the program's, or the expression where that is short, or the op. */
function shortName(node: GraphNode): string {
  const said = saidOf(node);
  return said.length <= 20 ? said : node.op;
}

/** The cotangent that has arrived, as a picture with its range. */
function thumbnail(node: GraphNode): HTMLElement {
  const { gradient } = node;
  const picture = gradient?.picture;
  if (gradient === null || picture == null) return html("span");
  return html("span", { class: "thumbnail" },
    svg("svg", { viewBox: "0 0 96 44", width: 96, height: 44, "aria-hidden": "true" }, pictured(picture, 0, 0, 96, 44, "cotangent")),
    html("span", { class: "muted" }, `${node.shape.join("×")}, from ${rounded(picture.low)} to ${rounded(picture.high)}`,
      html("br"), `norm ${gradient.norm === null ? "" : rounded(gradient.norm)}`));
}
