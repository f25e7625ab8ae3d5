// The snippet on the page: opened from a link, compared with a run, forked, shared.
import { compare } from "../snippets/comparison.ts";
import { type Shareable, showShare } from "./share_dialog.ts";
import { keepFor, proven, remove, store } from "./stored.ts";
import { newToken, ownLink } from "./own_links.ts";
import { byId, html } from "../ui/dom.ts";
import type { CheckPane } from "../panes/check.ts";
import type { Program } from "../python/program.ts";
import { loadChanges } from "./store.ts";
import {
  bare, fromFragment, idInPath, type Manifest, programOf, readManifest, toFragment,
} from "../snippets/snippet.ts";

/** The program on the page. */
export interface ShownProgram {
  now(): Program;
  /** Show one that is not the visitor's own. */
  show(program: Program): void;
}

export interface SharingActions {
  /** Another program is about to be shown: what is there must be kept. */
  leaving(): void;
  /** Another program is shown now, so what is known of the last run says nothing of it. */
  shown(): void;
  /** A snippet with recorded results was opened. */
  recorded(): void;
  /** The shared program is the visitor's own from here on. */
  forked(): void;
  /** The address names no shared program any more. */
  closed(): void;
  /** Opening did not work. */
  failed(why: string): void;
}

export class Sharing {
  private readonly banner = byId("banner");
  /** The stored snippet on the page; runs of its code are compared with it. */
  private opened: { manifest: Manifest; id: string | null; link: string; sha256: string } | null = null;
  /** The snippet that the program comes from. */
  private parent: string | null = null;
  /** What the last finished run made of exactly this code. */
  private made: { code: string; manifest: Manifest } | null = null;
  /** What was sent to be stored, and with what token: sent again it is still the same author's. */
  private sent = { manifest: "", token: "" };

  constructor(
    private readonly program: ShownProgram,
    private readonly check: CheckPane,
    private readonly actions: SharingActions,
  ) {}

  /** The address of the shared program on the page; null where the program is the visitor's own. */
  get link(): string | null {
    return this.opened?.link ?? null;
  }

  /** The program runs again: what was made of it before, and said of it, is no longer so. */
  begin(): void {
    this.made = null;
    const record = this.opened?.manifest;
    if (record !== undefined) this.introduce("It runs without network or storage.");
    if (record === undefined) this.check.clear();
    else if (record.code[record.entry] === this.program.now().code) this.check.recorded(record);
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
      const route = idInPath(location.pathname);
      if (route === null) return;
      const response = await fetch(`/api/v1/snippets/${route.id}.json`);
      if (!response.ok) {
        throw new Error(response.status === 410
          ? "This snippet was taken down."
          : `There is no snippet ${route.id} here (the server answered ${response.status}).`);
      }
      const text = await response.text();
      const sha256 = await proven(route.id, text);
      if (idInPath(location.pathname)?.id === route.id) this.show(text, route.id, sha256); // still there
    } catch (error) {
      this.actions.failed(error instanceof Error ? error.message : String(error));
    }
  }

  /** Show what the address says, after Back or Forward. */
  follow(): void {
    const link = addressed();
    if (link === this.link) return;
    this.actions.leaving();
    if (link !== null) return void this.open();
    this.close();
    this.actions.closed();
    this.actions.shown();
  }

  /** Go on with the program as one's own; what comes of it names this snippet as its origin. */
  fork(): void {
    const parent = this.opened?.id ?? this.parent;
    this.leave();
    this.parent = parent;
    this.actions.forked();
  }

  /** The page is the visitor's own again, and so is its address. */
  leave(): void {
    this.actions.leaving();
    this.close();
    if (addressed() !== null) history.pushState(null, "", "/");
  }

  private close(): void {
    if (this.opened !== null) document.title = "gradtape playground";
    this.opened = this.parent = null;
    this.banner.hidden = true;
    this.check.clear();
  }

  share(): void {
    const manifest = this.current();
    const program = this.program.now();
    if (this.sent.manifest !== manifest) this.sent = { manifest, token: newToken() };
    const { token } = this.sent;
    showShare({
      fragment: fragmentOf(manifest, program),
      store: () => store(manifest, token),
      keepFor,
      remove,
      recorded: readManifest(manifest).results.length,
      downloads: [
        { name: "program.py", text: program.code, type: "text/x-python" },
        { name: "snippet.json", text: manifest, type: "application/json" },
      ],
    });
  }

  private current(): string {
    const parent = this.opened?.id ?? this.parent;
    const program = this.program.now();
    return this.made?.code === program.code ? JSON.stringify({ ...this.made.manifest, parent }) : bare(program);
  }

  private show(text: string, id: string | null, sha256 = ""): void {
    const manifest = readManifest(text);
    const link = addressed() ?? "/";
    this.opened = { manifest, id, link, sha256 };
    const program = programOf(manifest);
    const changed = loadChanges(link) ?? program.code;
    this.program.show({ ...program, code: changed });
    this.actions.shown();
    document.title = manifest.title === "" ? "Snippet · gradtape" : `${manifest.title} · gradtape`;
    this.introduce(`${changed === program.code ? "" : "Here with your changes. "}It has not run yet; it runs when you press Run, without network or storage.`);
    this.check.recorded(manifest);
    if (manifest.results.length > 0) this.actions.recorded();
  }

  /** Delete the link on the page, which is the visitor's own; the program stays as theirs. */
  private async withdraw(id: string): Promise<void> {
    if (!window.confirm("Delete this link? Whoever opens it then finds nothing. Your program stays here.")) return;
    await remove(id).then(() => this.fork(), (error: Error) => {
      this.banner.append(html("p", { class: "note", role: "status" }, `Not deleted: ${error.message}.`));
    });
  }

  /** Say above the program whose it is. */
  private introduce(state: string): void {
    if (this.opened === null) return;
    const { manifest: { title }, id, sha256 } = this.opened;
    const own = id === null ? null : ownLink(id);
    this.banner.replaceChildren(
      html("p", {}, html("strong", {}, title === "" ? "A shared program" : `“${title}”`),
        ` ${own === null ? "by somebody else" : "that you shared"}. ${state}`),
      ...(sha256 === "" ? [] : [html("details", { class: "proof" }, html("summary", {}, "Content proved"),
        html("p", {}, "The link is made from the content, and this page has checked it. Its sha256: ", html("code", {}, sha256)))]),
      ...(own === null ? [] : [html("button", { type: "button", click: () => void this.withdraw(own.id) }, "Delete link")]),
      idInPath(location.pathname)?.embedded === true
        ? html("a", { href: `/s/${id}`, target: "_blank", rel: "noopener" }, "Open in the playground")
        : html("button", { type: "button", title: "Go on with it as your own", click: () => this.fork() }, "Fork"),
    );
    this.banner.hidden = false;
  }
}

/** The part of the address that names a shared program; null where it names none. */
export function addressed(): string | null {
  if (location.hash.startsWith("#code=")) return location.pathname + location.hash;
  return idInPath(location.pathname) === null ? null : location.pathname;
}

/** A link that holds the program with its record; the program alone, or nothing, where that is too much. */
function fragmentOf(manifest: string, program: Program): Shareable["fragment"] {
  const whole = toFragment(manifest);
  const alone = whole ?? toFragment(bare(program));
  const address = new URL("/", location.origin);
  address.hash = (alone ?? "").slice(1);
  return { address: alone === null ? null : address.href, whole: whole !== null };
}
