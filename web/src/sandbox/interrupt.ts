// Interrupting a run of Python from outside: two words of memory that the frame and the worker share.
//
// The first is the byte that Python looks at between its instructions; the second names the run that
// is to stop, so that a request which comes before the program has begun is not lost, and one which
// comes after it has ended strikes no other.
const SIGNAL = 0;
const RUN = 1;
const SIGINT = 2;

/** Ask for the end of `run`; called in the frame. */
export function interruptRun(shared: Int32Array, run: number): void {
  Atomics.store(shared, RUN, run);
  Atomics.store(shared, SIGNAL, SIGINT);
}

/** The worker's side. */
export class Interrupt {
  /** Who is interrupted, once it has started. */
  python: { setInterruptBuffer(buffer: Uint8Array | undefined): void } | null = null;
  private readonly signal: Uint8Array;

  constructor(private readonly shared: Int32Array) {
    this.signal = new Uint8Array(shared.buffer, 0, 1);
  }

  /** From here on Python can be interrupted, and is at once where that was asked for this run. */
  arm(run: number): void {
    // In this order: a request between the two lines is seen by the second.
    Atomics.store(this.shared, SIGNAL, 0);
    if (Atomics.load(this.shared, RUN) === run) Atomics.store(this.shared, SIGNAL, SIGINT);
    this.python?.setInterruptBuffer(this.signal);
  }

  /** From here on it cannot. */
  disarm(): void {
    this.python?.setInterruptBuffer(undefined);
    Atomics.store(this.shared, SIGNAL, 0);
  }
}
