"""Reductions over axes, with TensorFlow's signatures.

`axis` is None (all axes), a number or a list of numbers, from the front or (negative) from the end;
`keepdims` keeps the reduced axes with size 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import integers, numpy_dtype, truths_of
from gradtape.functions.math.ragged_reductions import reduced
from gradtape.ops.declaration import Call
from gradtape.ops.math import comparison, complex_numbers, roots
from gradtape.ops.math import reductions as ops
from gradtape.tensors.ragged_tensor import RaggedTensor
from gradtape.tensors.tensor import EagerTensor, wrap

_ALL = tuple(tuple(range(-n, 0)) for n in range(65))


def axes_of(axis: Any, rank: int, op: str) -> tuple[int, ...]:
    """The axes to reduce, as negative numbers; InvalidArgumentError for those there are not."""
    if axis is None:
        return _ALL[rank]
    chosen = (axis,) if type(axis) is int else integers(axis, "axis")
    for k in chosen:
        if not -rank <= k < rank:
            raise InvalidArgumentError(
                f"Invalid reduction dimension ({k} for input with {rank} dimension(s); axes lie in "
                f"[{-rank}, {rank}) [Op:{op}]"
            )
    negative = tuple(k if k < 0 else k - rank for k in chosen)
    if len(set(negative)) < len(negative):
        twice = next(k for k in negative if negative.count(k) > 1) + rank
        raise InvalidArgumentError(
            f"Invalid reduction arguments: Axes contains duplicate dimension: {twice} [Op:{op}]"
        )
    return negative


def reduce_sum(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> EagerTensor:
    """Σ of the elements over `axis`; of no elements 0.

    Derivative: 1 for every element. Any numeric dtype, which is kept.

    Raises: InvalidArgumentError for an axis that the tensor has not, or has twice.

    >>> tf.reduce_sum([[1.0, 2.0], [3.0, 4.0]], axis=1).numpy()
    array([3., 7.], dtype=float32)
    """
    if type(input_tensor) is RaggedTensor:
        return reduced("sum", reduce_sum, input_tensor, axis, keepdims)  # type: ignore[no-any-return]
    x = input_tensor if type(input_tensor) is EagerTensor else convert_operand(input_tensor)
    return ops.reduce_sum(
        x, axis=axes_of(axis, len(x._value.shape), "Sum"), keepdims=bool(keepdims)
    )


def reduce_mean(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> EagerTensor:
    """The mean of the elements over `axis`; of no elements nan.

    Derivative: 1/n for each of the n elements. The dtype is kept, so the mean of integers is an
    integer, rounded towards 0.

    Raises: InvalidArgumentError for an axis that the tensor has not, or has twice.

    >>> tf.reduce_mean([[1.0, 2.0], [3.0, 4.0]], axis=0).numpy()
    array([2., 3.], dtype=float32)
    """
    if type(input_tensor) is RaggedTensor:
        return reduced("mean", reduce_mean, input_tensor, axis, keepdims)  # type: ignore[no-any-return]
    x = input_tensor if type(input_tensor) is EagerTensor else convert_operand(input_tensor)
    return ops.reduce_mean(
        x, axis=axes_of(axis, len(x._value.shape), "Mean"), keepdims=bool(keepdims)
    )


def reduce_max(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> EagerTensor:
    """The largest element over `axis`; of no elements −inf, nan where one is nan.

    Derivative: 1 for the largest element; k elements that share the maximum have 1/k each. Real
    dtypes.

    Raises: InvalidArgumentError for an axis that the tensor has not, or has twice.

    >>> tf.reduce_max([[1.0, 2.0], [3.0, 4.0]], axis=0).numpy()
    array([3., 4.], dtype=float32)
    """
    if type(input_tensor) is RaggedTensor:
        return reduced("max", reduce_max, input_tensor, axis, keepdims)  # type: ignore[no-any-return]
    x = convert_operand(input_tensor)
    return ops.reduce_max(x, axis=axes_of(axis, x.ndim, "Max"), keepdims=bool(keepdims))


def reduce_min(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> EagerTensor:
    """The smallest element over `axis`; of no elements inf, nan where one is nan.

    Derivative: 1 for the smallest element; k elements that share the minimum have 1/k each. Real
    dtypes.

    Raises: InvalidArgumentError for an axis that the tensor has not, or has twice.

    >>> tf.reduce_min([[1.0, 2.0], [3.0, 4.0]], axis=0).numpy()
    array([1., 2.], dtype=float32)
    """
    if type(input_tensor) is RaggedTensor:
        return reduced("min", reduce_min, input_tensor, axis, keepdims)  # type: ignore[no-any-return]
    x = convert_operand(input_tensor)
    return ops.reduce_min(x, axis=axes_of(axis, x.ndim, "Min"), keepdims=bool(keepdims))


def reduce_prod(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> EagerTensor:
    """The product of the elements over `axis`; of no elements 1.

    Derivative: the product of the other elements, which is exact also where some are 0. Any numeric
    dtype.

    Raises: InvalidArgumentError for an axis that the tensor has not, or has twice.

    >>> tf.reduce_prod([[1.0, 2.0], [3.0, 4.0]], axis=0).numpy()
    array([3., 8.], dtype=float32)
    """
    if type(input_tensor) is RaggedTensor:
        return reduced("prod", reduce_prod, input_tensor, axis, keepdims)  # type: ignore[no-any-return]
    x = convert_operand(input_tensor)
    return ops.reduce_prod(x, axis=axes_of(axis, x.ndim, "Prod"), keepdims=bool(keepdims))


def reduce_any(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> EagerTensor:
    """Whether any element over `axis` is true; of no elements False. Bool; no gradient passes.

    >>> tf.reduce_any([[True, False], [False, False]], axis=1).numpy()
    array([ True, False])
    """
    if type(input_tensor) is RaggedTensor:
        return reduced("any", reduce_any, input_tensor, axis, keepdims)  # type: ignore[no-any-return]
    x = truths_of(input_tensor)
    return ops.reduce_any(x, axis=axes_of(axis, x.ndim, "Any"), keepdims=bool(keepdims))


def reduce_all(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> EagerTensor:
    """Whether all elements over `axis` are true; of no elements True. Bool; no gradient passes.

    >>> tf.reduce_all([[True, True], [True, False]], axis=1).numpy()
    array([ True, False])
    """
    if type(input_tensor) is RaggedTensor:
        return reduced("all", reduce_all, input_tensor, axis, keepdims)  # type: ignore[no-any-return]
    x = truths_of(input_tensor)
    return ops.reduce_all(x, axis=axes_of(axis, x.ndim, "All"), keepdims=bool(keepdims))


def reduce_logsumexp(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> EagerTensor:
    """log Σ eˣ over `axis`, without overflow; of no elements −inf.

    Derivative: the softmax e^(x − y); nan where all elements are −inf. Real floating point.

    Raises: InvalidArgumentError for an axis that the tensor has not, or has twice.

    >>> round(float(tf.reduce_logsumexp([1000.0, 1000.0])), 2)
    1000.69
    """
    x = convert_operand(input_tensor)
    axes = axes_of(axis, x.ndim, "LogSumExp")
    return ops.reduce_logsumexp(x, axis=axes, keepdims=bool(keepdims))


def reduce_euclidean_norm(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> EagerTensor:
    """√Σx² over `axis`.

    Derivative: x/y, nan where all elements are 0. Any numeric dtype, which is kept; of integers the
    root is cut off.

    Raises: InvalidArgumentError for an axis that the tensor has not, or has twice.

    >>> tf.math.reduce_euclidean_norm([3.0, 4.0]).numpy()
    np.float32(5.0)
    """
    x = convert_operand(input_tensor)
    axes = axes_of(axis, x.ndim, "EuclideanNorm")
    if x.dtype.is_complex:
        squares = complex_numbers.real(complex_numbers.conj(x) * x)
        total = ops.reduce_sum(squares, axis=axes, keepdims=bool(keepdims))
        return complex_numbers.cast(roots.sqrt(total), dtype=x.dtype.numpy)
    return ops.reduce_euclidean_norm(x, axis=axes, keepdims=bool(keepdims))


def reduce_variance(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> EagerTensor:
    """The mean of |x − mean|² over `axis` (divided by n, not n − 1).

    Derivative: 2(x − mean)/n. Floating point, and complex with a real result.

    Raises: TypeError for integers, InvalidArgumentError for an axis that the tensor has not.

    >>> tf.math.reduce_variance([1.0, 2.0, 3.0, 4.0]).numpy()
    np.float32(1.25)
    """
    x = convert_operand(input_tensor)
    if not x.dtype.is_differentiable:
        error = TypeError if x.dtype.is_integer else InvalidArgumentError
        raise error(
            f"Input must be either real or complex. Received {x.dtype!r}; use tf.cast(x, "
            "tf.float32)."
        )
    axes = axes_of(axis, x.ndim, "Mean")
    d = x - ops.reduce_mean(x, axis=axes, keepdims=True)
    squares = complex_numbers.real(complex_numbers.conj(d) * d) if x.dtype.is_complex else d * d
    return ops.reduce_mean(squares, axis=axes, keepdims=bool(keepdims))


def reduce_std(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> EagerTensor:
    """The standard deviation over `axis`: the root of `tf.math.reduce_variance`.

    Derivative: (x − mean)/(n·y), nan where all elements are equal. Floating point and complex.

    Raises: TypeError for integers, InvalidArgumentError for an axis that the tensor has not.

    >>> tf.math.reduce_std([1.0, 3.0]).numpy()
    np.float32(1.0)
    """
    return roots.sqrt(reduce_variance(input_tensor, axis, keepdims))


def count_nonzero(
    input: Any, axis: Any = None, keepdims: bool | None = None, dtype: Any = "int64",
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """How many elements over `axis` are not 0 (not False, not empty text); no gradient passes.

    >>> tf.math.count_nonzero([[0.0, 2.0], [3.0, 4.0]], axis=1).numpy()
    array([1, 2])
    """
    x = convert_operand(input)
    zero = b"" if x.dtype == "string" else np.zeros((), x.dtype.numpy)[()]
    there = comparison.not_equal(x, wrap(np.array(zero, object)) if zero == b"" else wrap(zero))
    return reduce_sum(complex_numbers.cast(there, dtype=numpy_dtype(dtype)), axis, bool(keepdims))


def zero_fraction(value: Any, name: str | None = None) -> EagerTensor:
    """The share of elements that are 0, as float32; nan where there are none. No gradient passes.

    >>> tf.math.zero_fraction([0.0, 0.0, 3.0, 4.0]).numpy()
    np.float32(0.5)
    """
    x = convert_operand(value)
    if x._value.dtype.kind == "O":
        raise TypeError(f"zero_fraction counts zeros among numbers, got {x!r}")
    zeros = comparison.equal(x, wrap(np.zeros((), x.dtype.numpy)[()]))
    return reduce_mean(complex_numbers.cast(zeros, dtype=np.dtype(np.float32)))


def argmax(
    input: Any, axis: Any = None, output_type: Any = "int64", name: str | None = None
) -> EagerTensor:
    """The index of the largest element along `axis` (None: axis 0); of equals the first.

    A nan counts as the largest, as it does in `tf.reduce_max`. No gradient passes. Real
    dtypes and bool; `output_type` is int64, int32, int16 or uint16.

    Raises: InvalidArgumentError for an axis that the tensor has not, or that is empty.

    >>> tf.argmax([[1, 5], [3, 2]], axis=1).numpy()
    array([1, 0])
    """
    return _index_of(ops.argmax, "ArgMax", input, axis, output_type)


def argmin(
    input: Any, axis: Any = None, output_type: Any = "int64", name: str | None = None
) -> EagerTensor:
    """The index of the smallest element along `axis` (None: axis 0); of equals the first.

    A nan counts as the smallest, as it does in `tf.reduce_min`. No gradient passes. Real
    dtypes and bool; `output_type` is int32 or int64.

    Raises: InvalidArgumentError for an axis that the tensor has not, or that is empty.

    >>> tf.argmin([[1, 5], [3, 2]], axis=1).numpy()
    array([0, 1])
    """
    return _index_of(ops.argmin, "ArgMin", input, axis, output_type)


def _index_of(call: Call, op: str, input: Any, axis: Any, output_type: Any) -> EagerTensor:
    x = convert_operand(input)
    shape = tuple(x._value.shape)
    if x.dtype.name == "string":
        raise InvalidArgumentError(f"{op} compares numbers or truth values, got text [Op:{op}]")
    (k,) = integers(0 if axis is None else axis, "axis")
    if not -len(shape) <= k < len(shape):
        raise InvalidArgumentError(
            f"Expected dimension in the range [{-len(shape)}, {len(shape)}), but got {k} [Op:{op}]"
        )
    if not shape[k]:
        raise InvalidArgumentError(
            f"Reduction axis {k} is empty in shape {list(shape)} [Op:{op}]: there is no index."
        )
    kind = numpy_dtype(output_type)
    allowed = ("int32", "int64") if op == "ArgMin" else ("int16", "uint16", "int32", "int64")
    if kind.name not in allowed:
        raise InvalidArgumentError(
            f"Value for attr 'output_type' of {kind.name} is not in the list of allowed values: "
            f"{', '.join(allowed)} [Op:{op}]"
        )
    return call(x, axis=k if k < 0 else k - len(shape), dtype=kind)
