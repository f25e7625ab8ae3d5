// All that is known of a node, or of the nodes behind one box, below the picture.
import { html } from "../../ui/dom.ts";
import type { Graph, GraphNode } from "../../messages/report.ts";
import type { Box } from "./rows.ts";
import { bytes, duration, inWords, nameOf, saidOf, typeOf } from "./words.ts";

const MOST_LISTED = 60;

export interface DetailActions {
  reveal(line: number): void;
  /** Another node was asked for. */
  choose(node: GraphNode): void;
}

function chip(node: GraphNode, actions: DetailActions): HTMLElement {
  return html("button", { type: "button", class: "chip", click: () => actions.choose(node) }, saidOf(node));
}

function row(term: string, ...content: (HTMLElement | string)[]): HTMLElement[] {
  return content.length === 0 ? [] : [html("dt", {}, term), html("dd", {}, ...content)];
}

/** `h = relu(x @ W1 + b1)`, as far as the program says so. */
function titleOf(node: GraphNode): string {
  const { label, expression } = node;
  if (node.kind !== "op" || expression === null) return nameOf(node);
  return label === null || expression.startsWith(label) ? expression : `${label} = ${expression}`;
}

/** A node's card. */
export function nodeDetails(node: GraphNode, graph: Graph, actions: DetailActions): HTMLElement {
  const byId = new Map(graph.nodes.map((other) => [other.id, other]));
  const nodesOf = (id: number): GraphNode[] => [byId.get(id) ?? []].flat();
  const from = graph.edges.filter(([, to]) => to === node.id).flatMap(([id]) => nodesOf(id));
  const into = graph.edges.filter(([id]) => id === node.id).flatMap(([, to]) => nodesOf(to));
  const times = [
    node.forward === null ? "" : `${duration(node.forward)} forward`,
    node.backward === null ? "" : `${duration(node.backward, graph.clock)} backward`,
  ].filter((word) => word !== "");
  const { line } = node;
  return html("div", { class: "node-card" },
    html("h3", {}, titleOf(node), " ", html("span", { class: "muted" },
      `${node.kind === "op" ? `${node.op} ` : ""}${typeOf(node)} on ${node.device}${node.status === "recorded" ? "" : `, ${node.status}`}`)),
    node.trouble === null ? null : html("p", { class: "trouble-text" }, node.trouble),
    html("dl", {},
      ...(line === null ? [] : row("Line", html("button", {
        type: "button", class: "line", click: () => actions.reveal(line.lineno),
      }, `line ${line.lineno}`, " ", html("code", {}, line.source)))),
      ...(node.value === null ? [] : row("Value", html("code", {}, inWords(node.value)))),
      ...(node.gradient === null ? [] : row("Gradient", html("code", {}, inWords(node.gradient)))),
      ...row("Takes", ...from.map((other) => chip(other, actions)),
        ...(node.operands.length > 0 ? [] : node.constants.map((text) => html("code", {}, text)))),
      ...row("Goes to", ...into.slice(0, 12).map((other) => chip(other, actions)),
        ...(into.length > 12 ? [`and ${into.length - 12} more`] : [])),
      ...row("Time", ...(times.length === 0 ? [] : [times.join(", ")])),
      ...row("Kept", `${bytes(node.bytes)} for the way back`)));
}

/** The nodes behind a box that stands for many. */
export function groupDetails(box: Box, actions: DetailActions & { toggle: (() => void) | null }): HTMLElement {
  const listed = box.nodes.slice(0, MOST_LISTED);
  const rows = listed.map((node) => html("tr", { class: node.trouble === null ? "" : "none" },
    html("th", { scope: "row" }, chip(node, actions)),
    html("td", {}, typeOf(node)),
    html("td", {}, node.value?.brief ?? ""), html("td", {}, node.gradient?.brief ?? "")));
  const more = box.nodes.length - listed.length;
  return html("div", { class: "node-card" },
    html("h3", {}, box.title, " ", html("span", { class: "muted" }, box.detail)),
    box.trouble === null ? null : html("p", { class: "trouble-text" }, box.trouble),
    actions.toggle === null ? null : html("button", { type: "button", click: actions.toggle }, "Open it"),
    html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Nodes of ${box.title}` },
      html("table", {}, html("thead", {}, html("tr", {},
        ...["Node", "Type", "Value", "Gradient"].map((name) => html("th", { scope: "col" }, name)))),
      html("tbody", {}, ...rows))),
    more > 0 ? html("p", { class: "note" }, `and ${more} more; the table view lists them.`) : null);
}
