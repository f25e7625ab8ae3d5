"""Element types; and that no operator mixes two of them."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf

OPERATORS = [
    operator.add, operator.sub, operator.mul, operator.floordiv, operator.mod, operator.pow,
    operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne,
]  # fmt: skip
PAIRS = [("float32", "float64"), ("int32", "int64"), ("float32", "int32"), ("int32", "float16")]


@pytest.mark.parametrize("apply", OPERATORS, ids=lambda f: f.__name__)
@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_no_promotion(apply: Callable[[Any, Any], Any], a: str, b: str) -> None:
    x, y = tf.constant([1, 2], a), tf.constant([1, 2], b)
    for first, second in ((x, y), (y, x), (tf.Variable(x), y)):
        with pytest.raises(tf.errors.InvalidArgumentError, match="was expected to be a") as caught:
            apply(first, second)
        assert all(tf.as_dtype(name).word in str(caught.value) for name in (a, b))


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_no_promotion_in_division(a: str, b: str) -> None:
    with pytest.raises(TypeError, match=f"same dtype, got tf.{a} != tf.{b}"):
        tf.constant([1, 2], a) / tf.constant([1, 2], b)


def test_names() -> None:
    assert (repr(tf.float32), str(tf.float32)) == ("tf.float32", "<dtype: 'float32'>")
    assert tf.float32 == "float32" == tf.float32.name
    assert tf.half is tf.float16
    assert tf.double is tf.float64
    assert len({tf.float32, tf.as_dtype(np.float32), tf.as_dtype("float")}) == 1


def test_kinds() -> None:
    assert (tf.int8.min, tf.int8.max, tf.uint8.limits) == (-128, 127, (0, 255))
    assert tf.complex64.real_dtype is tf.float32
    assert (tf.float16.size, tf.complex128.size, tf.string.size) == (2, 16, 1)
    assert (tf.bool.is_integer, tf.uint8.is_unsigned, tf.float16.is_floating) == (False, True, True)


@pytest.mark.parametrize("value", [int, None, "foo", 5.5, object()])
def test_what_is_no_dtype(value: Any) -> None:
    with pytest.raises(TypeError, match="to a TensorFlow DType"):
        tf.as_dtype(value)
