// The sandbox's frame as the page sees it: where every Python of the page lives.
import { type FrameToPage, type PageToFrame, readFromFrame } from "../messages/protocol.ts";

export class SandboxFrame {
  /** Whether Python can be interrupted there; settled when the frame is there. */
  readonly ready: Promise<boolean>;
  private readonly frame = document.createElement("iframe");
  private readonly failed = new Map<number, (reason: string) => void>();
  private readonly hear: (event: MessageEvent) => void;
  private count = 0;

  constructor(address: string) {
    const { frame } = this;
    frame.setAttribute("sandbox", "allow-scripts");
    frame.setAttribute("allow", "cross-origin-isolated");
    frame.setAttribute("referrerpolicy", "no-referrer");
    frame.title = "Python sandbox";
    frame.hidden = true;
    frame.src = address;
    let isReady: (interrupts: boolean) => void;
    this.ready = new Promise((resolve) => { isReady = resolve; });
    this.hear = (event) => {
      if (event.source !== frame.contentWindow) return;
      const message: FrameToPage = readFromFrame(event.data);
      if (message.kind === "frame-ready") isReady(message.interrupts);
      else this.failed.get(message.python)?.(message.text);
    };
    window.addEventListener("message", this.hear);
    document.body.append(frame);
  }

  /** A number for a new Python; `failed` hears why its worker is gone. */
  register(failed: (reason: string) => void): number {
    this.count += 1;
    this.failed.set(this.count, failed);
    return this.count;
  }

  send(message: PageToFrame, transfer: Transferable[] = []): void {
    this.frame.contentWindow?.postMessage(message, "*", transfer);
  }

  terminate(python: number): void {
    this.failed.delete(python);
    this.send({ kind: "terminate", python });
  }

  /** Remove the frame, and with it every worker. */
  end(): void {
    window.removeEventListener("message", this.hear);
    this.frame.remove();
  }
}
