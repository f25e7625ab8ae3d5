// One Python, as the page sees it: a worker in the sandbox's frame, and the messages between.
//
// Every byte that it needs is fetched here (where the browser's cache works, and hashes can be
// checked) and pushed in, because the sandbox has no network.
import {
  type Files, type Packed, type PageToWorker, PROTOCOL, readFromWorker, type WorkerToPage,
} from "../messages/protocol.ts";
import { Quota } from "../messages/quota.ts";
import { Malformed, UnknownMessage } from "../messages/readers.ts";
import type { Engine } from "./engines.ts";
import type { SandboxFrame } from "./sandbox_frame.ts";
import { fetchFile, type Site, type SiteFile } from "./site.ts";

const BYTECODE = "engine-bytecode.zip";
const SCRIPTS = "playground.zip";
const FORMER = "former-scripts.zip";
const FORGED = "The program sent the page what only Python itself sends it, or too much of it.";

/** What every start needs, by name. */
export function filesOfStart({ runtime, engine, scripts }: Site): Record<string, SiteFile> {
  const wanted: Record<string, SiteFile> = { [SCRIPTS]: scripts };
  for (const name of runtime.core) {
    const file = runtime.files[name];
    if (file !== undefined) wanted[name] = file;
  }
  if (engine !== null) wanted[engine.file] = engine.wheel;
  if (engine?.bytecode != null) wanted[BYTECODE] = engine.bytecode;
  return wanted;
}

export interface InterpreterListener {
  message(python: Interpreter, message: WorkerToPage): void;
  /** It cannot go on; it has been ended. */
  broken(python: Interpreter, reason: string): void;
  note(text: string): void;
}

export class Interpreter {
  /** Whether it can be interrupted and go on; else Stop means end. */
  interrupts = false;
  /** Whether it can wait for a promise in the middle of a call. */
  suspends = true;
  started = false;
  /** Whether a program has run in it. */
  used = false;
  /** Rejected when it ends before it has started. */
  readonly ready: Promise<void>;

  private settle!: { resolve(): void; reject(error: Error): void };
  private readonly id: number;
  private port: MessagePort | null = null;
  /** Whether it is gone. */
  ended = false;
  private readonly sent = new Set<string>();
  private readonly quota = new Quota();

  /** `engine` is another one than the page's own, or null; `files` are those of a start. */
  constructor(
    private readonly site: Site,
    private readonly frame: SandboxFrame,
    readonly engine: Engine | null,
    private readonly memoryMiB: number,
    files: Promise<Packed>,
    private readonly listener: InterpreterListener,
  ) {
    this.ready = new Promise<void>((resolve, reject) => { this.settle = { resolve, reject }; });
    this.ready.catch(() => {}); // whoever waits for it hears of it
    this.id = frame.register((reason) => this.fail(reason));
    this.boot(files).catch((error: Error) => this.fail(error.message));
  }

  send(message: PageToWorker): void {
    if (message.kind === "run") this.quota.begin();
    this.port?.postMessage(message);
  }

  /** Ask the program of this run to stop. */
  interrupt(run: number): void {
    this.frame.send({ kind: "interrupt", python: this.id, run });
    this.send({ kind: "cancel", run });
  }

  end(reason = "Python was ended"): void {
    if (this.ended) return;
    this.ended = true;
    this.frame.terminate(this.id);
    this.port?.close();
    this.port = null;
    this.settle.reject(new Error(reason));
  }

  private fail(reason: string): void {
    if (this.ended) return;
    this.end(reason);
    this.listener.broken(this, reason);
  }

  private async boot(startFiles: Promise<Packed>): Promise<void> {
    const other = this.engine;
    const more = other === null ? [] : [other.wheel, this.site.former].map(fetchFile);
    const [interrupts, files, wheel, former] = await Promise.all([this.frame.ready, startFiles, ...more]);
    if (this.ended) return;
    this.interrupts = interrupts;
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
    this.frame.send({
      kind: "boot", protocol: PROTOCOL, python: this.id, files, memoryMiB: this.memoryMiB,
      engine: (other ?? own)?.file ?? "", wheelSha256: (other ?? own)?.wheel.sha256 ?? null,
      lockSha256: this.site.runtime.lock_sha256,
    }, [port2, ...files.parts]);
  }

  private fromWorker(event: MessageEvent): void {
    let message: WorkerToPage;
    try {
      message = readFromWorker(event.data);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      console.warn(`refused a message from the sandbox: ${error.message}`);
      if (error instanceof UnknownMessage || !this.quota.allowsRefused()) this.fail(FORGED);
      return;
    }
    if (!this.quota.allows(message.kind)) return this.fail(FORGED);
    if (message.kind === "fatal") return this.fail(message.text);
    if (message.kind === "need") void this.sendPackages(message.packages);
    if (message.kind === "ready") {
      this.suspends = message.suspends;
      this.started = true;
      this.settle.resolve();
    }
    this.listener.message(this, message);
  }

  private async sendPackages(names: string[]): Promise<void> {
    const { packages, files } = this.site.runtime;
    const wanted = new Set<string>();
    const add = (name: string): void => {
      const entry = Object.hasOwn(packages, name) ? packages[name] : undefined;
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
      if (this.used) this.listener.note(`${names.join(", ")} could not be fetched: ${reason}`);
    }
    this.send({ kind: "packages", files: contents });
  }
}
