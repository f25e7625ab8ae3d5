"""Numbers of categories as vectors: one-hot, multi-hot, counts; the layer `CategoryEncoding`."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.errors import InvalidArgumentError
from gradtape.keras.layers.layer import Layer
from gradtape.keras.symbolic import KerasTensor


class DataLayer(Layer):
    """The base of layers that take data as they come: numbers, lists, texts, arrays, tensors."""

    def _input(self, value: Any) -> Any:
        if value is None or isinstance(value, (KerasTensor, tf.RaggedTensor, tf.SparseTensor)):
            return value
        return tf.convert_to_tensor(value)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """A symbolic tensor of the outputs' shape and dtype."""
        inputs = args[0] if args else next(iter(kwargs.values()))
        return KerasTensor(self.compute_output_shape(inputs.shape), self._output_dtype())

    def _output_dtype(self) -> str:
        return str(self.compute_dtype)


def checked_mode(layer: Any, mode: Any, allowed: tuple[str, ...]) -> str:
    """An `output_mode`, also by its former names.

    Raises: ValueError for another one.
    """
    mode = {"binary": "multi_hot", "tf-idf": "tf_idf"}.get(mode, mode)
    if mode not in allowed:
        raise ValueError(
            f"Unknown value for `output_mode` of {type(layer).__name__}. Expected one of "
            f"{set(allowed)}. Received: output_mode={mode}"
        )
    return str(mode)


def refuse_sparse_numbers(sparse: bool, mode: str) -> None:
    """Raise ValueError where numbers themselves shall be a SparseTensor."""
    if sparse and mode == "int":
        raise ValueError(
            "`sparse` may only be true if `output_mode` is `'one_hot'`, `'multi_hot'`, `'count'` "
            f"or `'tf_idf'`. Received: sparse={sparse} and output_mode={mode}"
        )


def encoded_shape(shape: Any, mode: str, depth: int | None) -> tuple[Any, ...]:
    """The shape of `encoded` for numbers of this shape."""
    sizes = tuple(shape)
    if mode == "int":
        return sizes
    if not sizes:
        return (depth,)
    if mode == "one_hot" and not (len(sizes) > 1 and sizes[-1] == 1):
        return (*sizes, depth)
    if mode != "one_hot" and len(sizes) > 2:
        return (sizes[0], *sizes[2:], depth)
    return (*sizes[:-1], depth)


def encoded(
    numbers: Any, mode: str, depth: int, dtype: Any, sparse: bool = False, weights: Any = None
) -> Any:
    """The numbers of categories as vectors of `depth` elements, by `mode`.

    Numbers of `depth` and more are left out, and for "one_hot" also negative ones.

    Raises: InvalidArgumentError for negative numbers that are counted.
    """
    if mode == "int":
        return tf.cast(numbers, dtype)
    if mode == "one_hot":
        if isinstance(numbers, tf.RaggedTensor):
            hot = tf.one_hot(numbers.flat_values, depth, dtype=dtype)
            return numbers.with_flat_values(hot)
        if numbers.shape.rank == 0:
            numbers = tf.reshape(numbers, [1])
        elif numbers.shape.rank > 1 and numbers.shape[-1] == 1:
            numbers = tf.squeeze(numbers, axis=-1)
        vectors = tf.one_hot(numbers, depth, dtype=dtype)
    else:
        vectors = _counted(numbers, mode, depth, dtype, weights)
    return tf.sparse.from_dense(vectors) if sparse else vectors


def _counted(numbers: Any, mode: str, depth: int, dtype: Any, weights: Any) -> Any:
    if isinstance(numbers, tf.RaggedTensor):
        numbers = tf.cast(numbers.to_tensor(default_value=depth), tf.int64)
    if numbers.shape.rank == 0:
        numbers = tf.reshape(numbers, [1])
    if numbers.shape.rank <= 2 and bool(np.any(np.asarray(numbers) < 0)):
        raise InvalidArgumentError(None, None, "Input arr must be non-negative!")
    axis = 1 if numbers.shape.rank > 1 else 0
    if weights is not None:
        hot = tf.one_hot(numbers, depth, dtype=weights.dtype) * tf.expand_dims(weights, -1)
        return tf.reduce_sum(hot, axis=axis)
    hot = tf.one_hot(numbers, depth, dtype=dtype)
    return (tf.reduce_max if mode == "multi_hot" else tf.reduce_sum)(hot, axis=axis)


class CategoryEncoding(DataLayer):
    """Integers from 0 to `num_tokens` − 1 as vectors: multi-hot, one-hot, or how often each occurs.

    Shapes: (batch, n) → (batch, num_tokens); with `output_mode="one_hot"` (..., ) →
    (..., num_tokens), a last axis of size 1 being replaced. Called with `count_weights` of the
    inputs' shape, "count" sums them.

    Raises: ValueError for another mode, no `num_tokens`, and weights where nothing is counted.

    >>> import gradtape as tf
    >>> layer = tf.keras.layers.CategoryEncoding(4, output_mode="count")
    >>> layer([[0, 1, 1], [3, 0, 0]]).numpy()
    array([[1., 2., 0., 0.],
           [2., 0., 0., 1.]], dtype=float32)
    """

    def __init__(
        self, num_tokens: int | None = None, output_mode: str = "multi_hot", sparse: bool = False,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(**kwargs)
        if output_mode not in ("count", "one_hot", "multi_hot", "binary"):
            raise ValueError(f"Unknown arg for output_mode: {output_mode}")
        if num_tokens is None:
            raise ValueError(
                "num_tokens must be set to use this layer. If the number of tokens is not known "
                "beforehand, use the IntegerLookup layer instead."
            )
        if num_tokens < 1:
            raise ValueError(f"`num_tokens` must be >= 1. Received: num_tokens={num_tokens}.")
        self.num_tokens, self.sparse = num_tokens, sparse
        self.output_mode = "multi_hot" if output_mode == "binary" else output_mode

    def call(self, inputs: Any, count_weights: Any = None) -> Any:
        """The vectors."""
        if count_weights is not None:
            if self.output_mode != "count":
                raise ValueError(
                    "`count_weights` is not used when `output_mode` is not `'count'`. "
                    f"Received `count_weights={count_weights}`."
                )
            count_weights = tf.cast(count_weights, self.compute_dtype)
        if not inputs.dtype.is_integer:
            inputs = tf.cast(inputs, tf.int32)
        return encoded(
            inputs, self.output_mode, self.num_tokens, tf.as_dtype(self.dtype), self.sparse,
            count_weights,
        )  # fmt: skip

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the vectors."""
        return encoded_shape(input_shape, self.output_mode, self.num_tokens)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer; Keras's leave out `sparse`."""
        own: dict[str, Any] = super().get_config()
        return {k: v for k, v in own.items() if k != "sparse" or v}
