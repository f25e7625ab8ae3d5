// Machine code that every start needs: compiled in the first one, handed on to those after it.
//
// A start compiles the same few files each time, the largest of nine megabytes. Workers of one frame
// can share a compiled module, and with it what the browser has optimised since.

/** Modules by what they were compiled from. */
export type CompiledModules = Map<string, WebAssembly.Module>;

const WORTH_KEEPING = 64 * 1024; // bytes; Pyodide makes many small ones as it goes
const STREAMED = "streamed"; // a start streams one module, Python itself

/** Take modules from `given`, or compile them; the answer ends that and gives all there are. */
export function shareCompiled(given: CompiledModules): () => CompiledModules {
  const { instantiateStreaming, Module } = WebAssembly;
  const modules: CompiledModules = new Map(given);
  const once = (key: string, compile: () => WebAssembly.Module): WebAssembly.Module => {
    const module = modules.get(key) ?? compile();
    modules.set(key, module);
    return module;
  };
  WebAssembly.instantiateStreaming = async (source, imports) => {
    const module = modules.get(STREAMED) ?? await WebAssembly.compileStreaming(source);
    modules.set(STREAMED, module);
    return { module, instance: await WebAssembly.instantiate(module, imports) };
  };
  WebAssembly.Module = new Proxy(Module, {
    construct(target, [content]: [BufferSource]) {
      return content.byteLength < WORTH_KEEPING
        ? new target(content) : once(keyOf(content), () => new target(content));
    },
  });
  return () => {
    Object.assign(WebAssembly, { instantiateStreaming, Module });
    return modules;
  };
}

/** The length and a sum over a part of the bytes: the files are the page's own, and few. */
function keyOf(content: BufferSource): string {
  const bytes = ArrayBuffer.isView(content)
    ? new Uint8Array(content.buffer, content.byteOffset, content.byteLength) : new Uint8Array(content);
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 61) sum = (Math.imul(sum, 31) + (bytes[i] as number)) | 0;
  return `${bytes.length} ${sum}`;
}
