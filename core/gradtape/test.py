"""The namespace `tf.test`: gradients checked against finite differences."""

from __future__ import annotations

import unittest
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from gradtape import nest
from gradtape.autodiff.tape import GradientTape
from gradtape.config import list_physical_devices
from gradtape.names.absence import absent_from
from gradtape.ops.math.complex_numbers import imag, real
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor, wrap
from gradtape.unit_testing import TestCase

__all__ = [
    "TestCase",
    "compute_gradient",
    "gpu_device_name",
    "is_built_with_cuda",
    "is_built_with_gpu_support",
    "is_built_with_rocm",
    "is_built_with_xla",
    "is_gpu_available",
    "main",
]

Matrices = tuple[np.ndarray[Any, Any], ...]


def compute_gradient(
    f: Callable[..., Any], x: Any, delta: float | None = None
) -> tuple[Matrices, Matrices]:
    """The Jacobians of `f` at `x`, once by the tape and once by finite differences.

    (theoretical, numerical): per argument a real matrix of shape (numbers in f(*x), numbers in the
    argument), where a complex number counts as two, its real and its imaginary part.
    `numerical` is (f(x + δ) − f(x − δ)) / 2δ; δ is 2⁻¹⁰ unless `delta` is given.

    Raises: ValueError where `x` is no list or tuple, AssertionError for an argument or a result of
    integers.

    >>> import gradtape as tf
    >>> theory, numbers = tf.test.compute_gradient(lambda a: a * a, [tf.constant([1.0, 2.0])])
    >>> theory[0]
    array([[2., 0.],
           [0., 4.]], dtype=float32)
    """
    if not isinstance(x, (list, tuple)):
        raise ValueError(
            "`x` must be a list or tuple of values convertible to a Tensor (arguments to `f`), "
            f"not a {type(x).__name__}. Write [x]."
        )
    tensors = [convert(value) for value in x]
    for k, t in enumerate(tensors):
        _check(t, f"argument {k}")
    with GradientTape(persistent=True) as tape:
        tape.watch(tensors)
        y = _one(f(*tensors))
        _check(y, "y")
        parts = [real(y), imag(y)] if y.dtype.is_complex else [y]
    theoretical = []
    by_part = [tape.jacobian(part, tensors) for part in parts]
    for t, jacobians in zip(tensors, zip(*by_part, strict=True), strict=True):
        rows = [_rows(j, y, t) for j in jacobians]
        together = np.stack(rows, axis=1)
        theoretical.append(together.reshape(len(rows) * len(rows[0]), together.shape[-1]))
    numerical = [_numerical(f, tensors, y, k, delta or 2.0**-10) for k in range(len(tensors))]
    return tuple(theoretical), tuple(numerical)


def _check(t: EagerTensor, what: str) -> None:
    if not t.dtype.is_differentiable:
        raise AssertionError(
            f"Cannot compute gradient for unsupported type {t.dtype.name} of {what}"
        )


def _reals(array: Any) -> np.ndarray[Any, Any]:
    """The numbers of an array in a row, a complex one as its two parts."""
    flat = np.array(array).reshape(-1)
    return flat.view(flat.real.dtype)


def _rows(jacobian: Any, y: EagerTensor, x: EagerTensor) -> np.ndarray[Any, Any]:
    """A Jacobian as a real matrix; zeros where `y` does not depend on `x`."""
    height, one_row = int(np.prod(y._value.shape, dtype=int)), _reals(x._value)
    if jacobian is None:
        return np.zeros((height, one_row.size), one_row.dtype)
    return _reals(jacobian).reshape(height, one_row.size)


def _one(y: Any) -> EagerTensor:
    leaves = nest.flatten(y)
    if len(leaves) != 1:
        raise ValueError(
            f"`f` must return one tensor, but it returned {len(leaves)}; check one at a time."
        )
    return convert(leaves[0])


def _numerical(
    f: Callable[..., Any], tensors: list[EagerTensor], y: EagerTensor, k: int, step: float
) -> np.ndarray[Any, Any]:
    value = np.asarray(tensors[k]._value)
    numbers = _reals(value)
    out = np.zeros((_reals(y._value).size, numbers.size), numbers.dtype)
    for column in range(numbers.size):
        ends = []
        for sign in (1, -1):
            moved = numbers.copy()
            moved[column] += sign * step
            again = wrap(moved.view(value.dtype).reshape(value.shape))
            args = [again if i == k else t for i, t in enumerate(tensors)]
            ends.append(_reals(_one(f(*args))))
        out[:, column] = (ends[0] - ends[1]) / (2 * step)
    return out


def is_gpu_available(*_: Any, **__: Any) -> bool:
    """Whether a GPU can be used."""
    return bool(list_physical_devices("GPU"))


def gpu_device_name() -> str:
    """The name of the GPU; an empty text where there is none."""
    return "/device:GPU:0" if list_physical_devices("GPU") else ""


def is_built_with_cuda() -> bool:
    """False: the GPU is reached by WebGPU."""
    return False


is_built_with_rocm = is_built_with_xla = is_built_with_cuda


def is_built_with_gpu_support() -> bool:
    """True: WebGPU is part of gradtape."""
    return True


def main(argv: Any = None) -> None:
    """Run the tests of the program that calls this."""
    unittest.main(argv=argv)


if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
