// The way to the lessons: their code and their content come when somebody opens one, and not before.
import type { Done } from "../python/kernel.ts";
import type { Verdict } from "../messages/protocol.ts";
import { byId, html } from "../ui/dom.ts";
import { LEARN, type Lesson, placeIn } from "./lessons/lesson.ts";
import type { LessonActions, LessonPane } from "./lessons/pane.ts";

export class Learning {
  private readonly pane = byId("lesson");
  private loading: Promise<LessonPane> | null = null;
  private loaded: LessonPane | null = null;

  /** `address` is where the lessons' content is. */
  constructor(private readonly address: string, private readonly actions: Omit<LessonActions, "close">) {}

  /** Whether a lesson, or their contents, is what the address says. */
  get open(): boolean {
    return placeIn(location) !== undefined;
  }

  /** The table of contents; where a lesson is open already, the lessons are left. */
  toggle(): void {
    history.pushState(null, "", this.open ? "/" : LEARN);
    void this.follow();
    if (this.open) this.pane.focus();
  }

  /** Show what the address says. */
  async follow(): Promise<void> {
    this.pane.hidden = !this.open;
    document.documentElement.classList.toggle("learning", this.open);
    byId("lessons").setAttribute("aria-pressed", String(this.open));
    if (!this.open) return;
    try {
      this.loading ??= this.load();
      this.loaded = await this.loading;
      this.loaded.follow();
    } catch (error) {
      this.loading = null;
      this.pane.replaceChildren(html("p", { class: "note", role: "status" },
        `The lessons could not be loaded: ${error instanceof Error ? error.message : error}.`));
    }
  }

  ended(done: Done): void {
    this.loaded?.ended(done);
  }

  exercised(verdict: Verdict): void {
    this.loaded?.exercised(verdict);
  }

  private async load(): Promise<LessonPane> {
    const [{ LessonPane }, lessons] = await Promise.all([
      import("./lessons/pane.ts"),
      fetch(this.address).then((response) => {
        if (!response.ok) throw new Error(`the server answered ${response.status}`);
        return response.json() as Promise<Lesson[]>;
      }),
    ]);
    return new LessonPane(this.pane, lessons, { ...this.actions, close: () => { if (this.open) this.toggle(); byId("lessons").focus(); } });
  }
}
