// The links that were made in this browser, with what deletes them. Only their author has that: the
// server tells the token to nobody again, so it is kept here and nowhere else.
import { attempt } from "./store.ts";

const KEY = "gradtape.links";
const MOST = 500;

export interface OwnLink {
  id: string;
  sha256: string;
  token: string;
  /** When the server removes it, as it said; null: never. */
  expires: string | null;
}

/** A secret of one's own, to be sent with what is stored: whoever has it can delete that. */
export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The own link of that name, long or short; null where this browser made none. */
export function ownLink(name: string): OwnLink | null {
  return all().find(({ id, sha256 }) => id.startsWith(name) || name.startsWith(id) || sha256 === name) ?? null;
}

/** Keep a link; false where the browser keeps nothing. */
export function keepLink(link: OwnLink): boolean {
  return save([link, ...all().filter(({ id }) => id !== link.id)].slice(0, MOST));
}

export function forgetLink(name: string): void {
  save(all().filter(({ id }) => id !== name));
}

function all(): OwnLink[] {
  const found = attempt(() => JSON.parse(localStorage.getItem(KEY) ?? "[]") as unknown);
  return Array.isArray(found) ? found.filter(isLink) : [];
}

function save(links: OwnLink[]): boolean {
  return attempt(() => { localStorage.setItem(KEY, JSON.stringify(links)); return true; }) ?? false;
}

function isLink(value: unknown): value is OwnLink {
  const { id, sha256, token, expires } = (value ?? {}) as Partial<Record<keyof OwnLink, unknown>>;
  return [id, sha256, token].every((part) => typeof part === "string") && (expires === null || typeof expires === "string");
}
