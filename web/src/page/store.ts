// What this page keeps on the visitor's machine: the program being written, and for as long as the
// tab lives what was made of a shared one. Opening a link never touches one's own program.
const KEY = "gradtape.program";

export interface SavedProgram {
  code: string;
  example: string | null;
}

/** Save; false where the browser keeps nothing (private windows, full storage). */
export function save(saved: SavedProgram, link: string | null = null): boolean {
  try {
    (link === null ? localStorage : sessionStorage).setItem(keyOf(link), JSON.stringify(saved));
    return true;
  } catch {
    return false;
  }
}

export function load(link: string | null = null): SavedProgram | null {
  try {
    const text = (link === null ? localStorage : sessionStorage).getItem(keyOf(link));
    const value = JSON.parse(text ?? "null") as Partial<SavedProgram> | null;
    if (typeof value?.code !== "string") return null;
    return { code: value.code, example: typeof value.example === "string" ? value.example : null };
  } catch {
    return null;
  }
}

function keyOf(link: string | null): string {
  return link === null ? KEY : `${KEY} ${link}`;
}
