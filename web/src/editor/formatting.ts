// Formatting the program; the formatter is fetched when it is first asked for.
import type { FormatAnswer } from "./format_worker.ts";
import address from "./format_worker.ts?worker&url";
import { startWorker } from "../python/workers.ts";

let worker: Worker | null = null;
let asked = 0;

/** The formatter counts bytes; people count lines. */
function inLines(problem: string, code: string): string {
  const bytes = new TextEncoder().encode(code);
  return problem.replace(/at byte range (\d+)\.\.\d+/, (_, at: string) => {
    const line = bytes.slice(0, Number(at)).filter((byte) => byte === 10).length + 1;
    return `in line ${line}`;
  });
}

/** `code` in ruff's style. Rejected with the reason where it is no Python. */
export function format(code: string): Promise<string> {
  worker ??= startWorker(address);
  const mine = worker;
  asked += 1;
  const id = asked;
  return new Promise((resolve, reject) => {
    const done = ({ data }: MessageEvent<FormatAnswer>): void => {
      if (data.id !== id) return;
      mine.removeEventListener("message", done);
      if (data.formatted === null) reject(new Error(inLines(data.problem, code)));
      else resolve(data.formatted);
    };
    mine.addEventListener("message", done);
    mine.addEventListener("error", () => {
      worker = null;
      reject(new Error("the formatter could not be loaded"));
    }, { once: true });
    mine.postMessage({ id, code });
  });
}
