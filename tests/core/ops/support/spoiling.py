"""One call per public function with its inputs spoilt, and what comes of each: shared with the
recorder.

Each input of a function's first case is replaced in turn: by text, by numbers of another dtype, by
another rank or size, by nothing, by what is no number, by what is no tensor.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.core.ops.cases import Case, families

Array = np.ndarray[Any, Any]

#: Arrays, which are made tensors.
ARRAYS: dict[str, Callable[[Array], Any]] = {
    "text": lambda a: np.full(a.shape, b"x", dtype=object),
    "integers": lambda a: np.ones(a.shape, np.int32),
    "booleans": lambda a: np.ones(a.shape, bool),
    "another float": lambda a: np.ones(a.shape, np.float16),
    "one axis more": lambda a: a[np.newaxis],
    "no axes": lambda a: np.asarray(a.reshape(-1)[:1].sum(), a.dtype),
    "one element more": lambda a: (
        np.concatenate([a, a[:1]]) if a.ndim and len(a) else np.append(a, a)
    ),
    "nothing": lambda a: a.reshape(-1)[:0],
    "no rows": lambda a: a[:0] if a.ndim else a.reshape(-1)[:0],
    "nan": lambda a: np.full(a.shape, np.nan, a.dtype) if a.dtype.kind == "f" else -np.abs(a),
    "infinity": lambda a: np.full(a.shape, np.inf, a.dtype) if a.dtype.kind == "f" else a + 99,
}
#: Python values, which are passed as they are.
VALUES: dict[str, Any] = {
    "ragged": [[1.0], [2.0, 3.0]],
    "None": None,
    "an object": object(),
    "a function": len,
}


#: What stands for a call that is not refused.
ANSWERS = "answers"


def spoilt(tf: Any, array: Array, kind: str) -> Any:
    """What stands in the place of `array`."""
    return VALUES[kind] if kind in VALUES else tf.constant(ARRAYS[kind](array))


def first_cases() -> list[Case]:
    """The first case of every function."""
    found: dict[str, Case] = {}
    for cases in families().values():
        for case in cases:
            if all(array.dtype.kind in "fiu" for _, array in case.draws()):
                found.setdefault(case.function, case)
    return [found[name] for name in sorted(found)]


def outcomes(tf: Any, case: Case) -> dict[str, str]:
    """Input number and kind of spoiling → the type of the exception, or `ANSWERS`."""
    arrays = [array for _, array in case.draws()]
    found = {}
    for k, array in enumerate(arrays):
        for kind in [*ARRAYS, *VALUES]:
            inputs = [tf.constant(a) for a in arrays]
            try:
                inputs[k] = spoilt(tf, array, kind)
                case.call(tf, inputs)
            except Exception as error:
                found[f"{k} {kind}"] = type(error).__name__
            else:
                found[f"{k} {kind}"] = ANSWERS
    return found


def grouped(found: dict[str, str]) -> dict[str, str]:
    """Exception → what it comes of, in one line; what answers is left out."""
    lines: dict[str, list[str]] = {}
    for what, came in found.items():
        if came != ANSWERS:
            lines.setdefault(came, []).append(what)
    return {came: ", ".join(lines[came]) for came in sorted(lines)}


def parted(lines: dict[str, str]) -> dict[str, str]:
    """What `grouped` did, undone."""
    return {what: came for came, line in lines.items() for what in line.split(", ")}
