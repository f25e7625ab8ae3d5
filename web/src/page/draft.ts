// The program that is being written: kept while one types, formatted, replaced by an example.
import type { Editor } from "../editor/editor.ts";
import type { Example } from "../python/site.ts";
import { announce } from "../ui/announce.ts";
import { byId } from "../ui/dom.ts";
import { save } from "./store.ts";

const AFTER_TYPING_MS = 400;

export class Draft {
  private timer: number | undefined;

  /**
   * `example` is the one that the program began as; `link` gives the address of the shared program on
   * the page, null where the program is the visitor's own.
   */
  constructor(
    private readonly editor: Editor,
    public example: string | null,
    private readonly embedded: boolean,
    private readonly link: () => string | null,
  ) {}

  changed(): void {
    byId("saved").textContent = "";
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.keep(), AFTER_TYPING_MS);
  }

  keep(): void {
    window.clearTimeout(this.timer);
    if (this.embedded) return;
    const link = this.link();
    const saved = save({ code: this.editor.code(), example: this.example }, link);
    byId("saved").textContent = !saved ? "not saved: this browser keeps nothing"
      : link === null ? "saved here" : "kept in this tab";
  }

  open({ name, code }: Example): void {
    this.example = name;
    this.editor.replace(code);
    this.keep();
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
}
