"""The graph of a tape as text: for a terminal, for Graphviz (`dot`) and for Mermaid."""

from __future__ import annotations

from html import escape
from typing import Any

from gradtape.display.rows import Row, rows_of


def terminal(graph: Any) -> str:
    """Line by line of the program, each value with what it is made from."""
    into = _inputs(graph)
    numbers = {i: k for k, i in enumerate(sorted(node.id for node in graph.nodes), 1)}
    lines = [f"{len(graph.nodes)} nodes, {len(graph.edges)} edges, {graph.bytes_kept} bytes kept"]
    for row in rows_of(graph).rows:
        lines.append(_title(row))
        nodes = [node for box in row.boxes for node in box.nodes]
        for node in sorted(nodes, key=lambda node: (node.kind == "op", node.id)):
            inputs = ", ".join(f"%{numbers[i]}" for i in into.get(node.id, ()))
            made = f"{node.op}({inputs})" if node.kind == "op" else _leaf(node)
            kept = f", keeps {node.bytes_kept} bytes" if node.bytes_kept else ""
            cut = "" if node.status == "recorded" else "  no gradient passes"
            lines.append(f"    %{numbers[node.id]} = {made}  {_type(node)}{kept}{cut}")
    return "\n".join(lines)


def dot(graph: Any) -> str:
    """Graphviz's language."""
    lines = ["digraph tape {", "  rankdir=LR;", '  node [fontname="monospace"];']
    for node in graph.nodes:
        shape = "ellipse" if node.kind == "op" else "box"
        dashed = "" if node.status == "recorded" else ", style=dashed"
        text = "\\n".join(_quoted(part) for part in (_name(node), _type(node), *_place(node)))
        lines.append(f'  n{node.id} [shape={shape}{dashed}, label="{text}"];')
    lines += [f"  n{start} -> n{end};" for start, end in graph.edges]
    return "\n".join([*lines, "}"])


def mermaid(graph: Any) -> str:
    """Mermaid's flowchart, as Markdown pages show it."""
    lines = ["flowchart LR"]
    for node in graph.nodes:
        text = "<br>".join(_entities(part) for part in (_name(node), _type(node), *_place(node)))
        left, right = ('(["', '"])') if node.kind == "op" else ('["', '"]')
        lines.append(f"  n{node.id}{left}{text}{right}")
    dashed = {node.id for node in graph.nodes if node.status != "recorded"}
    for start, end in graph.edges:
        lines.append(f"  n{start} {'-.->' if end in dashed else '-->'} n{end}")
    return "\n".join(lines)


def _inputs(graph: Any) -> dict[int, list[int]]:
    into: dict[int, list[int]] = {}
    for start, end in graph.edges:
        into.setdefault(end, []).append(start)
    return into


def _title(row: Row) -> str:
    return f"{'' if row.lineno is None else row.lineno:>4}  {row.title}"


def _name(node: Any) -> str:
    return str(node.op if node.name is None else node.name.removesuffix(":0"))


def _leaf(node: Any) -> str:
    return node.op if node.name is None else f"{node.op} {node.name.removesuffix(':0')!r}"


def _type(node: Any) -> str:
    return f"{node.dtype}[{', '.join(map(str, node.shape))}]"


def _place(node: Any) -> list[str]:
    return [] if node.line is None else [f"{node.line.lineno}: {node.line.source}"]


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\r", " ")


def _entities(text: str) -> str:
    """Text in quotes of Mermaid, which reads entities (with its own sign, #) and HTML."""
    plain = "".join(c if c.isprintable() else " " for c in text).replace("#", "\0")
    coded = escape(plain, quote=False).replace('"', "&quot;").replace("`", "&96;")
    return coded.replace("&", "#").replace("\0", "#35;")
