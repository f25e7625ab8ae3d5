// Keeps the bytes of a start for the next visit, in a worker: they are tens of megabytes, and reading
// them would make the page wait.
import { StartBytes } from "./start_bytes.ts";
import type { SiteFile } from "./site.ts";

self.addEventListener("message", ({ data }: MessageEvent<Record<string, SiteFile>>) => {
  new StartBytes(data).keep().catch(() => {}) // a browser that keeps nothing starts slower
    .finally(() => self.postMessage("done"));
});
