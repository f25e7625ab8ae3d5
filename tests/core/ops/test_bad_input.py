"""Every case with one input spoilt: a result, or an error of TensorFlow's types in words.

Each draw of a case is replaced in turn by text, integers, numbers of another dtype, one axis more,
no axes, one element more, nothing at all, NaN and infinity. Whatever the function thinks of it, it
must not fail with a riddle (AttributeError, IndexError, a bare NumPy error, …), and a tape must
work afterwards.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from tests.core.ops.cases import Case
from tests.core.ops.support import running
from tests.core.ops.support.spoiling import ARRAYS

Array = np.ndarray[Any, Any]

#: What a user may be told with.
SENSIBLE = (ValueError, TypeError, tf.errors.OpError, NotImplementedError)


def _spoil(array: Array, how: Callable[[Array], Any]) -> Array | None:
    if array.dtype.kind == "b":
        return None if how in (ARRAYS["nan"], ARRAYS["infinity"]) else np.asarray(how(array))
    if array.dtype.kind == "O":
        return None
    return np.asarray(how(array))


@pytest.fixture(autouse=True)
def _loops_may_warn() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def test_spoilt_inputs_are_answered_or_refused_in_words(family: str, case: Case) -> None:
    """One input at a time, in every way of `ARRAYS`."""
    inputs = running.arrays(case)
    riddles = []
    for k, array in enumerate(inputs):
        for name, how in ARRAYS.items():
            bad = _spoil(array, how)
            if bad is None:
                continue
            tensors = [tf.constant(bad if i == k else a) for i, a in enumerate(inputs)]
            try:
                with tf.GradientTape() as tape:
                    tape.watch([t for t in tensors if t.dtype.is_differentiable])
                    outputs = running.numeric(running.flat(case.call(tf, tensors)))
                if outputs:
                    tape.gradient(outputs, [t for t in tensors if t.dtype.is_differentiable])
            except LookupError as error:
                if type(error) is not LookupError:
                    riddles.append(f"{name} as input {k}: {type(error).__name__}: {error}")
            except SENSIBLE as error:
                if not str(error):
                    riddles.append(f"{name} as input {k}: {type(error).__name__} without a text")
            except Exception as error:
                riddles.append(f"{name} as input {k}: {type(error).__name__}: {error}")
    assert not riddles, "\n".join(riddles)
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    assert tape.gradient(y, x).numpy() == 6
