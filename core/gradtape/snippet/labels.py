"""What to call a gradient: the names that stand in the call which made it.

`dy_dx = tape.gradient(y, x)` is labelled "dy/dx"; a list of sources gives one label each. Where
an argument is not a simple name, the label says which gradient of the run it is.
"""

from __future__ import annotations

import ast
import functools
import itertools
import linecache
from types import CodeType, FrameType

LONGEST_LABEL = 100  # leaves room for " #123456" within the manifest's 120 characters


@functools.lru_cache(maxsize=256)
def _calls(code: CodeType, first: int, last: int) -> tuple[ast.Call, ...]:
    """The calls in the source lines `first` to `last` of the file that the code came from."""
    lines = linecache.getlines(code.co_filename)
    if not lines or last > len(lines):
        return ()
    try:
        tree = _tree(code.co_filename, "".join(lines))
    except SyntaxError:
        return ()
    return tuple(
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and first <= node.lineno and (node.end_lineno or 0) <= last
    )


@functools.lru_cache(maxsize=8)
def _tree(filename: str, text: str) -> ast.Module:
    return ast.parse(text, filename)


def call_in(frame: FrameType) -> ast.Call | None:
    """The call expression that the frame is executing, None where its source is not at hand."""
    positions = next(
        itertools.islice(frame.f_code.co_positions(), frame.f_lasti // 2, None), (None,) * 4
    )
    first, last, start, end = positions
    if first is None or last is None:
        return None
    for call in _calls(frame.f_code, first, last):
        if (call.lineno, call.end_lineno) != (first, last):
            continue
        if (call.col_offset, call.end_col_offset) == (start, end):
            return call
    return None


def argument(call: ast.Call | None, position: int, name: str) -> ast.expr | None:
    """The expression given for a parameter, by position or by name."""
    if call is None:
        return None
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    plain = not any(isinstance(item, ast.Starred) for item in call.args)
    return call.args[position] if plain and position < len(call.args) else None


def simple_name(expression: ast.expr | None) -> str | None:
    """The text of a name, an attribute or an item of one by a constant; None for anything else."""
    if isinstance(expression, ast.Name):
        return expression.id
    if isinstance(expression, ast.Attribute):
        base = simple_name(expression.value)
        return f"{base}.{expression.attr}" if base else None
    if isinstance(expression, ast.Subscript) and isinstance(expression.slice, ast.Constant):
        base = simple_name(expression.value)
        return f"{base}[{expression.slice.value!r}]" if base else None
    return None


def source_names(expression: ast.expr | None, paths: list[tuple[object, ...]]) -> list[str | None]:
    """A name for each leaf of the sources, found by its path into the nested structure."""
    return [_name_at(expression, path) for path in paths]


def _name_at(expression: ast.expr | None, path: tuple[object, ...]) -> str | None:
    if not path:
        return simple_name(expression)
    step, rest = path[0], path[1:]
    if isinstance(expression, (ast.List, ast.Tuple)) and isinstance(step, int):
        starred = any(isinstance(item, ast.Starred) for item in expression.elts)
        return None if starred else _name_at(expression.elts[step], rest)
    if isinstance(expression, ast.Dict):
        for key, value in zip(expression.keys, expression.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == step:
                # A source without a name of its own is called by its key.
                key_name = step if isinstance(step, str) and step.isidentifier() else None
                return _name_at(value, rest) or (key_name if not rest else None)
        return None
    base = simple_name(expression)
    return base and base + "".join(f"[{key!r}]" for key in path)


class Labels:
    """Gives each gradient of one run its own label."""

    def __init__(self) -> None:
        self._count = 0
        self._used: dict[str, int] = {}

    def label(self, kind: str, target: str | None, source: str | None) -> str:
        """The label dy/dx; gradient 3 where a name is missing; with #2 when it is there already."""
        self._count += 1
        prefix = "" if kind == "gradient" else f"{kind} "
        if target and source and len(target) + len(source) < LONGEST_LABEL - len(prefix) - 3:
            text = f"{prefix}d{target}/d{source}"
        else:
            text = f"{kind} {self._count}"
        seen = self._used[text] = self._used.get(text, 0) + 1
        return text if seen == 1 else f"{text} #{seen}"
