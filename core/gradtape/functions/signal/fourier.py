"""Fourier transforms of complex and of real signals, and spectra shifted to their middle."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from gradtape import dtypes
from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import axis_of, integers, shape_of
from gradtape.functions.array.arranging import roll
from gradtape.functions.signal.arguments import of_rank, resized
from gradtape.ops.array.shaping import moved
from gradtape.ops.declaration import Call
from gradtape.ops.math import fourier as ops
from gradtape.ops.math.complex_numbers import cast
from gradtape.tensors.conversion import convert, is_tensor_like
from gradtape.tensors.tensor import EagerTensor

_REAL = (dtypes.float32, dtypes.float64)
_COMPLEX = (dtypes.complex64, dtypes.complex128)


def _complex_input(value: Any) -> EagerTensor:
    return convert(value, hint=dtypes.complex64)


def _real_input(value: Any) -> EagerTensor:
    return convert(value, hint=dtypes.float32)


def _complex_transform(value: Any, rank: int, call: Call) -> EagerTensor:
    op = call.op.type  # type: ignore[attr-defined]
    x = convert(value) if type(value) in (list, tuple, complex) else _complex_input(value)
    if x is not value and not (x.dtype.is_complex or is_tensor_like(value)):
        x = _complex_input(value)  # Python's complex numbers keep all their digits, others do not
    if x.dtype not in _COMPLEX:
        raise InvalidArgumentError(
            f"Value for attr 'Tcomplex' of {x.dtype.name} is not in the list of allowed values: "
            f"complex64, complex128 [Op:{op}]. Use tf.cast(x, tf.complex64), or tf.signal.rfft."
        )
    if len(shape_of(x)) < rank:
        raise InvalidArgumentError(
            f"Input must have rank of at least {rank} but got: {list(shape_of(x))} [Op:{op}]"
        )
    return call(x)


def fft(input: Any, name: str | None = None) -> EagerTensor:
    """The Fourier transform along the last axis: y_k = Σⱼ xⱼ e^(−2πi·jk/n).

    Derivative: the cotangent's inverse transform, times n. complex64 or complex128; of numbers that
    are no tensor complex64.

    Raises: InvalidArgumentError for real tensors (tf.signal.rfft takes them) and for scalars.

    >>> tf.signal.fft([1.0, 2.0]).numpy()
    array([ 3.+0.j, -1.+0.j], dtype=complex64)
    """
    return _complex_transform(input, 1, ops.fft)


def ifft(input: Any, name: str | None = None) -> EagerTensor:
    """The inverse of `tf.signal.fft`: y_k = 1/n · Σⱼ xⱼ e^(2πi·jk/n) along the last axis.

    Derivative: the cotangent's transform, divided by n. complex64 or complex128.

    Raises: InvalidArgumentError for real tensors and for scalars.

    >>> tf.signal.ifft([3.0, -1.0]).numpy()
    array([1.+0.j, 2.+0.j], dtype=complex64)
    """
    return _complex_transform(input, 1, ops.ifft)


def fft2d(input: Any, name: str | None = None) -> EagerTensor:
    """The Fourier transform along the last two axes; otherwise as `tf.signal.fft`.

    >>> tf.signal.fft2d([[1.0, 2.0], [3.0, 4.0]]).numpy().real
    array([[10., -2.],
           [-4.,  0.]], dtype=float32)
    """
    return _complex_transform(input, 2, ops.fft2d)


def ifft2d(input: Any, name: str | None = None) -> EagerTensor:
    """The inverse of `tf.signal.fft2d`.

    >>> tf.signal.ifft2d([[10.0, -2.0], [-4.0, 0.0]]).numpy().real
    array([[1., 2.],
           [3., 4.]], dtype=float32)
    """
    return _complex_transform(input, 2, ops.ifft2d)


def fft3d(input: Any, name: str | None = None) -> EagerTensor:
    """The Fourier transform along the last three axes; otherwise as `tf.signal.fft`.

    >>> tf.signal.fft3d([[[1.0, 2.0]]]).numpy().real
    array([[[ 3., -1.]]], dtype=float32)
    """
    return _complex_transform(input, 3, ops.fft3d)


def ifft3d(input: Any, name: str | None = None) -> EagerTensor:
    """The inverse of `tf.signal.fft3d`.

    >>> tf.signal.ifft3d([[[3.0, -1.0]]]).numpy().real
    array([[[1., 2.]]], dtype=float32)
    """
    return _complex_transform(input, 3, ops.ifft3d)


def _lengths(fft_length: Any, rank: int, op: str) -> tuple[int, ...] | None:
    if fft_length is None:
        return None
    found = integers(fft_length, "fft_length")
    if len(found) != rank:
        raise InvalidArgumentError(f"fft_length must have shape [{rank}] [Op:{op}]")
    if min(found) < 0:
        raise InvalidArgumentError(f"fft_length must be >= 0, got {list(found)} [Op:{op}]")
    return found


def _real_checked(value: Any, rank: int) -> EagerTensor:
    x = _real_input(value)
    if x.dtype not in _REAL:
        raise ValueError(f"RFFT requires tf.float32 or tf.float64 inputs, got: {x!r}")
    return of_rank(x, rank)


def _rfft(value: Any, fft_length: Any, rank: int, call: Call) -> EagerTensor:
    x = _real_checked(value, rank)
    sizes = _lengths(fft_length, rank, call.op.type)  # type: ignore[attr-defined]
    if sizes is None:
        return call(x)
    if 0 in sizes and x._value.size:
        raise InvalidArgumentError(f"fft_length must be > 0, got {list(sizes)} [Op:RFFT]")
    return call(resized(x, sizes))


def rfft(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> EagerTensor:
    """The half of a real signal's Fourier transform that says all: the bins 0 … n/2.

    The last axis is first cut off, or filled up with zeros, to `fft_length` = [n]. Derivative: the
    real part of Σ gₖ e^(2πi·jk/n). float32 gives complex64, float64 complex128; numbers that are no
    tensor are taken as float32.

    Raises: ValueError for complex and integer tensors and for scalars, InvalidArgumentError where
    `fft_length` has not one number, or 0.

    >>> tf.signal.rfft([1.0, 2.0, 3.0, 4.0]).numpy()
    array([10.+0.j, -2.+2.j, -2.+0.j], dtype=complex64)
    """
    return _rfft(input_tensor, fft_length, 1, ops.rfft)


def rfft2d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> EagerTensor:
    """As `tf.signal.rfft` along the last two axes, of which the last one is halved.

    >>> tf.signal.rfft2d([[1.0, 2.0], [3.0, 4.0]]).numpy().real
    array([[10., -2.],
           [-4.,  0.]], dtype=float32)
    """
    return _rfft(input_tensor, fft_length, 2, ops.rfft2d)


def rfft3d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> EagerTensor:
    """As `tf.signal.rfft` along the last three axes, of which the last one is halved.

    As in TensorFlow it has no gradient; `tf.signal.rfftnd(x, axes=[-3, -2, -1])` has one.

    >>> tf.signal.rfft3d([[[1.0, 2.0]]]).numpy().real
    array([[[ 3., -1.]]], dtype=float32)
    """
    return _rfft(input_tensor, fft_length, 3, ops.rfft3d)


def _irfft(value: Any, fft_length: Any, rank: int, call: Call) -> EagerTensor:
    x, op = of_rank(value, rank, _complex_input), call.op.type  # type: ignore[attr-defined]
    if x.dtype not in _COMPLEX:
        raise ValueError(f"IRFFT requires tf.complex64 or tf.complex128 inputs, got: {x!r}")
    sizes = _lengths(fft_length, rank, op)
    if sizes is None:
        shape = shape_of(x)
        sizes = (*shape[len(shape) - rank : -1], max(0, 2 * (shape[-1] - 1)))
    if sizes[-1] == 0 and x._value.size:
        raise InvalidArgumentError(
            f"a spectrum of {shape_of(x)[-1]} bins gives a signal of length 0 [Op:{op}]; pass "
            "fft_length for another one"
        )
    return call(resized(x, (*sizes[:-1], sizes[-1] // 2 + 1)), length=sizes[-1])


def irfft(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> EagerTensor:
    """The real signal of which x is the half of the transform: the inverse of `tf.signal.rfft`.

    The signal is `fft_length` = [n] long, by default 2·(bins − 1); the bins are first cut off, or
    filled up with zeros, to n/2 + 1. The imaginary parts of the bins 0 and n/2 do not count.
    Derivative: the cotangent's `rfft`, divided by n, twice that between the two bins. complex64
    gives float32, complex128 float64.

    Raises: ValueError for real tensors and for scalars, InvalidArgumentError for a signal of
    length 0.

    >>> tf.signal.irfft([10.0, -2 + 2j, -2.0]).numpy()
    array([1., 2., 3., 4.], dtype=float32)
    """
    return _irfft(input_tensor, fft_length, 1, ops.irfft)


def irfft2d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> EagerTensor:
    """As `tf.signal.irfft` along the last two axes: the inverse of `tf.signal.rfft2d`.

    >>> tf.signal.irfft2d([[10.0, -2.0], [-4.0, 0.0]]).numpy()
    array([[1., 2.],
           [3., 4.]], dtype=float32)
    """
    return _irfft(input_tensor, fft_length, 2, ops.irfft2d)


def irfft3d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> EagerTensor:
    """As `tf.signal.irfft` along the last three axes; as in TensorFlow it has no gradient.

    >>> tf.signal.irfft3d([[[3.0, -1.0]]]).numpy()
    array([[[1., 2.]]], dtype=float32)
    """
    return _irfft(input_tensor, fft_length, 3, ops.irfft3d)


# -- along any axes -------------------------------------------------------------------------------


def _axes(axes: Any, rank: int, op: str) -> tuple[int, ...]:
    found = tuple(range(rank)) if axes is None else integers(axes, "axes")
    places = tuple(axis_of(k, rank, op, "axes") for k in found)
    if len(set(places)) != len(places) or not places:
        raise InvalidArgumentError(f"axes must name each axis once, got {list(found)} [Op:{op}]")
    return places


def _sizes(fft_length: Any, default: tuple[int, ...], op: str) -> tuple[int, ...]:
    return _lengths(fft_length, len(default), op) or default


def _factor(norm: str | None, sizes: Sequence[int], inverse: bool) -> float:
    """What the transform, which divides by n on the way back, is multiplied with."""
    n = float(math.prod(sizes))
    factors = {"backward": 1.0, "ortho": math.sqrt(n) if inverse else 1 / math.sqrt(n)}
    factors["forward"] = n if inverse else 1 / n
    if (norm or "backward") not in factors:
        raise ValueError(f"norm is 'backward', 'ortho' or 'forward', got {norm!r}")
    return factors[norm or "backward"]


def _along(x: EagerTensor, axis: int, size: int, call: Callable[..., EagerTensor]) -> EagerTensor:
    last = len(shape_of(x)) - 1
    return moved(call(resized(moved(x, axis, last), (size,))), last, axis)


def _complex_checked(value: Any) -> EagerTensor:
    x = _complex_input(value)
    if x.dtype not in _COMPLEX:
        raise InvalidArgumentError(
            f"tf.signal takes complex64 or complex128 here, got {x.dtype.name}; use tf.cast"
        )
    return x


def _nd(
    x: EagerTensor, fft_length: Any, axes: Any, norm: str | None, call: Call, op: str
) -> EagerTensor:
    shape = shape_of(x)
    places = _axes(axes, len(shape), op)
    sizes = _sizes(fft_length, tuple(shape[k] for k in places), op)
    factor = _factor(norm, sizes, call is ops.ifft)
    for axis, size in zip(places, sizes, strict=True):
        x = _along(x, axis, size, call)
    return x if factor == 1 else x * factor


def fftnd(
    input_tensor: Any, fft_length: Any = None, axes: Any = None, norm: str | None = None,
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The Fourier transform along `axes` (by default all), each cut off or filled to `fft_length`.

    `norm` says where the division by n stands: "backward" in the inverse, "forward" here, and
    "ortho" by √n in both. Derivative: as `tf.signal.fft`'s. complex64 or complex128.

    Raises: InvalidArgumentError for real tensors, axes that are not there, and as many lengths as
    there are no axes; ValueError for another `norm`.

    >>> tf.signal.fftnd([[1.0, 2.0], [3.0, 4.0]], axes=[0]).numpy().real
    array([[ 4.,  6.],
           [-2., -2.]], dtype=float32)
    """
    return _nd(_complex_checked(input_tensor), fft_length, axes, norm, ops.fft, "FFTND")


def ifftnd(
    input_tensor: Any, fft_length: Any = None, axes: Any = None, norm: str | None = None,
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The inverse of `tf.signal.fftnd`.

    >>> tf.signal.ifftnd([[4.0, 6.0], [-2.0, -2.0]], axes=[0]).numpy().real
    array([[1., 2.],
           [3., 4.]], dtype=float32)
    """
    return _nd(_complex_checked(input_tensor), fft_length, axes, norm, ops.ifft, "IFFTND")


def rfftnd(
    input_tensor: Any, fft_length: Any = None, axes: Any = None, norm: str | None = None,
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The transform of a real signal along `axes` (by default all), the last of them halved.

    `fft_length` and `norm` as in `tf.signal.fftnd`, the derivative as in `tf.signal.rfft`.

    >>> tf.signal.rfftnd([[1.0, 2.0], [3.0, 4.0]], axes=[1]).numpy().real
    array([[ 3., -1.],
           [ 7., -1.]], dtype=float32)
    """
    x = _real_checked(input_tensor, 1)
    shape = shape_of(x)
    places = _axes(axes, len(shape), "RFFTND")
    sizes = _sizes(fft_length, tuple(shape[k] for k in places), "RFFTND")
    y = _along(x, places[-1], sizes[-1], ops.rfft)
    for axis, size in zip(places[:-1], sizes[:-1], strict=True):
        y = _along(y, axis, size, ops.fft)
    factor = _factor(norm, sizes, False)
    return y if factor == 1 else y * factor


def irfftnd(
    input_tensor: Any, fft_length: Any = None, axes: Any = None, norm: str | None = None,
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The inverse of `tf.signal.rfftnd`; the last of `fft_length` is by default 2·(bins − 1).

    >>> tf.signal.irfftnd([[3.0, -1.0], [7.0, -1.0]], axes=[1]).numpy()
    array([[1., 2.],
           [3., 4.]], dtype=float32)
    """
    x = _complex_checked(input_tensor)
    shape = shape_of(x)
    places = _axes(axes, len(shape), "IRFFTND")
    default = (*(shape[k] for k in places[:-1]), max(0, 2 * (shape[places[-1]] - 1)))
    sizes = _sizes(fft_length, default, "IRFFTND")
    for axis, size in zip(places[:-1], sizes[:-1], strict=True):
        x = _along(x, axis, size, ops.ifft)
    last = len(shape) - 1
    y = _irfft(moved(x, places[-1], last), sizes[-1:], 1, ops.irfft)
    factor = _factor(norm, sizes, True)
    y = moved(y, last, places[-1])
    return y if factor == 1 else y * factor


# -- the middle of a spectrum ---------------------------------------------------------------------


def _shifted(value: Any, axes: Any, back: bool) -> EagerTensor:
    x = convert_operand(value)
    shape = shape_of(x)
    found = tuple(range(len(shape))) if axes is None else integers(axes, "axes")
    places = [axis_of(k, len(shape), "Roll", "axes") for k in found]
    by = [shape[k] // 2 for k in places]
    return roll(x, [-n for n in by] if back else by, places)


def fftshift(x: Any, axes: Any = None, name: str | None = None) -> EagerTensor:
    """x with the bin of frequency 0 in the middle: both halves of each axis change places.

    `axes` is one axis or several, by default all. The gradient is shifted back.

    Raises: InvalidArgumentError for scalars and axes that are not there.

    >>> tf.signal.fftshift([0, 1, 2, -2, -1]).numpy()
    array([-2, -1,  0,  1,  2], dtype=int32)
    """
    return _shifted(x, axes, False)


def ifftshift(x: Any, axes: Any = None, name: str | None = None) -> EagerTensor:
    """The inverse of `tf.signal.fftshift`; for odd sizes the two differ by one place.

    >>> tf.signal.ifftshift([-2, -1, 0, 1, 2]).numpy()
    array([ 0,  1,  2, -2, -1], dtype=int32)
    """
    return _shifted(x, axes, True)


def as_complex(x: EagerTensor) -> EagerTensor:
    """float32 as complex64, float64 as complex128."""
    return cast(x, dtype=_COMPLEX[_REAL.index(x.dtype)].numpy)
