"""Complex numbers: made, taken apart, conjugated; with TensorFlow's signatures."""

from __future__ import annotations

from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.ops.array.selection import select
from gradtape.ops.array.shaping import zeros_like
from gradtape.ops.math import complex_numbers as ops
from gradtape.tensors.conversion import convert, is_tensor_like
from gradtape.tensors.tensor import EagerTensor


def complex(real: Any, imag: Any, name: str | None = None) -> EagerTensor:
    """real + i·imag, with broadcasting: complex64 of float32, complex128 of float64.

    Derivative: the real part of the cotangent for `real`, its imaginary part for `imag`.

    Raises: TypeError for other dtypes, or where the two differ.

    >>> tf.complex(1.0, 2.0).numpy()
    np.complex64(1+2j)
    """
    a = convert_operand(real)
    b = convert_operand(imag) if is_tensor_like(imag) else convert(imag, a.dtype)
    if a.dtype is not b.dtype or a.dtype.name not in ("float32", "float64"):
        raise TypeError(
            f"The `real` and `imag` components have incorrect types: {a.dtype.name} "
            f"{b.dtype.name}. They must be consistent, and one of [tf.float32, tf.float64]; use "
            "tf.cast."
        )
    return ops.make_complex(a, b)


def real(input: Any, name: str | None = None) -> EagerTensor:
    """The real part; a real tensor is returned as it is.

    Derivative: the cotangent as a complex number with imaginary part 0.

    >>> tf.math.real([1 + 2j]).numpy()
    array([1.])
    """
    x = convert_operand(input)
    if x.dtype.is_complex:
        return ops.real(x)
    return _numeric(x, "real")


def imag(input: Any, name: str | None = None) -> EagerTensor:
    """The imaginary part; zeros for a real tensor.

    Derivative: i times the cotangent; none (None) for a real tensor.

    >>> tf.math.imag([1 + 2j]).numpy()
    array([2.])
    """
    x = convert_operand(input)
    return ops.imag(x) if x.dtype.is_complex else zeros_like(_numeric(x, "imag"))


def conj(x: Any, name: str | None = None) -> EagerTensor:
    """The complex conjugate; a real tensor is returned as it is.

    Derivative: the conjugate of the cotangent.

    Raises: TypeError where x is not numeric.

    >>> tf.math.conj([1 + 2j]).numpy()
    array([1.-2.j])
    """
    tensor = convert_operand(x)
    if tensor.dtype.is_complex:
        return ops.conj(tensor)
    return _numeric(tensor, "conj")


def angle(input: Any, name: str | None = None) -> EagerTensor:
    """The argument of a complex number, atan2(imaginary, real), between −π and π.

    Derivative: i·x/|x|² times the cotangent, nan at 0. Of a real tensor: 0, and π where it is
    negative, with no gradient (None).

    >>> tf.math.angle([1j]).numpy()
    array([1.57079633])
    """
    x = convert_operand(input)
    if x.dtype.is_complex:
        return ops.angle(x)
    zeros = zeros_like(_numeric(x, "angle"))
    return select(x < zeros, convert(3.141592653589793, x.dtype), zeros)


def _numeric(x: EagerTensor, what: str) -> EagerTensor:
    if not (x.dtype.is_differentiable or x.dtype.is_integer):
        raise TypeError(f"tf.math.{what} takes a numeric tensor, got one of {x.dtype!r}.")
    return x
