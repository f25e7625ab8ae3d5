"""WGSL functions as data: a text taken apart into functions, each with the names that it calls."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

_FUNCTION = re.compile(r"^fn (\w+)\(", re.MULTILINE)
_CALL = re.compile(r"\b([a-z_]\w*)\(")


class Function(NamedTuple):
    """The text of one WGSL function, and the names that it calls (built-in ones among them)."""

    text: str
    needs: tuple[str, ...]


def functions(source: str) -> dict[str, Function]:
    """The functions of a text in which each begins with `fn` at the start of a line.

    A comment above a function belongs to it.
    """
    found: dict[str, Function] = {}
    starts = [match.start() for match in _FUNCTION.finditer(source)]
    for start, end in zip(starts, [*starts[1:], len(source)], strict=True):
        body = source[start : source.rindex("}", start, end) + 1]
        text = _comment_above(source, start) + body
        name, *called = _CALL.findall(body)
        if name in found:
            raise KeyError(f"the WGSL function {name} is written twice")
        found[name] = Function(text, tuple(dict.fromkeys(n for n in called if n != name)))
    return found


def _comment_above(source: str, start: int) -> str:
    lines: list[str] = []
    for line in reversed(source[:start].splitlines()):
        if not line.startswith("//"):
            break
        lines.append(line)
    return "".join(line + "\n" for line in reversed(lines))


def horner(variable: str, *coefficients: float) -> str:
    """The polynomial c₀ + c₁v + c₂v² + …, nested, its coefficients rounded to float32."""
    *rest, last = (str(np.float32(c)) for c in coefficients)
    text = last
    for c in reversed(rest):
        text = f"fma({text}, {variable}, {c})"
    return text
