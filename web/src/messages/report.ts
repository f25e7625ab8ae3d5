// What a run reports of its gradients: types, and readers that accept nothing else.
import {
  count, dictionary, flag, list, number, numeric, oneOf, orNothing, orNull, type Reader, record, refuse, text,
} from "./readers.ts";

/** Nodes of a graph, with the constants that only the picture has. */
const MOST_NODES = 16_000;

/** A place in the program. */
export interface Line {
  file: string;
  lineno: number;
  source: string;
}

/** What an array holds. The four numbers speak of its finite elements; null where it has none. */
export interface Summary {
  /** A few characters, for a box of the picture. */
  brief: string;
  /** Every element, where there are few. */
  text: string | null;
  size: number;
  min: number | null;
  max: number | null;
  mean: number | null;
  norm: number | null;
  nan: number;
  infinite: number;
  /** Elements that are 0; null from engines that did not count them. */
  zeros: number | null;
  picture: ArrayPicture | null;
}

/** An array as cells or as a histogram; null is what is not finite. */
export interface ArrayPicture {
  kind: "cells" | "histogram";
  rows: number;
  columns: number;
  /** Row by row, as parts of the largest element; of a histogram the bins' heights. */
  values: (number | null)[];
  low: number;
  high: number;
}

/** A part of what was executed: a statement, a loop and its turns, a call of a function or a layer. */
export interface Scope {
  number: number;
  parent: number | null;
  kind: "line" | "loop" | "turn" | "call" | "layer";
  title: string;
  lineno: number | null;
  order: number;
}

export interface GraphNode {
  id: number;
  op: string;
  kind: "op" | "variable" | "watched" | "constant" | "exit";
  name: string | null;
  /** What the program calls it, the expression that gave it, and the scope in which that stands. */
  label: string | null;
  expression: string | null;
  scope: number | null;
  role: "target" | "source" | "lost" | null;
  shape: (number | null)[];
  dtype: string;
  device: string;
  bytes: number;
  line: Line | null;
  status: "recorded" | "blocked" | "paused";
  value: Summary | null;
  /** The cotangent that arrived at the node. */
  gradient: Summary | null;
  /** What is wrong here, in words: where NaN is born, for one. */
  trouble: string | null;
  /** Milliseconds of the op's kernel, and of pulling the cotangent back through it. */
  forward: number | null;
  backward: number | null;
  /** Operands that are no nodes. */
  constants: string[];
  /** All operands in their order, the picture's constants among them. */
  operands: number[];
}

/** One step of the backward pass: a node's cotangent goes on to its inputs. */
export interface Step {
  node: number;
  /** The receivers, each with the sum that it has so far, and what it was sent now. */
  into: { node: number; sum: string; norm: number | null; sent: string | null }[];
}

export interface Graph {
  nodes: GraphNode[];
  edges: [number, number][];
  bytes: number;
  steps: Step[];
  /** Milliseconds of one tick of the clock; nothing shorter can be told. */
  clock: number;
  scopes: Scope[];
  /** Where the paths to sources were lost. */
  lost: { node: number; source: string }[];
  /** Of each type of op the derivative, as the engine's documentation has it. */
  rules: Record<string, string>;
}

export interface Suggestion {
  lineno: number;
  before: string;
  after: string;
}

export interface Explanation {
  source: string;
  cause: string;
  text: string;
  line: Line | null;
  advice: string;
  suggestion: Suggestion | null;
}

export interface GradientResult {
  label: string;
  none: boolean;
  shape: number[];
  dtype: string;
  text: string;
  summary: string;
  /** Up to 1,024 elements, row by row, for the table and the heat map; null beyond that. */
  values: number[] | null;
}

export interface GradientCall {
  call: number;
  method: string;
  line: Line | null;
  target: string;
  results: GradientResult[];
  explanations: Explanation[];
  graph: Graph | null;
  /** The loop of `Training` that it is a step of, and which one; null where it is none's. */
  loop: number | null;
  step: number;
  /** Why this tape was kept, where it is not one of the first. */
  why: string;
}

/** The tape of a program that failed before it asked for a gradient. */
export const UNFINISHED = "unfinished";

/** The gradients of one call beside finite differences. */
export interface GradientCheck {
  call: number;
  text: string;
  rows: CheckedSource[];
}

/** What became of a tape's values and gradients where one value was another. */
export interface Replay {
  call: number;
  node: number;
  nodes: Pick<GraphNode, "id" | "value" | "gradient" | "trouble">[];
  steps: Step[];
  /** Why it cannot be; "" where it can. */
  text: string;
}

export interface CheckedSource {
  label: string;
  verdict: "agrees" | "corner" | "differs" | "skipped";
  text: string;
  /** The worst element. */
  index: number[];
  tape: number | null;
  numeric: number | null;
  relative: number | null;
  size: number;
  checked: number;
}

/** Points of a curve. */
export interface Points {
  label: string;
  x: number[];
  y: number[];
}

/** How far a loop has come. */
export interface Loop {
  label: string;
  done: number;
  total: number | null;
}

export const readLine = record<Line>({ file: text, lineno: count, source: text });

const arrayPicture = record<ArrayPicture>({
  kind: oneOf("cells", "histogram"), rows: count, columns: count,
  values: list(orNull(numeric), 400), low: numeric, high: numeric,
});

const summary = record<Summary>({
  brief: text, text: orNull(text), size: count, min: orNull(numeric), max: orNull(numeric),
  mean: orNull(numeric), norm: orNull(numeric), nan: count, infinite: count,
  zeros: orNull(count), picture: orNull(arrayPicture),
});

const edge: Reader<[number, number]> = (value, path) => {
  const [from, to, ...rest] = list(count, 2)(value, path);
  if (from === undefined || to === undefined || rest.length > 0) return refuse(path, "a pair", value);
  return [from, to];
};

const steps = list(record<Step>({
  node: count,
  into: list(record<Step["into"][number]>({ node: count, sum: text, norm: orNull(numeric), sent: orNull(text) }), 1000),
}), MOST_NODES);

const graph = record<Graph>({
  nodes: list(
    record<GraphNode>({
      id: count,
      op: text,
      kind: oneOf("op", "variable", "watched", "constant", "exit"),
      name: orNull(text),
      label: orNull(text),
      expression: orNull(text),
      scope: orNull(count),
      role: orNull(oneOf("target", "source", "lost")),
      shape: list(orNull(count), 32),
      dtype: text,
      device: text,
      bytes: count,
      line: orNull(readLine),
      status: oneOf("recorded", "blocked", "paused"),
      value: orNull(summary),
      gradient: orNull(summary),
      trouble: orNull(text),
      forward: orNull(numeric),
      backward: orNull(numeric),
      constants: list(text, 8),
      operands: orNothing(list(count, 5000), []),
    }),
    MOST_NODES,
  ),
  edges: list(edge, 4 * MOST_NODES),
  bytes: count,
  clock: numeric,
  steps,
  // Scripts for engines that were published before there were observers send none of these.
  scopes: orNothing(list(record<Scope>({
    number: count, parent: orNull(count), kind: oneOf("line", "loop", "turn", "call", "layer"),
    title: text, lineno: orNull(count), order: number,
  }), 4 * MOST_NODES), []),
  lost: orNothing(list(record<Graph["lost"][number]>({ node: count, source: text })), []),
  rules: orNothing(dictionary(text), {}),
});

export const readSuggestion = record<Suggestion>({ lineno: count, before: text, after: text });

export const readExplanation = record<Explanation>({
  source: text,
  cause: text,
  text,
  line: orNull(readLine),
  advice: text,
  suggestion: orNull(readSuggestion),
});

/** An array with its label, as a table or a heat map can show it. */
export const readResult = record<GradientResult>({
  label: text,
  none: flag,
  shape: list(count, 32),
  dtype: text,
  text,
  summary: text,
  values: orNull(list(numeric, 1024)),
});

export const readGradientCall = record<GradientCall>({
  call: count,
  method: text,
  line: orNull(readLine),
  target: text,
  results: list(readResult, 1000),
  explanations: list(readExplanation, 1000),
  graph: orNull(graph),
  // Scripts for engines that were published before there were observers send none of these.
  loop: orNull(count),
  step: orNothing(count, 0),
  why: orNothing(text, ""),
});

export const readCheck = record<GradientCheck>({
  call: count,
  text,
  rows: list(record<CheckedSource>({
    label: text, verdict: oneOf("agrees", "corner", "differs", "skipped"), text,
    index: list(count, 32), tape: orNull(numeric), numeric: orNull(numeric),
    relative: orNull(numeric), size: count, checked: count,
  }), 1000),
});

export const readReplay = record<Replay>({
  call: count, node: count, text, steps,
  nodes: list(record<Replay["nodes"][number]>({
    id: count, value: orNull(summary), gradient: orNull(summary), trouble: orNull(text),
  }), MOST_NODES),
});

export const readPoints = record<Points>({
  label: text, x: list(numeric), y: list(numeric),
});

export const readLoop = record<Loop>({ label: text, done: count, total: orNull(count) });
