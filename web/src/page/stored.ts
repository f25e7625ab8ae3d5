// What the server keeps: storing a snippet, checking what comes back, deleting one's own.
import { manifestDigest, snippetId } from "../snippets/snippet.ts";
import { forgetLink, keepLink, ownLink } from "./own_links.ts";

export interface Stored {
  id: string;
  url: string;
  sha256: string;
  /** Whether this browser can delete it. */
  own: boolean;
  expires: string | null;
}

/**
 * The sha256 of what the server sent, which the link has to name; "" where the browser computes none
 * (over plain http it does not).
 */
export async function proven(name: string, text: string): Promise<string> {
  if (crypto.subtle === undefined) return "";
  const content = JSON.parse(text);
  const sha256 = await manifestDigest(content);
  if (name !== sha256 && name !== await snippetId(content, name.length)) {
    throw new Error("The server sent something else than this link names, so it is not shown.");
  }
  return sha256;
}

/** Store a manifest for so many days (0: for ever); whoever sends it again with this token is its author. */
export async function store(manifest: string, token: string, days: number): Promise<Stored> {
  const response = await fetch(`/api/v1/snippets${days === 0 ? "" : `?expires_in_days=${days}`}`, {
    method: "POST", body: manifest, headers: { "content-type": "application/json", "delete-token": token },
  }).catch(() => { throw new Error("this site does not answer; there may be no network"); });
  if (!response.ok) throw await refusal(response, "too many links from here; wait a minute");
  const { id, sha256, delete_token, expires } = (await response.json()) as {
    id: string; sha256: string; delete_token?: string; expires?: string;
  };
  if (delete_token !== undefined) keepLink({ id, sha256, token: delete_token, expires: expires ?? null });
  const own = ownLink(id);
  return { id, url: new URL(`/s/${id}`, location.origin).href, sha256, own: own !== null, expires: own?.expires ?? null };
}

/** Delete a link of one's own. */
export async function remove(id: string): Promise<void> {
  const response = await fetch(`/api/v1/snippets/${id}`, {
    method: "DELETE", headers: { "delete-token": ownLink(id)?.token ?? "" },
  }).catch(() => { throw new Error("this site does not answer; there may be no network"); });
  if (response.ok || response.status === 404) forgetLink(id);
  if (!response.ok) throw await refusal(response, "too many requests from here; wait a minute");
}

async function refusal(response: Response, tooMany: string): Promise<Error> {
  if (response.status === 429) return new Error(tooMany);
  const problem = (await response.json().catch(() => ({}))) as { detail?: unknown };
  return new Error(typeof problem.detail === "string" ? problem.detail : `the server answered ${response.status}`);
}
