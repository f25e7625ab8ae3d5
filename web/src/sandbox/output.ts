// What a program prints, on its way to the page: small writes are gathered into few messages, and an
// endless program cannot flood the page.

const SENT_HEAD = 200_000; // characters sent as they come; of the rest only the end is sent
const SENT_TAIL = 50_000;
const POST_EVERY_MS = 40;
const POST_AT = 32_768;

export class Output {
  private readonly decoder = new TextDecoder();
  private pending = "";
  private sent = 0;
  private tail = "";
  private dropped = 0;
  private lastPost = 0;
  private burst = 0;

  /** `post` sends a text; `dropped` characters before it are left out. */
  constructor(private readonly post: (text: string, dropped: number) => void) {}

  write(chunk: Uint8Array): number {
    const text = this.decoder.decode(chunk, { stream: true });
    if (this.sent + this.pending.length < SENT_HEAD) {
      this.pending += text;
      const now = performance.now();
      const rested = now - this.lastPost > POST_EVERY_MS;
      // The first few writes go at once: a program that prints one line and then computes for
      // long cannot come back here to send it.
      if (rested || this.burst < 20 || this.pending.length >= POST_AT) {
        this.burst = rested ? 0 : this.burst + 1;
        this.flush();
      }
    } else {
      this.tail += text;
      if (this.tail.length > 2 * SENT_TAIL) {
        this.dropped += this.tail.length - SENT_TAIL;
        this.tail = this.tail.slice(-SENT_TAIL);
      }
    }
    return chunk.length;
  }

  flush(): void {
    if (this.pending === "") return;
    this.lastPost = performance.now();
    this.sent += this.pending.length;
    this.post(this.pending, 0);
    this.pending = "";
  }

  /** The run has ended: send what is left, and begin anew. */
  finish(): void {
    this.flush();
    if (this.tail !== "") {
      const cut = Math.max(0, this.tail.length - SENT_TAIL);
      this.post(this.tail.slice(cut), this.dropped + cut);
    }
    this.sent = this.dropped = this.burst = 0;
    this.tail = "";
  }
}
