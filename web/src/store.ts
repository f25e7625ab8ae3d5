// The one thing of the visitor's that this page keeps on their machine: the program being written.
const KEY = "gradtape.program";

export interface Saved {
  code: string;
  example: string | null;
}

/** Save; false where the browser keeps nothing (private windows, full storage). */
export function save(saved: Saved): boolean {
  try {
    localStorage.setItem(KEY, JSON.stringify(saved));
    return true;
  } catch {
    return false;
  }
}

export function load(): Saved | null {
  try {
    const value = JSON.parse(localStorage.getItem(KEY) ?? "null") as Partial<Saved> | null;
    if (typeof value?.code !== "string") return null;
    return { code: value.code, example: typeof value.example === "string" ? value.example : null };
  } catch {
    return null;
  }
}
