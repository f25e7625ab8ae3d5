// The sandbox's frame: an empty document of an opaque origin that owns the worker.
//
// It exists to give the worker a place without origin, storage or network, to hold the shared words
// that interrupt Python (memory shared with the page cannot cross into this frame), and to end
// the worker. `WORKER` is the worker's whole script, put in by the build.
import { type FrameToPage, PROTOCOL, readInFrame } from "../messages/protocol.ts";
import { interruptRun } from "./interrupt.ts";

declare const WORKER: string;

let worker: Worker | null = null;
const shared =
  typeof SharedArrayBuffer === "function" && globalThis.crossOriginIsolated
    ? new Int32Array(new SharedArrayBuffer(8))
    : null;

function toPage(message: FrameToPage): void {
  window.parent.postMessage(message, "*"); // says nothing about the code or its data
}

function startWorker(message: MessageEvent): void {
  const request = readInFrame(message.data);
  if (request.kind !== "boot") return;
  worker?.terminate();
  shared?.fill(0);
  // A data: address, not a blob: one: in a frame without origin only this gives Chromium a module
  // worker that may use WebGPU.
  worker = new Worker(`data:text/javascript;base64,${WORKER}`, { type: "module" });
  worker.onerror = (event) => toPage({ kind: "worker-failed", text: event.message || "no reason" });
  const [port] = message.ports;
  if (port === undefined) return;
  const transfer: Transferable[] = [port, ...request.files.parts];
  worker.postMessage({ ...request, port, interrupt: shared }, transfer);
}

window.addEventListener("message", (message) => {
  if (message.source !== window.parent) return;
  const request = readInFrame(message.data);
  if (request.kind === "boot") {
    if (request.protocol !== PROTOCOL) {
      toPage({ kind: "worker-failed", text: "the page and its sandbox differ; reload the page" });
      return;
    }
    startWorker(message);
  } else if (request.kind === "interrupt") {
    if (shared !== null) interruptRun(shared, request.run);
  } else {
    worker?.terminate();
    worker = null;
  }
});

toPage({ kind: "frame-ready", interrupts: shared !== null });
