// Python as the page sees it: start it, run a program, stop it, start it again when it is gone.
//
// The kernel owns the sandbox's frame. It fetches every byte the sandbox needs (where the browser's
// cache works, and hashes can be checked) and pushes it in, because the sandbox has no network.
import { type Engine, findEngine } from "./engines.ts";
import {
  type Device, type Files, type Packed, type PageToFrame, type PageToWorker, PROTOCOL, readFromFrame,
  readFromWorker, type WorkerToPage,
} from "../messages/protocol.ts";
import { Malformed } from "../messages/readers.ts";
import { fetchFile, type Site, type SiteFile } from "./site.ts";
import keepWorker from "./keep_worker.ts?worker&url";
import { StartBytes } from "./start_bytes.ts";
import { startWorker } from "./workers.ts";

export type Done = Extract<WorkerToPage, { kind: "done" }>;

export type State = "off" | "starting" | "ready" | "running" | "stopping" | "failed";

/** What is to be run, and on what. */
export interface RunRequest {
  code: string;
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
const WITHOUT_INTERRUPTS = "This browser lends Python no shared memory, so Stop ends Python and starts it anew.";
const WITHOUT_SUSPENDING = "This browser cannot suspend Python (it has no JSPI), so a program awaits what lies on a GPU: await tensor.fetch().";
const BYTECODE = "engine-bytecode.zip";
const SCRIPTS = "playground.zip";
const FORMER = "former-scripts.zip";
const LOOK_MS = 500; // after a start, before Python looks for a GPU: a first gradient does not wait for it
const IDLE_MS = 3_000; // after a start, before the page does what only the next visit needs

function filesOfStart({ runtime, engine, scripts }: Site): Record<string, SiteFile> {
  const wanted: Record<string, SiteFile> = { [SCRIPTS]: scripts };
  for (const name of runtime.core) {
    const file = runtime.files[name];
    if (file !== undefined) wanted[name] = file;
  }
  if (engine !== null) wanted[engine.file] = engine.wheel;
  if (engine?.bytecode != null) wanted[BYTECODE] = engine.bytecode;
  return wanted;
}

export class Kernel {
  state: State = "off";
  /** Whether Python can be interrupted and go on; else Stop means start again. */
  interrupts = false;
  private suspends = true;
  versions: { python: string; numpy: string; engine: string } | null = null;

  private frame: HTMLIFrameElement | null = null;
  private port: MessagePort | null = null;
  private readonly startBytes: StartBytes;
  private bytes: Promise<Packed> | null = null;
  private ready: Promise<void> | null = null;
  private settle: { resolve(): void; reject(error: Error): void } | null = null;
  private run = 0;
  private unseen: ((done: Done) => void) | null = null;
  /** Whether the run of that number was asked for and has not ended. */
  private pending = false;
  private patience: number | undefined;
  private readonly sent = new Set<string>();
  /** The engine of this Python when it is another than the page's own. */
  private other: Engine | null = null;

  constructor(
    private readonly site: Site,
    private readonly memoryMiB: number,
    private readonly listener: Listener,
  ) {
    this.startBytes = new StartBytes(filesOfStart(site));
    window.addEventListener("message", (message) => this.fromFrame(message));
  }

  /** The engine that Python has, or will have when it starts. */
  get engine(): Engine | null {
    return this.other ?? this.site.engine;
  }

  /** Fetch what a start needs, without starting. */
  preload(): Promise<Packed> {
    this.bytes ??= this.startBytes.read().catch((error: unknown) => {
      this.bytes = null; // the next start tries again
      throw error;
    });
    return this.bytes;
  }

  /** Python, started; the same promise for everybody who asks. */
  start(): Promise<void> {
    this.ready ??= new Promise<void>((resolve, reject) => {
      this.settle = { resolve, reject };
      this.to("starting", "Fetching Python");
      this.preload().catch((error: Error) => this.fail(error.message));
      const frame = document.createElement("iframe");
      frame.setAttribute("sandbox", "allow-scripts");
      frame.setAttribute("allow", "cross-origin-isolated");
      frame.setAttribute("referrerpolicy", "no-referrer");
      frame.title = "Python sandbox";
      frame.hidden = true;
      frame.src = this.site.sandbox.url;
      this.frame?.remove();
      this.frame = frame;
      document.body.append(frame);
    });
    return this.ready;
  }

  /** Run a program, once Python has started; false when it was stopped before that. */
  async execute(request: RunRequest): Promise<boolean> {
    this.run += 1;
    const { run } = this;
    this.pending = true;
    try {
      await this.choose(request.engine);
      if (this.ended(run)) return false;
      await this.start();
      if (this.ended(run)) return false;
      this.to("running", "Running");
      const files: Files = {};
      for (const [name, file] of Object.entries(request.data)) files[name] = await fetchFile(file);
      if (this.ended(run)) return false;
      this.send({ kind: "run", run, code: request.code, files, seed: 0, device: request.device });
      return true;
    } catch (error) {
      if (this.ended(run)) return false;
      this.pending = false;
      window.clearTimeout(this.patience);
      if (this.state === "running" || this.state === "stopping") this.to("ready", this.readiness());
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

  /** Ask what GPU there is, once Python has nothing else to do; "gpu" answers. */
  private lookForGpu(): void {
    if (this.state === "ready") this.send({ kind: "look-for-gpu" });
    else if (this.state === "running") window.setTimeout(() => this.lookForGpu(), 2 * LOOK_MS);
  }

  private tell(message: WorkerToPage): void {
    if (this.unseen === null || !("run" in message)) return this.listener.message(message);
    if (message.kind !== "done") return;
    this.unseen(message);
    this.unseen = null;
  }

  /** See to it that the next start is of this engine; a Python with another one is ended. */
  private async choose(sha256: string | null): Promise<void> {
    const own = this.site.engine;
    if (sha256 === (this.other?.wheel.sha256 ?? null)) return;
    let wanted: Engine | null = null;
    if (sha256 !== null && sha256 !== own?.wheel.sha256) {
      wanted = await findEngine(sha256);
      if (wanted === null) {
        this.listener.note(`The engine that this was recorded with (wheel ${sha256.slice(0, 16)}…) is not `
          + `on this server; it runs on the page's own, gradtape ${own?.version ?? "?"}.`);
      }
    }
    if (wanted?.wheel.sha256 === this.other?.wheel.sha256) return;
    if (this.ready !== null) this.dispose();
    this.other = wanted;
  }

  /** "Ready", and what this browser lacks. */
  private readiness(): string {
    const lacks = [this.interrupts ? "" : WITHOUT_INTERRUPTS, this.suspends ? "" : WITHOUT_SUSPENDING].filter(Boolean);
    return lacks.length === 0 ? "Ready" : `Ready. ${lacks.join(" ")}`;
  }

  private ended(run: number): boolean {
    return run !== this.run || !this.pending;
  }

  /** Compare a call of the last run with finite differences; "checked" answers. False: not now. */
  check(call: number): boolean {
    if (this.state !== "ready") return false;
    this.send({ kind: "check", run: this.run, call });
    return true;
  }

  /** Ask the program to stop; end the worker when it does not, or cannot be asked. */
  stop(): void {
    if (this.state === "starting") return this.restart("Stopped while Python was starting.");
    if (this.state !== "running") return;
    if (!this.interrupts) {
      return this.restart("Stopped. Python was ended and starts again; variables are gone.");
    }
    this.to("stopping", "Stopping");
    this.tellFrame({ kind: "interrupt", run: this.run });
    this.send({ kind: "cancel", run: this.run });
    this.patience = window.setTimeout(() => {
      this.restart("Stopped. The program did not react, so Python was ended and starts again; variables are gone.");
    }, PATIENCE_MS);
  }

  /** End Python at once and start a new one. */
  restart(reason: string): void {
    this.dispose();
    this.tellEnd(reason);
    this.start().catch(() => {}); // told through the listener
  }

  /** Whatever ends Python ends the run that was asked for, and the page hears of it. */
  private tellEnd(reason: string): void {
    if (!this.pending) return;
    this.pending = false;
    this.tell({
      kind: "done", run: this.run, status: "stopped", milliseconds: 0, calls: 0,
      failure: { name: "Stopped", message: reason, traceback: reason, lineno: null },
      manifest: null, kernels: null,
    });
  }

  private dispose(): void {
    window.clearTimeout(this.patience);
    this.tellFrame({ kind: "terminate" });
    this.port?.close();
    this.frame?.remove();
    this.port = this.frame = null;
    this.settle?.reject(new Error("Python was ended"));
    this.ready?.catch(() => {});
    this.ready = this.settle = null;
    this.sent.clear();
    this.to("off", "");
  }

  private fail(reason: string): void {
    this.settle?.reject(new Error(reason)); // and with it the run that waits for the start
    this.dispose();
    this.to("failed", reason);
  }

  /** Python is gone: start a new one, unless it was only starting, which would go on for ever. */
  private broken(reason: string): void {
    if (this.state === "starting") this.fail(reason);
    else this.restart(`Python broke down and starts again; variables are gone. ${reason}`);
  }

  private to(state: State, detail: string): void {
    this.state = state;
    this.listener.state(state, detail);
  }

  private async boot(frame: HTMLIFrameElement): Promise<void> {
    const other = this.other;
    const more = other === null ? [] : [other.wheel, this.site.former].map(fetchFile);
    const [files, wheel, former] = await Promise.all([this.preload(), ...more]);
    if (this.frame !== frame) return; // ended meanwhile; the bytes are for the next one
    this.bytes = null; // they are handed over, not copied; the next start reads them again
    Object.keys(files.layout).forEach((name) => this.sent.add(name));
    const own = this.site.engine;
    if (other !== null && wheel !== undefined && former !== undefined) {
      if (own !== null) delete files.layout[own.file];
      delete files.layout[BYTECODE]; // it is of the page's own engine
      files.layout[other.file] = [files.parts.length, 0, wheel.byteLength];
      files.layout[FORMER] = [files.parts.length + 1, 0, former.byteLength];
      files.parts.push(wheel, former);
    }
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    port1.onmessage = (message) => this.fromWorker(message);
    const message: PageToFrame = {
      kind: "boot", protocol: PROTOCOL, files, memoryMiB: this.memoryMiB,
      engine: (other ?? own)?.file ?? "", wheelSha256: (other ?? own)?.wheel.sha256 ?? null,
      lockSha256: this.site.runtime.lock_sha256,
    };
    frame.contentWindow?.postMessage(message, "*", [port2, ...files.parts]);
  }

  private tellFrame(message: PageToFrame): void {
    this.frame?.contentWindow?.postMessage(message, "*");
  }

  private send(message: PageToWorker): void {
    this.port?.postMessage(message);
  }

  private fromFrame(event: MessageEvent): void {
    if (this.frame === null || event.source !== this.frame.contentWindow) return;
    const message = readFromFrame(event.data);
    if (message.kind === "frame-ready") {
      this.interrupts = message.interrupts;
      const { frame } = this;
      this.boot(frame).catch((error: Error) => {
        if (this.frame === frame) this.fail(error.message);
      });
    } else {
      this.broken(message.text);
    }
  }

  private fromWorker(event: MessageEvent): void {
    let message: WorkerToPage;
    try {
      message = readFromWorker(event.data);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      console.warn(`refused a message from the sandbox: ${error.message}`);
      return;
    }
    if ("run" in message && message.run !== this.run) return;
    if (message.kind === "progress") {
      this.listener.state(this.state, message.stage);
    } else if (message.kind === "need") {
      void this.sendPackages(message.packages);
    } else if (message.kind === "ready") {
      this.suspends = message.suspends;
      this.versions = { python: message.python, numpy: message.numpy, engine: message.engine };
      this.to("ready", this.readiness());
      this.settle?.resolve();
      window.setTimeout(() => this.lookForGpu(), LOOK_MS);
      window.setTimeout(() => this.keepForNextVisit(), IDLE_MS);
    } else if (message.kind === "done") {
      window.clearTimeout(this.patience);
      this.pending = false;
      this.to("ready", this.readiness());
    } else if (message.kind === "fatal") {
      this.broken(message.text);
    }
    this.tell(message);
  }

  private keepForNextVisit(): void {
    const worker = startWorker(keepWorker);
    worker.onmessage = worker.onerror = () => {
      performance.mark("start-kept");
      worker.terminate();
    };
    worker.postMessage(filesOfStart(this.site));
  }

  private async sendPackages(names: string[]): Promise<void> {
    const { packages, files } = this.site.runtime;
    const wanted = new Set<string>();
    const add = (name: string): void => {
      const entry = packages[name];
      if (entry === undefined || wanted.has(name)) return;
      wanted.add(name);
      entry.depends.forEach(add);
    };
    names.forEach(add);
    const missing = [...wanted].map((name) => packages[name]?.file ?? "").filter((file) => !this.sent.has(file));
    let contents: Files = {};
    try {
      const bytes = await Promise.all(missing.map((file) => fetchFile(files[file] as SiteFile)));
      contents = Object.fromEntries(missing.map((file, i) => [file, bytes[i] as ArrayBuffer]));
      missing.forEach((file) => this.sent.add(file));
    } catch (error) {
      // The program goes on, and says at its import that the package is not there.
      const reason = error instanceof Error ? error.message : String(error);
      this.listener.note(`${names.join(", ")} could not be fetched: ${reason}`);
    }
    this.send({ kind: "packages", files: contents });
  }
}
