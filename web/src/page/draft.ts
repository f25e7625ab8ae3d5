// The program that is being written: kept while one types, formatted, put aside for another one.
import type { Editor } from "../editor/editor.ts";
import { announce } from "../ui/announce.ts";
import { byId, html } from "../ui/dom.ts";
import { type Program, single } from "../python/program.ts";
import { FIRST_PROGRAM } from "./first_program.ts";
import { draftOfTab, listDrafts, loadDraft, newName, saveChanges, saveDraft, takeDraft } from "./store.ts";

const AFTER_TYPING_MS = 400;

/** What the visitor's own program is when the page opens: this tab's, else a copy of the last one. */
export function ownProgram(): Program & { example: string | null } {
  const mine = draftOfTab();
  return (mine === null ? null : loadDraft(mine)) ?? listDrafts()[0] ?? { ...single(FIRST_PROGRAM), example: null };
}

export class ProgramDraft {
  private name = draftOfTab() ?? newName();
  private timer: number | undefined;
  /** What the program is besides the text in the editor. */
  private files = single("");
  /** The text as it was opened or saved; only what is different is worth keeping. */
  private unchanged: string;

  /**
   * `example` is the one that the program began as; `link` gives the address of the shared program on
   * the page, null where the program is the visitor's own.
   */
  constructor(
    private readonly editor: Editor,
    files: Program,
    public example: string | null,
    private readonly embedded: boolean,
    private readonly link: () => string | null,
  ) {
    this.unchanged = editor.code();
    this.put(files);
    if (embedded) return;
    void takeDraft(this.name).then((taken) => { if (!taken) this.rename(); });
    window.addEventListener("pagehide", () => this.keep());
  }

  /** The program as it stands now, with all its files. */
  program(): Program {
    return { ...this.files, code: this.editor.code() };
  }

  changed(): void {
    byId("saved").textContent = "";
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.keep(), AFTER_TYPING_MS);
  }

  keep(): void {
    window.clearTimeout(this.timer);
    const code = this.editor.code();
    if (this.embedded || code === this.unchanged) return;
    this.unchanged = code;
    const link = this.link();
    const saved = link === null ? saveDraft(this.name, this.program(), this.example) : saveChanges(link, code);
    byId("saved").textContent = !saved ? "not saved: this browser keeps nothing"
      : link === null ? "saved here" : "kept in this tab";
  }

  /** Put the program aside and begin another one. */
  begin(program: Program, example: string | null = null): void {
    this.keep();
    this.rename();
    this.example = example;
    this.put(program);
    this.editor.replace(program.code);
    this.unchanged = "";
    this.keep();
  }

  /** The same with a program that can be had again: it is kept only once it has been changed. */
  borrow(program: Program, example: string | null): void {
    this.keep();
    this.rename();
    this.example = example;
    this.show(program);
  }

  /** Show the visitor's own program again, after a shared one. */
  resume(): void {
    const { example, ...program } = ownProgram();
    this.example = example;
    this.show(program);
  }

  /** Show a program that is not the visitor's own. */
  show(program: Program): void {
    this.put(program);
    this.editor.replace(program.code);
    this.unchanged = program.code;
    window.clearTimeout(this.timer);
  }

  /** Show the files beside the one in the editor, to be read: the program imports them. */
  private put(program: Program): void {
    this.files = program;
    const names = Object.keys(program.beside);
    byId("beside").hidden = names.length === 0;
    byId("beside").replaceChildren(...names.map((name) => html("details", {},
      html("summary", {}, name), html("pre", { tabindex: 0, role: "region", "aria-label": name }, program.beside[name] ?? ""))));
  }

  /** Programs that were put aside, the last first; those with the text of another one stand once. */
  aside(): { title: string; when: string; program: Program; example: string | null }[] {
    const texts = new Set([this.editor.code()]);
    return listDrafts().filter(({ name, code }) => {
      const isNew = name !== this.name && !texts.has(code);
      texts.add(code);
      return isNew;
    }).map(({ example, saved, ...program }) => (
      { title: titleOf(program.code), when: new Date(saved).toLocaleString(), program, example }));
  }

  /** Rewrite the program in ruff's style; the formatter is fetched when it is first asked for. */
  format(): void {
    this.keep(); // now, so that it does not write over what is said here
    const code = this.editor.code();
    const say = (words: string): void => {
      byId("saved").textContent = words;
      announce(words);
    };
    say("formatting");
    import("../editor/formatting.ts").then(({ format }) => format(code)).then(
      (formatted) => {
        if (this.editor.code() === code) this.editor.rewrite(formatted);
        say(formatted === code ? "formatted already" : "formatted");
      },
      (error: Error) => say(`not formatted: ${error.message}`),
    );
  }

  private rename(): void {
    this.name = newName();
    void takeDraft(this.name);
  }
}

/** The first words that a program has of its own. */
function titleOf(code: string): string {
  const lines = code.split("\n").map((line) => line.trim());
  const line = lines.find((text) => text !== "" && !/^(import|from) /.test(text)) ?? lines[0] ?? "";
  return line.replace(/^[#"' ]+|["']+$/g, "").slice(0, 60);
}
