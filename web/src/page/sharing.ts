// The snippet on the page: opened from a link, compared with a run, forked, shared.
import { compare } from "../snippets/comparison.ts";
import { showShare } from "./dialogs.ts";
import type { Editor } from "../editor/editor.ts";
import { byId, html } from "../ui/dom.ts";
import type { CheckPane } from "../panes/check.ts";
import { load } from "./store.ts";
import { fromFragment, idInPath, type Manifest, readManifest, toFragment } from "../snippets/snippet.ts";

export interface SharingActions {
  /** A snippet with recorded results was opened. */
  recorded(): void;
  /** The program belongs to the visitor again. */
  left(): void;
  /** Opening did not work. */
  failed(why: string): void;
}

export class Sharing {
  readonly route = idInPath(location.pathname);
  private readonly banner = byId("banner");
  /** The stored snippet on the page; runs of its code are compared with it. */
  private opened: { manifest: Manifest; id: string | null } | null = null;
  /** The snippet that the program comes from. */
  private parent: string | null = null;
  /** What the last finished run made of exactly this code. */
  private made: { code: string; manifest: Manifest } | null = null;

  constructor(
    private readonly editor: Pick<Editor, "code" | "replace">,
    private readonly check: CheckPane,
    private readonly actions: SharingActions,
  ) {}

  /** The address of the shared program on the page; null where the program is the visitor's own. */
  get link(): string | null {
    return this.opened === null ? null : location.pathname + location.hash;
  }

  /** The program runs again: what was made of it before, and said of it, is no longer so. */
  begin(): void {
    this.made = null;
    const record = this.opened?.manifest;
    if (record !== undefined) this.introduce("It runs without network or storage.");
    if (record === undefined) this.check.clear();
    else if (record.code[record.entry] === this.editor.code()) this.check.recorded(record);
    else this.check.clear("The program is no longer the one that was shared, so its run is compared with nothing.");
  }

  /** A run has finished: keep its record, and compare it; the verdict in words. */
  finished(code: string, manifest: Manifest): string {
    this.made = { code, manifest };
    const record = this.opened?.manifest;
    return record !== undefined && record.code[record.entry] === code
      ? this.check.verdict(compare(record, manifest)) : "";
  }

  /** The engine that this code was recorded with, by the sha256 of its wheel; null where it was not. */
  engineOf(code: string): string | null {
    const record = this.opened?.manifest;
    if (record === undefined || record.code[record.entry] !== code) return null;
    const { wheel_sha256: wheel } = record.engine;
    return typeof wheel === "string" ? wheel : null;
  }

  /** Open what the page's address names, if it names a snippet. */
  async open(): Promise<void> {
    try {
      const linked = fromFragment(location.hash);
      if (linked !== null) return this.show(linked, null);
      if (this.route === null) return;
      const response = await fetch(`/api/v1/snippets/${this.route.id}.json`);
      if (!response.ok) {
        throw new Error(response.status === 410
          ? "This snippet was taken down."
          : `There is no snippet ${this.route.id} here (the server answered ${response.status}).`);
      }
      this.show(await response.text(), this.route.id);
    } catch (error) {
      this.actions.failed(error instanceof Error ? error.message : String(error));
    }
  }

  /** Go on with the program as one's own; what comes of it names this snippet as its origin. */
  fork(): void {
    const parent = this.opened?.id ?? this.parent;
    this.leave();
    this.parent = parent;
    this.actions.left();
  }

  leave(): void {
    this.opened = this.parent = null;
    this.banner.hidden = true;
    this.check.clear();
    if (location.pathname !== "/" || location.hash !== "") history.pushState(null, "", "/");
    document.title = "gradtape playground";
  }

  share(): void {
    const manifest = this.current();
    const address = new URL("/", location.origin);
    address.hash = toFragment(manifest).slice(1);
    showShare({
      fragment: address.href,
      store: () => store(manifest),
      recorded: readManifest(manifest).results.length,
      downloads: [
        { name: "program.py", text: this.editor.code(), type: "text/x-python" },
        { name: "snippet.json", text: manifest, type: "application/json" },
      ],
    });
  }

  private current(): string {
    const parent = this.opened?.id ?? this.parent;
    const code = this.editor.code();
    return JSON.stringify(this.made?.code === code
      ? { ...this.made.manifest, parent } : { schema: 0, title: "", code });
  }

  private show(text: string, id: string | null): void {
    const manifest = readManifest(text);
    this.opened = { manifest, id };
    const code = manifest.code[manifest.entry] ?? "";
    const changed = this.link === null ? code : (load(this.link)?.code ?? code);
    this.editor.replace(changed);
    document.title = manifest.title === "" ? "Snippet · gradtape" : `${manifest.title} · gradtape`;
    this.introduce(`${changed === code ? "" : "Here with your changes. "}It has not run yet; it runs when you press Run, without network or storage.`);
    this.check.recorded(manifest);
    if (manifest.results.length > 0) this.actions.recorded();
  }

  /** Say above the program whose it is. */
  private introduce(state: string): void {
    if (this.opened === null) return;
    const { manifest: { title }, id } = this.opened;
    this.banner.replaceChildren(
      html("p", {}, html("strong", {}, title === "" ? "A shared program" : `“${title}”`), ` by somebody else. ${state}`),
      this.route?.embedded === true
        ? html("a", { href: `/s/${id}`, target: "_blank", rel: "noopener" }, "Open in the playground")
        : html("button", { type: "button", title: "Go on with it as your own", click: () => this.fork() }, "Fork"),
    );
    this.banner.hidden = false;
  }
}

async function store(manifest: string): Promise<{ id: string; url: string }> {
  const response = await fetch("/api/v1/snippets", {
    method: "POST", headers: { "content-type": "application/json" }, body: manifest,
  }).catch(() => { throw new Error("this site does not answer; there may be no network"); });
  if (response.status === 429) throw new Error("too many links from here; wait a minute");
  if (!response.ok) {
    const problem = (await response.json().catch(() => ({}))) as { detail?: unknown };
    throw new Error(typeof problem.detail === "string" ? problem.detail : `the server answered ${response.status}`);
  }
  const { id } = (await response.json()) as { id: string };
  return { id, url: new URL(`/s/${id}`, location.origin).href };
}
