// Builds the sandbox's one document: the worker inside the frame's script, the script inside the
// page, and a content security policy that names the script by its hash and allows no network.
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const source = (name: string): string => fileURLToPath(new URL(`../src/sandbox/${name}`, import.meta.url));

async function bundle(name: string, format: "esm" | "iife", define: Record<string, string>): Promise<string> {
  const build = await rolldown({ input: source(name), transform: { define } });
  const { output } = await build.generate({ format, minify: true });
  await build.close();
  return output[0].code;
}

/** What the sandbox may do: run its one script, WebAssembly, the worker, and Pyodide from a blob. */
export function policy(script: string): string {
  const hash = createHash("sha256").update(script).digest("base64");
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash}' 'wasm-unsafe-eval' blob:`,
    "worker-src data:",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

export interface Sandbox {
  html: string;
  policy: string;
}

export async function buildSandbox(): Promise<Sandbox> {
  // The name stands in tracebacks, where the worker's whole data: address would stand otherwise.
  const worker = `${await bundle("worker.ts", "esm", {})}\n//# sourceURL=sandbox-worker.js\n`;
  const encoded = Buffer.from(worker).toString("base64");
  const frame = await bundle("frame.ts", "iife", { WORKER: JSON.stringify(encoded) });
  // The text of a script element ends at the first "</script", and the hash is over that text.
  const script = frame.trim().replaceAll("</script", "<\\/script");
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Python sandbox</title>
<meta http-equiv="Content-Security-Policy" content="${policy(script)}">
</head><body><script>${script}</script></body></html>
`;
  return { html, policy: policy(script) };
}
