"""`Model`: a layer that is the whole, with a summary, and files for its weights."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from gradtape import nest
from gradtape.keras import naming
from gradtape.keras.layers.layer import Layer
from gradtape.keras.layers.symbolic_calls import shapes_of, symbols_of
from gradtape.keras.masks import with_mask
from gradtape.keras.models import weights_file
from gradtape.keras.models.graph import Graph
from gradtape.keras.models.graph_config import graph_config, graph_of
from gradtape.keras.models.summary import layers_of, summary_lines, totals_of
from gradtape.keras.saving import files
from gradtape.keras.serializing import (
    CustomObjectScope,
    deserialize_keras_object,
    serialize_keras_object,
)
from gradtape.keras.serializing.arguments import library_class
from gradtape.keras.symbolic import KerasTensor
from gradtape.keras.training import Trainer

#: constructors that take inputs and outputs; functional.py adds its own
_GRAPH_CONSTRUCTORS: list[Any] = []
#: the class of models of inputs and outputs; functional.py puts it here
FUNCTIONAL: list[type] = []


class Model(Trainer, Layer):
    """A layer made of layers: of symbolic inputs and outputs, or with a `call(inputs)` of its own.

    `Model(inputs, outputs)` runs the layers that lead from the one to the other; both are
    `keras.Input`s and what layers gave for them, or lists and dictionaries of them. A subclass
    defines `__init__` and `call(inputs)`. `Sequential` is a chain of layers.

    Raises: ValueError where an output does not come from the inputs.

    >>> import gradtape as tf
    >>> x = tf.keras.Input((2,))
    >>> y = tf.keras.layers.Dense(1, kernel_initializer="ones")(x)
    >>> model = tf.keras.Model(inputs=x, outputs=y + 1.0)
    >>> model(tf.constant([[1.0, 2.0]])).numpy()
    array([[4.]], dtype=float32)
    >>> class Line(tf.keras.Model):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.dense = tf.keras.layers.Dense(1, kernel_initializer="ones")
    ...     def call(self, x):
    ...         return self.dense(x)
    >>> line = Line()
    >>> line(tf.constant([[1.0, 2.0]])).numpy()
    array([[3.]], dtype=float32)
    >>> [v.path.split("/")[-1] for v in line.trainable_variables]
    ['kernel', 'bias']
    """

    _warns_of_lost_masks = False  # its layers see to the masks

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """A model; one of inputs and outputs is a `Functional`."""
        if cls is Model and FUNCTIONAL and (args or "inputs" in kwargs or "outputs" in kwargs):
            return super().__new__(FUNCTIONAL[0])
        return super().__new__(cls, *args, **kwargs)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        inputs, outputs, trainable = _sides(args, kwargs)
        super().__init__(**kwargs)
        self._graph: Graph | None = None
        if inputs is not None:
            self._set_graph(Graph(inputs, outputs))
        if not trainable:
            self.trainable = False

    def _set_graph(self, graph: Graph) -> None:
        if library_class(type(self)) is type(self):
            self._made_with = ((), {})  # the graph says all
        self._graph = graph
        self._graph_layers = graph.layers
        self.built = True
        self._output_shape = shapes_of(graph.outputs)

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """The outputs for the inputs."""
        if self._graph is None:
            raise NotImplementedError(
                f"Model {type(self).__name__} does not have a `call()` method implemented."
            )
        if mask is not None and any(each is not None for each in nest.flatten(mask)):
            masks = iter(nest.flatten(mask))
            inputs = nest.map_structure(lambda value: with_mask(value, next(masks)), inputs)
        return self._graph.run(inputs)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The outputs for symbolic inputs: symbolic tensors of their shapes and dtypes."""
        graph = self._graph
        if graph is not None and len(args) == 1 and not kwargs and type(self).call is Model.call:
            given = nest.flatten(args[0])
            if [(t.shape, t.dtype) for t in given] == [
                (t.shape, t.dtype) for t in graph.flat_inputs
            ]:
                return nest.map_structure(lambda t: KerasTensor(t.shape, t.dtype), graph.outputs)
        return super().compute_output_spec(*args, **kwargs)

    def build(self, input_shape: Any = None) -> None:
        """Make the weights for inputs of this shape, None standing for an unknown size."""
        if self._graph is not None or naming.is_inside(self):
            return  # there they are, or the first call is running and the layers build themselves
        if input_shape is not None:
            self(symbols_of(input_shape, self.dtype))

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Make the weights for the shape of such a configuration."""
        shape = config.get("input_shape")
        if shape is not None and not self.built:
            self(symbols_of(shape, self.dtype))

    def _graph_of(self, side: str) -> Graph:
        if self._graph is None:
            raise AttributeError(
                f"{type(self).__name__} '{self.name}' has no symbolic {side}: it is no model of "
                "keras.Input and layers called on it."
            )
        return self._graph

    @property
    def inputs(self) -> list[Any]:
        """The symbolic inputs, as a list."""
        return list(self._graph_of("inputs").flat_inputs)

    @property
    def outputs(self) -> list[Any]:
        """The symbolic outputs, as a list."""
        return list(self._graph_of("outputs").flat_outputs)

    @property
    def input(self) -> Any:
        """The symbolic inputs as they were given."""
        return self._graph_of("input").inputs

    @property
    def output(self) -> Any:
        """The symbolic outputs as they were given."""
        return self._graph_of("output").outputs

    @property
    def input_names(self) -> list[str]:
        """The names of the inputs."""
        return [t.name for t in self.inputs]

    @property
    def output_names(self) -> list[str]:
        """The names of the layers that give the outputs."""
        return [t._keras_history.operation.name for t in self.outputs]

    @property
    def input_shape(self) -> Any:
        """The shape of the inputs, with the batch axis."""
        return shapes_of(self.input)

    @property
    def output_shape(self) -> Any:
        """The shape of the outputs, with the batch axis."""
        return shapes_of(self.output)

    @property
    def operations(self) -> list[Any]:
        """The layers and the steps between them, in their order."""
        return list(self._graph_of("operations").operations)

    @property
    def layers(self) -> list[Layer]:
        """The layers directly below this one."""
        return self._own()[1]

    def _own(self) -> tuple[list[Any], list[Any]]:
        variables, layers = super()._own()
        if self._graph is None:
            return variables, layers
        first = {id(layer): layer for layer in self._graph_layers}
        first.update({id(layer): layer for layer in layers})
        return variables, list(first.values())

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """The layer of this name, or at this place."""
        layers = self.layers
        if index is not None:
            if not -len(layers) <= index < len(layers):
                raise ValueError(
                    f"Was asked to retrieve layer at index {index} but model only has "
                    f"{len(layers)} layers."
                )
            return layers[index]
        if name is None:
            raise ValueError("Provide either a layer name or layer index at `get_layer`.")
        for layer in layers:
            if layer.name == name:
                return layer
        raise ValueError(
            f"No such layer: {name}. Existing layers are: {[layer.name for layer in layers]}."
        )

    def summary(
        self, line_length: int | None = None, print_fn: Callable[[str], Any] | None = None
    ) -> None:
        """Print the layers with the shapes of their outputs and the numbers of their weights."""
        (print_fn or print)("\n".join(summary_lines(self, line_length or 74)))

    def _repr_html_(self) -> str:
        """What a notebook shows: the summary as a table."""
        from gradtape.display.models import model  # of use in notebooks alone

        return model(f"{type(self).__name__} {self.name!r}", layers_of(self), totals_of(self))

    # -- configurations and files -----------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal model; of inputs and outputs, its layers and calls."""
        if self._graph is not None and type(self).__init__ in _GRAPH_CONSTRUCTORS:
            return graph_config(self, self._graph)
        config = super().get_config()
        return {key: value for key, value in config.items() if value is not None or key == "name"}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """The model made from `get_config`'s arguments."""
        with CustomObjectScope(custom_objects):
            if "input_layers" not in config:
                return super().from_config(config)
            inputs, outputs = graph_of(config["layers"], config)
            kind: Any = Model if cls in FUNCTIONAL else cls
            return kind(
                inputs=inputs, outputs=outputs, name=config.get("name"),
                trainable=config.get("trainable", True),
            )  # fmt: skip

    def to_json(self, **kwargs: Any) -> str:
        """The configuration as text; `keras.models.model_from_json` makes the model again."""
        return json.dumps(serialize_keras_object(self), **kwargs)

    def _compiled(self) -> dict[str, Any]:
        return dict(self._compile_config or {}) if self.compiled else {}

    def get_compile_config(self) -> dict[str, Any]:
        """What `compile` was told, as a configuration."""
        return serialize_keras_object(self._compiled()) or {}

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile as a configuration says, with the optimizer's variables made."""
        found = deserialize_keras_object(config)
        optimizer = found.pop("optimizer", "rmsprop")
        known = ("loss", "loss_weights", "metrics", "weighted_metrics", "run_eagerly")
        self.compile(
            optimizer, **{k: v for k, v in found.items() if k in known}, auto_scale_loss=False
        )
        if self.built and self.trainable_variables:
            self.optimizer.build(self.trainable_variables)

    def save(self, filepath: Any, overwrite: bool = True, **kwargs: Any) -> None:
        """Write the model to a `.keras` file, which `keras.models.load_model` and Keras read.

        Raises: ModuleNotFoundError without h5py; TypeError for what has no configuration.
        """
        files.save_model(self, filepath, overwrite)

    def save_weights(self, filepath: Any, overwrite: bool = True) -> None:
        """Write all weights to a file: Keras's `.weights.h5`, or a NumPy archive `.weights.npz`.

        Raises: ValueError for another ending; FileExistsError where the file is there and
        `overwrite` is false; ModuleNotFoundError for `.weights.h5` without h5py.
        """
        if str(filepath).endswith(".weights.h5"):
            files.save_weights(self, filepath, overwrite)
        else:
            weights_file.save(self, filepath, overwrite)

    def load_weights(self, filepath: Any, skip_mismatch: bool = False) -> None:
        """Set all weights from a file that `save_weights` wrote, here or in Keras, or of a model.

        Raises: ValueError where number, names or shapes differ; nothing is changed then.
        """
        if str(filepath).endswith((".weights.h5", ".keras")):
            files.load_weights(self, filepath, skip_mismatch)
        else:
            weights_file.load(self, filepath)


def _sides(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any, bool]:
    """Inputs, outputs and `trainable`, taken out of the arguments of `Model`."""
    names = ("inputs", "outputs", "name")
    if len(args) > len(names):
        raise TypeError(f"keras.Model takes (inputs, outputs, name), got {len(args)} arguments.")
    for name, value in zip(names, args, strict=False):
        if name in kwargs:
            raise TypeError(f"keras.Model got {name} twice.")
        kwargs[name] = value
    inputs, outputs = kwargs.pop("inputs", None), kwargs.pop("outputs", None)
    if (inputs is None) != (outputs is None):
        raise ValueError("keras.Model takes both inputs and outputs, or neither.")
    return inputs, outputs, kwargs.pop("trainable", True)


_GRAPH_CONSTRUCTORS.append(Model.__init__)
