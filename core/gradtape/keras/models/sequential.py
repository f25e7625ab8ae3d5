"""`Sequential`: layers one after the other."""

from __future__ import annotations

from typing import Any

import gradtape as tf
from gradtape.keras import naming
from gradtape.keras.layers.input_layer import InputLayer
from gradtape.keras.layers.layer import Layer
from gradtape.keras.models.model import Model

#: stands for an unknown size when a model is built by a call on zeros
_BATCH, _LENGTH = 1, 32


class Sequential(Model):
    """A chain of layers: each takes the outputs of the one before.

    Where the first entry is `keras.Input(shape)` the weights are made at once, otherwise by the
    first call (or `build(input_shape)`).

    Raises: ValueError for an entry that is no layer, and for two layers of one name.

    >>> import gradtape as tf
    >>> model = tf.keras.Sequential(
    ...     [tf.keras.Input((3,)), tf.keras.layers.Dense(2, activation="relu")]
    ... )
    >>> [tuple(v.shape) for v in model.weights], model.output_shape
    ([(3, 2), (2,)], (None, 2))
    """

    def __init__(self, layers: Any = None, trainable: bool = True, name: str | None = None) -> None:
        super().__init__(trainable=trainable, name=name)
        self._layers: list[Layer] = []
        self._input_layer: InputLayer | None = None
        self._input_shape: Any = None
        if isinstance(layers, Layer):
            raise TypeError(f"Sequential takes a list of layers: write Sequential([{layers!r}]).")
        for layer in layers or ():
            self._append(layer)
        self._build_from_input()

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Put a layer at the end."""
        self._append(layer)
        self._build_from_input()

    def pop(self, rebuild: bool = True) -> Layer:
        """Take the last layer away, and give it."""
        if not self._layers:
            raise ValueError("There is no layer to take away.")
        self._output_shape = None
        return self._layers.pop()

    def _append(self, layer: Any) -> None:
        if not isinstance(layer, Layer):
            raise ValueError(
                "Only instances of `keras.Layer` can be added to a Sequential model. Received: "
                f"{layer} (of type {type(layer)}). Wrap a function as keras.layers.Lambda(f)."
            )
        if isinstance(layer, InputLayer):
            if self._input_layer is not None or self._layers:
                raise ValueError("keras.Input can only be the first entry of a Sequential model.")
            self._input_layer = layer
            return
        begins_with = layer._begins_with
        if begins_with is not None and self._input_layer is None and not self._layers:
            self._input_layer = InputLayer(batch_shape=begins_with)
        # one layer may stand twice: its weights are shared
        if any(other.name == layer.name and other is not layer for other in self._layers):
            raise ValueError(
                "All layers added to a Sequential model should have unique names. Name "
                f"'{layer.name}' is already the name of a layer in this model. Update the `name` "
                "argument to pass a unique name."
            )
        self._layers.append(layer)

    @property
    def layers(self) -> list[Layer]:
        """The layers, without `keras.Input`."""
        return list(self._layers)

    @property
    def input_shape(self) -> Any:
        """The shape of the inputs, with the batch axis; AttributeError before it is known."""
        return self._known_shape(self._input_shape, "input")

    @property
    def output_shape(self) -> Any:
        """The shape of the outputs, with the batch axis; AttributeError before it is known."""
        return self._known_shape(self._output_shape, "output")

    def _known_shape(self, shape: Any, side: str) -> Any:
        if shape is None:
            raise AttributeError(
                f"Sequential model '{self.name}' has no defined {side} shape yet: call it once."
            )
        return shape

    def build(self, input_shape: Any = None) -> None:
        """Make the weights for inputs of this shape, None standing for an unknown size."""
        if input_shape is None:
            raise ValueError("Sequential.build takes the shape of the inputs, such as (None, 3).")
        self._input_shape = tuple(input_shape)
        if naming.is_inside(self):
            return  # the first call is running: the layers build themselves on its way
        fill = [_BATCH] + [_LENGTH] * (len(input_shape) - 1)
        sizes = [n or instead for n, instead in zip(input_shape, fill, strict=True)]
        dtype = tf.float32 if self._input_layer is None else self._input_layer.input_dtype
        for layer in (self, *self._layers):
            layer._output_shape = None
        self(tf.zeros(sizes, dtype), training=False)
        self._input_shape = tuple(input_shape)
        if input_shape[0] is None:
            for layer in (self, *self._layers):
                layer._output_shape = _without_batch(layer._output_shape)

    def _build_from_input(self) -> None:
        if self._input_layer is not None and self._layers:
            self.build(self._input_layer.batch_shape)

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """The outputs of the last layer."""
        for layer in self._layers:
            inputs = layer(inputs)
        return inputs


def _without_batch(shape: Any) -> Any:
    if isinstance(shape, tuple) and shape and not isinstance(shape[0], tuple):
        return (None, *shape[1:])
    return shape
