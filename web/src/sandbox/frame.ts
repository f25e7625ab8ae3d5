// The sandbox's frame: an empty document of an opaque origin that owns the workers, one for each Python.
//
// It exists to give them a place without origin, storage or network, to hold the shared words that
// interrupt Python (memory shared with the page cannot cross into this frame) and the code that
// was compiled, and to end them. `WORKER` is the worker's whole script, put in by the build.
import { type FrameToPage, PROTOCOL, readInFrame } from "../messages/protocol.ts";
import type { CompiledModules } from "./compiled.ts";
import { interruptRun } from "./interrupt.ts";

declare const WORKER: string;

interface Running {
  worker: Worker;
  shared: Int32Array | null;
}

const pythons = new Map<number, Running>();
const shares = typeof SharedArrayBuffer === "function" && globalThis.crossOriginIsolated;
let compiled: CompiledModules = new Map();

function toPage(message: FrameToPage): void {
  window.parent.postMessage(message, "*"); // says nothing about the code or its data
}

function startWorker(message: MessageEvent): void {
  const request = readInFrame(message.data);
  const [port] = message.ports;
  if (request.kind !== "boot" || port === undefined) return;
  const { python } = request;
  const shared = shares ? new Int32Array(new SharedArrayBuffer(8)) : null;
  // A data: address, not a blob: one: in a frame without origin only this gives Chromium a module
  // worker that may use WebGPU.
  const worker = new Worker(`data:text/javascript;base64,${WORKER}`, { type: "module" });
  pythons.set(python, { worker, shared });
  worker.onerror = (event) => toPage({ kind: "worker-failed", python, text: event.message || "no reason" });
  // The first word of a worker comes before any program has run in it, so it is the page's own; later
  // ones may be a program's, and the next Python takes nothing from those.
  worker.addEventListener("message", ({ data }: MessageEvent<CompiledModules>) => { compiled = data; }, { once: true });
  const transfer: Transferable[] = [port, ...request.files.parts];
  worker.postMessage({ ...request, port, interrupt: shared, compiled }, transfer);
}

window.addEventListener("message", (message) => {
  if (message.source !== window.parent) return;
  const request = readInFrame(message.data);
  if (request.kind === "boot") {
    if (request.protocol === PROTOCOL) startWorker(message);
    else toPage({ kind: "worker-failed", python: request.python, text: "the page and its sandbox differ; reload the page" });
    return;
  }
  const { worker, shared } = pythons.get(request.python) ?? {};
  if (request.kind === "interrupt") {
    if (shared != null) interruptRun(shared, request.run);
  } else {
    worker?.terminate();
    pythons.delete(request.python);
  }
});

toPage({ kind: "frame-ready", interrupts: shares });
