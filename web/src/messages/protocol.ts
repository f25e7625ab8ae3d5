// The messages between the page and its sandbox: their types, and the checks both sides make.
//
// Code in the sandbox is a stranger's and can send anything, so nothing that arrives is used before
// a reader has rebuilt it field by field. The sandbox checks what it is sent as well: its
// frame could be embedded by a page that is not ours.
//
//   page ── window message ──> frame      boot, interrupt, terminate
//   page <── window message ── frame      frame-ready, worker-failed
//   page <── message port ──> worker      everything else
import {
  bytes, count, dictionary, flag, list, number, oneOf, orNull, type Reader, record, refuse, text,
  UnknownMessage,
} from "./readers.ts";
import {
  type GradientCall, type GradientCheck, type GradientResult, type Loop, type Points, readCheck,
  readGradientCall, readLoop, readPoints, readReplay, readResult, readSuggestion, type Replay, type Suggestion,
} from "./report.ts";
import { readTraining, type Training } from "./training.ts";

export const PROTOCOL = 4;

/** Where ops run. */
export type Device = "cpu" | "gpu";

export type Files = Record<string, ArrayBuffer>;

/** Files in a few blocks of memory, which can be handed over without a copy. */
export interface Packed {
  parts: ArrayBuffer[];
  /** For each file the part it lies in, where it begins there, and its length. */
  layout: Record<string, [number, number, number]>;
}

export type PageToFrame =
  | {
      kind: "boot";
      protocol: number;
      /** Which of the frame's Pythons this and the messages after it are for. */
      python: number;
      files: Packed;
      memoryMiB: number;
      /** The engine's wheel among the files, "" where there is none. */
      engine: string;
      wheelSha256: string | null;
      lockSha256: string;
    }
  | { kind: "interrupt"; python: number; run: number }
  | { kind: "terminate"; python: number };

export type FrameToPage =
  | { kind: "frame-ready"; interrupts: boolean }
  | { kind: "worker-failed"; python: number; text: string };

export type PageToWorker =
  | { kind: "run"; run: number; code: string; files: Files; seed: number; device: Device }
  | { kind: "cancel"; run: number }
  /** Import what this program will import, and nothing else of it. */
  | { kind: "warm"; code: string }
  | { kind: "check"; run: number; call: number }
  /** What becomes of a call's values where that of `node` is `scale` times what it was, plus `shift`. */
  | { kind: "replay"; run: number; call: number; node: number; scale: number; shift: number }
  /** Whether the program passes this check of an exercise, which is Python. */
  | { kind: "exercise"; run: number; check: string }
  | { kind: "look-for-gpu" }
  | { kind: "packages"; files: Files };

export interface Failure {
  name: string;
  message: string;
  traceback: string;
  lineno: number | null;
  /** An edit that mends it. */
  suggestion: Suggestion | null;
}

/** What an exercise's check says of a program. */
export interface Verdict {
  passed: boolean;
  text: string;
}

export type WorkerToPage =
  | { kind: "progress"; stage: string }
  | { kind: "need"; packages: string[] }
  /** What "warm" asked for is imported. */
  | { kind: "warmed" }
  | { kind: "ready"; python: string; numpy: string; engine: string; milliseconds: number; suspends: boolean }
  /** The GPU's name, or null and why there is none. */
  | { kind: "gpu"; name: string | null; reason: string }
  | { kind: "output"; run: number; stream: "stdout" | "stderr"; text: string; dropped: number }
  | { kind: "figure"; run: number; png: ArrayBuffer; description: string }
  | { kind: "gradient"; run: number; call: GradientCall }
  | { kind: "checked"; run: number; check: GradientCheck }
  | { kind: "replayed"; run: number; replay: Replay }
  | { kind: "exercised"; run: number; verdict: Verdict }
  /** What the program shows: curves, arrays, how far it has come. */
  | { kind: "points"; run: number; points: Points }
  | { kind: "tensor"; run: number; tensor: GradientResult }
  | { kind: "loop"; run: number; loop: Loop }
  /** What the gradient calls of one line of the program have in common, as it stands now. */
  | { kind: "training"; run: number; training: Training }
  | {
      kind: "done";
      run: number;
      status: "finished" | "failed" | "stopped";
      failure: Failure | null;
      milliseconds: number;
      calls: number;
      manifest: string | null;
      /** The kernels that ran on the GPU, as text. */
      kernels: string | null;
    }
  | { kind: "fatal"; text: string };

const device = oneOf<Device>("cpu", "gpu");

type Checks<M extends { kind: string }> = {
  [K in M["kind"]]: Reader<Omit<Extract<M, { kind: K }>, "kind">>;
};

function reader<M extends { kind: string }>(checks: Checks<M>): (value: unknown) => M {
  return (value) => {
    const kind = (value as { kind?: unknown } | null | undefined)?.kind;
    if (typeof kind !== "string" || !Object.hasOwn(checks, kind)) {
      throw new UnknownMessage(`kind: got ${JSON.stringify(kind)?.slice(0, 60)}; not a known message`);
    }
    const check = checks[kind as M["kind"]] as Reader<object>;
    return { kind, ...check(value, kind) } as unknown as M;
  };
}

/** What the page accepts on the message port. */
export const readFromWorker = reader<WorkerToPage>({
  progress: record({ stage: text }),
  need: record({ packages: list(text, 100) }),
  warmed: record({}),
  ready: record({ python: text, numpy: text, engine: text, milliseconds: number, suspends: flag }),
  gpu: record({ name: orNull(text), reason: text }),
  output: record({ run: count, stream: oneOf("stdout", "stderr"), text, dropped: count }),
  figure: record({ run: count, png: bytes, description: text }),
  gradient: record({ run: count, call: readGradientCall }),
  checked: record({ run: count, check: readCheck }),
  replayed: record({ run: count, replay: readReplay }),
  exercised: record({ run: count, verdict: record<Verdict>({ passed: flag, text }) }),
  points: record({ run: count, points: readPoints }),
  tensor: record({ run: count, tensor: readResult }),
  loop: record({ run: count, loop: readLoop }),
  training: record({ run: count, training: readTraining }),
  done: record({
    run: count,
    status: oneOf("finished", "failed", "stopped"),
    failure: orNull(record<Failure>({
      name: text, message: text, traceback: text, lineno: orNull(count), suggestion: orNull(readSuggestion),
    })),
    milliseconds: number,
    calls: count,
    manifest: orNull(text),
    kernels: orNull(text),
  }),
  fatal: record({ text }),
});

/** What the page accepts from the frame. */
export const readFromFrame = reader<FrameToPage>({
  "frame-ready": record({ interrupts: flag }),
  "worker-failed": record({ python: count, text }),
});

const location: Reader<[number, number, number]> = (value, path) => {
  const [part, from, size] = list(count, 3)(value, path);
  if (part === undefined || from === undefined || size === undefined) {
    return refuse(path, "three whole numbers", value);
  }
  return [part, from, size];
};

const boot: Reader<Omit<Extract<PageToFrame, { kind: "boot" }>, "kind">> = record({
  protocol: count, python: count,
  files: record<Packed>({ parts: list(bytes), layout: dictionary(location) }),
  memoryMiB: count, engine: text,
  wheelSha256: orNull(text), lockSha256: text,
});

/** What the frame accepts from the page. */
export const readInFrame = reader<PageToFrame>({
  boot,
  interrupt: record({ python: count, run: count }),
  terminate: record({ python: count }),
});

/** What the worker accepts on the message port. */
export const readInWorker = reader<PageToWorker>({
  run: record({
    run: count, code: text, files: dictionary(bytes), seed: count, device,
  }),
  cancel: record({ run: count }),
  warm: record({ code: text }),
  check: record({ run: count, call: count }),
  replay: record({ run: count, call: count, node: count, scale: number, shift: number }),
  exercise: record({ run: count, check: text }),
  "look-for-gpu": record({}),
  packages: record({ files: dictionary(bytes) }),
});
