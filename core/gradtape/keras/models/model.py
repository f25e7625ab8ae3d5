"""`Model`: a layer that is the whole, with a summary, and files for its weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from gradtape import nest
from gradtape.keras.layers.layer import Layer
from gradtape.keras.models import weights_file
from gradtape.keras.models.summary import summary_lines

_LOOP = """\
gradtape trains with the loop that you write:
    for x, y in batches:
        with tf.GradientTape() as tape:
            loss = loss_function(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))"""


class Model(Layer):
    """A layer made of layers: define `__init__` and `call(inputs)`, or use `Sequential`.

    A gradient program needs `model(x, training=True)`, `model.trainable_variables` and, where
    weights or activities are penalised, `model.losses`.

    Raises: NotImplementedError for `Model(inputs=..., outputs=...)`, and for `compile`, `fit`,
    `evaluate`, whose texts show the loop to write.

    >>> import gradtape as tf
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args or "inputs" in kwargs or "outputs" in kwargs:
            raise NotImplementedError(
                "keras.Model(inputs, outputs) is not built here: subclass keras.Model and write "
                "call(self, inputs), or use keras.Sequential for a chain of layers."
            )
        super().__init__(**kwargs)

    @property
    def layers(self) -> list[Layer]:
        """The layers directly below this one."""
        return self._own()[1]

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

    def save_weights(self, filepath: Any, overwrite: bool = True) -> None:
        """Write all weights to a NumPy archive whose name ends in `.weights.npz`.

        Raises: ValueError for another ending; FileExistsError where the file is there and
        `overwrite` is false.
        """
        weights_file.save(self, filepath, overwrite)

    def load_weights(self, filepath: Any) -> None:
        """Set all weights from a file that `save_weights` wrote.

        Raises: ValueError where number, names or shapes differ; nothing is changed then.
        """
        weights_file.load(self, filepath)

    def predict(self, x: Any, batch_size: int = 32, verbose: Any = 0) -> Any:
        """The outputs for all of `x` as an array, computed in batches."""
        n = len(nest.flatten(x)[0])
        parts = [
            nest.map_structure(lambda a, i=i: np.asarray(a)[i : i + batch_size], x)
            for i in range(0, n, batch_size)
        ]
        outputs = [self(part, training=False) for part in parts]
        return nest.map_structure(lambda *ys: np.concatenate([np.asarray(y) for y in ys]), *outputs)

    def _refuse(self, method: str) -> NoReturn:
        raise NotImplementedError(f"Model.{method}() is not part of gradtape. {_LOOP}")

    def compile(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Not here: write the training loop."""
        self._refuse("compile")

    def fit(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Not here: write the training loop."""
        self._refuse("fit")

    def evaluate(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Not here: call the model and a metric."""
        raise NotImplementedError(
            "Model.evaluate() is not part of gradtape. Use a metric: "
            "metric = tf.keras.metrics.SparseCategoricalAccuracy(); "
            "metric.update_state(y, model(x, training=False)); float(metric.result())."
        )

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Not here: a model's code is its class; its numbers go to `save_weights`."""
        raise NotImplementedError(
            "Model.save() is not part of gradtape: keep the program that makes the model, and its "
            "numbers with model.save_weights('name.weights.npz')."
        )
