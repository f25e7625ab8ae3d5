"""Elements of HTML and SVG as text; names and values that programs chose are escaped, always."""

from __future__ import annotations

import re
from html import escape
from typing import Any


class Markup(str):
    """Text that is markup already; every other text is escaped where it becomes a part of some."""

    __slots__ = ()


_ALONE = frozenset({"img", "br"})
_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def element(name: str, *inside: Any, **attributes: Any) -> Markup:
    """An element; `class_` and `stroke_width` mean the attributes `class` and `stroke-width`.

    An attribute that is None is left out.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_plain(str(value)))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _ALONE:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{joined(*inside)}</{name}>")


def joined(*parts: Any) -> Markup:
    """Parts one after the other."""
    return Markup("".join(p if isinstance(p, Markup) else escape(_plain(str(p))) for p in parts))


def _plain(text: str) -> str:
    """Text as a document can hold it: control characters and lone surrogates are replaced."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)
