"""`Variable`: a `tf.Variable` that also knows its path in a model, as `dense/kernel`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import config, naming


class Variable(tf.Variable):
    """A weight: a `tf.Variable` whose `name` is `kernel` and whose `path` is `dense/kernel`.

    Args:
      initializer: a value, or a function of `shape` and `dtype` that gives one.
      shape: the shape handed to such a function.
      dtype: by default that of the value, or `floatx()` for a function.
      trainable: whether tapes watch the variable by themselves.
      name: the last part of the path.

    >>> from gradtape import keras
    >>> keras.Variable([1.0, 2.0], name="scale")
    <Variable path=scale, shape=(2,), dtype=float32, value=[1. 2.]>
    """

    __slots__ = ()

    def __init__(
        self,
        initializer: Any,
        shape: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        aggregation: Any = None,
        synchronization: Any = None,
        name: str | None = None,
    ) -> None:
        if name is not None and (not isinstance(name, str) or "/" in name):
            raise ValueError(
                "Argument `name` must be a string and cannot contain character `/`. "
                f"Received: name={name}"
            )
        if callable(initializer) and not tf.is_tensor(initializer):
            dtype = tf.as_dtype(dtype or config.floatx())
            if shape is None:
                raise ValueError(
                    "A variable whose initial value is a function needs a shape; give `shape=`."
                )
            initializer = initializer(tuple(shape), dtype=dtype)
        if dtype is not None and tf.is_tensor(initializer):
            initializer = tf.cast(initializer, dtype)
        super().__init__(initializer, trainable=trainable, name=name, dtype=dtype)
        self._name = naming.unique("variable") if name is None else name
        inside = naming.current_path()
        self._path = f"{inside}/{self._name}" if inside else self._name
        self._born_trainable = bool(trainable)  # a frozen layer keeps the order of its weights
        self.regularizer: Callable[[Any], Any] | None = None

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self._name

    @property
    def path(self) -> str:
        """The names of the objects that the variable belongs to, and its own."""
        return self._path

    @property
    def trainable(self) -> bool:
        """Whether tapes watch this variable when it is read."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)

    @property
    def constraint(self) -> Callable[[Any], Any] | None:
        """The projection that optimizers apply after an update."""
        return self._constraint

    @constraint.setter
    def constraint(self, value: Callable[[Any], Any] | None) -> None:
        self._constraint = value

    def __repr__(self) -> str:
        return (
            f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype.name}, "
            f"value={np.asarray(self._tensor)}>"
        )

    def __deepcopy__(self, memo: dict[int, Any]) -> Variable:
        copy = _rebuild(self._tensor, *self._description())
        memo[id(self)] = copy
        return copy

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (np.asarray(self._tensor), *self._description())

    def _description(self) -> tuple[Any, ...]:
        return (
            self.trainable, self.name, self.path, self._born_trainable, self.regularizer,
            self.constraint, type(self),
        )  # fmt: skip


Variable.__name__ = Variable.__qualname__ = "Variable"


class _Reading(threading.local):
    """The dtype that the call which is running in this thread computes in."""

    dtype: Any = None


reading = _Reading()


class AutocastVariable(Variable):
    """A weight that calls read in the dtype they compute in: kept in float32, used in float16."""

    __slots__ = ()

    def _operand(self) -> Any:
        tensor = super()._operand()
        wanted = reading.dtype
        return tensor if wanted is None or tensor.dtype is wanted else tf.cast(tensor, wanted)

    def assign(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """Set the value; what was computed in another dtype is cast."""
        if tf.is_tensor(value):
            value = tf.cast(value, self.dtype)
        return super().assign(value, *args, **kwargs)


AutocastVariable.__name__ = AutocastVariable.__qualname__ = "AutocastVariable"


def _rebuild(
    value: Any,
    trainable: bool,
    name: str,
    path: str,
    born_trainable: bool | None = None,
    regularizer: Any = None,
    constraint: Any = None,
    kind: Any = None,
) -> Variable:
    variable: Variable = (kind or Variable)(value, trainable=trainable, name=name)
    variable._path = path
    if born_trainable is not None:
        variable._born_trainable = born_trainable
    variable.regularizer, variable.constraint = regularizer, constraint
    return variable
