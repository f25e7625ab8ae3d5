"""Layers that combine several inputs or wrap a plain function."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.layers.layer import Layer


class _Merge(Layer):
    """The base of layers called with a list of two or more tensors."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The combination of the list `inputs`."""
        if not isinstance(inputs, (list, tuple)) or len(inputs) < 2:
            raise ValueError(
                f"A merge layer should be called on a list of at least 2 inputs. Received: {inputs}"
            )
        return self._merge(_of_one_dtype(list(inputs)))

    def _merge(self, inputs: list[Any]) -> Any:
        raise NotImplementedError


def _of_one_dtype(inputs: list[Any]) -> list[Any]:
    """The tensors cast to the dtype that holds all: floats and complex numbers before integers."""
    kinds = {x.dtype for x in inputs}
    if len(kinds) == 1:
        return inputs
    wide = [k.numpy for k in kinds if k.is_differentiable] or [k.numpy for k in kinds]
    together = np.result_type(*wide)
    if together.kind == "f" and wide[0].kind in "iu":  # int64 beside uint64
        together = np.dtype(config.floatx())
    return [tf.cast(x, together) for x in inputs]


class Add(_Merge):
    """The sum of the inputs."""

    def _merge(self, inputs: list[Any]) -> Any:
        return reduce(tf.add, inputs)


class Subtract(_Merge):
    """The first of two inputs less the second."""

    def _merge(self, inputs: list[Any]) -> Any:
        if len(inputs) != 2:
            raise ValueError(
                "A `Subtract` layer should be called on exactly 2 inputs. "
                f"Received {len(inputs)} inputs."
            )
        return tf.subtract(*inputs)


class Multiply(_Merge):
    """The product of the inputs."""

    def _merge(self, inputs: list[Any]) -> Any:
        return reduce(tf.multiply, inputs)


class Average(_Merge):
    """The mean of the inputs."""

    def _merge(self, inputs: list[Any]) -> Any:
        count = len(inputs)
        return reduce(tf.add, inputs) / (count if inputs[0].dtype.is_integer else float(count))


class Maximum(_Merge):
    """The largest of the inputs, element by element."""

    def _merge(self, inputs: list[Any]) -> Any:
        return reduce(tf.maximum, inputs)


class Concatenate(_Merge):
    """The inputs one after the other along `axis`."""

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def _merge(self, inputs: list[Any]) -> Any:
        shapes = [tuple(x.shape) for x in inputs]
        rank = len(shapes[0])
        others = {
            tuple(n for k, n in enumerate(s) if k != self.axis % max(rank, 1)) for s in shapes
        }
        if len(others) > 1 or {len(s) for s in shapes} != {rank}:
            raise ValueError(
                "A `Concatenate` layer requires inputs with matching shapes except for the "
                f"concatenation axis. Received: input_shape={shapes}"
            )
        return tf.concat(inputs, axis=self.axis)


class Identity(Layer):
    """The inputs."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The inputs."""
        return inputs


class Lambda(Layer):
    """A function of tensors as a layer; variables that it reads are not its weights."""

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Any = None,
        mask: Any = None,
        arguments: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.function, self.arguments = function, arguments or {}
        self.built = True

    def call(self, inputs: Any) -> Any:
        """function(inputs)."""
        return self.function(inputs, **self.arguments)


class Rescaling(Layer):
    """inputs · scale + offset."""

    def __init__(self, scale: Any, offset: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale, self.offset = scale, offset
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The scaled inputs."""
        if not inputs.dtype.is_floating:
            inputs = tf.cast(inputs, self._dtype)
        return inputs * self.scale + self.offset
