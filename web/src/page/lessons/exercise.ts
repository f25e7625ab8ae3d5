// An exercise on the page: its program to finish, the check of what is in the editor, hints, an answer.
import type { Done } from "../../python/kernel.ts";
import type { Verdict } from "../../messages/protocol.ts";
import { announce } from "../../ui/announce.ts";
import { html } from "../../ui/dom.ts";
import { type Exercise, textOf } from "./lesson.ts";
import { listing, prose } from "./prose.ts";

const PATIENCE_MS = 20_000; // for a check that does not end
const NOT_RUN = { failed: "The program ended with an error; the output says which.", stopped: "The program was stopped, so it was not checked." };

export interface ExerciseActions {
  /** Put a program into the editor. */
  open(code: string, example: string | null): void;
  /** What is in the editor. */
  code(): string;
  /** Run what is in the editor; false where that cannot be now. */
  run(): boolean;
  /** Hold the run that has ended against a check; false where that cannot be now. */
  check(code: string): boolean;
}

/** What is kept of an exercise. */
export interface ExerciseProgress {
  solved: boolean;
  answer: string | null;
  answered(code: string, passed: boolean): void;
}

export class ExerciseView {
  readonly element: HTMLElement;
  private readonly verdict = html("div", { class: "verdict-box" });
  private readonly hints = html("div", { class: "hints" });
  private readonly hintButton: HTMLButtonElement;
  private readonly open: HTMLButtonElement;
  private shown = 0;
  /** The text that is being checked, and how far that is. */
  private checking: { code: string; asked: boolean } | null = null;
  private patience: number | undefined;

  constructor(
    private readonly exercise: Exercise, private readonly actions: ExerciseActions, private readonly progress: ExerciseProgress,
  ) {
    const button = (name: string, click: () => void, kind = ""): HTMLButtonElement => html("button", { type: "button", class: kind, click }, name);
    this.hintButton = button("", () => this.hint());
    this.open = button("", () => this.begin());
    this.element = html("section", { class: "exercise", "aria-label": "Exercise" },
      listing(exercise.pieces, "The program to finish"),
      html("div", { class: "toolbar" }, this.open, button("Check my answer", () => this.check(), "primary"), this.hintButton),
      this.verdict, this.hints);
    this.name();
    if (progress.solved) this.tell("passed", "Solved.", false);
  }

  /** A run has ended: if it was for the check, now comes the check. */
  ended(done: Done): void {
    const { checking } = this;
    if (checking === null || checking.asked) return;
    checking.asked = true;
    if (done.status !== "finished") return this.decide({ passed: false, text: NOT_RUN[done.status] });
    if (!this.actions.check(this.exercise.check)) return this.decide({ passed: false, text: "Python cannot check it now. Try again." });
    this.patience = window.setTimeout(() => this.decide({
      passed: false, text: "The check does not come to an end. Is there a loop in the program that does not either?",
    }), PATIENCE_MS);
  }

  decide({ passed, text }: Verdict): void {
    const { checking } = this;
    if (checking === null) return;
    window.clearTimeout(this.patience);
    this.checking = null;
    this.progress.answered(checking.code, passed);
    this.tell(passed ? "passed" : "not-yet", passed ? text : `Not yet. ${text}`, true);
    this.name();
  }

  private check(): void {
    const code = this.actions.code();
    if (!this.actions.run()) return announce("Python is busy; wait for its end, or stop it.");
    this.checking = { code, asked: false };
    this.tell("", "Checking …", false);
  }

  private begin(): void {
    this.actions.open(this.progress.answer ?? textOf(this.exercise.pieces), this.exercise.example);
  }

  private hint(): void {
    const { hints, solution, example } = this.exercise;
    const next = hints[this.shown];
    this.shown += 1;
    const added = next === undefined
      ? html("div", { class: "hint-text", tabindex: -1 }, html("h3", {}, "One answer"), listing([[solution, ""]], "One answer"),
        html("button", { type: "button", click: () => this.actions.open(solution, example) }, "Put it into the editor"))
      : html("div", { class: "hint-text", tabindex: -1 }, html("h3", {}, `Hint ${this.shown}`), ...prose(next));
    this.hints.append(added);
    this.name();
    added.focus();
  }

  /** What the buttons are called now. */
  private name(): void {
    const { hints } = this.exercise;
    this.open.textContent = this.progress.answer === null ? "Put it into the editor" : "Go on with my answer";
    this.hintButton.textContent = this.shown < hints.length ? `Hint ${this.shown + 1} of ${hints.length}` : "Show an answer";
    this.hintButton.hidden = this.shown > hints.length;
  }

  private tell(kind: string, text: string, aloud: boolean): void {
    this.verdict.className = `verdict-box ${kind}`;
    this.verdict.replaceChildren(html("p", {}, text));
    if (aloud) announce(text);
  }
}
