// What the page itself knows of a run, put in the place of what the sandbox says of it.
//
// The code ran in a stranger's reach, so its report could claim any code and any engine. The page
// sent both in, and writes down what it sent; values alone are the sandbox's word.
import type { Engine } from "../python/engines.ts";
import type { Done } from "../python/kernel.ts";
import type { Site } from "../python/site.ts";
import { type Manifest, readManifest } from "./snippet.ts";

/** The manifest of a finished run, as the page can stand for it; null where there is none to read. */
export function witnessed({ manifest }: Done, code: string, site: Site, engine: Engine | null): Manifest | null {
  if (manifest === null) return null;
  let told: Manifest;
  try {
    told = readManifest(manifest);
  } catch (error) {
    console.warn(`refused the record of a run: ${error instanceof Error ? error.message : error}`);
    return null;
  }
  return {
    ...told,
    title: "",
    code: { "main.py": code },
    entry: "main.py",
    engine: { ...told.engine, version: engine?.version ?? null, wheel_sha256: engine?.wheel.sha256 ?? null },
    runtime: { ...told.runtime, version: site.runtime.version, lock_sha256: site.runtime.lock_sha256 },
  };
}
