"""Docstrings and Markdown as HTML: paragraphs, lists, tables, examples, code. Text is escaped."""

from __future__ import annotations

import base64
import doctest
import json
import re
import zlib
from collections.abc import Callable

from gradtape_server.pages.markup import Markup, element, joined

PLAYGROUND = ""  # its address, where the pages lie elsewhere
Link = Callable[[str], str | None]
_INLINE = re.compile(r"(`[^`]+`|\[[^\]]+\]\([^)\s]+\)|\*\*[^*]+\*\*)")
_HEAD = re.compile(r"^(Args|Returns|Raises|Source|Derivative|Yields):(.*)$", re.DOTALL)


def inline(text: str, link: Link) -> Markup:
    """A line's words; code that names something public leads there."""
    parts: list[str | Markup] = []
    for piece in _INLINE.split(text):
        if piece.startswith("`"):
            code = element("code", piece[1:-1])
            to = link(piece[1:-1].partition("(")[0])
            parts.append(code if to is None else element("a", code, href=to))
        elif piece.startswith("**"):
            parts.append(element("strong", piece[2:-2]))
        elif piece.startswith("["):
            label, _, target = piece[1:-1].partition("](")
            to = link(target)
            parts.append(label if to is None else element("a", label, href=to))
        else:
            parts.append(piece)
    return joined(*parts)


def docstring(text: str, link: Link, level: int = 2) -> list[Markup]:
    """The parts of a docstring, with headings of this level."""
    found: list[Markup] = []
    blocks = [block for block in re.split(r"\n\s*\n", text.strip("\n")) if block.strip()]
    examples = [block for block in blocks if block.lstrip().startswith(">>>")]
    for block in blocks:
        if block not in examples:
            found.append(_block(block, link, level))
    if examples:
        code = "\n\n".join(examples)
        run = element("a", "Run it in the playground", href=playground(code), class_="run")
        found += [element(f"h{level}", "Example"), element("pre", code), element("p", run)]
    return found


def _block(block: str, link: Link, level: int = 2) -> Markup:
    head = _HEAD.match(block)
    if head is not None and head[1] == "Args":
        return joined(element(f"h{level}", "Arguments"), _arguments(head[2], link))
    if head is not None:
        rest = " ".join(head[2].split())
        return element("p", element("strong", f"{head[1]}: "), inline(rest, link))
    lines = block.split("\n")
    if lines[0].startswith("    "):
        return element("pre", "\n".join(line.removeprefix("    ") for line in lines))
    if lines[0].lstrip().startswith("- "):
        items = re.split(r"\n\s*- ", "\n" + block.strip())[1:]
        return element("ul", *(element("li", inline(" ".join(i.split()), link)) for i in items))
    return element("p", inline(" ".join(block.split()), link))


def _arguments(text: str, link: Link) -> Markup:
    items: list[str] = []
    for line in text.strip("\n").split("\n"):
        if line.strip() and not line.startswith("   "):
            items.append(line.strip())
        elif items:
            items[-1] += f" {line.strip()}"
    parts = []
    for item in items:
        name, _, about = item.partition(": ")
        parts += [element("dt", element("code", name)), element("dd", inline(about, link))]
    return element("dl", *parts)


def playground(example: str) -> str:
    """A link that opens an example in the playground: its program stands in the link."""
    lines = [] if "import gradtape" in example else ["import gradtape as tf"]
    if re.search(r"\bnp\.", example) and "import numpy" not in example:
        lines.append("import numpy as np")
    for part in doctest.DocTestParser().get_examples(example):
        source = part.source.rstrip("\n")
        shows = part.want and "\n" not in source and _is_expression(source)
        shown = f"print(\n    {source}\n)" if "#" in source else f"print({source})"
        lines.append(shown if shows else source)
    content = json.dumps({"schema": 0, "title": "", "code": "\n".join(lines) + "\n"})
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content.encode()) + packer.flush()
    return f"{PLAYGROUND}/#code=1{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def _is_expression(source: str) -> bool:
    try:
        compile(source, "example", "eval")
    except SyntaxError:
        return False
    return not source.startswith("print(")


def markdown(text: str, link: Link) -> list[Markup]:
    """A page of Markdown as this project writes it: headings, paragraphs, lists, tables, code."""
    found: list[Markup] = []
    for block in re.split(r"\n\s*\n", _joined_code(text)):
        lines = block.strip("\n").split("\n")
        if lines[0].startswith("```"):
            found.append(element("pre", "\n".join(lines[1:-1]).replace("\0", "\n")))
        elif lines[0].startswith("#"):
            level = len(lines[0]) - len(lines[0].lstrip("#"))
            found.append(element(f"h{level}", inline(lines[0].lstrip("# "), link)))
        elif lines[0].startswith("|"):
            found.append(_table(lines, link))
        elif block.strip():
            found.append(_block(block, link))
    return found


def _joined_code(text: str) -> str:
    """The text with blank lines inside fences kept from parting them."""
    return re.sub(
        r"^```.*?^```$",
        lambda m: re.sub(r"\n(?=\s*\n)", "\0", m[0]),
        text,
        flags=re.DOTALL | re.MULTILINE,
    )


def _table(lines: list[str], link: Link) -> Markup:
    rows = [
        [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in lines
        if not re.fullmatch(r"[|\s:-]+", line)
    ]
    head, *body = rows
    return table(
        [inline(cell, link) for cell in head], [[inline(c, link) for c in row] for row in body]
    )


def table(head: list[str | Markup], body: list[list[str | Markup]]) -> Markup:
    """A table that scrolls by itself."""
    heads = element("tr", *(element("th", cell, scope="col") for cell in head))
    rows = [element("tr", *(element("td", cell) for cell in row)) for row in body]
    inside = element("table", element("thead", heads), element("tbody", *rows))
    return element(
        "div", inside, class_="wide", tabindex="0", role="group", **{"aria-label": "table"}
    )
