"""`Input`: the shape of what a Sequential model will be given, as its first entry."""

from __future__ import annotations

from typing import Any

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.layers.layer import Layer


class InputLayer(Layer):
    """The shape and dtype of one input, without the batch axis in `shape`."""

    def __init__(
        self,
        shape: Any = None,
        batch_size: int | None = None,
        dtype: Any = None,
        batch_shape: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        if (shape is None) == (batch_shape is None):
            raise ValueError(
                "keras.Input takes either `shape`, without the batch axis, or `batch_shape`. "
                f"Received: shape={shape}, batch_shape={batch_shape}"
            )
        if batch_shape is None:
            if isinstance(shape, int):
                raise ValueError(f"`shape` is a tuple. Write ({shape},).")
            batch_shape = (batch_size, *shape)
        self.batch_shape = tuple(batch_shape)
        self.input_dtype = tf.as_dtype(dtype or config.floatx())
        self.built = True

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The shape with the batch axis, None where unknown."""
        return self.batch_shape

    def call(self, inputs: Any) -> Any:
        """The inputs."""
        return inputs


def Input(  # noqa: N802 - Keras's name
    shape: Any = None,
    batch_size: int | None = None,
    dtype: Any = None,
    batch_shape: Any = None,
    name: str | None = None,
) -> InputLayer:
    """The first entry of a Sequential model, by which its weights are made at once.

    Models of arbitrary graphs are not built from inputs and outputs here: subclass `keras.Model`.
    """
    return InputLayer(shape, batch_size, dtype, batch_shape, name)
