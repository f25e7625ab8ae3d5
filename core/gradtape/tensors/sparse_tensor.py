"""`SparseTensor`: the elements that are not zero, and where they stand."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from gradtape.dtypes import DType, int64
from gradtape.primitives.registry import lookup
from gradtape.tensors.composites import register_composite
from gradtape.tensors.conversion import CONVERTERS, convert
from gradtape.tensors.shape import TensorShape
from gradtape.tensors.tensor import EagerTensor


class SparseTensor:
    """A tensor of shape `dense_shape` that is zero but for `values`, at the rows of `indices`.

    Shapes: indices (n, rank), int64; values (n,); dense_shape (rank,), int64. Gradients flow
    through the values: use the functions of `tf.sparse`, and `tf.sparse.to_dense` for all others.

    Raises: ValueError where these shapes do not go together.

    >>> import gradtape as tf
    >>> s = tf.SparseTensor(indices=[[0, 0], [1, 2]], values=[1.0, 2.0], dense_shape=[2, 3])
    >>> tf.sparse.to_dense(s).numpy()
    array([[1., 0., 0.],
           [0., 0., 2.]], dtype=float32)
    """

    __slots__ = ("__weakref__", "_indices", "_shape", "_values")

    def __init__(self, indices: Any, values: Any, dense_shape: Any) -> None:
        self._indices = convert(indices, int64)
        self._values = convert(values)
        self._shape = convert(dense_shape, int64)
        places, sizes = self._indices.shape, self._shape.shape
        if len(places) != 2 or len(sizes) != 1 or len(self._values.shape) != 1:
            raise ValueError(
                "a SparseTensor has indices of shape [n, rank], values of shape [n] and a "
                f"dense_shape of shape [rank]; got {places}, {self._values.shape} and {sizes}."
            )
        if places[0] != self._values.shape[0] or places[1] != sizes[0]:
            raise ValueError(
                f"indices of shape {places}, values of shape {self._values.shape} and a "
                f"dense_shape of {sizes[0]} numbers do not go together."
            )

    @property
    def indices(self) -> EagerTensor:
        """Where the values stand: (n, rank), int64."""
        return self._indices

    @property
    def values(self) -> EagerTensor:
        """The values, (n,)."""
        return self._values

    @property
    def dense_shape(self) -> EagerTensor:
        """The shape of the whole, (rank,), int64."""
        return self._shape

    @property
    def shape(self) -> TensorShape:
        """The shape of the whole."""
        return TensorShape(np.asarray(self._shape._value).tolist())

    @property
    def dtype(self) -> DType:
        """The dtype of the values."""
        return self._values.dtype

    @property
    def op(self) -> None:
        """None: nothing is traced."""
        return None

    def get_shape(self) -> TensorShape:
        """The shape of the whole."""
        return self.shape

    def with_values(self, new_values: Any) -> SparseTensor:
        """The same places with other values.

        Raises: ValueError for another number of them.
        """
        return SparseTensor(self._indices, new_values, self._shape)

    def __neg__(self) -> SparseTensor:
        return self.with_values(-self._values)

    def _scaled(self, other: Any, how: str) -> SparseTensor:
        factor = convert(other, self.dtype) if not isinstance(other, EagerTensor) else other
        if factor.shape.rank:
            whole, places = tuple(self._shape._value.tolist()), np.asarray(self._indices._value)
            here = tuple(factor._value.shape)
            numbers = np.arange(int(np.prod(here, dtype=np.int64))).reshape(here)
            flat = np.broadcast_to(numbers, whole)[tuple(places.T)]  # ValueError where it does not
            factor = _rows(factor, flat)
        return self.with_values(getattr(self._values, how)(factor))

    def __mul__(self, other: Any) -> SparseTensor:
        return self._scaled(other, "__mul__")

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> SparseTensor:
        return self._scaled(other, "__truediv__")

    def __bool__(self) -> NoReturn:
        raise TypeError("a SparseTensor is neither true nor false; look at its values.")

    def __repr__(self) -> str:
        return (
            f"SparseTensor(indices={self._indices!s}, values={self._values!s}, "
            f"dense_shape={self._shape!s})"
        )


def _rows(tensor: EagerTensor, numbers: Any) -> EagerTensor:
    flat = lookup("Reshape")(tensor, shape=(-1,))
    rows: EagerTensor = lookup("GatherV2")(flat, convert(numbers), axis=0, batch_dims=0)
    return rows


def _refuse(value: SparseTensor, dtype: DType | None) -> NoReturn:
    raise TypeError(
        "a SparseTensor is no dense tensor: use tf.sparse.to_dense(s), or a function of tf.sparse "
        "(tf.sparse.sparse_dense_matmul for products)."
    )


CONVERTERS[SparseTensor] = _refuse
register_composite(
    SparseTensor,
    lambda s: [s.indices, s.values, s.dense_shape],
    lambda _, parts: SparseTensor(*parts),
)
