// How far a reader has come, kept in the browser: steps that were read, exercises that were solved,
// and the answers that were given.
import { attempt } from "../store.ts";
import type { Place } from "./lesson.ts";

const KEY = "gradtape.lessons";

interface Kept {
  read: string[];
  solved: string[];
  /** The reader's text of each exercise. */
  answers: Record<string, string>;
  last: Place | null;
}

const NOTHING: Kept = { read: [], solved: [], answers: {}, last: null };
const nameOf = ({ lesson, step }: Place): string => `${lesson}#${step}`;

export class Progress {
  /** What other tabs have kept counts too, so it is read anew each time. */
  private get kept(): Kept {
    const found = attempt(() => JSON.parse(localStorage.getItem(KEY) ?? "null") as Partial<Kept> | null);
    const list = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === "string") : []);
    if (found === null || typeof found !== "object") return NOTHING;
    const answers = typeof found.answers === "object" && found.answers !== null ? found.answers : {};
    return { read: list(found.read), solved: list(found.solved), answers, last: found.last ?? null };
  }

  private keep(change: Partial<Kept>): void {
    attempt(() => localStorage.setItem(KEY, JSON.stringify({ ...this.kept, ...change })));
  }

  /** The step that was shown last. */
  get last(): Place | null {
    return this.kept.last;
  }

  wasRead(place: Place): boolean {
    return this.kept.read.includes(nameOf(place));
  }

  isSolved(place: Place): boolean {
    return this.kept.solved.includes(nameOf(place));
  }

  answer(place: Place): string | null {
    const { answers } = this.kept;
    const text = Object.hasOwn(answers, nameOf(place)) ? answers[nameOf(place)] : null;
    return typeof text === "string" ? text : null;
  }

  read(place: Place): void {
    this.keep({ read: [...new Set([...this.kept.read, nameOf(place)])], last: place });
  }

  answered(place: Place, code: string, passed: boolean): void {
    const { solved, answers } = this.kept;
    this.keep({
      answers: { ...answers, [nameOf(place)]: code },
      solved: passed ? [...new Set([...solved, nameOf(place)])] : solved,
    });
  }

  /** Begin anew. */
  forget(): void {
    attempt(() => localStorage.removeItem(KEY));
  }
}
