// Python as the page sees it: run a program, stop it, compare a gradient call with differences.
//
// Every program runs in a Python of its own in which nothing has run before, so that a run can be
// repeated and a record of it means something. The next one is started while the last program runs;
// the one that ran it stays until the next run, because its gradients can still be checked.
import type { Device, Files, WorkerToPage } from "../messages/protocol.ts";
import { type Engine, findEngine } from "./engines.ts";
import { filesOfStart, Interpreter, type InterpreterListener } from "./interpreter.ts";
import type { Program } from "./program.ts";
import keepWorker from "./keep_worker.ts?worker&url";
import { SandboxFrame } from "./sandbox_frame.ts";
import { fetchFile, type Site, type SiteFile } from "./site.ts";
import { StartBytes } from "./start_bytes.ts";
import { startWorker } from "./workers.ts";

export type Done = Extract<WorkerToPage, { kind: "done" }>;

export type State = "off" | "starting" | "ready" | "running" | "stopping" | "failed";

/** What is to be run, and on what. */
export interface RunRequest extends Program {
  data: Record<string, SiteFile>;
  device: Device;
  /** The sha256 of the wheel of the engine to run on; null is the page's own. */
  engine: string | null;
}

export interface Listener {
  state(state: State, detail: string): void;
  message(message: WorkerToPage): void;
  /** Something about the run that the page's visitor should know, in words. */
  note(text: string): void;
}

const PATIENCE_MS = 800; // how long an interrupt may take before the worker is ended
const ASK_AGAIN_MS = 200; // an interrupt that strikes while Python writes its output can be lost
const NEXT_MS = 250; // after a program has begun, before the Python for the next one is started
const LOOK_MS = 500; // after a start, before Python looks for a GPU: a first gradient does not wait for it
const IDLE_MS = 3_000; // after a start, before the page does what only the next visit needs
const WITHOUT_INTERRUPTS = "This browser lends Python no shared memory, so Stop ends Python at once.";
const WITHOUT_SUSPENDING = "This browser cannot suspend Python (it has no JSPI), so a program awaits what lies on a GPU: await tensor.fetch().";

export class Kernel implements InterpreterListener {
  state: State = "off";
  private readonly startBytes: StartBytes;
  private frame: SandboxFrame | null = null;
  /** The Python in which no program has run yet, started or starting. */
  private next: Interpreter | null = null;
  /** The Python whose program runs, or was the last to run. */
  private last: Interpreter | null = null;
  private run = 0;
  private unseen: ((done: Done) => void) | null = null;
  /** Whether the run of that number was asked for and has not ended. */
  private pending = false;
  private patience: number | undefined;
  private asking: number | undefined;
  private firstStart = true;

  constructor(
    private readonly site: Site,
    private readonly memoryMiB: number,
    private readonly listener: Listener,
  ) {
    this.startBytes = new StartBytes(filesOfStart(site));
  }

  /** The engine of the last run. */
  get engine(): Engine | null {
    return this.last?.engine ?? this.site.engine;
  }

  /** Start Python, so that the first run does not wait for it. */
  start(engine: Engine | null = null): void {
    this.next ??= this.make(engine);
    if (this.next.started) this.to("ready", this.readiness());
    else this.to("starting", "Fetching Python");
  }

  /** Run a program in a clean Python, once there is one; false when it was stopped before that. */
  async execute(request: RunRequest): Promise<boolean> {
    this.run += 1;
    const { run } = this;
    this.pending = true;
    try {
      const engine = await this.choose(request.engine);
      if (this.ended(run)) return false;
      const python = await this.started(engine);
      if (this.ended(run)) return false;
      if (python !== this.last) this.last?.end();
      if (python === this.next) this.next = null;
      this.last = python;
      python.used = true;
      this.to("running", "Running");
      const files: Files = {};
      for (const [name, file] of Object.entries(request.data)) files[name] = await fetchFile(file);
      for (const [name, text] of Object.entries(request.beside)) files[name] = new TextEncoder().encode(text).buffer;
      if (this.ended(run)) return false;
      performance.mark("run-sent");
      python.send({ kind: "run", run, code: request.code, files, seed: 0, device: request.device });
      window.setTimeout(() => this.prepareNext(python, request.code), NEXT_MS);
      return true;
    } catch (error) {
      if (this.ended(run)) return false;
      this.pending = false;
      this.stopWaiting();
      if (this.state === "running" || this.state === "stopping") this.to("ready", this.readiness());
      else this.to("failed", error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  /** Run a program for its results alone: nothing of it is shown, and how it ended is the answer. */
  async results(request: RunRequest): Promise<Done> {
    return new Promise<Done>((resolve, reject) => {
      this.unseen = resolve;
      this.execute(request).catch((error: Error) => {
        this.unseen = null;
        reject(error);
      });
    });
  }

  /** Compare a call of the last run with finite differences; "checked" answers. False: not now. */
  check(call: number): boolean {
    if (this.state !== "ready" || this.last === null) return false;
    this.last.send({ kind: "check", run: this.run, call });
    return true;
  }

  /** Ask what becomes of a call's values where one is another; "replayed" answers. False: not now. */
  replay(call: number, node: number, by: { scale: number; shift: number }): boolean {
    if (this.state !== "ready" || this.last === null) return false;
    this.last.send({ kind: "replay", run: this.run, call, node, ...by });
    return true;
  }

  /** Ask whether the last run passes this check of an exercise; "exercised" answers. False: not now. */
  exercise(check: string): boolean {
    if (this.state !== "ready" || this.last === null) return false;
    this.last.send({ kind: "exercise", run: this.run, check });
    return true;
  }

  /** Ask the program to stop; end its Python when it does not, or cannot be asked. */
  stop(): void {
    if (this.state === "starting") {
      if (this.pending) this.reportEnd("Stopped while Python was starting.");
      else this.restart("");
    }
    if (this.state !== "running") return;
    if (this.last?.interrupts !== true) return this.abandon("Stopped. Python was ended.");
    this.to("stopping", "Stopping");
    this.last.interrupt(this.run);
    this.asking = window.setInterval(() => this.last?.interrupt(this.run), ASK_AGAIN_MS);
    this.patience = window.setTimeout(
      () => this.abandon("Stopped. The program did not react, so Python was ended."), PATIENCE_MS);
  }

  /** End every Python, and the frame they live in, and start a new one. */
  restart(reason: string): void {
    this.next?.end();
    this.last?.end();
    this.frame?.end();
    this.next = this.frame = null;
    this.abandon(reason);
  }

  // -------------------------------------------------------------- what the interpreters say

  message(python: Interpreter, message: WorkerToPage): void {
    if ("run" in message && (python !== this.last || message.run !== this.run)) return;
    if (message.kind === "progress") {
      if (python !== this.last && this.state !== "starting") return; // it is for the next run
      this.listener.state(this.state, message.stage);
    } else if (message.kind === "ready") {
      this.pythonStarted(python);
    } else if (message.kind === "warmed") {
      performance.mark("next-warm");
    } else if (message.kind === "done") {
      if (!this.pending) return; // it has ended already
      this.stopWaiting();
      this.pending = false;
      this.to("ready", this.readiness());
    }
    this.deliver(message);
  }

  broken(python: Interpreter, reason: string): void {
    if (python === this.next) {
      this.next = null; // a run that waits for it says what is wrong
      if (this.state === "starting" && !this.pending) this.to("failed", reason);
    } else if (python === this.last) {
      this.abandon(`Python broke down and starts again. ${reason}`);
    }
  }

  note(text: string): void {
    this.listener.note(text);
  }

  // -------------------------------------------------------------- which Python

  private make(engine: Engine | null): Interpreter {
    this.frame ??= new SandboxFrame(this.site.sandbox.url);
    const bytes = this.startBytes.read((done, all) => {
      if (this.state !== "starting") return;
      const megabytes = (count: number): string => (count / 1e6).toFixed(0);
      this.listener.state("starting", `Fetching Python and NumPy, once: ${megabytes(done)} of ${megabytes(all)} MB`);
    });
    return new Interpreter(this.site, this.frame, engine, this.memoryMiB, bytes, this);
  }

  /** A Python with this engine in which nothing has run. */
  private clean(engine: Engine | null): Interpreter {
    if (this.next?.engine?.wheel.sha256 !== engine?.wheel.sha256) {
      this.next?.end();
      this.next = null;
    }
    this.next ??= this.make(engine);
    return this.next;
  }

  /** The same, once it has started. Where it cannot start, the last one goes on. */
  private async started(engine: Engine | null): Promise<Interpreter> {
    const python = this.clean(engine);
    if (!python.started) this.to("starting", "Starting a clean Python");
    try {
      await python.ready;
      return python;
    } catch (error) {
      const { last } = this;
      if (last === null || last.ended || last.engine?.wheel.sha256 !== engine?.wheel.sha256) throw error;
      this.note(`Python could not be started anew (${error instanceof Error ? error.message : error}), `
        + "so this run goes on in the one that ran the last program, with what that left behind.");
      return last;
    }
  }

  /** While a program runs, start the Python for the next one, with what the program imports. */
  private prepareNext(after: Interpreter, code: string): void {
    if (after !== this.last || this.next !== null) return;
    const next = this.make(after.engine);
    this.next = next;
    next.ready.then(() => next.send({ kind: "warm", code }), () => {});
  }

  /** The engine to run on, as it was asked for; null is the page's own. */
  private async choose(sha256: string | null): Promise<Engine | null> {
    const own = this.site.engine;
    if (sha256 === null || sha256 === own?.wheel.sha256) return null;
    for (const { engine } of [this.last, this.next].filter((python) => python !== null)) {
      if (engine?.wheel.sha256 === sha256) return engine;
    }
    const engine = await findEngine(sha256);
    if (engine === null) {
      this.note(`The engine that this was recorded with (wheel ${sha256.slice(0, 16)}…) is not `
        + `on this server; it runs on the page's own, gradtape ${own?.version ?? "?"}.`);
    }
    return engine;
  }

  private pythonStarted(python: Interpreter): void {
    performance.mark("next-ready");
    if (this.state === "starting" && !this.pending && python === this.next) this.to("ready", this.readiness());
    if (!this.firstStart) return;
    this.firstStart = false;
    window.setTimeout(() => this.lookForGpu(), LOOK_MS);
    window.setTimeout(() => this.keepForNextVisit(), IDLE_MS);
  }

  /** Ask what GPU there is, once Python has nothing else to do; "gpu" answers. */
  private lookForGpu(): void {
    const python = this.last ?? this.next;
    if (this.state === "ready" && python?.started === true) python.send({ kind: "look-for-gpu" });
    else if (this.state !== "failed") window.setTimeout(() => this.lookForGpu(), 2 * LOOK_MS);
  }

  private keepForNextVisit(): void {
    const worker = startWorker(keepWorker);
    worker.onmessage = worker.onerror = () => {
      performance.mark("start-kept");
      worker.terminate();
    };
    worker.postMessage(filesOfStart(this.site));
  }

  // -------------------------------------------------------------- how a run ends

  /** The run has ended: nothing is waited for, and nobody is asked, any more. */
  private stopWaiting(): void {
    window.clearTimeout(this.patience);
    window.clearInterval(this.asking);
  }

  /** End the Python of the run; the next one takes its place. */
  private abandon(reason: string): void {
    this.stopWaiting();
    const engine = this.last?.engine ?? null;
    this.last?.end();
    this.last = null;
    this.reportEnd(reason);
    this.start(engine);
  }

  /** Whatever ends Python ends the run that was asked for, and the page hears of it. */
  private reportEnd(reason: string): void {
    if (!this.pending) return;
    this.pending = false;
    this.deliver({
      kind: "done", run: this.run, status: "stopped", milliseconds: 0, calls: 0,
      failure: { name: "Stopped", message: reason, traceback: reason, lineno: null, suggestion: null },
      manifest: null, kernels: null,
    });
  }

  private ended(run: number): boolean {
    return run !== this.run || !this.pending;
  }

  private deliver(message: WorkerToPage): void {
    if (this.unseen === null || !("run" in message)) return this.listener.message(message);
    if (message.kind !== "done") return;
    this.unseen(message);
    this.unseen = null;
  }

  private to(state: State, detail: string): void {
    this.state = state;
    this.listener.state(state, detail);
  }

  /** "Ready", and what this browser lacks. */
  private readiness(): string {
    const { interrupts, suspends } = [this.next, this.last].find((python) => python?.started === true)
      ?? { interrupts: true, suspends: true };
    const lacks = [interrupts ? "" : WITHOUT_INTERRUPTS, suspends ? "" : WITHOUT_SUSPENDING].filter(Boolean);
    return lacks.length === 0 ? "Ready" : `Ready. ${lacks.join(" ")}`;
  }
}
