"""HTML by construction: text is escaped because there is no way to add it unescaped."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

_EMPTY = {"meta", "link", "img", "input", "br"}


@dataclass(frozen=True)
class Markup:
    """Text that is HTML already; only `element` and `document` make it."""

    text: str


def element(name: str, /, *children: str | Markup, **attributes: str) -> Markup:
    """An element. `class_` is class, `og_title` keeps its underscore: pass odd names by `**`.

    >>> element("p", "a < b", class_="x").text
    '<p class="x">a &lt; b</p>'
    """
    written = "".join(
        f' {key.rstrip("_")}="{html.escape(value, quote=True)}"'
        for key, value in attributes.items()
    )
    if name in _EMPTY:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{joined(*children).text}</{name}>")


def joined(*children: str | Markup) -> Markup:
    """Several pieces, one after the other."""
    return Markup(
        "".join(
            child.text if isinstance(child, Markup) else html.escape(visible(child), quote=False)
            for child in children
        )
    )


# Control characters, half surrogates, and the marks that turn the reading direction around.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def visible(text: str) -> str:
    """The text without characters that HTML forbids or that make it look like another text."""
    return _INVISIBLE.sub("\ufffd", text)


def document(head: list[Markup], body: list[Markup]) -> str:
    """A whole page."""
    first = [
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
    ]
    inside = joined(element("head", *first, *head), element("body", *body))
    return f'<!doctype html>\n<html lang="en">{inside.text}</html>\n'
