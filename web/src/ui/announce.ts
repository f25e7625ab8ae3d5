// What a screen reader is told: one region, so that nothing is said twice.
import { byId } from "./dom.ts";

/** Say something once; what was said before need not be finished. */
export function announce(words: string): void {
  byId("live").textContent = words;
}
