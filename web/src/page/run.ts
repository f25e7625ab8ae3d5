// A run, from the press of Run to its end: what is asked of Python, and what is told when it has ended.
import type { Editor } from "../editor/editor.ts";
import type { Done, Kernel, RunRequest, State } from "../python/kernel.ts";
import { single } from "../python/program.ts";
import type { Site } from "../python/site.ts";
import { attested } from "../snippets/attested.ts";
import { announce } from "../ui/announce.ts";
import { byId } from "../ui/dom.ts";
import type { Results } from "./results.ts";
import type { Sharing } from "./sharing.ts";
import type { StatusLine } from "./status.ts";
import type { Tabs } from "./tabs.ts";

const WALL_CLOCK_MS = 120_000;
const WORDS = { finished: "Finished", failed: "Ended with an error", stopped: "Stopped" };

export interface RunParts {
  site: Site;
  memoryMiB: number;
  kernel: Kernel;
  editor: Editor;
  results: Results;
  sharing: Sharing;
  status: StatusLine;
  tabs: Tabs;
  /** The program as it stands now, and what it is to run on. */
  request(): RunRequest;
}

export class Runs {
  private readonly runButton = byId<HTMLButtonElement>("run");
  private readonly stopButton = byId<HTMLButtonElement>("stop");
  /** The program of the last run, and whether what that showed is still there. */
  private program = single("");
  private ran = false;
  private clock: number | undefined;

  constructor(private readonly parts: RunParts) {}

  /** Run the program that is in the editor; false where another one is still running. */
  start(): boolean {
    const { kernel, results, sharing, status } = this.parts;
    if (kernel.state === "running" || kernel.state === "stopping") return false;
    const request = this.parts.request();
    results.clear();
    status.begin();
    this.program = request;
    this.ran = true;
    this.compareWith(request.code);
    sharing.begin();
    this.runButton.disabled = true;
    performance.mark("run-asked");
    kernel.execute(request).then(
      (started) => {
        if (started) this.clock = window.setTimeout(() => this.tooLong(), WALL_CLOCK_MS);
      },
      (error: Error) => {
        this.runButton.disabled = false;
        results.output.note(`Python did not start: ${error.message}`);
      },
    );
    return true;
  }

  /** The program is this now: what is shown may be of another one. */
  compareWith(code: string): void {
    byId("stale").hidden = !this.ran || code === this.program.code;
  }

  /** Nothing is shown of a run any more. */
  forget(): void {
    this.ran = false;
    this.parts.results.clear();
    byId("stale").hidden = true;
  }

  /** A run has ended. */
  ended(done: Done): void {
    const { site, kernel, results, sharing, status, tabs } = this.parts;
    window.clearTimeout(this.clock);
    performance.mark("run-done");
    const finished = done.status === "finished";
    const manifest = finished ? attested(done, this.program, site, kernel.engine) : null;
    this.fail(done);
    if (finished && byId("output").childElementCount === 0) {
      results.output.note("The program ended without printing anything.");
    }
    const verdict = manifest === null ? "" : sharing.finished(this.program.code, manifest);
    results.finish(done.kernels, tabs);
    status.ended(done.status, done.milliseconds, done.calls);
    announce(`${WORDS[done.status]}. ${results.output.end(300)}${verdict === "" ? "" : ` ${verdict}`}`);
  }

  /** Python is in another state. */
  show(state: State, detail: string): void {
    const busy = state === "running" || state === "stopping" || state === "starting";
    this.runButton.disabled = state === "running" || state === "stopping";
    this.stopButton.disabled = !busy;
    document.documentElement.dataset["python"] = state;
    byId("output").setAttribute("aria-busy", String(busy));
    this.parts.status.state(state, detail);
  }

  private tooLong(): void {
    const { kernel, results } = this.parts;
    if (kernel.state !== "running") return;
    results.output.note(`Stopped after ${WALL_CLOCK_MS / 1000} seconds, the limit for one run.`);
    kernel.stop();
  }

  /** Why it did not finish, in the output and in the editor. */
  private fail({ failure, status }: Done): void {
    if (failure === null) return;
    const { memoryMiB, editor, results: { output } } = this.parts;
    const stopped = status === "stopped";
    if (stopped) output.note(failure.message);
    else output.failure(failure);
    if (failure.name === "MemoryError") output.note(`Python has ${memoryMiB} MiB here and the program asked for more.`);
    if (failure.lineno !== null) editor.complain(failure.lineno, failure.message, stopped ? "info" : "error");
  }
}
