// Formats Python in a worker of its own, with ruff compiled to WebAssembly. Its policy is that of the
// file it came from; the page itself runs no WebAssembly.
import init, { PositionEncoding, Workspace } from "@astral-sh/ruff-wasm-web";

export interface FormatAnswer {
  id: number;
  formatted: string | null;
  problem: string;
}

const ready = init().then(() => new Workspace({ "line-length": 88, "indent-width": 4 }, PositionEncoding.Utf16));

self.addEventListener("message", ({ data }: MessageEvent<{ id: number; code: string }>) => {
  const answer = (formatted: string | null, problem: string): void => {
    self.postMessage({ id: data.id, formatted, problem } satisfies FormatAnswer);
  };
  ready.then((workspace) => answer(workspace.format(data.code), ""))
    .catch((error: unknown) => answer(null, error instanceof Error ? error.message : String(error)));
});
