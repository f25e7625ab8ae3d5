"""The namespace `tf.test`: gradients checked against finite differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape import nest
from gradtape.autodiff.tape import GradientTape
from gradtape.config import list_physical_devices
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor, wrap

__all__ = ["compute_gradient", "is_gpu_available"]

Matrices = tuple[np.ndarray[Any, Any], ...]


def compute_gradient(
    f: Callable[..., Any], x: Any, delta: float | None = None
) -> tuple[Matrices, Matrices]:
    """The Jacobians of `f` at `x`, once by the tape and once by finite differences.

    (theoretical, numerical): per argument a matrix of shape (size of f(*x), size of the argument),
    of the argument's dtype. `numerical` is (f(x + δ) − f(x − δ)) / 2δ; δ defaults to 2⁻¹⁰ in
    float32, 2⁻¹⁷ in float64 and 2⁻³ in float16.

    Raises: ValueError where `x` is no list or tuple, AssertionError for integer arguments.

    >>> import gradtape as tf
    >>> theory, numbers = tf.test.compute_gradient(lambda a: a * a, [tf.constant([1.0, 2.0])])
    >>> theory[0]
    array([[2., 0.],
           [0., 4.]], dtype=float32)
    """
    if not isinstance(x, (list, tuple)):
        raise ValueError(
            "`x` must be a list or tuple of values convertible to a Tensor (arguments to `f`), "
            "not a "
            f"{type(x).__name__}. Write [x]."
        )
    tensors = [convert(value) for value in x]
    for k, t in enumerate(tensors):
        if not t.dtype.is_differentiable:
            raise AssertionError(
                f"Cannot compute gradient for unsupported type {t.dtype.name} of argument {k}"
            )
    with GradientTape() as tape:
        tape.watch(tensors)
        y = _one(f(*tensors))
    rows = int(np.prod(y._value.shape, dtype=int))
    theoretical = []
    for t, jacobian in zip(tensors, tape.jacobian(y, tensors), strict=True):
        size = int(np.prod(t._value.shape, dtype=int))
        empty = np.zeros((rows, size), t._value.dtype)
        theoretical.append(
            empty if jacobian is None else np.reshape(np.asarray(jacobian), (rows, size))
        )
    numerical = [_numerical(f, tensors, k, rows, delta) for k in range(len(tensors))]
    return tuple(theoretical), tuple(numerical)


def _one(y: Any) -> EagerTensor:
    leaves = nest.flatten(y)
    if len(leaves) != 1:
        raise ValueError(
            f"`f` must return one tensor, but it returned {len(leaves)}; check one at a time."
        )
    return convert(leaves[0])


def _numerical(
    f: Callable[..., Any], tensors: list[EagerTensor], k: int, rows: int, delta: float | None
) -> np.ndarray[Any, Any]:
    value = np.asarray(tensors[k]._value)
    step = delta or {2: 2.0**-3, 4: 2.0**-10, 8: 2.0**-17}[np.zeros(0, value.dtype).real.itemsize]
    out = np.zeros((rows, value.size), value.dtype)
    for column in range(value.size):
        ends = []
        for sign in (1, -1):
            moved = value.copy()
            moved.reshape(-1)[column] += sign * step
            args = [wrap(moved) if i == k else t for i, t in enumerate(tensors)]
            ends.append(np.ravel(np.asarray(_one(f(*args)))))
        out[:, column] = (ends[0] - ends[1]) / (2 * step)
    return out


def is_gpu_available(*_: Any, **__: Any) -> bool:
    """Whether a GPU can be used."""
    return bool(list_physical_devices("GPU"))
