// What the server keeps: storing a snippet, checking what comes back, and what its author may do with it.
import { type Json, manifestDigest, readManifest, snippetId } from "../snippets/snippet.ts";
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

/**
 * Store a manifest; whoever sends it again with this token is its author. What was stored from here
 * before is sent with its own, so that it lasts as long as its author said last.
 */
export async function store(manifest: string, newToken: string): Promise<Stored> {
  const before = crypto.subtle === undefined ? null : ownLink(await manifestDigest(readManifest(manifest) as unknown as Json));
  const token = before?.token ?? newToken;
  const response = await fetch("/api/v1/snippets", {
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

/** Let a link of one's own last so many days from now (0: for ever); until when it does. */
export async function keepFor(id: string, days: number): Promise<string | null> {
  const response = await asAuthor(id, "PATCH", `?expires_in_days=${days}`);
  const { expires } = (await response.json()) as { expires: string | null };
  const own = ownLink(id);
  if (own !== null) keepLink({ ...own, expires });
  return expires;
}

/** Delete a link of one's own. */
export async function remove(id: string): Promise<void> {
  await asAuthor(id, "DELETE");
  forgetLink(id);
}

async function asAuthor(id: string, method: string, query = ""): Promise<Response> {
  const response = await fetch(`/api/v1/snippets/${id}${query}`, {
    method, headers: { "delete-token": ownLink(id)?.token ?? "" },
  }).catch(() => { throw new Error("this site does not answer; there may be no network"); });
  if (response.status === 404 || response.status === 410) forgetLink(id);
  if (!response.ok) throw await refusal(response, "too many requests from here; wait a minute");
  return response;
}

async function refusal(response: Response, tooMany: string): Promise<Error> {
  if (response.status === 429) return new Error(tooMany);
  const problem = (await response.json().catch(() => ({}))) as { detail?: unknown };
  return new Error(typeof problem.detail === "string" ? problem.detail : `the server answered ${response.status}`);
}
