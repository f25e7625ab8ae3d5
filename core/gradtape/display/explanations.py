"""An explanation of a gradient for a notebook: the cause, the line, the edit, the path."""

from __future__ import annotations

from typing import Any

from gradtape.display.markup import Markup, element
from gradtape.display.style import framed


def explanation(told: Any) -> str:
    """The HTML of an `Explanation`."""
    head = element("div", f"d({told.target})/d({told.source})", class_="head")
    parts = [head, element("div", told.text, class_=None if told.cause is None else "bad")]
    if told.line is not None:
        parts += [_place(told.line), element("pre", told.line.source)]
    if told.operands:
        parts.append(element("div", f"with {', '.join(told.operands)}", class_="muted"))
    if told.advice:
        parts.append(element("div", element("b", "Instead: "), told.advice))
    if told.suggestion is not None:
        parts.append(element("pre", told.suggestion["after"]))
    parts += [element("div", str(branch), class_="muted") for branch in told.lost]
    if told.path:
        parts.append(_path(told))
    return framed(*parts)


def _place(line: Any) -> Markup:
    return element("div", f"at {line}", class_="muted")


def _path(told: Any) -> Markup:
    heads = element("tr", *(element("th", word) for word in ("op", "type", "|gradient|", "line")))
    rows = []
    for step in told.path:
        shape = ", ".join(map(str, step.shape))
        norm = "" if step.norm is None else f"{step.norm:.4g}"
        line = "" if step.line is None else f"{step.line.lineno}: {step.line.source}"
        cells = (step.op, f"{step.dtype}[{shape}]", norm, line)
        rows.append(element("tr", *(element("td", cell) for cell in cells)))
    more = told.length - len(told.path)
    note = [element("div", f"{more} more ops in the middle", class_="muted")] if more > 0 else []
    return element(
        "details",
        element("summary", f"The path, {max(told.length, len(told.path))} ops"),
        element("table", heads, *rows),
        *note,
    )
