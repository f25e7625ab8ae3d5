// The engines that the server keeps: every wheel it ever published, by the sha256 that snippets name.
import type { SiteFile } from "./site.ts";

export interface Engine {
  version: string;
  /** The wheel's file name. */
  file: string;
  wheel: SiteFile;
}

interface Entry {
  version: string;
  wheel_sha256: string;
  size: number;
  url: string;
}

/** Every engine on this server, the newest first. */
export async function listEngines(): Promise<Engine[]> {
  const response = await fetch("/api/v1/engines");
  if (!response.ok) throw new Error(`/api/v1/engines: the server answered ${response.status}`);
  const { engines } = (await response.json()) as { engines: Entry[] };
  return engines.map(({ version, wheel_sha256: sha256, size, url }) => ({
    version, file: url.slice(url.lastIndexOf("/") + 1), wheel: { url, sha256, size },
  }));
}

/** The engine with this wheel; null where the server has none such, or does not answer. */
export async function findEngine(sha256: string): Promise<Engine | null> {
  const engines = await listEngines().catch(() => []);
  return engines.find(({ wheel }) => wheel.sha256 === sha256) ?? null;
}
