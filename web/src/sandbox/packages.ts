// Puts wheels where Python finds them. Pyodide's own way unpacks them in Python and links every
// compiled part at once; here they are unpacked outside, and a part is linked when it is imported.
import { unzipSync } from "fflate";

export const SITE_PACKAGES = "/lib/python3.12/site-packages";

export interface FileSystem {
  mkdirTree(path: string): void;
  writeFile(path: string, data: Uint8Array, options?: { canOwn: boolean }): void;
  readFile(path: string, options: { encoding: "utf8" }): string;
  analyzePath(path: string): { exists: boolean };
}

/** Unpack a wheel, or a zip of files that lie beside another one's. */
export function unpack(system: FileSystem, wheel: Uint8Array): void {
  const made = new Set<string>();
  for (const [name, content] of Object.entries(unzipSync(wheel))) {
    if (name.endsWith("/")) continue;
    const folder = `${SITE_PACKAGES}/${name}`.replace(/\/[^/]*$/, "");
    if (!made.has(folder)) system.mkdirTree(folder);
    made.add(folder);
    system.writeFile(`${SITE_PACKAGES}/${name}`, content, { canOwn: true });
  }
}
