// What a run shows: every message of Python goes to the pane that shows it.
import type { Editor } from "../editor/editor.ts";
import type { WorkerToPage } from "../messages/protocol.ts";
import { type GradientCall, UNFINISHED } from "../messages/report.ts";
import { CheckPane } from "../panes/check.ts";
import { GradientsPane } from "../panes/gradients.ts";
import { showKernels } from "../panes/kernels.ts";
import { OutputPane } from "../panes/output.ts";
import type { TapeActions, TapePane } from "../panes/tape/pane.ts";
import { announce } from "../ui/announce.ts";
import { byId } from "../ui/dom.ts";
import type { Tabs } from "./tabs.ts";

export class Results {
  readonly output: OutputPane;
  readonly check: CheckPane;
  private readonly gradients: GradientsPane;
  private tape: TapePane | null = null;
  /** The calls of this run; the tape pane draws them when it has ended. */
  private calls: GradientCall[] = [];

  /** `checkCall` and `replay` ask Python of a gradient call; false where it cannot be asked now; `toTape`
   *  brings the tape into view. */
  constructor(
    private readonly editor: Editor, compareForm: HTMLElement, checkCall: (call: number) => boolean,
    private readonly replay: TapeActions["replay"], toTape: () => void,
  ) {
    const showTape = (call: number): void => {
      if (this.tape?.showCall(call) !== true) return announce("The tapes are drawn when the program has ended.");
      toTape();
    };
    this.output = new OutputPane(byId("output"), {
      reveal: editor.reveal, light: editor.light,
      apply: ({ lineno, before, after }) => editor.suggest(lineno, before, after), tape: showTape,
    });
    this.gradients = new GradientsPane(byId("gradients"), { reveal: editor.reveal, check: checkCall, tape: showTape });
    this.check = new CheckPane(byId("check"), byId("badge"), compareForm);
  }

  /** Empty the panes. */
  clear(): void {
    this.calls = [];
    this.output.clear();
    this.gradients.clear();
    this.tape?.clear();
    this.editor.forgive();
    byId("gradient-count").textContent = "";
  }

  receive(message: WorkerToPage): void {
    switch (message.kind) {
      case "output":
        return this.output.write(message.text, message.stream, message.dropped);
      case "figure":
        return this.output.figure(message.png, message.description);
      case "points":
        return this.output.points(message.points);
      case "tensor":
        return this.output.tensor(message.tensor);
      case "gradient":
        return this.gradient(message.call);
      case "training":
        return this.output.training(message.training);
      case "checked":
        return this.gradients.checked(message.check);
      case "replayed":
        return this.tape?.replayed(message.replay);
      default:
    }
  }

  /** A run has ended: its tapes and its kernels. */
  finish(kernels: string | null, tabs: Tabs): void {
    showKernels(kernels);
    if (kernels === null && !byId("kernels").hidden) tabs.select("output");
    this.output.linkTapes((call) => this.calls.some((one) => one.call === call && one.graph !== null));
    if (this.calls.some(({ graph }) => graph !== null)) void this.drawTapes();
  }

  /** The tape pane is shown: its picture is fitted to the room that it has. */
  fitTape(): void {
    this.tape?.draw();
  }

  lightLine(line: number): void {
    this.tape?.lightLine(line);
  }

  /** The tape pane; it and its layout code come after the first paint. */
  async loadTapePane(): Promise<TapePane> {
    const { TapePane } = await import("../panes/tape/pane.ts");
    if (this.tape === null) {
      const { reveal, light, show, tint } = this.editor;
      const card = this.output.card.bind(this.output);
      this.tape = new TapePane(byId("tape"), { reveal, light, show, tint, card, replay: this.replay });
      this.tape.clear();
    }
    return this.tape;
  }

  private gradient(call: GradientCall): void {
    this.calls.push(call);
    if (call.method === UNFINISHED) return;
    this.gradients.add(call);
    // What a loop has is told of all its steps together.
    if (call.loop === null) call.explanations.forEach((explanation) => this.output.explain(explanation));
    byId("gradient-count").textContent = `(${call.call})`;
  }

  private async drawTapes(): Promise<void> {
    const pane = await this.loadTapePane();
    pane.clear();
    this.calls.forEach((call) => pane.add(call));
    pane.draw();
  }
}
