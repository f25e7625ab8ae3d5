// Starts Pyodide from the bytes that the page sent. There is no network here: whatever Pyodide asks
// for by address is answered from those bytes.
import type { FileSystem } from "./packages.ts";
import { type Module, repairSnapshot } from "./snapshot.ts";

const HOME = "https://runtime.invalid/"; // an address that can name nothing outside
const PAGE_SIZE = 65_536;
const PLAIN = {
  indexURL: HOME,
  env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0", MPLBACKEND: "module://playground.figures" },
};

/** What of Pyodide is used here. */
export interface Pyodide {
  _api: { on_fatal: (error: unknown) => void };
  _module: Module;
  FS: FileSystem;
  globals: { set(key: string, value: unknown): void };
  runPython(code: string, options?: object): unknown;
  runPythonAsync(code: string, options?: object): Promise<unknown>;
  setStdout(options: object): void;
  setStderr(options: object): void;
  setInterruptBuffer(buffer: Uint8Array | undefined): void;
  registerJsModule(name: string, module: object): void;
}

export type SentFiles = Map<string, Uint8Array<ArrayBuffer>>;

/** Memory beyond the cap is refused, so that Python raises MemoryError and the tab survives. */
export function capMemory(mebibytes: number): void {
  const grow = WebAssembly.Memory.prototype.grow;
  const most = (mebibytes * 1024 * 1024) / PAGE_SIZE;
  WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
    if (this.buffer.byteLength / PAGE_SIZE + pages > most) {
      throw new RangeError("memory cap of the playground reached");
    }
    return grow.call(this, pages);
  };
}

/** From its memory snapshot; the plain way where there is none or it does not load. */
export async function startPyodide(files: SentFiles): Promise<Pyodide> {
  globalThis.fetch = async (input) => answer(files, input instanceof Request ? input.url : `${input}`);
  await importScript(files, "pyodide.asm.js");
  const { loadPyodide: load } = await importScript(files, "pyodide.mjs");
  if (load === undefined) throw new Error("pyodide.mjs does not export loadPyodide");
  const memory = files.get("memory.bin");
  if (memory === undefined) return load(PLAIN);
  try {
    const woken = await load({ ...PLAIN, _loadSnapshot: memory });
    repairSnapshot(woken._module);
    return woken;
  } catch (error) {
    console.warn(`starting without the memory snapshot: ${error}`);
    return load(PLAIN);
  }
}

function answer(files: SentFiles, address: string): Response {
  const name = address.slice(address.lastIndexOf("/") + 1);
  const found = files.get(name);
  if (!address.startsWith(HOME) || found === undefined) {
    throw new TypeError(`${address}: there is no network in the sandbox`);
  }
  const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return new Response(found, { headers: { "content-type": type } });
}

function importScript(
  files: SentFiles, name: string,
): Promise<{ loadPyodide?: (options: object) => Promise<Pyodide> }> {
  const content = files.get(name);
  if (content === undefined) throw new Error(`${name} was not sent to the sandbox`);
  const address = URL.createObjectURL(new Blob([content], { type: "text/javascript" }));
  return import(/* @vite-ignore */ address);
}
