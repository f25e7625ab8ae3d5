// The messages between the page and its sandbox: their types, and the checks both sides make.
//
// Code in the sandbox is a stranger's and can send anything, so nothing that arrives is used before
// `readFromSandbox` has rebuilt it field by field. The sandbox checks what it is sent as well: its
// frame could be embedded by a page that is not ours.
//
//   page ── window message ──> frame      boot, interrupt, terminate
//   page <── window message ── frame      frame-ready, worker-failed
//   page <── message port ──> worker      everything else

export const PROTOCOL = 2;

/** Longest text accepted in one field; an honest sandbox stays far below. */
const LONGEST_TEXT = 600_000;
const MOST_ITEMS = 5_000;

export type Files = Record<string, ArrayBuffer>;

export type PageToFrame =
  | {
      kind: "boot";
      protocol: number;
      files: Files;
      memoryMiB: number;
      /** The engine's wheel among the files, "" where there is none. */
      engine: string;
      wheelSha256: string | null;
      lockSha256: string;
    }
  | { kind: "interrupt"; run: number }
  | { kind: "terminate" };

export type FrameToPage =
  | { kind: "frame-ready"; interrupts: boolean }
  | { kind: "worker-failed"; text: string };

export type PageToWorker =
  | { kind: "run"; run: number; code: string; files: Files; expected: string | null; seed: number }
  | { kind: "cancel"; run: number }
  | { kind: "packages"; files: Files };

/** A place in the program. */
export interface Line {
  file: string;
  lineno: number;
  source: string;
}

export interface GraphNode {
  id: number;
  op: string;
  kind: "op" | "variable" | "watched" | "constant";
  name: string | null;
  shape: (number | null)[];
  dtype: string;
  device: string;
  bytes: number;
  line: Line | null;
  status: "recorded" | "blocked" | "paused";
  value: string | null;
  gradient: string | null;
  trouble: string | null;
}

export interface Graph {
  nodes: GraphNode[];
  edges: [number, number][];
  bytes: number;
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
}

export interface Verdict {
  tier: "EXACT" | "CLOSE" | "DIFFERS" | "UNKNOWN";
  text: string;
  rows: { label: string; tier: string; text: string; expected: string; got: string }[];
}

export interface Failure {
  name: string;
  message: string;
  traceback: string;
  lineno: number | null;
}

export type WorkerToPage =
  | { kind: "progress"; stage: string }
  | { kind: "need"; packages: string[] }
  | { kind: "ready"; python: string; numpy: string; engine: string; milliseconds: number }
  | { kind: "output"; run: number; stream: "stdout" | "stderr"; text: string; dropped: number }
  | { kind: "figure"; run: number; png: ArrayBuffer; description: string }
  | { kind: "gradient"; run: number; call: GradientCall }
  | {
      kind: "done";
      run: number;
      status: "finished" | "failed" | "stopped";
      failure: Failure | null;
      milliseconds: number;
      calls: number;
      manifest: string | null;
      verdict: Verdict | null;
    }
  | { kind: "fatal"; text: string };

export class Malformed extends Error {
  override name = "Malformed";
}

type Reader<T> = (value: unknown, path: string) => T;

function refuse(path: string, wanted: string, value: unknown): never {
  const got = value === null ? "null" : Array.isArray(value) ? "an array" : typeof value;
  throw new Malformed(`${path}: got ${got}; allowed is ${wanted}`);
}

const text: Reader<string> = (value, path) =>
  typeof value === "string" && value.length <= LONGEST_TEXT
    ? value
    : refuse(path, `a string of up to ${LONGEST_TEXT} characters`, value);

const number: Reader<number> = (value, path) =>
  typeof value === "number" ? value : refuse(path, "a number", value);

/** A number, or the name of one that JSON cannot hold. */
const numeric: Reader<number> = (value, path) =>
  value === "NaN" || value === "Infinity" || value === "-Infinity"
    ? Number(value)
    : number(value, path);

const count: Reader<number> = (value, path) =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0
    ? value
    : refuse(path, "a whole number from 0", value);

const flag: Reader<boolean> = (value, path) =>
  typeof value === "boolean" ? value : refuse(path, "true or false", value);

const bytes: Reader<ArrayBuffer> = (value, path) =>
  value instanceof ArrayBuffer ? value : refuse(path, "an ArrayBuffer", value);

function orNull<T>(read: Reader<T>): Reader<T | null> {
  return (value, path) => (value === null || value === undefined ? null : read(value, path));
}

function list<T>(read: Reader<T>, most = MOST_ITEMS): Reader<T[]> {
  return (value, path) =>
    Array.isArray(value) && value.length <= most
      ? value.map((item, i) => read(item, `${path}[${i}]`))
      : refuse(path, `an array of up to ${most} items`, value);
}

function oneOf<const T extends string>(...allowed: T[]): Reader<T> {
  return (value, path) =>
    allowed.includes(value as T) ? (value as T) : refuse(path, allowed.join(" or "), value);
}

type Fields<T> = { [K in keyof T]-?: Reader<T[K]> };

/** An object with exactly these fields read; whatever else it carries is left behind. */
function record<T>(fields: Fields<T>): Reader<T> {
  return (value, path) => {
    if (typeof value !== "object" || value === null) return refuse(path, "an object", value);
    const result: Partial<T> = {};
    for (const key of Object.keys(fields) as (keyof T & string)[]) {
      result[key] = fields[key]((value as Record<string, unknown>)[key], `${path}.${key}`);
    }
    return result as T;
  };
}

function dictionary<T>(read: Reader<T>): Reader<Record<string, T>> {
  return (value, path) => {
    if (typeof value !== "object" || value === null) return refuse(path, "an object", value);
    const entries = Object.entries(value).map(([key, item]) => [key, read(item, `${path}.${key}`)]);
    return Object.fromEntries(entries) as Record<string, T>;
  };
}

const line = record<Line>({ file: text, lineno: count, source: text });

const edge: Reader<[number, number]> = (value, path) => {
  const [from, to, ...rest] = list(count, 2)(value, path);
  if (from === undefined || to === undefined || rest.length > 0) return refuse(path, "a pair", value);
  return [from, to];
};

const graph = record<Graph>({
  nodes: list(
    record<GraphNode>({
      id: count,
      op: text,
      kind: oneOf("op", "variable", "watched", "constant"),
      name: orNull(text),
      shape: list(orNull(count), 32),
      dtype: text,
      device: text,
      bytes: count,
      line: orNull(line),
      status: oneOf("recorded", "blocked", "paused"),
      value: orNull(text),
      gradient: orNull(text),
      trouble: orNull(text),
    }),
  ),
  edges: list(edge, 4 * MOST_ITEMS),
  bytes: count,
});

const explanation = record<Explanation>({
  source: text,
  cause: text,
  text,
  line: orNull(line),
  advice: text,
  suggestion: orNull(record<Suggestion>({ lineno: count, before: text, after: text })),
});

const call = record<GradientCall>({
  call: count,
  method: text,
  line: orNull(line),
  target: text,
  results: list(
    record<GradientResult>({
      label: text,
      none: flag,
      shape: list(count, 32),
      dtype: text,
      text,
      summary: text,
      values: orNull(list(numeric, 1024)),
    }),
    1000,
  ),
  explanations: list(explanation, 1000),
  graph: orNull(graph),
});

const verdict = record<Verdict>({
  tier: oneOf("EXACT", "CLOSE", "DIFFERS", "UNKNOWN"),
  text,
  rows: list(
    record<Verdict["rows"][number]>({ label: text, tier: text, text, expected: text, got: text }),
    1000,
  ),
});

type Checks<M extends { kind: string }> = {
  [K in M["kind"]]: Reader<Omit<Extract<M, { kind: K }>, "kind">>;
};

function reader<M extends { kind: string }>(checks: Checks<M>): (value: unknown) => M {
  return (value) => {
    const kind = (value as { kind?: unknown } | null | undefined)?.kind;
    if (typeof kind !== "string" || !Object.hasOwn(checks, kind)) {
      throw new Malformed(`kind: got ${JSON.stringify(kind)?.slice(0, 60)}; not a known message`);
    }
    const check = checks[kind as M["kind"]] as Reader<object>;
    return { kind, ...check(value, kind) } as unknown as M;
  };
}

/** What the page accepts on the message port. */
export const readFromWorker = reader<WorkerToPage>({
  progress: record({ stage: text }),
  need: record({ packages: list(text, 100) }),
  ready: record({ python: text, numpy: text, engine: text, milliseconds: number }),
  output: record({ run: count, stream: oneOf("stdout", "stderr"), text, dropped: count }),
  figure: record({ run: count, png: bytes, description: text }),
  gradient: record({ run: count, call }),
  done: record({
    run: count,
    status: oneOf("finished", "failed", "stopped"),
    failure: orNull(record<Failure>({
      name: text, message: text, traceback: text, lineno: orNull(count),
    })),
    milliseconds: number,
    calls: count,
    manifest: orNull(text),
    verdict: orNull(verdict),
  }),
  fatal: record({ text }),
});

/** What the page accepts from the frame. */
export const readFromFrame = reader<FrameToPage>({
  "frame-ready": record({ interrupts: flag }),
  "worker-failed": record({ text }),
});

const boot: Reader<Omit<Extract<PageToFrame, { kind: "boot" }>, "kind">> = record({
  protocol: count, files: dictionary(bytes), memoryMiB: count, engine: text,
  wheelSha256: orNull(text), lockSha256: text,
});

/** What the frame accepts from the page. */
export const readInFrame = reader<PageToFrame>({
  boot,
  interrupt: record({ run: count }),
  terminate: record({}),
});

/** What the worker accepts on the message port. */
export const readInWorker = reader<PageToWorker>({
  run: record({
    run: count, code: text, files: dictionary(bytes), expected: orNull(text), seed: count,
  }),
  cancel: record({ run: count }),
  packages: record({ files: dictionary(bytes) }),
});
