// How much one Python may say to the page.
//
// A stranger's program can get hold of the port behind which the page listens, and forge every
// message. What is forged says nothing that the sandbox could not say, but it could start Pythons
// without end and leave the page no time; so every message is counted, and who says too much is ended.
import type { WorkerToPage } from "./protocol.ts";

/** What has its reason a few times in the life of one Python. */
const MOST: Partial<Record<WorkerToPage["kind"], number>> = { ready: 1, warmed: 8, need: 64, gpu: 64 };
/**
 * What costs the page memory and time, in one run: more than the page's own scripts send (`FIRST`
 * and `MOST` in keeping.py, `MOST_TOLD` in training.py, `MOST_TENSORS` in show.py, `MOST_FIGURES` in figures.py).
 */
const MOST_IN_A_RUN: Partial<Record<WorkerToPage["kind"], number>> = { gradient: 64, tensor: 64, figure: 256, training: 2_000 };
const BURST = 5_000; // messages at once …
const PER_SECOND = 500; // … and for as long as it lives; the sandbox itself gathers what is printed
const MOST_REFUSED = 100;

export class Quota {
  private readonly counts = new Map<string, number>();
  private readonly ofRun = new Map<string, number>();
  private left = BURST;
  private since = performance.now();
  private refused = 0;

  /** Count a message; false where it is one too many and its sender has to be ended. */
  allows(kind: WorkerToPage["kind"]): boolean {
    const within = counted(this.counts, kind) <= (MOST[kind] ?? Infinity)
      && counted(this.ofRun, kind) <= (MOST_IN_A_RUN[kind] ?? Infinity);
    return this.spend() && within;
  }

  /** The page sends it a program. */
  begin(): void {
    this.ofRun.clear();
  }

  /** Count what was no message of this protocol's form. */
  allowsRefused(): boolean {
    this.refused += 1;
    return this.spend() && this.refused <= MOST_REFUSED;
  }

  private spend(): boolean {
    const now = performance.now();
    this.left = Math.min(BURST, this.left + (now - this.since) / 1000 * PER_SECOND) - 1;
    this.since = now;
    return this.left >= 0;
  }
}

function counted(counts: Map<string, number>, kind: string): number {
  const count = (counts.get(kind) ?? 0) + 1;
  counts.set(kind, count);
  return count;
}
