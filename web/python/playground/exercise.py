"""Checks of exercises: a lesson's check looks at what a program of the reader's has left behind.

The check is Python, written in the lesson. It has, beside Python's own names:

- `program`: the names of the program (`program.slope`); one that is missing is said in the verdict;
- `printed`: what the program printed; `recorded`: the values of every gradient that it asked for;
- `expect(condition, otherwise)`: not yet, with these words, where the condition is false;
- `same(value, wanted, what, ulp=4)`: the wanted numbers, up to so many units in the last place;
- `differences(f, x)`: the gradient of `f` at `x` by finite differences.
"""

from __future__ import annotations

import contextlib
import io
import json
from typing import Any

import numpy as np

import gradtape as tf

LONGEST = 400  # characters of a value or an error in a verdict
STEP = 1e-2  # float32 has seven digits: a third go to the step, and the rest stay
DONE = "That is it."


class NotYet(Exception):
    """What is still missing, in words for the reader."""


class Names:
    """The names that a program has left behind."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.__dict__.update(names)

    def __getattr__(self, name: str) -> Any:
        raise NotYet(f"The program has nothing of the name {name}.")


def expect(condition: Any, otherwise: str) -> None:
    """Go on where the condition holds."""
    if not condition:
        raise NotYet(otherwise)


def same(value: Any, wanted: Any, what: str, ulp: float = 4.0) -> None:
    """Go on where `value` is `wanted`, element by element, up to `ulp` units in the last place.

    A unit is that of the coarser dtype of the two; numbers of Python are as fine as `value`.
    """
    if value is None:
        raise NotYet(f"{what} is None.")
    got = _array(value, what)
    exact = _array(wanted, what)
    if got.shape != exact.shape:
        raise NotYet(f"{what} has the shape {got.shape}, and {exact.shape} is wanted.")
    coarse = (
        got.dtype
        if isinstance(wanted, (int, float, list, tuple))
        else max(got.dtype, exact.dtype, key=lambda dtype: np.finfo(dtype).eps)
    )
    unit = np.spacing(np.abs(exact).astype(coarse)).astype(np.float64)
    apart = np.abs(got.astype(np.float64) - exact.astype(np.float64))
    if not np.all(apart <= ulp * unit):
        raise NotYet(f"{what} is {_brief(got)}, and that is not the wanted value.")


def differences(f: Any, x: Any, step: float = STEP) -> np.ndarray[Any, Any]:
    """The gradient of the scalar `f` at `x`: (f(x + h) - f(x - h)) / 2h for each element."""
    at = _array(x, "the point")
    found = np.zeros(at.shape, np.float64)
    for index in np.ndindex(at.shape):
        moved = []
        for h in (step, -step):
            near = at.copy()
            near[index] += h
            moved.append((float(near[index]), float(_array(f(tf.constant(near)), "the function"))))
        (right, above), (left, below) = moved
        found[index] = (above - below) / (right - left)
    return found


def _array(value: Any, what: str) -> np.ndarray[Any, Any]:
    try:
        array = np.asarray(value)
    except (TypeError, ValueError) as why:
        raise NotYet(f"{what} is no number and no array: {_brief(value)}.") from why
    if array.dtype.kind in "biu":
        array = array.astype(np.float64)
    if array.dtype.kind != "f":
        raise NotYet(f"{what} is no real number and no array of them: {_brief(value)}.")
    return array


def _brief(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def verdict(check: str, names: dict[str, Any], printed: str, recorded: list[Any]) -> dict[str, Any]:
    """Whether a program passes a check, and in words what is missing."""
    known = {
        "program": Names(names), "printed": printed, "recorded": recorded, "expect": expect,
        "same": same, "differences": differences, "tf": tf, "np": np,
    }  # fmt: skip
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            exec(compile(check, "check.py", "exec", dont_inherit=True), known)
    except NotYet as missing:
        return {"passed": False, "text": str(missing)}
    except (Exception, SystemExit) as error:
        words = f"{type(error).__name__}: {_brief(error)}"
        return {"passed": False, "text": f"The check met an error in the program: {words}"}
    return {"passed": True, "text": DONE}


def as_json(check: str, names: dict[str, Any], printed: str, recorded: list[Any]) -> str:
    """The verdict, for the page."""
    return json.dumps(verdict(check, names, printed, recorded))
