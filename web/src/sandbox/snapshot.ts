// What Python's memory must be told about the browser in which a snapshot of it wakes.
//
// CPython keeps the address of a small WebAssembly function that counts the parameters of C functions;
// where the engine that starts it cannot compile that function (an older Node.js, for one) it calls
// them through JavaScript, slower, and no promise can be waited for below such a call. The snapshot
// holds what was true where it was made, so the browser's own answer is put in its place.

/** What of Pyodide's module is used here; all of it is private to Pyodide, whose version is pinned. */
export interface Module {
  HEAP32: Int32Array;
  __PyRuntime?: number;
  __PyEM_EMSCRIPTEN_COUNT_ARGS_OFFSET?: number;
  _PyEM_CountArgsPtr?: number;
}

export function repairSnapshot(module: Module): void {
  const { HEAP32, __PyRuntime: runtime, _PyEM_CountArgsPtr: counter } = module;
  const offset = module.__PyEM_EMSCRIPTEN_COUNT_ARGS_OFFSET;
  if (runtime === undefined || offset === undefined || counter === undefined) {
    throw new Error("this Pyodide keeps its parameter counter elsewhere");
  }
  HEAP32[(runtime + (HEAP32[offset / 4] as number)) / 4] = counter;
}
