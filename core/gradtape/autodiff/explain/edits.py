"""Edits to the user's program: what to write instead, as one changed line.

An edit is {"lineno", "before", "after"}: the text of that line before and after. None where no
change of one line is sure to be what the user means.
"""

from __future__ import annotations

import ast
import itertools
import linecache
import re
from typing import Any

from gradtape.runtime.call_sites import Line, Place

_NUMPY_TO_TF = {
    "mean": "tf.reduce_mean",
    "sum": "tf.reduce_sum",
    "prod": "tf.reduce_prod",
    "max": "tf.reduce_max",
    "min": "tf.reduce_min",
    "exp": "tf.exp",
    "log": "tf.math.log",
    "sqrt": "tf.sqrt",
    "square": "tf.square",
    "abs": "tf.abs",
    "sin": "tf.sin",
    "cos": "tf.cos",
    "tan": "tf.tan",
    "tanh": "tf.tanh",
    "dot": "tf.tensordot",
    "matmul": "tf.matmul",
    "maximum": "tf.maximum",
    "minimum": "tf.minimum",
    "where": "tf.where",
    "concatenate": "tf.concat",
    "stack": "tf.stack",
    "reshape": "tf.reshape",
    "transpose": "tf.transpose",
    "power": "tf.pow",
    "clip": "tf.clip_by_value",
    "add": "tf.add",
    "multiply": "tf.multiply",
}


def edit(cause: str, line: Line | None, opened: Line | None, source: str) -> dict[str, Any] | None:
    """The one-line change that mends `cause`, or None."""
    if cause in ("never_watched", "not_trainable") and opened is not None and source.isidentifier():
        if cause == "not_trainable" and line is not None and "trainable=False" in line.source:
            return _changed(line, lambda text: text.replace("trainable=False", "trainable=True", 1))
        return _watch(opened, source)
    if line is None:
        return None
    if cause == "replaced_by_tensor":
        return _changed(line, _assign)
    if cause == "integer":
        return _changed(
            line,
            lambda text: re.sub(
                r"(?<![\w.\[(=])(\d+)(?![\w.])|(?<=[(\[, -])(\d+)(?![\w.:])", r"\g<0>.0", text
            ),
        )
    if cause == "left_through_numpy":
        return _changed(line, _in_tf)
    if cause == "stop_gradient":
        return _changed(
            line,
            lambda text: re.sub(
                r"tf\.stop_gradient\(((?:[^()]|\([^()]*\))*)\)", r"\1", text, count=1
            ),
        )
    return None


def _changed(line: Line, change: Any) -> dict[str, Any] | None:
    before = linecache.getline(line.file, line.lineno).rstrip("\n") or line.source
    after = change(before)
    return None if after == before else {"lineno": line.lineno, "before": before, "after": after}


def _watch(opened: Line, source: str) -> dict[str, Any] | None:
    match = re.search(r"GradientTape\(.*\)\s+as\s+(\w+)\s*[:,]", opened.source)
    if match is None:
        return None
    before = linecache.getline(opened.file, opened.lineno).rstrip("\n") or opened.source
    following = linecache.getline(opened.file, opened.lineno + 1)
    indent = re.match(r"\s*", following if following.strip() else before + "    ").group()  # type: ignore[union-attr]
    if len(indent) <= len(before) - len(before.lstrip()):
        indent = before[: len(before) - len(before.lstrip())] + "    "
    return {
        "lineno": opened.lineno,
        "before": before,
        "after": f"{before}\n{indent}{match[1]}.watch({source})",
    }


def _assign(text: str) -> str:
    match = re.match(r"^(\s*)(\w+)\s*=\s*(.+?)(\s*#.*)?$", text)
    if match is None:
        return text
    indent, name, value = match[1], match[2], match[3]
    step = re.match(rf"^{name}\s*([+-])\s*([^+\-]+)$", value)
    if step is None:
        return f"{indent}{name}.assign({value})"
    return f"{indent}{name}.{'assign_add' if step[1] == '+' else 'assign_sub'}({step[2].strip()})"


def _in_tf(text: str) -> str:
    def replace(match: re.Match[str]) -> str:
        return _NUMPY_TO_TF.get(match[1], match[0])

    changed = re.sub(r"\bnp\.(\w+)", replace, text)
    changed = re.sub(r"\b(float|int)\((\w+)\)", r"\2", changed) if changed == text else changed
    return changed.replace(".numpy()", "", 1) if changed == text else changed


def member_names(written: str, keys: list[Any]) -> list[str]:
    """What the members of a list or dictionary are called that the program has as `written`."""
    try:
        tree = ast.parse(written, mode="eval").body
    except SyntaxError:
        tree = None  # no expression: a name of ours, such as `source`
    members = getattr(tree, "values" if isinstance(tree, ast.Dict) else "elts", [])
    if len(members) == len(keys):
        return [ast.unparse(member) for member in members]
    return [f"{written}[{key!r}]" for key in keys]


def argument_names(place: Place | None) -> tuple[str, str] | None:
    """The two arguments of the call at `place`, as they are written there."""
    if place is None:
        return None
    code, offset = place
    where = next(itertools.islice(code.co_positions(), offset // 2, None), None)
    if where is None or None in where:
        return None
    first, last, start, end = where
    lines = [linecache.getline(code.co_filename, k).rstrip("\n") for k in range(first, last + 1)]  # type: ignore[arg-type, operator]
    if not lines or not lines[0]:
        return None
    encoded = [text.encode() for text in lines]
    encoded[-1] = encoded[-1][:end]
    encoded[0] = encoded[0][start:]
    try:
        tree = ast.parse("\n".join(part.decode() for part in encoded).strip(), mode="eval").body
    except (SyntaxError, UnicodeDecodeError):
        return None
    if not isinstance(tree, ast.Call) or not tree.args:
        return None
    named = {k.arg: k.value for k in tree.keywords}
    parts = [*tree.args, *(named[k] for k in ("target", "source")[len(tree.args) :] if k in named)]
    return (ast.unparse(parts[0]), ast.unparse(parts[1])) if len(parts) >= 2 else None
