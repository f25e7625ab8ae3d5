// The worker in which Python runs: it starts Pyodide from the bytes it was given, runs programs,
// and reports what they print, draw and differentiate.
import {
  type Files, type Packed, type PageToFrame, type PageToWorker, readInWorker, type WorkerToPage,
} from "../messages/protocol.ts";
import { type CompiledModules, shareCompiled } from "./compiled.ts";
import { Interrupt } from "./interrupt.ts";
import { Output } from "./output.ts";
import { SITE_PACKAGES, unpack } from "./packages.ts";
import { capMemory, type Pyodide, type SentFiles, startPyodide } from "./pyodide.ts";

const files: SentFiles = new Map();
let post: (message: WorkerToPage, transfer?: Transferable[]) => void = () => {};
let python: Pyodide;
let interrupt: Interrupt | null = null;
/** Whether the engine has no observers, so that the scripts that were published with it serve it. */
let former = false;
let currentRun = 0;
let cancelledRun = 0;
let loading: Promise<string[]> = Promise.resolve([]);
let packagesArrived: ((wheels: Files) => void) | null = null;

function printer(stream: "stdout" | "stderr"): Output {
  return new Output((text, dropped) => post({ kind: "output", run: currentRun, stream, text, dropped }));
}

const stdout = printer("stdout");
const stderr = printer("stderr");

// ---------------------------------------------------------------- starting

const WITHOUT_OBSERVERS = `from importlib.util import find_spec
find_spec("gradtape") is not None and find_spec("gradtape.observers") is None`;
const IMPORT = "import playground.run as _scripts, playground.devices as _devices";
const IMPORT_FORMER = `import playground_run as _scripts, playground_devices as _devices, os
os.environ["MPLBACKEND"] = "module://playground_figures"`;

type Boot = Omit<Extract<PageToFrame, { kind: "boot" }>, "kind" | "protocol" | "python" | "files"> & {
  compiled: CompiledModules;
};

async function start({ engine, memoryMiB, wheelSha256, lockSha256, compiled }: Boot): Promise<void> {
  const began = performance.now();
  capMemory(memoryMiB);
  const allCompiled = shareCompiled(compiled);
  post({ kind: "progress", stage: "Starting Python" });
  python = await startPyodide(files);
  // A fatal error leaves the promise of the run unanswered for ever; this is where it is told.
  python._api.on_fatal = fatal;
  if (interrupt !== null) interrupt.python = python;
  python.setStdout({ write: (chunk: Uint8Array) => stdout.write(chunk) });
  python.setStderr({ write: (chunk: Uint8Array) => stderr.write(chunk) });
  post({ kind: "progress", stage: "Loading NumPy" });
  for (const [name, content] of files) {
    if (/^numpy-.*\.whl$/.test(name) || name === engine || name === "engine-bytecode.zip") {
      unpack(python.FS, content);
    }
  }
  python.registerJsModule("playground_page", {
    figure: (png: Uint8Array, description: string) => {
      const copy = png.slice().buffer as ArrayBuffer;
      post({ kind: "figure", run: currentRun, png: copy, description }, [copy]);
    },
    interruptible: (on: boolean) => {
      if (on) interrupt?.arm(currentRun);
      else interrupt?.disarm();
    },
    show: (kind: "points" | "tensor" | "loop" | "training", json: string) => {
      post({ kind, run: currentRun, [kind]: JSON.parse(json) } as unknown as WorkerToPage);
    },
    gradient: (json: string) => {
      post({ kind: "gradient", run: currentRun, call: JSON.parse(json) });
    },
  });
  post({ kind: "progress", stage: "Importing gradtape" });
  const formerScripts = files.get("former-scripts.zip");
  former = formerScripts !== undefined && python.runPython(WITHOUT_OBSERVERS) === true;
  const scripts = former ? formerScripts : files.get("playground.zip");
  if (scripts === undefined) throw new Error("the page's scripts were not sent to the sandbox");
  unpack(python.FS, scripts);
  files.clear(); // Python has what it needs, and a tab's memory is dear
  python.runPython(former ? IMPORT_FORMER : IMPORT);
  const versions = JSON.parse(python.runPython("_scripts.prepare()") as string) as {
    python: string; numpy: string; engine: string;
  };
  python.globals.set("_wheel", wheelSha256 ?? undefined);
  python.globals.set("_lock", lockSha256);
  python.runPython("_scripts.know(_wheel, _lock)");
  handOn(allCompiled());
  const suspends = "Suspending" in WebAssembly;
  post({ kind: "ready", ...versions, milliseconds: performance.now() - began, suspends });
}

/** To the frame, for the next Python; it takes only this, a worker's first word. */
function handOn(modules: CompiledModules): void {
  try {
    self.postMessage(modules);
  } catch {
    self.postMessage(new Map()); // a browser that shares no modules compiles them again
  }
}

// ---------------------------------------------------------------- running

/** Packages of the lock that the program imports and that are not loaded yet; one program's at a time. */
function loadImports(code: string): Promise<string[]> {
  loading = loading.then(() => loadMissing(code));
  return loading;
}

async function loadMissing(code: string): Promise<string[]> {
  python.globals.set("_code", code);
  const names = JSON.parse(
    python.runPython("_scripts.packages_of(_code)") as string,
  ) as string[];
  if (names.length === 0) return names;
  post({ kind: "progress", stage: `Loading ${names.join(", ")}` });
  const arrived = new Promise<Files>((resolve) => {
    packagesArrived = resolve;
  });
  post({ kind: "need", packages: names });
  for (const wheel of Object.values(await arrived)) unpack(python.FS, new Uint8Array(wheel));
  python.runPython("import importlib; importlib.invalidate_caches()");
  post({ kind: "progress", stage: "" });
  return names;
}

/** Have the packages imported that a program will import: its next run then does not wait for them. */
async function warm(code: string): Promise<void> {
  for (const name of await loadImports(code)) {
    python.runPython(`import importlib; importlib.import_module("${name === "matplotlib" ? "matplotlib.pyplot" : name}")`);
  }
  post({ kind: "warmed" });
}

/** The GPU backend's own scripts: Python may not evaluate text here, so they are imported for it. */
async function importGpuScripts(): Promise<void> {
  if ("gradtapeWebGPU" in globalThis) return;
  const names = former ? ["gradtape_webgpu/tab.js", "gradtape_webgpu/tab_worker.js"]
    : JSON.parse(python.runPython("_devices.scripts()") as string) as string[];
  const texts = names.map((name) => `${SITE_PACKAGES}/${name}`)
    .filter((path) => python.FS.analyzePath(path).exists)
    .map((path) => python.FS.readFile(path, { encoding: "utf8" }));
  await import(/* @vite-ignore */ URL.createObjectURL(new Blob(texts, { type: "text/javascript" })));
}

async function lookForGpu(): Promise<void> {
  await importGpuScripts();
  const answer = await python.runPythonAsync("await _devices.look()");
  const { gpu, reason } = JSON.parse(answer as string) as { gpu: string | null; reason: string };
  post({ kind: "gpu", name: gpu, reason });
}

type Report = Omit<Extract<WorkerToPage, { kind: "done" }>, "kind" | "run" | "milliseconds">;

const STOPPED: Report = {
  status: "stopped", calls: 0, manifest: null, kernels: null,
  failure: { name: "Stopped", message: "Stopped before it ran.", traceback: "", lineno: null, suggestion: null },
};

async function run(request: Extract<PageToWorker, { kind: "run" }>): Promise<void> {
  currentRun = request.run;
  const began = performance.now();
  const ended = (report: Report): void => {
    stdout.finish();
    stderr.finish();
    post({ kind: "done", run: request.run, milliseconds: performance.now() - began, ...report });
  };
  for (const [name, content] of Object.entries(request.files)) {
    if (/^[\w.-]+$/.test(name)) python.FS.writeFile(`/home/pyodide/${name}`, new Uint8Array(content));
  }
  const modules = Object.keys(request.files).filter((name) => name.endsWith(".py"));
  const texts = modules.map((name) => new TextDecoder().decode(request.files[name]));
  for (const text of [request.code, ...texts]) await loadImports(text);
  if (cancelledRun === request.run) return ended(STOPPED);
  python.globals.set("_code", request.code);
  python.globals.set("_seed", request.seed);
  python.globals.set("_device", request.device);
  await importGpuScripts(); // a program may choose the GPU itself
  ended(JSON.parse(
    (await python.runPythonAsync(
      "await _scripts.run(_code, _seed, _device)",
    )) as string,
  ) as Report);
}

/** Stop a program that waits: it is not running now, so nothing else would wake it. */
function cancel(request: number): void {
  if (request !== currentRun) return; // it ended while this was on its way
  cancelledRun = request;
  // The interrupt that was sent with this is for the program, not for the call that wakes it.
  interrupt?.disarm();
  if (python !== undefined) python.runPython("_scripts.cancel()");
}

function fatal(error: unknown): void {
  stdout.finish();
  stderr.finish();
  post({ kind: "fatal", text: String(error instanceof Error ? error.message : error) });
}

/**
 * An error in a callback, with no run that waits for it: the program's own (its traceback is told),
 * or an interrupt that struck the event loop between two steps (the run is being cancelled then).
 * Left alone it would count as the worker's failure, and Python would be gone.
 */
function stray(error: unknown): void {
  const text = String(error instanceof Error ? error.message : error);
  if (text.trimEnd().endsWith("KeyboardInterrupt")) return;
  stderr.write(new TextEncoder().encode(`In a callback:\n${text}\n`));
  stderr.flush();
}

self.addEventListener("error", (event) => {
  event.preventDefault();
  stray(event.error ?? event.message);
});
self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  stray(event.reason);
});

function receive(message: MessageEvent): void {
  const request = readInWorker(message.data);
  if (request.kind === "run") {
    run(request).catch(fatal);
  } else if (request.kind === "cancel") {
    cancel(request.run);
  } else if (request.kind === "warm") {
    warm(request.code).catch((error: unknown) => console.warn(`not warm: ${error}`));
  } else if (request.kind === "check") {
    python.globals.set("_call", request.call);
    const check = JSON.parse(python.runPython("_scripts.check(_call)") as string);
    post({ kind: "checked", run: request.run, check });
  } else if (request.kind === "replay") {
    for (const name of ["call", "node", "scale", "shift"] as const) python.globals.set(`_${name}`, request[name]);
    // The scripts for the first engines know nothing of it.
    const told = python.runPython("_scripts.replay(_call, _node, _scale, _shift) if hasattr(_scripts, 'replay') else None") as string | undefined;
    if (told !== undefined) post({ kind: "replayed", run: request.run, replay: JSON.parse(told) });
  } else if (request.kind === "exercise") {
    python.globals.set("_check", request.check);
    const told = python.runPython("_scripts.exercise(_check) if hasattr(_scripts, 'exercise') else None") as string | undefined;
    const verdict = told === undefined ? { passed: false, text: "This engine is too old to be checked." } : JSON.parse(told);
    post({ kind: "exercised", run: request.run, verdict });
  } else if (request.kind === "look-for-gpu") {
    lookForGpu().catch((error: unknown) => post({ kind: "gpu", name: null, reason: String(error) }));
  } else {
    packagesArrived?.(request.files);
  }
}

self.addEventListener(
  "message",
  (message: MessageEvent) => {
    const boot = message.data as Boot & {
      port: MessagePort; files: Packed; interrupt: Int32Array | null;
    };
    const { port } = boot;
    interrupt = boot.interrupt === null ? null : new Interrupt(boot.interrupt);
    post = (data, transfer = []) => port.postMessage(data, transfer);
    for (const [name, [part, from, size]] of Object.entries(boot.files.layout)) {
      files.set(name, new Uint8Array(boot.files.parts[part] as ArrayBuffer, from, size));
    }
    port.onmessage = receive;
    start(boot).catch(fatal);
  },
  { once: true },
);
