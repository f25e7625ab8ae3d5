// The dialog in which a program is shared: its links, how long they last, and what deletes them.
import { html } from "../ui/dom.ts";
import { openDialog } from "./dialogs.ts";
import type { Stored } from "./stored.ts";

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

/** How long a link can be asked to last, in days; 0: for ever. */
const LASTS: [days: number, name: string][] = [[0, "for ever"], [365, "a year"], [30, "30 days"], [1, "a day"]];

export interface Shareable {
  /** The link that holds the program; null where it is too large, and whether its record is in it too. */
  fragment: { address: string | null; whole: boolean };
  /** Stores the snippet, or says why not. */
  store(): Promise<Stored>;
  /** Lets a link that was stored last so many days from now; until when it does, null: for ever. */
  keepFor(id: string, days: number): Promise<string | null>;
  /** Deletes a link that was stored. */
  remove(id: string): Promise<void>;
  recorded: number;
  downloads: { name: string; text: string; type: string }[];
}

function download(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  html("a", { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}

export function showShare({ fragment, store, keepFor, remove, recorded, downloads }: Shareable): void {
  const state = html("p", { role: "status", class: "muted" });
  const short = html("div");
  const row = html("div", { class: "row" }, ...downloads.map(({ name, text, type }) => html("button", {
    type: "button", click: () => download(name, text, type),
  }, name)));
  const made = html("span");
  row.append(made);
  const whatIsRecorded = recorded === 0
    ? "No results are recorded: run the program first, and the link can be checked by others."
    : `${recorded} ${recorded === 1 ? "gradient is" : "gradients are"} recorded with it, so whoever runs it sees whether theirs are the same.`;
  const long = fragment.address === null
    ? html("p", { class: "muted" }, "The program is too large for a link that needs no server.")
    : link("Link without a server", fragment.address, fragment.whole
      ? "The whole program is in the link itself; it is not sent to the server."
      : "The program is in the link itself, without its recorded gradients, which are too large for it.");
  openDialog("Share", html("p", {}, whatIsRecorded), state, short, long,
    html("h3", {}, "Download"), row);

  const make = (): void => {
    state.textContent = "Making a short link …";
    store().then(
      (stored) => {
        state.textContent = stored.expires === null ? "The short link is made."
          : `The short link is made; it lasts until ${moment(stored.expires)}.`;
        short.replaceChildren(...about(stored), ...stored.own ? [mine(stored)] : []);
        const forms = [["ipynb", "Notebook"], ...(recorded > 0 ? [["test.py", "Failing test"]] : [])];
        made.replaceChildren(...forms.map(([ending, name]) => html("a", {
          class: "button", href: `/api/v1/snippets/${stored.id}.${ending}`, download: "",
        }, name ?? "")));
      },
      (error: Error) => {
        state.textContent = `No short link: ${error.message}. Embedding, the notebook and the test need one.`;
      },
    );
  };

  /** What only the author can do with a link: delete it, or let it end by itself. */
  function mine({ id, expires }: Stored): HTMLElement {
    const unchanged = (error: Error): void => { state.textContent = `The link stays as it is: ${error.message}.`; };
    const lasts = html("select", { "aria-label": "How long the link lasts" },
      ...expires === null ? [] : [html("option", { value: "" }, "until then")],
      ...LASTS.map(([days, name]) => html("option", { value: days }, name)));
    lasts.addEventListener("change", () => {
      if (lasts.value === "") return;
      keepFor(id, Number(lasts.value)).then((end) => {
        state.textContent = `The link lasts ${end === null ? "for ever" : `until ${moment(end)}`}.`;
      }, unchanged);
    });
    return html("div", { class: "row" }, html("label", {}, "Lasts ", lasts), html("button", {
      type: "button", click: () => void remove(id).then(() => {
        short.replaceChildren();
        made.replaceChildren();
        state.textContent = "The link is deleted: whoever opens it finds nothing.";
      }, unchanged),
    }, "Delete link"), html("p", { class: "muted" }, "Only this browser can do that: the key to it is kept here and nowhere else."));
  }

  make();
}

function moment(written: string): string {
  return new Date(written).toLocaleString();
}

/** A stored link, how it is embedded, what it proves and how it looks. */
function about({ id, url, sha256 }: Stored): HTMLElement[] {
  const embed = `<iframe src="${url.replace("/s/", "/e/")}" title="gradtape snippet" width="100%" height="420" allow="cross-origin-isolated"></iframe>`;
  return [
    link("Short link", url, "The link is made from the content: it can never show anything else."),
    link("Embed", embed, "Shows the program and runs it on a click."),
    html("details", {}, html("summary", {}, "What the link proves"),
      link("sha256 of the content", sha256, `The ${id.length} letters of the link are the beginning of this in other letters. The page checks what it is sent against them; gradtape verify does too, and takes this number in place of them.`)),
    html("details", {}, html("summary", {}, "How the link looks where it is posted"), html("img", {
      class: "preview", src: `/s/${id}/preview.png`, width: 1200, height: 630, loading: "lazy",
      alt: "The program's code and its recorded gradients",
    })),
  ];
}
