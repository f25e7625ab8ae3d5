"""Runs a program of a line or two and holds what it shows to what TensorFlow showed."""

from __future__ import annotations

import copy
import operator
import pickle
from typing import Any

import numpy as np
import pytest

import gradtape as tf


def shown(value: Any) -> str:
    """A value with its type, as the expectations write it."""
    if isinstance(value, np.ndarray):
        return f"ndarray {value.dtype} {value!r} w={value.flags.writeable}"
    if isinstance(value, bool | int | float | complex | str | bytes | None):
        return f"{type(value).__name__} {value!r}"
    if isinstance(value, np.generic):
        return f"np.{type(value).__name__} {value!r}"
    if isinstance(value, list | tuple):
        return type(value).__name__ + "[" + ", ".join(map(shown, value)) + "]"
    return repr(value)


def run(program: str) -> str:
    """What the last expression of `program` shows; statements are parted by ` ;; `."""
    *statements, expression = program.split(" ;; ")
    names = {"tf": tf, "np": np, "copy": copy, "pickle": pickle, "operator": operator}
    for statement in statements:
        exec(statement, names)
    return shown(eval(expression, names))


def check(program: str, expected: str) -> None:
    """`expected` is what is shown, or `!` and the name of the exception."""
    if not expected.startswith("!"):
        assert run(program) == expected
        return
    with pytest.raises(Exception) as caught:
        run(program)
    assert type(caught.value).__name__ == expected[1:]
    assert str(caught.value)
