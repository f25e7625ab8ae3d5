"""`Embedding`: rows of a table, by index."""

from __future__ import annotations

import warnings
from typing import Any

import gradtape as tf
from gradtape.keras import constraints, initializers, regularizers
from gradtape.keras.layers.layer import Layer
from gradtape.keras.ops.elementwise import not_equal


class Embedding(Layer):
    """Rows of a trainable table; the gradient with respect to the table is `IndexedSlices`.

    Shapes: indices (...) → (..., output_dim); table (input_dim, output_dim). With `mask_zero` the
    outputs have a mask that leaves out the index 0, which then stands for no entry.

    An index below 0 counts from the end, as in Keras.

    Raises: InvalidArgumentError for an index outside [−input_dim, input_dim).

    >>> import gradtape as tf
    >>> layer = tf.keras.layers.Embedding(3, 2, embeddings_initializer="ones")
    >>> layer(tf.constant([0, 2])).numpy()
    array([[1., 1.],
           [1., 1.]], dtype=float32)
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        weights: Any = None,
        **kwargs: Any,
    ) -> None:
        for argument, value in (("input_dim", input_dim), ("output_dim", output_dim)):
            if not isinstance(value, int) or value <= 0:
                raise ValueError(
                    f"`{argument}` must be a positive integer. Received: {argument}={value} "
                    f"(of type {type(value).__name__})."
                )
        if kwargs.pop("input_length", None) is not None:
            warnings.warn("Argument `input_length` is deprecated. Just remove it.", stacklevel=2)
        super().__init__(**kwargs)
        self.input_dim, self.output_dim = input_dim, output_dim
        self.mask_zero = self.supports_masking = mask_zero
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.embeddings_constraint = constraints.get(embeddings_constraint)
        self._given = weights

    @property
    def _embeddings(self) -> Any:
        """`embeddings` under Keras's name for it; a tensor may be put in its place."""
        return self.embeddings

    @_embeddings.setter
    def _embeddings(self, value: Any) -> None:
        self.embeddings = value

    def build(self, input_shape: Any = None) -> None:
        """Make the table."""
        if self.built:
            return
        self.embeddings = self.add_weight(
            name="embeddings",
            shape=(self.input_dim, self.output_dim),
            initializer=self.embeddings_initializer,
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
        )
        if self._given is not None:
            self.set_weights(self._given if isinstance(self._given, list) else [self._given])
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The rows at `inputs`."""
        if inputs.dtype not in (tf.int32, tf.int64):
            inputs = tf.cast(inputs, tf.int32)
        size = tf.constant(self.input_dim, inputs.dtype)
        return tf.gather(self.embeddings, tf.where(inputs < 0, inputs + size, inputs))

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """With `mask_zero`, where the indices are not 0."""
        return not_equal(inputs, 0) if self.mask_zero else None
