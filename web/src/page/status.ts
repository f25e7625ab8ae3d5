// The line at the foot of the page: what Python is doing, how long it has been at it, how far a loop
// has come, and how the last run ended.
import { announce } from "../ui/announce.ts";
import { byId } from "../ui/dom.ts";
import type { State } from "../python/kernel.ts";
import type { Loop } from "../messages/report.ts";

const EVERY_MS = 500;

export class StatusLine {
  private readonly line = byId("state");
  private readonly bar = byId("progress");
  private running = false;
  private began = 0;
  private loop: Loop | null = null;

  constructor() {
    window.setInterval(() => this.tick(), EVERY_MS);
    window.addEventListener("offline", () => this.say(
      "No network. Programs run on here; sharing, reloading and what was not loaded yet need it."));
    window.addEventListener("online", () => this.say("The network is back."));
  }

  /** Something new, for everybody. */
  say(words: string): void {
    this.line.textContent = words;
    announce(words);
  }

  /** A run was asked for; nothing is known of its loops. */
  begin(): void {
    this.began = performance.now();
    this.loop = null;
    this.bar.classList.remove("measured");
  }

  /** Python is in this state; `detail` says more, "" nothing new. */
  state(state: State, detail: string): void {
    this.running = state === "running";
    this.bar.hidden = !["starting", "running", "stopping"].includes(state);
    if (state === "failed") this.say(`Python could not start: ${detail}`);
    else if (detail !== "") this.line.textContent = detail;
  }

  /** Python has started. */
  ready({ engine, numpy, python }: { engine: string; numpy: string; python: string }): void {
    byId("versions").textContent = `gradtape ${engine} · NumPy ${numpy} · Python ${python}`;
    performance.mark("python-ready");
  }

  looped(loop: Loop): void {
    this.loop = loop;
    this.tick();
  }

  /** How a run ended; the end of a run is announced with its output. */
  ended(status: "finished" | "failed" | "stopped", milliseconds: number, calls: number): void {
    const words = { finished: "Finished in", failed: "Ended with an error after", stopped: "Stopped after" }[status];
    const gradients = calls > 0 ? `, ${calls} gradient ${calls === 1 ? "call" : "calls"}` : "";
    this.line.textContent = `${words} ${seconds(milliseconds)}${gradients}`;
  }

  private tick(): void {
    if (!this.running) return;
    const { loop } = this;
    const where = loop === null ? ""
      : `, ${loop.label === "" ? "step" : loop.label} ${loop.done}${loop.total === null ? "" : ` of ${loop.total}`}`;
    this.line.textContent = `Running, ${seconds(performance.now() - this.began)}${where}`;
    const part = loop === null || loop.total === null || loop.total === 0 ? null : loop.done / loop.total;
    this.bar.classList.toggle("measured", part !== null);
    this.bar.style.setProperty("--part", String(part ?? 0));
  }
}

function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
