// The lesson beside the editor: one step at a time, or the table of contents. What is shown is what the
// address says.
import "./lessons.css";
import type { Done } from "../../python/kernel.ts";
import type { Verdict } from "../../messages/protocol.ts";
import { html } from "../../ui/dom.ts";
import { type ExerciseActions, ExerciseView } from "./exercise.ts";
import { type Lesson, type Listing, pathOf, type Place, placeIn, type Step, textOf } from "./lesson.ts";
import { Progress } from "./progress.ts";
import { listing, prose } from "./prose.ts";

export interface LessonActions extends ExerciseActions {
  /** Bring what a run shows into view, where it is not. */
  show(): void;
  /** Leave the lessons. */
  close(): void;
}

export class LessonPane {
  private readonly progress = new Progress();
  private exercise: ExerciseView | null = null;

  constructor(private readonly pane: HTMLElement, private readonly lessons: Lesson[], private readonly actions: LessonActions) {
    // A link from lesson to lesson is followed without loading the page anew.
    pane.addEventListener("click", (event) => {
      const link = (event.target as Element).closest("a");
      const address = link === null ? null : new URL(link.href);
      if (address === null || address.origin !== location.origin || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const place = placeIn(address);
      if (place === undefined) return;
      event.preventDefault();
      this.go(place);
    });
  }

  ended(done: Done): void {
    this.exercise?.ended(done);
  }

  exercised(verdict: Verdict): void {
    this.exercise?.decide(verdict);
  }

  /** Show what the address says. */
  follow(): void {
    const place = placeIn(location);
    if (place === undefined) return;
    const lesson = this.lessons.find(({ name }) => name === place?.lesson);
    const step = lesson?.steps.find(({ id }) => id === place?.step) ?? lesson?.steps[0];
    if (lesson === undefined || step === undefined) this.showContents();
    else this.showStep(lesson, step);
    this.pane.scrollTop = 0;
  }

  /** Go to a step, or to the contents, as a link would. */
  private go(place: Place | null): void {
    history.pushState(null, "", pathOf(place));
    this.follow();
    this.pane.querySelector("h2")?.focus();
  }

  /** All steps of all lessons, one after the other. */
  private get course(): Place[] {
    return this.lessons.flatMap(({ name, steps }) => steps.map(({ id }) => ({ lesson: name, step: id })));
  }

  private showContents(): void {
    this.exercise = null;
    document.title = "Lessons · gradtape";
    const { last } = this.progress;
    const parts = new Map<string, Lesson[]>();
    for (const lesson of this.lessons) parts.set(lesson.part, [...(parts.get(lesson.part) ?? []), lesson]);
    this.pane.replaceChildren(
      this.bar(null),
      html("h2", { id: "lesson-title", tabindex: -1 }, "Lessons"),
      html("p", { class: "muted" }, "Each step has a program to run; the exercises are checked here, in your browser, and it remembers what you have solved."),
      ...(last === null ? [] : [html("p", {}, html("a", { class: "button", href: pathOf(last) }, "Go on where you were"))]),
      ...[...parts].flatMap(([part, lessons]) => [html("h3", {}, part), html("ol", { class: "contents" }, ...lessons.map((lesson) => this.entry(lesson)))]),
    );
  }

  private entry({ name, title, summary, steps }: Lesson): HTMLElement {
    const places = steps.map((step) => ({ step, place: { lesson: name, step: step.id } }));
    const done = places.filter(({ step, place }) => this.isDone(step, place)).length;
    return html("li", {},
      html("a", { href: pathOf(places[0]?.place ?? null) }, title),
      html("span", { class: "muted" }, ` ${done === 0 ? "" : done === steps.length ? "done" : `${done} of ${steps.length}`}`),
      html("p", { class: "muted" }, summary),
      html("details", {}, html("summary", {}, `${steps.length} steps`), html("ol", {}, ...places.map(({ step, place }) => (
        html("li", {}, html("a", { href: pathOf(place) }, step.title), html("span", { class: "muted" }, this.mark(step, place))))))));
  }

  /** A step is done when its exercise is solved, or where there is none when it was read. */
  private isDone(step: Step, place: Place): boolean {
    return step.parts.some(({ kind }) => kind === "exercise") ? this.progress.isSolved(place) : this.progress.wasRead(place);
  }

  private mark(step: Step, place: Place): string {
    const hasExercise = step.parts.some(({ kind }) => kind === "exercise");
    return hasExercise ? (this.progress.isSolved(place) ? " exercise, solved" : " exercise") : this.progress.wasRead(place) ? " read" : "";
  }

  private showStep(lesson: Lesson, step: Step): void {
    const place = { lesson: lesson.name, step: step.id };
    this.progress.read(place);
    document.title = `${step.title} · ${lesson.title} · gradtape`;
    const at = lesson.steps.indexOf(step);
    this.exercise = null;
    const parts = step.parts.flatMap((part): (Element | string)[] => {
      if (part.kind === "prose") return prose(part.content);
      if (part.kind === "program") return [this.program(part)];
      const { progress } = this;
      this.exercise = new ExerciseView(part, this.actions, {
        get solved() { return progress.isSolved(place); },
        get answer() { return progress.answer(place); },
        answered: (code, passed) => progress.answered(place, code, passed),
      });
      return [this.exercise.element];
    });
    this.pane.replaceChildren(
      this.bar(lesson),
      html("p", { class: "muted where" }, `${lesson.title} · step ${at + 1} of ${lesson.steps.length}`),
      html("h2", { id: "lesson-title", tabindex: -1 }, step.title),
      html("div", { class: "lesson-text" }, ...parts),
      this.onward(place),
    );
  }

  private program({ pieces, prints, example }: Listing): HTMLElement {
    const run = (): void => {
      this.actions.open(textOf(pieces), example);
      this.actions.run();
      this.actions.show();
    };
    return html("div", { class: "program" }, listing(pieces, "A program"),
      html("div", { class: "toolbar" }, html("button", { type: "button", click: run }, "Run this program")),
      ...(prints === null ? [] : [html("p", { class: "prints muted" }, "It prints"), html("pre", { class: "printed", tabindex: 0, role: "group", "aria-label": "What it prints" }, prints.trimEnd())]));
  }

  private bar(lesson: Lesson | null): HTMLElement {
    return html("nav", { class: "lesson-bar", "aria-label": "Lessons" },
      ...(lesson === null ? [html("span", {})] : [html("a", { href: pathOf(null) }, "All lessons")]),
      html("button", { type: "button", class: "quiet", click: () => this.actions.close() }, "Close the lessons"));
  }

  /** Back and on, from step to step and from lesson to lesson. */
  private onward(place: Place): HTMLElement {
    const { course } = this;
    const at = course.findIndex(({ lesson, step }) => lesson === place.lesson && step === place.step);
    const link = (name: string, to: Place | undefined, kind: string): HTMLElement[] => (
      to === undefined ? [] : [html("a", { class: `button ${kind}`, href: pathOf(to) }, to.lesson === place.lesson ? name : `${name} lesson`)]);
    return html("nav", { class: "onward", "aria-label": "Steps" },
      ...link("Previous", course[at - 1], "previous"), ...link("Next", course[at + 1], "next"));
  }
}
