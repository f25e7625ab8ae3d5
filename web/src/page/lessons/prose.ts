// A lesson's data as elements: text, formulas, the text of programs. Only what is listed here can come
// of it, whatever the data say.
import { html } from "../../ui/dom.ts";
import type { Markup, Piece } from "./lesson.ts";

const MATH = "http://www.w3.org/1998/Math/MathML";
const WORDS = new Set(["p", "em", "strong", "del", "code", "pre", "ul", "ol", "li", "a", "blockquote", "br", "hr",
  "h3", "h4", "table", "thead", "tbody", "tr", "th", "td"]);
const FORMULAS = new Set(["math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "msup", "msub", "msubsup", "mfrac", "msqrt",
  "mroot", "munder", "mover", "munderover", "mtable", "mtr", "mtd", "mpadded", "mphantom", "mstyle"]);

/** The elements of a text. */
export function prose(content: readonly Markup[]): (Element | string)[] {
  return content.map((node) => {
    if (typeof node === "string") return node;
    const [tag, attributes, ...children] = node;
    if (tag === "table") return scrolling(filled(html("table"), attributes, children));
    if (WORDS.has(tag)) return filled(document.createElement(tag), attributes, children);
    if (FORMULAS.has(tag)) return filled(document.createElementNS(MATH, tag), attributes, children);
    return html("span", {}, ...prose(children));
  });
}

function filled(element: Element, attributes: Record<string, string>, children: readonly Markup[]): Element {
  for (const [name, value] of Object.entries(attributes)) {
    if (name !== "href" || /^(https?:|\/|#)/.test(value)) element.setAttribute(name, value);
  }
  if (element.tagName === "A" && /^https?:/.test(attributes["href"] ?? "")) {
    element.setAttribute("rel", "noopener");
    element.setAttribute("target", "_blank");
  }
  if (element.getAttribute("display") === "block") element.setAttribute("tabindex", "0"); // it may scroll
  element.append(...prose(children));
  return element;
}

function scrolling(table: Element): Element {
  return html("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Table" }, table);
}

/** The text of a program, in the editor's colours. */
export function listing(pieces: readonly Piece[], label: string): HTMLElement {
  return html("pre", { class: "listing", tabindex: 0, role: "group", "aria-label": label }, html("code", {},
    ...pieces.map(([text, kind]) => (kind === "" ? text : html("span", { class: `py-${kind}` }, text)))));
}
