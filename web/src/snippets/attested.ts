// What the page itself knows of a run, put in the place of what the sandbox says of it.
//
// The code ran in a stranger's reach, so its report could claim any code and any engine. The page
// sent both in, and writes down what it sent; values alone are the sandbox's word.
import type { Engine } from "../python/engines.ts";
import type { Done } from "../python/kernel.ts";
import type { Program } from "../python/program.ts";
import type { Site } from "../python/site.ts";
import { filesOf, type Manifest, readManifest } from "./snippet.ts";

/** The manifest of a finished run, as the page can stand for it; null where there is none to read. */
export function attested({ manifest }: Done, program: Program, site: Site, engine: Engine | null): Manifest | null {
  if (manifest === null) return null;
  let claimed: Manifest;
  try {
    claimed = readManifest(manifest);
  } catch (error) {
    console.warn(`refused the record of a run: ${error instanceof Error ? error.message : error}`);
    return null;
  }
  return {
    ...claimed,
    title: "",
    ...filesOf(program),
    engine: { ...claimed.engine, version: engine?.version ?? null, wheel_sha256: engine?.wheel.sha256 ?? null },
    runtime: { ...claimed.runtime, version: site.runtime.version, lock_sha256: site.runtime.lock_sha256 },
  };
}
