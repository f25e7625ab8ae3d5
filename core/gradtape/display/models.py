"""A model for a notebook: its layers with their output shapes and weights, and the totals."""

from __future__ import annotations

from collections.abc import Sequence

from gradtape.display.markup import Markup, element
from gradtape.display.style import framed

_HEADS = ("layer", "type", "output shape", "parameters")


def model(title: str, rows: Sequence[tuple[str, str, str, str]], totals: Sequence[str]) -> str:
    """The HTML of a model's table."""
    heads = [element("th", head, class_=_side(k)) for k, head in enumerate(_HEADS)]
    lines = [
        element("tr", *(element("td", cell, class_=_side(k)) for k, cell in enumerate(row)))
        for row in rows
    ]
    table = element("table", element("tr", *heads), *lines)
    parts: list[Markup] = [element("div", title, class_="head"), table]
    return framed(*parts, *(element("div", total, class_="muted") for total in totals))


def _side(column: int) -> str | None:
    return "number" if column == len(_HEADS) - 1 else None
