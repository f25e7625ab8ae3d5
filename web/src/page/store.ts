// What this page keeps on the visitor's machine: every program that was written here, each under a name
// of its own, and for as long as the tab lives what was made of a shared one.
//
// A tab writes one draft and no other: a second tab begins with a copy, so that neither overwrites
// what the other holds. Opening a link never touches one's own programs.
import { type Program, single } from "../python/program.ts";

const DRAFT = "gradtape.draft.";
const ONLY = "gradtape.program"; // the one program of a visitor from before there were several
const TAB = "gradtape.tab"; // which draft is this tab's
const SHARED = "gradtape.shared ";
const MOST_DRAFTS = 40;

export interface Draft extends Program {
  /** The example that it began as. */
  example: string | null;
  /** When it was saved, in milliseconds. */
  saved: number;
}

/** Every draft by its name, the one saved last first. */
export function listDrafts(): (Draft & { name: string })[] {
  const found = attempt(() => Object.keys(localStorage)) ?? [];
  return found.filter((key) => key.startsWith(DRAFT) || key === ONLY).flatMap((key) => {
    const draft = read(localStorage, key);
    return draft === null ? [] : [{ ...draft, name: key.slice(DRAFT.length) }];
  }).sort((a, b) => b.saved - a.saved);
}

export function loadDraft(name: string): Draft | null {
  return read(attempt(() => localStorage), DRAFT + name);
}

/** Save; false where the browser keeps nothing (private windows, full storage). */
export function saveDraft(name: string, program: Program, example: string | null): boolean {
  for (const { name: old } of listDrafts().slice(MOST_DRAFTS)) localStorage.removeItem(DRAFT + old);
  return write(attempt(() => localStorage), DRAFT + name, { ...program, example, saved: Date.now() });
}

export function newName(): string {
  return crypto.randomUUID?.() ?? String(Math.random()).slice(2);
}

/** The draft of this tab; null in a new one. */
export function draftOfTab(): string | null {
  return attempt(() => sessionStorage.getItem(TAB));
}

/**
 * Take a draft for this tab, as long as it lives; false where another tab has it. A tab that was
 * duplicated has the memory of the one that it came from.
 */
export async function takeDraft(name: string): Promise<boolean> {
  const taken = await new Promise<boolean>((resolve) => {
    if (navigator.locks === undefined) return resolve(true);
    navigator.locks.request(DRAFT + name, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise(() => {}); // held until the tab is gone
    }).catch(() => resolve(true));
  });
  if (taken) attempt(() => sessionStorage.setItem(TAB, name));
  return taken;
}

/** What was made in this tab of the shared program at this address; null where nothing was. */
export function loadChanges(link: string): string | null {
  return read(attempt(() => sessionStorage), SHARED + link)?.code ?? null;
}

export function saveChanges(link: string, code: string): boolean {
  return write(attempt(() => sessionStorage), SHARED + link, { ...single(code), example: null, saved: Date.now() });
}

function read(storage: Storage | null, key: string): Draft | null {
  const value = attempt(() => JSON.parse(storage?.getItem(key) ?? "null") as Partial<Draft> | null);
  if (typeof value?.code !== "string") return null;
  const { code, example, saved } = value;
  const whole = typeof value.entry === "string" && typeof value.beside === "object" && value.beside !== null;
  const { entry, beside } = whole ? value as Program : single(code); // drafts of before had one file
  return { code, entry, beside, example: typeof example === "string" ? example : null, saved: typeof saved === "number" ? saved : 0 };
}

function write(storage: Storage | null, key: string, draft: Draft): boolean {
  if (storage === null) return false;
  return attempt(() => { storage.setItem(key, JSON.stringify(draft)); return true; }) ?? false;
}

/** Storage may be refused by the browser, at every touch. */
export function attempt<T>(use: () => T): T | null {
  try {
    return use();
  } catch {
    return null;
  }
}
