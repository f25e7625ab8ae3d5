"""Writes the table of singular points, core/SINGULAR.md, from gradtape and the recorded peers.

    python tests/core/autodiff/singular/singular_table.py

A point is singular where the inputs are finite and the value or a derivative is not, at kinks, and
(for functions of one number) where it is infinite and a derivative nan. Outside the domain, where
all is nan, and with a nan among the inputs nothing is to be decided.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import gradtape as tf

ROOT = Path(__file__).resolve().parents[4]
GOLDENS = ROOT / "tests" / "goldens"
sys.path[:0] = [str(GOLDENS), str(Path(__file__).parent)]

from reasons import REASONS  # noqa: E402
from record_singular import Answer, answer_or_error, of_tapes  # noqa: E402
from singular_functions import FUNCTIONS, Function  # noqa: E402

PAGE = ROOT / "core" / "SINGULAR.md"
PEERS = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}
COLUMNS = dict(zip(Answer._fields, ("value", "∂1", "∂0", "t0", "∂∂1", "∂∂0"), strict=True))

INTRODUCTION = """# Derivatives at singular points

What gradtape gives where a derivative is infinite, undefined or a matter of convention. Written by
`tests/core/autodiff/singular/singular_table.py` from what gradtape gives and what TensorFlow 2.21,
JAX 0.10 and PyTorch 2.13 were recorded to give, all in float32.

| column | what it is |
|---|---|
| value | f(x) |
| ∂1 | the gradient of f, for each input; the cotangent is 1 |
| ∂0 | the same of the cotangent 0, which is what arrives behind `tf.where(mask, f(x), 0.0)` |
| t0 | forward mode: the derivative of f along the tangent 0 |
| ∂∂1 | the gradient of the sum of ∂1 |
| ∂∂0 | the gradient of the sum of ∂0: the second derivative behind `tf.where` |
| TensorFlow … | which of these are others there, or "=" |

A derivative is linear in its cotangent, so of 0 it should be 0. Where a rule multiplies by an
infinite derivative, 0 · ∞ is nan. TensorFlow makes it 0 for square roots and reciprocals alone;
gradtape does the same, there in every order and both modes. Everywhere else the nan stays, as in
TensorFlow, JAX and PyTorch: `tf.where(x > 0, tf.math.log(tf.where(x > 0, x, 1.0)), 0.0)` is the
usual way round it.

Points with a nan, and points outside the domain, where all is nan, are left out; infinite inputs
are shown for functions of one number or array.

"""


def here(function: Function) -> list[Any]:
    """Gradtape's answers at the function's points."""
    f = eval(function.tensorflow, {"tf": tf})
    return [answer_or_error(lambda p=p: of_tapes(tf, f, p)) for p in function.asked()]


def numbers(x: Any) -> list[float]:
    """All numbers in an answer's part."""
    if x is None:
        return []
    return [n for part in x for n in numbers(part)] if isinstance(x, (list, tuple)) else [x]


def same(a: Any, b: Any) -> bool:
    """Whether two parts of answers agree: to four digits, with nan and None each like itself."""
    if a is None or b is None or isinstance(a, str) or isinstance(b, str):
        return a is b is None
    x, y = numbers(a), numbers(b)
    return len(x) == len(y) and all(
        p == q or (p != p and q != q) or math.isclose(p, q, rel_tol=1e-4, abs_tol=1e-6)
        for p, q in zip(x, y, strict=True)
    )


def is_kink(function: Function, point: tuple[Any, ...]) -> bool:
    """Whether the derivative differs on both sides of the point, along the first input."""
    x = point[0]
    if isinstance(x, list) or not all(map(math.isfinite, point)):
        return False
    f = eval(function.tensorflow, {"tf": tf})
    sides = [numbers(of_tapes(tf, f, (x + step, *point[1:])).gradient[0]) for step in (-1e-3, 1e-3)]
    return any(abs(a - b) > 0.1 * max(1.0, abs(a)) for a, b in zip(*sides, strict=True))


def is_singular(function: Function, point: tuple[Any, ...], answer: Any) -> bool:
    """Whether the point stands in the table."""
    if isinstance(answer, str):
        return True
    given, found = numbers(point), [n for part in answer for n in numbers(part)]
    if any(map(math.isnan, given)):
        return False
    if all(n != n for n in found):
        return False
    if all(map(math.isfinite, given)):
        return not all(map(math.isfinite, found)) or is_kink(function, point)
    return len(point) == 1 and any(n != n for part in answer[1:] for n in numbers(part))


def shown(x: Any) -> str:
    """A part of an answer."""
    if x is None:
        return "None"
    if isinstance(x, (list, tuple)):
        return "[" + ", ".join(map(shown, x)) + "]"
    return "0" if x == 0 else f"{x:.4g}".replace("inf", "∞").replace("-", "−")


def inputs(parts: Any) -> str:
    """A part with one entry for each input."""
    return ", ".join(map(shown, parts))


def cell(field: str, part: Any) -> str:
    """One column of an answer."""
    return shown(part) if field in ("value", "tangent") else inputs(part)


def compared(answer: Any, other: Any) -> str:
    """What another library gives otherwise."""
    if isinstance(other, str):
        return "=" if other == answer else other
    if isinstance(answer, str):
        return f"∂1 {inputs(Answer(*other).gradient)}"
    other = Answer(*other)
    told = [
        f"{COLUMNS[field]} {cell(field, getattr(other, field))}"
        for field in Answer._fields
        if not same(getattr(answer, field), getattr(other, field))
        and numbers(getattr(other, field))  # what a library cannot compute is no other answer
    ]
    return "; ".join(told) or "="


def name_of(function: Function) -> str:
    """How a reader knows the function."""
    name = function.tensorflow
    return name if name.startswith("tf.") else name.partition(": ")[2]


def rows() -> dict[str, list[str]]:
    """Op type → the lines of its singular points."""
    recorded = json.loads((GOLDENS / "singular.json").read_text(encoding="utf-8"))
    found: dict[str, list[str]] = {}
    for function in FUNCTIONS:
        for k, (point, answer) in enumerate(zip(function.asked(), here(function), strict=True)):
            if not is_singular(function, point, answer):
                continue
            others = []
            for peer in PEERS:
                theirs = recorded[peer].get(function.tensorflow)
                others.append("—" if theirs is None else compared(answer, theirs[k]))
            if isinstance(answer, str):
                own = [answer, *[""] * (len(COLUMNS) - 1)]
            else:
                own = [cell(field, getattr(answer, field)) for field in Answer._fields]
            line = " | ".join([f"`{name_of(function)}`", inputs(point), *own, *others])
            found.setdefault(function.ops[0], []).append(f"| {line} |")
    return found


def page() -> str:
    """The whole page."""
    head = " | ".join(["function", "at", *COLUMNS.values(), *PEERS.values()])
    text = [INTRODUCTION, f"| {head} |\n", "|---" * (2 + len(COLUMNS) + len(PEERS)) + "|\n"]
    found = rows()
    text += [f"{line}\n" for lines in found.values() for line in lines]
    text.append("\n## Why\n\n| op | why so |\n|---|---|\n")
    text += [f"| `{op}` | {REASONS[op]} |\n" for op in found]
    return "".join(text)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{sum(map(len, rows().values()))} singular points of {len(rows())} ops")
