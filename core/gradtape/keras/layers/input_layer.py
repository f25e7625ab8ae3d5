"""`Input`: a symbolic tensor with which a functional model, or a Sequential one, begins."""

from __future__ import annotations

from typing import Any

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.layers.layer import Layer
from gradtape.keras.symbolic import KerasTensor, Node


class InputLayer(Layer):
    """The shape and dtype of one input, without the batch axis in `shape`."""

    def __init__(
        self,
        shape: Any = None,
        batch_size: int | None = None,
        dtype: Any = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Any = None,
        input_tensor: Any = None,
        optional: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        if sparse or ragged:
            raise NotImplementedError("keras.Input takes dense tensors: leave out sparse, ragged.")
        if input_tensor is not None:
            shape, batch_shape = None, input_tensor.shape
            dtype = dtype or input_tensor.dtype
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
        self.optional = optional
        self.input_dtype = tf.as_dtype(dtype or config.floatx())
        self.built = True
        self._draw(input_tensor)

    def _draw(self, tensor: Any = None) -> None:
        """Give the symbolic tensor its place as this layer's output."""
        if tensor is None:
            tensor = KerasTensor(self.batch_shape, self.input_dtype, name=self.name)
        Node(self, (), {}, tensor)
        self._output_shape = self.batch_shape

    @property
    def shape(self) -> tuple[int | None, ...]:
        """The shape with the batch axis, None where unknown."""
        return self.batch_shape

    @property
    def dtype(self) -> str:
        """The dtype of the input."""
        return str(self.input_dtype.name)

    def call(self, inputs: Any) -> Any:
        """The inputs."""
        return inputs

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer."""
        return {
            "batch_shape": self.batch_shape, "dtype": self.dtype, "sparse": False,
            "ragged": False, "name": self.name, "optional": self.optional,
        }  # fmt: skip


def Input(  # noqa: N802 - Keras's name
    shape: Any = None,
    batch_size: int | None = None,
    dtype: Any = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Any = None,
    name: str | None = None,
    tensor: Any = None,
    optional: bool = False,
) -> Any:
    """A symbolic tensor: layers called on it make a functional model; it may begin a Sequential.

    Args: `shape`, without the batch axis, None for a size that is not known; `batch_shape`, with
    it.

    Raises: ValueError where not exactly one of `shape` and `batch_shape` is given.

    >>> from gradtape import keras
    >>> x = keras.Input((3,))
    >>> model = keras.Model(x, keras.layers.Dense(2)(x))
    >>> model.output_shape
    (None, 2)
    """
    layer = InputLayer(
        shape, batch_size, dtype, sparse, ragged, batch_shape, tensor, optional, name
    )
    return layer.output
