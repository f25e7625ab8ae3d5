// What is said of a training loop beside its curves: whose gradients are in trouble, in which steps.
import type { Training, Trouble } from "../messages/training.ts";

const MOST_NAMES = 4;
/** A loop of fewer steps is not drawn. */
const FEWEST_STEPS = 10;

/** Whether there is a curve to draw. */
export function hasCurves({ steps, curves }: Training): boolean {
  return steps >= FEWEST_STEPS && curves.some(({ x }) => x.length >= 2);
}

/** The sources, the first ones by name. */
export function namesOf({ sources }: Trouble): string {
  const more = sources.length - MOST_NAMES;
  return more > 1 ? `${sources.slice(0, MOST_NAMES).join(", ")} and ${more} more` : sources.join(", ");
}

/** "In 21 of 100 steps, first at step 80."; nothing of what happened once and has no steps. */
export function stepsOf({ count, first }: Trouble, { steps, looked }: Training): string {
  if (steps < 2) return "";
  const some = looked < steps ? " that were looked at" : "";
  return `In ${count.toLocaleString("en")} of ${looked.toLocaleString("en")} steps${some}, first at step ${first.toLocaleString("en")}.`;
}
