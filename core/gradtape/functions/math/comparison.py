"""Comparisons, logic, tests of numbers, and bits, with TensorFlow's signatures."""

from __future__ import annotations

from math import prod
from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.functions.arguments import truths_of
from gradtape.functions.public import binary, unary
from gradtape.ops.array import selection
from gradtape.ops.array.shaping import reshape
from gradtape.ops.math import comparison as ops
from gradtape.ops.math.reductions import reduce_all
from gradtape.tensors.tensor import EagerTensor, wrap

equal = binary(ops.equal)
not_equal = binary(ops.not_equal)
less = binary(ops.less)
less_equal = binary(ops.less_equal)
greater = binary(ops.greater)
greater_equal = binary(ops.greater_equal)
is_nan = unary(ops.is_nan)
is_inf = unary(ops.is_inf)
is_finite = unary(ops.is_finite)
bitwise_and = binary(ops.bitwise_and)
bitwise_or = binary(ops.bitwise_or)
bitwise_xor = binary(ops.bitwise_xor)
left_shift = binary(ops.left_shift)
right_shift = binary(ops.right_shift)
invert = unary(ops.invert)


def logical_and(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """Where x and y hold; both are bool, with broadcasting. No gradient passes.

    >>> tf.logical_and([True, True], [True, False]).numpy()
    array([ True, False])
    """
    return ops.logical_and(truths_of(x), truths_of(y))


def logical_or(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """Where x or y holds; both are bool, with broadcasting. No gradient passes.

    >>> tf.logical_or([True, False], [False, False]).numpy()
    array([ True, False])
    """
    return ops.logical_or(truths_of(x), truths_of(y))


def logical_not(x: Any, name: str | None = None) -> EagerTensor:
    """Where x does not hold; x is bool. No gradient passes.

    >>> tf.logical_not([True, False]).numpy()
    array([False,  True])
    """
    return selection.logical_not(truths_of(x))


def logical_xor(x: Any, y: Any, name: str = "LogicalXor") -> EagerTensor:
    """Where one of x and y holds, and not both; both are bool. No gradient passes.

    >>> tf.math.logical_xor([True, True], [True, False]).numpy()
    array([False,  True])
    """
    x, y = truths_of(x), truths_of(y)
    both = ops.logical_and(x, y)  # refuses what is not bool
    return ops.logical_and(ops.logical_or(x, y), selection.logical_not(both))


def is_non_decreasing(x: Any, name: str | None = None) -> EagerTensor:
    """Whether no element is smaller than the one before it, the axes read row by row.

    True for fewer than two elements. Real numeric dtypes; no gradient passes.

    >>> tf.math.is_non_decreasing([1.0, 1.0, 3.0]).numpy()
    np.True_
    """
    return _ordered(x, ops.greater_equal)


def is_strictly_increasing(x: Any, name: str | None = None) -> EagerTensor:
    """Whether every element is larger than the one before it, the axes read row by row.

    True for fewer than two elements. Real numeric dtypes; no gradient passes.

    >>> tf.math.is_strictly_increasing([1.0, 1.0, 3.0]).numpy()
    np.False_
    """
    return _ordered(x, ops.greater)


def _ordered(x: Any, follows: Any) -> EagerTensor:
    tensor = convert_operand(x)
    if not (tensor.dtype.is_integer or tensor.dtype.is_floating or tensor.dtype.is_complex):
        raise TypeError(f"Expected x to be numeric, instead found: {tensor.dtype!r}.")
    if prod(tensor._value.shape) < 2:
        return wrap(True)
    flat = reshape(tensor, shape=(-1,))
    return reduce_all(follows(flat[1:], flat[:-1]), axis=(-1,), keepdims=False)
