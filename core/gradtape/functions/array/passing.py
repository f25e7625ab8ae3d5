"""Values handed on: identity, stop_gradient, grad_pass_through; what a tensor is and holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from gradtape import nest
from gradtape.dispatch.apply import convert_operand
from gradtape.ops.array import passing
from gradtape.ops.array import shaping as ops
from gradtape.runtime.recorders import recorders
from gradtape.tensors.conversion import is_tensor_like
from gradtape.tensors.indexed_slices import IndexedSlices
from gradtape.tensors.tensor import EagerTensor


def identity(input: Any, name: str | None = None) -> EagerTensor:
    """`input` as a new tensor; the gradient passes.

    >>> x = tf.constant(1.0)
    >>> tf.identity(x) is x
    False
    """
    return ops.identity(convert_operand(input))


def stop_gradient(input: Any, name: str | None = None) -> EagerTensor:
    """`input` as a new tensor that counts as a constant: no gradient passes.

    >>> x = tf.constant(3.0)
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = x * tf.stop_gradient(x)
    >>> tape.gradient(y, x).numpy()
    np.float32(3.0)
    """
    return passing.stop_gradient(convert_operand(input))


def guarantee_const(input: Any, name: str | None = None) -> EagerTensor:
    """`input`, promised to be constant; asking for its gradient is a LookupError.

    >>> tf.guarantee_const(2.0).numpy()
    np.float32(2.0)
    """
    return passing.guarantee_const(convert_operand(input))


def grad_pass_through(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function with the values of `f` and the gradient of the identity.

    For steps that have no useful derivative, such as rounding. `f` keeps the shape of its argument.

    Source: the straight-through estimator (Bengio, Léonard, Courville, 2013).

    >>> x = tf.constant(1.6)
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = tf.grad_pass_through(lambda v: v * 100.0)(x)
    >>> y.numpy(), tape.gradient(y, x).numpy()
    (np.float32(160.0), np.float32(1.0))
    """

    def passed(*args: Any, **kwargs: Any) -> Any:
        xs = [convert_operand(x) for x in args]
        with recorders(()):
            result = f(*args, **kwargs)
        ys = [convert_operand(y) for y in nest.flatten(result)]
        if [y.shape for y in ys] != [x.shape for x in xs]:
            raise ValueError(
                f"tf.grad_pass_through hands the gradient of each result to the argument in its "
                f"place, so their shapes are equal; got arguments {[list(x.shape) for x in xs]} "
                f"and results {[list(y.shape) for y in ys]}."
            )
        through = [passing.pass_through(x, y) for x, y in zip(xs, ys, strict=True)]
        return nest.pack_sequence_as(result, through)

    return passed


def is_tensor(x: Any) -> bool:
    """Whether `x` is a tensor, a variable or indexed slices (NumPy arrays and numbers are not).

    >>> tf.is_tensor(tf.constant(1.0)), tf.is_tensor(1.0)
    (True, False)
    """
    return isinstance(x, IndexedSlices) or is_tensor_like(x)


def get_static_value(tensor: Any, partial: bool = False) -> Any:
    """The value of a tensor as a NumPy array or scalar; None for a variable; else `tensor` itself.

    >>> tf.get_static_value(tf.constant([1, 2]))
    array([1, 2], dtype=int32)
    """
    if isinstance(tensor, EagerTensor):
        return np.asarray(tensor._value)[()] if tensor.ndim == 0 else tensor.numpy()
    return None if is_tensor_like(tensor) else tensor


def group(*inputs: Any, **kwargs: Any) -> None:
    """None: everything that runs eagerly has already happened.

    >>> tf.group(tf.constant(1.0))
    """


def no_op(name: str | None = None) -> None:
    """None: nothing happens.

    >>> tf.no_op()
    """


def tuple_(tensors: Any, control_inputs: Any = None, name: str | None = None) -> list[Any]:
    """The tensors as new tensors (None stays None), once all of them are there.

    >>> len(tf.tuple([1.0, 2.0]))
    2
    """
    return [None if t is None else identity(t) for t in tensors]


@contextmanager
def control_dependencies(control_inputs: Any) -> Iterator[None]:
    """A block that changes nothing: eager code runs in the order it is written in.

    Functions among `control_inputs` are called.

    >>> with tf.control_dependencies([]):
    ...     x = tf.constant(1.0)
    """
    for item in nest.flatten(control_inputs or []):
        if callable(item) and not is_tensor_like(item):
            item()
    yield
