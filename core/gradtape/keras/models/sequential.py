"""`Sequential`: layers one after the other."""

from __future__ import annotations

from typing import Any

from gradtape.keras import naming
from gradtape.keras.layers.input_layer import InputLayer
from gradtape.keras.layers.layer import Layer
from gradtape.keras.layers.symbolic_calls import shapes_of
from gradtape.keras.layers.weights import WeightOwner
from gradtape.keras.masks import with_mask
from gradtape.keras.models.graph import Graph
from gradtape.keras.models.model import Model
from gradtape.keras.serializing import CustomObjectScope, deserialize_keras_object
from gradtape.keras.symbolic import KerasTensor


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
        self._made_with = ((), {}) if type(self) is Sequential else self._made_with
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
        self._output_shape = self._graph = None
        last = self._layers.pop()
        self._build_from_input()
        return last

    def _append(self, layer: Any) -> None:
        if isinstance(layer, KerasTensor):
            layer = layer._keras_history.operation
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

    def _graph_of(self, side: str) -> Graph:
        if self._graph is None and self._input_shape is not None and self._layers:
            self._draw(self._input_shape)
        if self._graph is None:
            raise AttributeError(
                f"The layer {self.name} has never been called and thus has no defined {side}: "
                f"Sequential model '{self.name}' has no defined {side} shape yet. Call it once, "
                "or begin it with keras.Input(shape)."
            )
        return self._graph

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
        self._input_shape = _shape_of(input_shape)
        if naming.is_inside(self):
            return  # the first call is running: the layers build themselves on its way
        for layer in (self, *self._layers):
            layer._output_shape = None
        self._draw(self._input_shape)
        self.built = True

    def _draw(self, shape: Any) -> None:
        """Call the layers on a symbolic input, which makes the weights that are missing."""
        if self._input_layer is None or self._input_layer.batch_shape != shape:
            dtype = None if self._input_layer is None else self._input_layer.input_dtype
            self._input_layer = InputLayer(batch_shape=shape, dtype=dtype)
        value = begin = self._input_layer.output
        with naming.inside(self):
            if self._path is None:
                self._path = naming.current_path()
            for layer in self._layers:
                value = layer(value)
        self._graph = Graph(begin, value)
        self._output_shape = shapes_of(value)

    def _build_from_input(self) -> None:
        if self._input_layer is not None and self._layers:
            self.build(self._input_layer.batch_shape)

    def compute_output_spec(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """The output for a symbolic input."""
        for layer in self._layers:
            inputs = layer.compute_output_spec(inputs)
        return inputs

    def _own(self) -> tuple[list[Any], list[Any]]:
        variables, layers = WeightOwner._own(self)
        return variables, [layer for layer in layers if layer is not self._input_layer]

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """The outputs of the last layer."""
        if mask is not None:
            inputs = with_mask(inputs, mask)
        for layer in self._layers:
            inputs = layer(inputs)
        return inputs

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal model: its layers."""
        if type(self).__init__ is not Sequential.__init__:
            return Model.get_config(self)
        begin = [] if self._input_layer is None else [self._input_layer]
        return {
            "name": self.name, "trainable": self.trainable, "dtype": self.dtype_policy,
            "layers": [*begin, *self._layers], "build_input_shape": self._input_shape,
        }  # fmt: skip

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """The model made from `get_config`'s arguments."""
        if "layers" not in config:
            return super().from_config(config, custom_objects)
        with CustomObjectScope(custom_objects):
            layers = deserialize_keras_object(config["layers"])
        made = cls(layers, trainable=config.get("trainable", True), name=config.get("name"))
        shape = config.get("build_input_shape")
        if shape and not made.built and made._input_layer is None:
            made.build(_shape_of(shape))
        return made


def _shape_of(value: Any) -> Any:
    return tuple(_shape_of(v) if isinstance(v, (list, tuple)) else v for v in value)
