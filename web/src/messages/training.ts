// What the gradient calls of one line of the program have in common: the steps of a training loop.
import { count, list, numeric, oneOf, orNull, record, text } from "./readers.ts";
import { type Explanation, type Line, readExplanation, readLine } from "./report.ts";

/** A number of each step, fewer of them as the run goes on. */
export interface Curve {
  what: "target" | "gradient" | "weight";
  label: string;
  x: number[];
  y: number[];
}

/** Gradients in trouble, of all steps together. */
export interface Trouble {
  kind: "none" | "nan" | "infinite" | "zero" | "vanishing" | "exploding";
  sources: string[];
  /** In how many steps, and in which one first. */
  count: number;
  first: number;
  /** The call whose tape shows it. */
  call: number;
  explanation: Explanation;
}

export interface Training {
  loop: number;
  steps: number;
  /** Steps whose gradients were read: on a GPU not all are. */
  looked: number;
  method: string;
  target: string;
  line: Line | null;
  /** Sources, of which some have curves. */
  sources: number;
  curves: Curve[];
  troubles: Trouble[];
}

export const readTraining = record<Training>({
  loop: count, steps: count, looked: count, method: text, target: text, line: orNull(readLine), sources: count,
  curves: list(record<Curve>({
    what: oneOf("target", "gradient", "weight"), label: text, x: list(count, 1000), y: list(numeric, 1000),
  }), 64),
  troubles: list(record<Trouble>({
    kind: oneOf("none", "nan", "infinite", "zero", "vanishing", "exploding"),
    sources: list(text, 100), count, first: count, call: count, explanation: readExplanation,
  }), 200),
});
