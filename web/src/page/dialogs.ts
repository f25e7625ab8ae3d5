// The page's dialogs, and two of them: all commands, and all keys.
import { html } from "../ui/dom.ts";

export interface Command {
  name: string;
  keys: string;
  /** The editor itself listens for the key. */
  inEditor?: boolean;
  run(): void;
}

export function openDialog(title: string, ...content: HTMLElement[]): HTMLDialogElement {
  // The heading has the focus where nothing in the dialog asks for it, so that a reader begins there.
  const heading = html("h2", { id: "dialog-title", tabindex: -1, autofocus: true }, title);
  const dialog = html("dialog", { "aria-labelledby": "dialog-title" }, heading, ...content,
    html("form", { method: "dialog" }, html("button", {}, "Close")));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", ({ target, clientX, clientY }) => {
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    const beside = clientX < left || clientX > right || clientY < top || clientY > bottom;
    if (target === dialog && beside) dialog.close();
  });
  document.querySelector("dialog")?.remove(); // one at a time
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** All commands and programs, filtered by typing, walked with the arrow keys, run by Enter or a click. */
export function showCommands(commands: Command[], programs: Command[]): void {
  const filter = html("input", {
    type: "search", placeholder: "Type to filter", "aria-label": "Filter commands and programs",
  });
  const list = html("ul", { class: "commands" });
  const nothing = html("p", { class: "note", role: "status" });
  const dialog = openDialog("Commands", filter, nothing, list);
  dialog.classList.add("palette");
  filter.focus();
  const draw = (): void => {
    const wanted = filter.value.trim().toLowerCase();
    const found = [...commands, ...programs].filter(({ name }) => name.toLowerCase().includes(wanted));
    nothing.hidden = found.length > 0;
    nothing.textContent = found.length > 0 ? "" : "No command and no program has this in its name.";
    list.replaceChildren(...found.map((command) => html("li", {}, html("button", {
      type: "button",
      click: () => {
        dialog.close();
        command.run();
      },
    }, html("span", {}, command.name), html("kbd", {}, command.keys)))));
  };
  filter.addEventListener("input", draw);
  filter.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      list.querySelector("button")?.click();
    }
  });
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    const stops = [filter, ...list.querySelectorAll("button")];
    const at = stops.indexOf(document.activeElement as HTMLButtonElement);
    stops[Math.min(Math.max(at + step, 0), stops.length - 1)]?.focus();
    event.preventDefault();
  });
  draw();
}

/** Every key of the page and of its editor, on one sheet. */
export function showKeys(commands: Command[]): void {
  const editorKeys: [string, string][] = [
    ["Complete a name", "Ctrl+Space"], ["Comment or uncomment", "Ctrl+/"], ["Indent, outdent", "Tab, Shift+Tab"],
    ["Leave the editor", "Esc, then Tab"], ["Undo, redo", "Ctrl+Z, Ctrl+Y"], ["Move a line", "Alt+Up, Alt+Down"],
    ["Next match of the selection", "Ctrl+D"],
  ];
  const pane: [string, string][] = [
    ["Walk from node to node, in the tape", "arrow keys, Home, End"], ["Bring a node's line into view", "Enter"],
    ["Go from tab to tab, in the results", "Left, Right"],
  ];
  const sheet = (title: string, keys: [string, string][]): HTMLElement => html("section", {},
    html("h3", {}, title), html("dl", { class: "keys" }, ...keys.flatMap(([name, key]) => [
      html("dt", {}, name), html("dd", {}, html("kbd", {}, key))])));
  const all = html("div", { class: "sheet", tabindex: 0, role: "region", "aria-label": "All keys" },
    sheet("Everywhere", commands.filter(({ keys }) => keys !== "").map(({ name, keys }) => [name, keys])),
    sheet("In the editor", editorKeys), sheet("In the results", pane));
  openDialog("Keys", all);
  all.focus(); // the arrow keys scroll it
}
