"""Element-wise algebra with TensorFlow's signatures."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import as_dtype
from gradtape.functions.arguments import matched
from gradtape.functions.public import binary, strict, unary
from gradtape.ops.array.shaping import zeros_like
from gradtape.ops.math import arithmetic as ops
from gradtape.ops.math import complex_numbers, roots, rounding
from gradtape.tensors.conversion import convert, is_tensor_like
from gradtape.tensors.indexed_slices import IndexedSlices
from gradtape.tensors.tensor import EagerTensor

add = binary(ops.add)
subtract = binary(ops.subtract)
multiply = binary(ops.multiply)
floordiv = binary(ops.floordiv)
floormod = mod = binary(ops.floormod)
pow = binary(ops.power)
negative = unary(ops.negative)
square = unary(ops.square)
sqrt = unary(roots.sqrt)
rsqrt = unary(roots.rsqrt)
reciprocal = unary(roots.reciprocal)
_squared_difference = binary(ops.squared_difference)
maximum = binary(ops.maximum)
minimum = binary(ops.minimum)
_divide_no_nan = strict(ops.divide_no_nan, TypeError)
multiply_no_nan = strict(ops.multiply_no_nan, ValueError)
floor = unary(rounding.floor)
ceil = unary(rounding.ceil)
rint = unary(rounding.rint)
nextafter = binary(rounding.nextafter, "x1", "x2")
_sign = unary(complex_numbers.sign)


def _is_complex(x: Any) -> bool:
    if not isinstance(x, EagerTensor):
        if isinstance(x, (bool, int, float)):
            return False
        x = convert_operand(x)
    return bool(x._value.dtype.kind == "c")


def squared_difference(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """(x − y)², element by element, with broadcasting; of complex numbers |x − y|².

    Derivative: 2(x − y) with respect to x and −2(x − y) with respect to y; of complex numbers times
    the real part of the cotangent, since the value is real. Any numeric dtype, the same for both.

    >>> tf.math.squared_difference([1.0, 5.0], 2.0).numpy()
    array([1., 9.], dtype=float32)
    """
    if _is_complex(x) or _is_complex(y):
        d = subtract(x, y)
        return complex_numbers.conj(d) * d
    return _squared_difference(x, y)


def sign(x: Any, name: str | None = None) -> EagerTensor:
    """−1, 0 or 1 as x is below, at or above 0; of complex numbers x/|x|, and 0 at 0.

    Derivative: 0 everywhere; of complex numbers (g − y·Re(g·ȳ))/|x|, the turn that g gives y, and 0
    at 0. Any numeric dtype; nan stays nan.

    >>> tf.sign([-2.0, 0.0, 3.0]).numpy()
    array([-1.,  0.,  1.], dtype=float32)
    """
    if not _is_complex(x):
        return _sign(x)
    z = convert_operand(x)
    modulus = complex_numbers.cast(complex_numbers.modulus(z), dtype=z._value.dtype)
    return ops.divide_no_nan(z, modulus)


def abs(x: Any, name: str | None = None) -> Any:
    """|x|, element by element; of complex numbers √(re² + im²), which is real.

    Derivative: the sign of x, 0 at 0; of complex numbers x/|x|. Any numeric dtype.

    >>> tf.abs([-1.0, 2.0]).numpy()
    array([1., 2.], dtype=float32)
    """
    return _sparse(convert_or_sparse(x), lambda v: v.__abs__())


def convert_or_sparse(x: Any) -> Any:
    """A tensor, or indexed slices as they are."""
    return x if type(x) in (EagerTensor, IndexedSlices) else convert_operand(x)


def _sparse(x: Any, f: Any) -> Any:
    """F of a tensor, or of the values of indexed slices."""
    if type(x) is IndexedSlices:
        return IndexedSlices(f(x.values), x.indices, x.dense_shape)
    return f(x)


def divide(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """x / y as Python's `/` has it, with broadcasting: integers become floating point first.

    Derivative: 1/y and −x/y². x/0 is ±inf and 0/0 nan. int8 and int16 become float32, the wider
    integers float64.

    Raises: TypeError where two integer dtypes differ, InvalidArgumentError where others do.

    >>> tf.divide([1, 3], 2).numpy()
    array([0.5, 1.5])
    """
    if is_tensor_like(x):
        a = convert_operand(x)
    else:
        a = convert(x, convert_operand(y).dtype if is_tensor_like(y) else None)
    return a.__truediv__(y)


def truediv(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """x / y with Python 3's meaning: the same as `tf.divide`.

    Derivative: 1/y and −x/y².

    Raises: TypeError where the dtypes differ.

    >>> tf.truediv([1.0, 3.0], 2.0).numpy()
    array([0.5, 1.5], dtype=float32)
    """
    a = convert_operand(x)
    b = convert_operand(y) if is_tensor_like(y) else convert(y, a.dtype)
    if a.dtype is not b.dtype:
        raise TypeError(
            f"`x` and `y` must have the same dtype, got {a.dtype!r} != {b.dtype!r}. Use tf.cast."
        )
    return a / b


def divide_no_nan(x: Any, y: Any, name: str | None = None) -> EagerTensor:
    """x / y, and 0 where y is 0 (also for 0/0), with broadcasting; integers become floats first.

    Derivative: 1/y and −x/y², each 0 where y is 0. Floating point and complex; int8 and int16
    become float32, the wider integers float64.

    Raises: TypeError where the dtypes differ.

    >>> tf.math.divide_no_nan([1.0, 1.0], [0.0, 2.0]).numpy()
    array([0. , 0.5], dtype=float32)
    """
    a, b = matched(x, y)
    if a.dtype.is_integer and a.dtype is b.dtype:
        wide = np.dtype("float32" if a.dtype.size <= 2 else "float64")
        a, b = (complex_numbers.cast(n, dtype=wide) for n in (a, b))
    return _divide_no_nan(a, b)


def reciprocal_no_nan(x: Any, name: str | None = None) -> EagerTensor:
    """1/x, and 0 where x is 0.

    Derivative: −1/x², and 0 where x is 0. Floating point and complex.

    >>> tf.math.reciprocal_no_nan([2.0, 0.0]).numpy()
    array([0.5, 0. ], dtype=float32)
    """
    x = convert_operand(x)
    return ops.divide_no_nan(convert(1, x.dtype), x)


def round(x: Any, name: str | None = None) -> EagerTensor:
    """The nearest whole number, element by element; halves go to the even one.

    No gradient passes (None). Integers are returned as they are.

    >>> tf.round([0.5, 1.5, -1.2]).numpy()
    array([ 0.,  2., -1.], dtype=float32)
    """
    x = convert_operand(x)
    return x if x.dtype.is_integer else rounding.round(x)


def scalar_mul(scalar: Any, x: Any, name: str | None = None) -> Any:
    """scalar · x, for a tensor or for `tf.IndexedSlices`.

    Derivative: as of a product.

    Raises: ValueError where `scalar` has axes or another dtype than `x`.

    >>> tf.math.scalar_mul(2.0, [1.0, 2.0]).numpy()
    array([2., 4.], dtype=float32)
    """
    x = convert_or_sparse(x)
    scalar = convert_operand(scalar) if is_tensor_like(scalar) else convert(scalar, x.dtype)
    if scalar.dtype is not x.dtype:
        raise ValueError(
            f"scalar is {scalar.dtype!r} and x is {x.dtype!r}; they must have one dtype, use "
            "tf.cast."
        )
    if scalar.shape.rank:
        raise ValueError(f"Only scalar multiply works, got a scalar of shape {scalar.shape}")
    return _sparse(x, lambda v: ops.multiply(scalar, v))


def add_n(inputs: Any, name: str | None = None) -> EagerTensor:
    """The sum of a list of tensors (or IndexedSlices) of one shape and dtype.

    Derivative: 1 with respect to each. There is no broadcasting.

    Raises: ValueError for an empty list or no list, InvalidArgumentError for different shapes.

    >>> tf.add_n([[1.0, 2.0], [3.0, 4.0]]).numpy()
    array([4., 6.], dtype=float32)
    """
    if isinstance(inputs, (list, tuple)) and inputs:
        xs = [convert(x) if isinstance(x, IndexedSlices) else convert_operand(x) for x in inputs]
    elif is_tensor_like(inputs):
        xs = [convert_operand(inputs)]
    else:
        raise ValueError(
            "Inputs must be an iterable of at least one Tensor/IndexedSlices with the same dtype "
            f"and shape, got {inputs!r}."
        )
    return ops.add_n(*xs)


def accumulate_n(
    inputs: Any, shape: Any = None, tensor_dtype: Any = None, name: str | None = None
) -> EagerTensor:
    """The sum of a list of tensors of one shape and dtype; the same as `tf.add_n`.

    Derivative: 1 with respect to each. `shape` and `tensor_dtype` are checked where given.

    Raises: ValueError for an empty list and for shapes that differ, TypeError for another dtype.

    >>> tf.math.accumulate_n([[1.0, 2.0], [3.0, 4.0]]).numpy()
    array([4., 6.], dtype=float32)
    """
    if not isinstance(inputs, (list, tuple)) or not inputs:
        raise ValueError(
            "inputs must be a list of at least one Tensor with the same dtype and shape, got "
            f"{inputs!r}."
        )
    xs = [convert_operand(x) for x in inputs]
    for x in xs:
        if x.dtype is not xs[0].dtype:
            raise ValueError(
                f"inputs must be a list of at least one Tensor with the same dtype and shape, got "
                f"{xs[0].dtype!r} and {x.dtype!r}. Use tf.cast."
            )
        if not x.shape.is_compatible_with(xs[0].shape if shape is None else shape):
            raise ValueError(
                f"Shapes {xs[0].shape if shape is None else shape} and {x.shape} are not compatible"
            )
    if tensor_dtype is not None and as_dtype(tensor_dtype) is not xs[0].dtype:
        raise TypeError(
            f"tensor_dtype is {as_dtype(tensor_dtype)!r}, but input is of type {xs[0].dtype!r}"
        )
    return ops.add_n(*xs)


def polyval(coeffs: Any, x: Any, name: str | None = None) -> EagerTensor:
    """p(x) = coeffs[0]·xⁿ⁻¹ + … + coeffs[n−1], by Horner's rule, element by element.

    `coeffs` is a Python list of n tensors or numbers, the highest power first; no coefficients
    give 0. Derivative: p′(x), and xⁿ⁻¹⁻ᵏ with respect to coeffs[k].

    Raises: ValueError where `coeffs` is no list.

    >>> tf.math.polyval([1.0, 0.0, -1.0], [2.0, 3.0]).numpy()  # x² − 1
    array([3., 8.], dtype=float32)
    """
    if not isinstance(coeffs, list):
        raise ValueError(
            f"Argument coeffs must be list type. Received type {type(coeffs)}. Give "
            "[highest, …, lowest], or list(tf.unstack(coeffs))."
        )
    x = convert_operand(x)
    if not coeffs:
        return zeros_like(x)
    parts = [convert_operand(c) for c in coeffs]
    p = parts[0]
    for c in parts[1:]:
        p = ops.add(c, ops.multiply(p, x))
    return p
