// The editor: CodeMirror with Python, completion from the engine's own index, the failing line
// underlined, and lines that light up when a node of the tape is pointed at.
//
// It lives in a shadow root: there CodeMirror hands its styles over as constructed style sheets,
// which a content security policy without inline styles allows.
import {
  autocompletion, closeBrackets, closeBracketsKeymap, type Completion, completionKeymap,
  type CompletionSource,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { globalCompletion, localCompletionSource, python } from "@codemirror/lang-python";
import {
  bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from "@codemirror/search";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration, type DecorationSet, drawSelection, EditorView, highlightActiveLine,
  highlightActiveLineGutter, highlightSpecialChars, hoverTooltip, keymap, lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { html } from "../ui/dom.ts";

/** What the engine says of one of its names: shown on completion and on hover. */
interface Documented {
  name: string;
  signature: string;
  summary: string;
}

const lightLine = StateEffect.define<number | null>();

const litLine = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lines, transaction) {
    let result = lines.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(lightLine)) continue;
      const number = effect.value;
      if (number === null || number < 1 || number > transaction.state.doc.lines) {
        result = Decoration.none;
      } else {
        const { from } = transaction.state.doc.line(number);
        result = Decoration.set([Decoration.line({ class: "cm-lit" }).range(from)]);
      }
    }
    return result;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const tintLines = StateEffect.define<ReadonlyMap<number, number>>();

/** Lines in the colours of their rows in the tape's picture. */
const tintedLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lines, transaction) {
    let result = lines.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(tintLines)) continue;
      const { doc } = transaction.state;
      const known = [...effect.value].filter(([line]) => line >= 1 && line <= doc.lines).sort(([a], [b]) => a - b);
      result = Decoration.set(known.map(([line, tint]) => Decoration.line({ class: `cm-tint${tint}` }).range(doc.line(line).from)));
    }
    return result;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: [tags.comment], color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: "var(--code-call)" },
  { tag: [tags.definition(tags.variableName), tags.className], color: "var(--code-name)" },
]);

const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "0.9375rem", color: "var(--text)", backgroundColor: "var(--sunken)" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--accent)", padding: "0.75rem 0" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--muted)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--active-line)" },
  // Drawn over the gutter, which would hide an outline.
  "&.cm-focused": { outline: "none" },
  "&.cm-focused::after": {
    content: '""', position: "absolute", inset: "0", border: "2px solid var(--focus)",
    pointerEvents: "none", zIndex: "300",
  },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground":
    { backgroundColor: "var(--selection)" },
  ...Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`.cm-tint${i}`, { backgroundColor: `var(--tint${i})` }])),
  ".cm-lit": { backgroundColor: "var(--lit)", boxShadow: "inset 3px 0 0 var(--accent)" },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)", color: "var(--text)", border: "1px solid var(--border)",
    borderRadius: "6px",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-documented": { padding: "0.4rem 0.6rem", maxWidth: "32rem", whiteSpace: "pre-wrap" },
  ".cm-documented code": { fontFamily: "var(--mono)", fontSize: "0.9em" },
  ".cm-documented .cm-call": { fontWeight: "600" },
  // In a narrow window the explanation would lie over the names.
  ".cm-completionInfo-left-narrow, .cm-completionInfo-right-narrow": { display: "none" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--text)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--border)" },
  ".cm-panel.cm-search": {
    display: "flex", flexWrap: "wrap", gap: "0.35rem", alignItems: "center", padding: "0.5rem 2.4rem 0.5rem 0.6rem",
    fontFamily: "var(--sans)",
  },
  ".cm-panel.cm-search br": { flexBasis: "100%", content: '""' },
  ".cm-panel.cm-search .cm-textfield, .cm-panel.cm-search .cm-button": {
    font: "inherit", fontSize: "0.875rem", margin: "0", minHeight: "1.8rem", padding: "0.1rem 0.55rem",
    color: "var(--text)", background: "var(--raised)", border: "1px solid var(--border)", borderRadius: "6px",
  },
  ".cm-panel.cm-search .cm-textfield": { flex: "1 1 8rem", minWidth: "0", background: "var(--sunken)" },
  ".cm-panel.cm-search .cm-button": { cursor: "pointer" },
  ".cm-panel.cm-search .cm-button:hover": { borderColor: "var(--muted)" },
  ".cm-panel.cm-search :focus-visible": { outline: "2px solid var(--focus)", outlineOffset: "1px" },
  ".cm-panel.cm-search label": {
    display: "inline-flex", alignItems: "center", gap: "0.3rem", fontSize: "0.875rem", minHeight: "1.5rem", margin: "0",
  },
  ".cm-panel.cm-search input[type=checkbox]": { margin: "0", width: "1rem", height: "1rem", accentColor: "var(--accent)" },
  ".cm-panel.cm-search [name=close]": {
    top: "0.4rem", right: "0.4rem", width: "1.8rem", height: "1.8rem", fontSize: "1.1rem", color: "var(--muted)", cursor: "pointer",
  },
  ".cm-searchMatch": { backgroundColor: "var(--lit)" },
  ".cm-searchMatch.cm-searchMatch-selected": { backgroundColor: "var(--selection)" },
  ".cm-diagnostic": { whiteSpace: "pre-wrap" },
});

/** The call and its first line, where names stand between backticks. */
function documentation({ signature, summary }: Documented): HTMLElement {
  const words = summary.split("`").map((part, i) => i % 2 === 0 ? part : html("code", {}, part));
  return html("div", { class: "cm-documented" }, html("code", { class: "cm-call" }, signature), "\n", ...words);
}

export interface Editor {
  view: EditorView;
  code(): string;
  replace(code: string): void;
  /** The same program written another way: the cursor stays in its line, and it can be undone. */
  rewrite(code: string): void;
  search(): void;
  light(line: number | null): void;
  /** Colour lines, each by the number of its colour; an empty map takes all colours away. */
  tint(lines: ReadonlyMap<number, number>): void;
  reveal(line: number): void;
  /** Light a line and bring it into view; the cursor and the focus stay. */
  show(line: number): void;
  /** Underline a line: as wrong, or as where the program was. */
  complain(line: number, message: string, severity: "error" | "info"): void;
  forgive(): void;
  /** Fetch what completion and hover say; without it the editor completes less, and that is all. */
  loadIndex(address: string): Promise<void>;
  /** Put `after` where `before` stands in the line, keeping the line's indentation. */
  suggest(line: number, before: string, after: string): boolean;
}

export function makeEditor(
  parent: HTMLElement, code: string, on: { change(code: string): void; run(): void; line(line: number): void },
): Editor {
  const root = parent.attachShadow({ mode: "open" });
  const host = document.createElement("div");
  host.style.height = "100%";
  root.append(host);

  let byName = new Map<string, Documented>();
  let options: Completion[] = [];
  const fromIndex: CompletionSource = (context) => {
    const word = context.matchBefore(/\btf(?:\.\w*)+/);
    if (word === null) return null;
    const typed = word.text.slice(3);
    const stem = typed.slice(0, typed.lastIndexOf(".") + 1);
    return {
      from: word.from + 3 + stem.length,
      options: options
        .filter(({ label }) => label.startsWith(stem))
        .map((option) => ({ ...option, label: option.label.slice(stem.length) })),
      validFor: /^\w*$/,
    };
  };
  const hover = hoverTooltip((view, position) => {
    const { from, text } = view.state.doc.lineAt(position);
    for (const match of text.matchAll(/\b(?:tf|gradtape)\.([\w.]+)/g)) {
      const start = from + match.index;
      const entry = byName.get(match[1] ?? "");
      if (entry !== undefined && start <= position && position <= start + match[0].length) {
        const dom = documentation(entry);
        return { pos: start, end: start + match[0].length, above: true, create: () => ({ dom }) };
      }
    }
    return null;
  });

  const view = new EditorView({
    root,
    parent: host,
    state: EditorState.create({
      doc: code,
      extensions: [
        // First, so that no other binding takes it.
        keymap.of([{ key: "Mod-Enter", run: () => (on.run(), true) }]),
        lineNumbers(), highlightActiveLineGutter(), highlightSpecialChars(), history(),
        drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
        highlightActiveLine(), highlightSelectionMatches(), search({ top: true }), lintGutter(),
        python(), indentUnit.of("    "), syntaxHighlighting(colours), theme, tintedLines, litLine, hover,
        autocompletion({ override: [fromIndex, localCompletionSource, globalCompletion] }),
        keymap.of([
          ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap,
          ...completionKeymap, indentWithTab,
        ]),
        EditorView.contentAttributes.of({
          "aria-label": "Python program", tabindex: "0",
          "aria-description": "Tab indents; Escape, then Tab, leaves the editor.",
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) on.change(update.state.doc.toString());
          if (update.selectionSet || update.docChanged) {
            on.line(update.state.doc.lineAt(update.state.selection.main.head).number);
          }
        }),
      ],
    }),
  });

  function lineRange(number: number): { from: number; to: number } {
    return view.state.doc.line(Math.min(Math.max(number, 1), view.state.doc.lines));
  }

  return {
    view,
    code: () => view.state.doc.toString(),
    replace(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    rewrite(text) {
      const { head } = view.state.selection.main;
      const line = view.state.doc.lineAt(head);
      if (text === view.state.doc.toString()) return;
      const cursor = { number: line.number, column: head - line.from };
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      const { from, to } = lineRange(cursor.number);
      view.dispatch({ selection: { anchor: Math.min(from + cursor.column, to) } });
    },
    search: () => void openSearchPanel(view),
    light: (line) => view.dispatch({ effects: lightLine.of(line) }),
    tint: (lines) => view.dispatch({ effects: tintLines.of(lines) }),
    show(line) {
      const { from } = lineRange(line);
      view.dispatch({ effects: lightLine.of(line) });
      // The editor alone scrolls: on a small screen the page stays at what was asked about.
      const { top, bottom } = view.lineBlockAt(from);
      const { scrollTop, clientHeight } = view.scrollDOM;
      if (top < scrollTop || bottom > scrollTop + clientHeight) {
        view.scrollDOM.scrollTop = (top + bottom - clientHeight) / 2;
      }
    },
    reveal(line) {
      const { from } = lineRange(line);
      view.dispatch({
        selection: { anchor: from },
        effects: [lightLine.of(line), EditorView.scrollIntoView(from, { y: "center" })],
      });
      view.focus();
    },
    complain(line, message, severity) {
      const { from, to } = lineRange(line);
      const diagnostic: Diagnostic = { from, to, severity, message };
      view.dispatch(setDiagnostics(view.state, [diagnostic]));
    },
    forgive: () => view.dispatch(setDiagnostics(view.state, []), { effects: lightLine.of(null) }),
    async loadIndex(address) {
      const index = await fetch(address).then((response) => response.json() as Promise<Documented[]>).catch(() => []);
      byName = new Map(index.map((entry) => [entry.name, entry]));
      options = index.map((entry) => ({
        label: entry.name, type: /^[A-Z]/.test(entry.name) ? "class" : "function",
        info: () => documentation(entry),
      }));
    },
    suggest(line, before, after) {
      const { from } = lineRange(line);
      const { to } = lineRange(line + before.split("\n").length - 1);
      if (view.state.sliceDoc(from, to).trimEnd() !== before.trimEnd()) return false;
      view.dispatch({ changes: { from, to, insert: after } });
      return true;
    },
  };
}
