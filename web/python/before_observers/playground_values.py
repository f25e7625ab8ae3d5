"""What went through a tape: the value of every node, and what is needed to compute it again.

The tape itself drops every value that its backward pass will not read. For the picture, and for
the gradient check, an `Observer` stands beside the tape among the active recorders and keeps them.
It keeps references, never copies, and no more than a budget.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

MOST_BYTES = 64 * 1024 * 1024  # values that one observer holds
MOST_STEPS = 5000
SHOWN_WHOLE = 6  # elements of a value that stand in the picture as they are
SHOWN_VALUES = 1024  # elements of an array that go to the page one by one
BRIEF = 28  # characters of a value inside a box


class Step(NamedTuple):
    """One recorded op with its operands: enough to compute its outputs again."""

    op: Any
    inputs: tuple[tuple[int, Any], ...]  # (id, or 0 where nothing leads to a source; value)
    outputs: tuple[int, ...]
    params: dict[str, Any]


class Observer:
    """A recorder that follows one tape and keeps what passes."""

    fast = False

    def __init__(self, tape: Any) -> None:
        self.tape = tape
        self.values: dict[int, Any] = {}
        self.steps: list[Step] = []
        self.constants: dict[int, list[Any]] = {}  # output id → operands that are no nodes
        self.full = False
        self.bytes = 0

    @property
    def tracked(self) -> Any:
        """The tape's."""
        return self.tape.tracked

    @property
    def shadow(self) -> Any:
        """The tape's."""
        return self.tape.shadow

    def record(self, op: Any, xs: tuple[Any, ...], y: Any, params: Any, frame: Any) -> None:
        """Keep an op's operands and outputs."""
        outputs = y if type(y) is tuple else (y,)
        if not self._room(outputs):
            return
        tracked = self.tape.tracked
        inputs = tuple((_id(x) if _id(x) in tracked else 0, _value(x)) for x in xs)
        for i, value in inputs:
            if i:
                self.values.setdefault(i, value)
        ids = tuple(t._id for t in outputs)
        self.values.update(zip(ids, map(_value, outputs), strict=True))
        self.constants[ids[0]] = [value for i, value in inputs if not i]
        if any(i in tracked for i in ids):
            self.steps.append(Step(op, inputs, ids, dict(params or {})))

    def record_shadow(
        self, op: Any, xs: tuple[Any, ...], y: Any, frame: Any, why: str = ""
    ) -> None:
        """Keep the value of an op through which no gradient passes."""
        outputs = y if type(y) is tuple else (y,)
        if self._room(outputs):
            self.values.update((t._id, _value(t)) for t in outputs)

    def join(self, *_: Any) -> None:
        """Nothing: `record` has seen it."""

    def note_read(self, variable: Any, tensor: Any) -> None:
        """Keep the value that a variable had when it was read."""
        self.values.setdefault(tensor._id, _value(tensor))

    def note_exit(self, *_: Any) -> None:
        """Nothing."""

    def note_assign(self, *_: Any) -> None:
        """Nothing."""

    def _room(self, outputs: tuple[Any, ...]) -> bool:
        self.bytes += sum(getattr(_value(t), "nbytes", 0) for t in outputs)
        self.full = self.full or self.bytes > MOST_BYTES or len(self.steps) >= MOST_STEPS
        return not self.full


def _id(x: Any) -> int:
    return getattr(x, "_id", 0)


def _value(x: Any) -> Any:
    return getattr(x, "_value", x)


def as_array(value: Any) -> np.ndarray[Any, Any] | None:
    """The value as numbers on the CPU; None where it is a batch or cannot be read now."""
    if isinstance(value, (np.ndarray, np.generic)):
        return np.asarray(value)
    if isinstance(value, (bool, int, float, complex)):
        return np.asarray(value)
    read = getattr(value, "to_numpy", None)
    if read is None or hasattr(value, "level"):
        return None
    try:
        return np.asarray(read())
    except RuntimeError:
        return None


def number(x: Any) -> float | str:
    """A number as JSON can hold it: NaN and the infinities go under JavaScript's names."""
    x = float(x)
    if math.isfinite(x):
        return x
    return "NaN" if math.isnan(x) else f"{'-' if x < 0 else ''}Infinity"


def described(label: str, array: np.ndarray[Any, Any]) -> dict[str, Any]:
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


def in_words(array: np.ndarray[Any, Any]) -> str:
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


def summarize(value: Any) -> dict[str, Any] | None:
    """Smallest, largest, mean, norm, and how many are not finite; small values also as they are."""
    array = as_array(value)
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
    }


def written(array: np.ndarray[Any, Any]) -> str:
    """All elements, each with as many digits as it has."""
    return _joined(array, str)


def brief(array: np.ndarray[Any, Any]) -> str:
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


def _joined(array: np.ndarray[Any, Any], write: Callable[[Any], str]) -> str:
    return np.array2string(
        array, separator=", ", max_line_width=10_000, formatter={"float_kind": write}
    )


def broken(value: Any) -> str | None:
    """The word "NaN" or "infinite" where a value has such an element, else None."""
    array = as_array(value)
    if array is None or array.dtype.kind != "f":
        return None
    if np.isnan(array).any():
        return "NaN"
    return "infinite" if np.isinf(array).any() else None


def births(
    edges: list[tuple[int, int]], values: dict[int, Any], constants: dict[int, list[Any]]
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


def cotangent_births(
    steps: list[dict[str, Any]], cotangents: dict[int, Any], values: dict[int, Any]
) -> Iterator[tuple[int, int, str]]:
    """(sender, receiver, what) where a gradient becomes NaN or infinite on its way back.

    A node that only passes on what arrived at it is not among them, nor one whose rule reads a
    value that is broken already.
    """
    before: dict[int, str | None] = {}
    for step in steps:
        arrived = broken(cotangents.get(step["node"]))
        for i, so_far in step["into"]:
            what = broken(so_far)
            if what is not None and before.get(i) != what and arrived != what:
                if broken(values.get(step["node"])) is None and broken(values.get(i)) is None:
                    yield step["node"], i, what
            before[i] = what
