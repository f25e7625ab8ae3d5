"""Values as the page shows them: numbers, texts and summaries; and where NaN or infinity is born.

A value is NumPy's array here, or None where nobody can read it now.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from playground.pictures import picture

SHOWN_WHOLE = 6  # elements of a value that stand in the picture as they are
SHOWN_VALUES = 1024  # elements of an array that go to the page one by one
BRIEF = 28  # characters of a value inside a box

Array = np.ndarray[Any, Any]


def number(x: Any) -> float | str:
    """A number as JSON can hold it: NaN and the infinities go under JavaScript's names."""
    x = float(x)
    if math.isfinite(x):
        return x
    return "NaN" if math.isnan(x) else f"{'-' if x < 0 else ''}Infinity"


def described(label: str, array: Array) -> dict[str, Any]:
    """An array for the page: as text, in words, and its elements where they are few."""
    values = None
    if array.size <= SHOWN_VALUES and array.dtype.kind in "fiu":
        values = [number(x) for x in array.astype(np.float64).reshape(-1).tolist()]
    return {
        "label": label,
        "none": False,
        "shape": list(array.shape),
        "dtype": array.dtype.name,
        "text": np.array2string(array, threshold=24, edgeitems=3),
        "summary": in_words(array),
        "values": values,
    }


def in_words(array: Array) -> str:
    """Norm, range, and how many elements are NaN or infinite."""
    if array.dtype.kind != "f" or array.size == 0:
        return f"{array.size} elements"
    finite = array[np.isfinite(array)].astype(np.float64)
    parts = []
    if array.size > 1 and finite.size:
        norm = float(np.sqrt(np.sum(finite * finite)))
        parts.append(f"norm {norm:.4g}, from {finite.min():.4g} to {finite.max():.4g}")
    nans, infinities = int(np.isnan(array).sum()), int(np.isinf(array).sum())
    if nans:
        parts.append(f"{nans} NaN")
    if infinities:
        parts.append(f"{infinities} infinite")
    return "; ".join(parts)


def summarize(array: Array | None) -> dict[str, Any] | None:
    """Smallest, largest, mean, norm, and how many are not finite; small values also as they are."""
    if array is None or array.dtype.kind not in "fiub":
        return None
    finite = array[np.isfinite(array)].astype(np.float64)
    some = finite.size > 0
    return {
        "brief": brief(array),
        "text": written(array) if array.size <= SHOWN_WHOLE else None,
        "size": int(array.size),
        "min": number(finite.min()) if some else None,
        "max": number(finite.max()) if some else None,
        "mean": number(finite.mean()) if some else None,
        "norm": number(np.sqrt(np.sum(finite * finite))) if some else None,
        "nan": int(np.isnan(array).sum()) if array.dtype.kind == "f" else 0,
        "infinite": int(np.isinf(array).sum()) if array.dtype.kind == "f" else 0,
        "zeros": int(array.size - np.count_nonzero(array)),
        "picture": picture(array),
    }


def written(array: Array) -> str:
    """All elements, each with as many digits as it has."""
    return _joined(array, str)


def brief(array: Array) -> str:
    """The value in a few characters: whole where it fits, else what it holds."""
    if array.size <= SHOWN_WHOLE:
        text = _joined(array, _short).replace("\n", "")
        if len(text) <= BRIEF:
            return text
    if array.dtype.kind == "f":
        found = [("NaN", np.isnan(array)), ("infinite", np.isinf(array))]
        words = [word for word, where in found if where.any()]
        if words:
            return f"{' and '.join(words)} among {array.size}"
    if array.size == 0:
        return "empty"
    wide = array.astype(np.float64)
    return f"{wide.min():.3g} … {wide.max():.3g}"


def _short(x: Any) -> str:
    text = f"{x:.4g}"
    return text if not text.lstrip("-").isdigit() else f"{text}.0"


def _joined(array: Array, write: Callable[[Any], str]) -> str:
    return np.array2string(
        array, separator=", ", max_line_width=10_000, formatter={"float_kind": write}
    )


def broken(array: Array | None) -> str | None:
    """The word "NaN" or "infinite" where a value has such an element, else None."""
    if array is None or array.dtype.kind != "f":
        return None
    if np.isnan(array).any():
        return "NaN"
    return "infinite" if np.isinf(array).any() else None


def births(
    edges: list[tuple[int, int]],
    values: dict[int, Array | None],
    constants: dict[int, list[Array | None]],
) -> Iterator[tuple[int, str]]:
    """Nodes whose value is the first on its path that is not finite, and what it is.

    A node that only passes on what an operand brought is not among them; a constant operand that
    brought it is told.
    """
    kind = {i: broken(value) for i, value in values.items()}
    inputs: dict[int, list[int]] = {}
    for start, end in edges:
        inputs.setdefault(end, []).append(start)
    for i, what in kind.items():
        if what is None or any(kind.get(k) == what for k in inputs.get(i, ())):
            continue
        if what == "infinite" and any(kind.get(k) for k in inputs.get(i, ())):
            continue
        from_constant = any(broken(x) == what for x in constants.get(i, ()))
        yield i, f"{what} {'comes in with a constant' if from_constant else 'is born'} here"


class Sent(NamedTuple):
    """What one node sent on in the backward pass."""

    node: int
    into: list[tuple[int, Array | None]]  # receiver → its cotangent then


def cotangent_births(
    steps: list[Sent], cotangents: dict[int, Array | None], values: dict[int, Array | None]
) -> Iterator[tuple[int, int, str]]:
    """(sender, receiver, what) where a gradient becomes NaN or infinite on its way back.

    A node that only passes on what arrived at it is not among them, nor one whose rule reads a
    value that is broken already.
    """
    before: dict[int, str | None] = {}
    for node, into in steps:
        arrived = broken(cotangents.get(node))
        for i, so_far in into:
            what = broken(so_far)
            if what is not None and before.get(i) != what and arrived != what:
                if broken(values.get(node)) is None and broken(values.get(i)) is None:
                    yield node, i, what
            before[i] = what
