// The bytes of a start of Python. At the first visit they are fetched file by file and checked; for
// later visits the browser keeps them in one piece, unpacked, because reading and unpacking them
// one by one from its HTTP cache takes a good part of a start.
import type { Packed } from "../messages/protocol.ts";
import { fetchFile, type SiteFile } from "./site.ts";

const STORE = "gradtape.start";
/** Every file begins at a multiple of this: Python's memory is read in whole words. */
const ALIGNED = 8;

function aligned(size: number): number {
  return Math.ceil(size / ALIGNED) * ALIGNED;
}

export class StartBytes {
  private readonly names: string[];
  private readonly files: SiteFile[];
  /** An address for the store alone: it names every file by its hash. */
  private readonly key: string;

  constructor(wanted: Record<string, SiteFile>) {
    this.names = Object.keys(wanted);
    this.files = Object.values(wanted);
    this.key = `/kept/aligned/${this.files.map(({ sha256 }) => sha256.slice(0, 12)).join("-")}`;
  }

  /** `progress` is told how many bytes of how many have come, file by file, where they are not kept yet. */
  async read(progress: (done: number, all: number) => void): Promise<Packed> {
    const cached = await this.readCached().catch(() => null);
    if (cached !== null) return cached;
    const all = this.files.reduce((sum, { size }) => sum + size, 0);
    let done = 0;
    progress(done, all);
    const parts = await Promise.all(this.files.map(async (file) => {
      const content = await fetchFile(file);
      done += file.size;
      progress(done, all);
      return content;
    }));
    const layout = this.names.map((name, i) => [name, [i, 0, parts[i]?.byteLength ?? 0]]);
    return { parts, layout: Object.fromEntries(layout) as Packed["layout"] };
  }

  private async readCached(): Promise<Packed | null> {
    const response = await (await caches.open(STORE)).match(this.key);
    if (response === undefined) return null;
    const bytes = await response.arrayBuffer();
    let from = 0;
    const layout: Packed["layout"] = {};
    this.files.forEach(({ size }, i) => {
      layout[this.names[i] as string] = [0, from, size];
      from += aligned(size);
    });
    return bytes.byteLength === from ? { parts: [bytes], layout } : null;
  }

  /** Keep the bytes for the next visit, where the browser keeps anything; drop those of old builds. */
  async keep(): Promise<void> {
    const store = await caches.open(STORE);
    const cached = await store.keys();
    const isThis = ({ url }: Request): boolean => new URL(url).pathname === this.key;
    if (cached.some(isThis)) return;
    await Promise.all(cached.map((old) => store.delete(old)));
    const rest = [...this.files];
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        const file = rest.shift();
        if (file === undefined) controller.close();
        else {
          controller.enqueue(new Uint8Array(await fetchFile(file)));
          controller.enqueue(new Uint8Array(aligned(file.size) - file.size));
        }
      },
    });
    await store.put(this.key, new Response(body));
  }
}
