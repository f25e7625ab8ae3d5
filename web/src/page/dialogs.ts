// The page's dialogs: sharing a program, and the list of all commands with their keys.
import { html } from "../ui/dom.ts";

export interface Command {
  name: string;
  keys: string;
  /** The editor itself listens for the key. */
  inEditor?: boolean;
  run(): void;
}

function open(title: string, ...content: HTMLElement[]): HTMLDialogElement {
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
  const dialog = open("Commands", filter, nothing, list);
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
  open("Keys", all);
  all.focus(); // the arrow keys scroll it
}

/** A link to copy. */
function link(label: string, address: string, explanation: string): HTMLElement {
  const field = html("input", { type: "text", readonly: true, value: address, "aria-label": label });
  field.addEventListener("focus", () => field.select());
  const copy = html("button", {
    type: "button", "aria-live": "polite",
    click: () => {
      navigator.clipboard.writeText(address).then(
        () => { copy.textContent = "Copied"; },
        () => { field.select(); copy.textContent = "Press Ctrl+C"; },
      );
    },
  }, "Copy");
  return html("div", { class: "link" }, html("h3", {}, label),
    html("div", { class: "row" }, field, copy), html("p", { class: "muted" }, explanation));
}

export interface Shareable {
  /** The link that holds the program; null where it is too large, and whether its record is in it too. */
  fragment: { address: string | null; whole: boolean };
  /** Stores the snippet and gives its address; null where this page has no server. */
  store: () => Promise<{ id: string; url: string }>;
  recorded: number;
  downloads: { name: string; text: string; type: string }[];
}

function download(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  html("a", { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}

export function showShare({ fragment, store, recorded, downloads }: Shareable): void {
  const state = html("p", { role: "status", class: "muted" }, "Making a short link …");
  const short = html("div");
  const row = html("div", { class: "row" }, ...downloads.map(({ name, text, type }) => html("button", {
    type: "button", click: () => download(name, text, type),
  }, name)));
  const whatIsRecorded = recorded === 0
    ? "No results are recorded: run the program first, and the link can be checked by others."
    : `${recorded} ${recorded === 1 ? "gradient is" : "gradients are"} recorded with it, so whoever runs it sees whether theirs are the same.`;
  const long = fragment.address === null
    ? html("p", { class: "muted" }, "The program is too large for a link that needs no server.")
    : link("Link without a server", fragment.address, fragment.whole
      ? "The whole program is in the link itself; it is not sent to the server."
      : "The program is in the link itself, without its recorded gradients, which are too large for it.");
  open("Share", html("p", {}, whatIsRecorded), state, short, long,
    html("h3", {}, "Download"), row);
  store().then(
    ({ id, url }) => {
      state.textContent = "The short link is made.";
      const embed = `<iframe src="${url.replace("/s/", "/e/")}" title="gradtape snippet" width="100%" height="420" allow="cross-origin-isolated"></iframe>`;
      short.replaceChildren(
        link("Short link", url, "The link is made from the content: it can never show anything else."),
        link("Embed", embed, "Shows the program and runs it on a click."),
        html("details", {}, html("summary", {}, "How the link looks where it is posted"), html("img", {
          class: "preview", src: `/s/${id}/preview.png`, width: 1200, height: 630, loading: "lazy",
          alt: "The program's code and its recorded gradients",
        })),
      );
      const made = [["ipynb", "Notebook"], ...(recorded > 0 ? [["test.py", "Failing test"]] : [])];
      row.append(...made.map(([ending, name]) => html("a", {
        class: "button", href: `/api/v1/snippets/${id}.${ending}`, download: "",
      }, name ?? "")));
    },
    (error: Error) => {
      state.textContent = `No short link: ${error.message}. Embedding, the notebook and the test need one.`;
    },
  );
}
