"""`IndexedSlices`: a gradient that is zero but in some rows, as `gather` has."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dtypes import DType
from gradtape.primitives.registry import lookup
from gradtape.tensors.composites import register_composite
from gradtape.tensors.conversion import CONVERTERS, as_array, convert
from gradtape.tensors.shape import TensorShape
from gradtape.tensors.tensor import EagerTensor


class IndexedSlices:
    """Rows `values` that stand at `indices` of axis 0 of an otherwise zero tensor.

    The gradient of `tf.gather` and `tf.nn.embedding_lookup` with respect to their table. The same
    index may stand more than once: the rows add up. `tf.convert_to_tensor` gives the dense tensor.

    Attributes: `values`, `indices`, `dense_shape` (None where unknown), `shape`, `dtype`.
    """

    __slots__ = ("__weakref__", "dense_shape", "indices", "values")

    def __init__(self, values: Any, indices: Any, dense_shape: Any = None) -> None:
        self.values, self.indices, self.dense_shape = values, indices, dense_shape

    @property
    def dtype(self) -> Any:
        """The dtype of the values."""
        return self.values.dtype

    @property
    def shape(self) -> TensorShape:
        """The shape of the dense tensor; unknown where `dense_shape` is."""
        if self.dense_shape is None:
            return TensorShape(None)
        given = self.dense_shape
        return TensorShape([int(n) for n in (given.numpy() if hasattr(given, "numpy") else given)])

    @property
    def device(self) -> str:
        """Where the values lie."""
        return str(self.values.device)

    @property
    def name(self) -> Any:
        """As for tensors: undefined in eager execution."""
        return self.values.name

    def get_shape(self) -> TensorShape:
        """The shape of the dense tensor."""
        return self.shape

    def __neg__(self) -> IndexedSlices:
        return IndexedSlices(-self.values, self.indices, self.dense_shape)

    def __repr__(self) -> str:
        return (
            f"IndexedSlices(indices={self.indices}, values={self.values}, "
            f"dense_shape={self.dense_shape})"
        )

    __str__ = __repr__


def dense(slices: IndexedSlices) -> Any:
    """The tensor (or array, or batch) that `slices` stands for."""
    if slices.dense_shape is None:
        raise ValueError(
            "Tensor conversion requested for IndexedSlices for argument without dense_shape. Give "
            "dense_shape= when you make it."
        )
    rows = slices.dense_shape
    count = int(rows[0])
    return lookup("UnsortedSegmentSum")(slices.values, slices.indices, num_segments=count)


def joined(a: IndexedSlices, b: IndexedSlices) -> IndexedSlices:
    """The sum of two, kept sparse: their rows one after the other."""
    concat = lookup("ConcatV2")
    return IndexedSlices(
        concat(a.values, b.values, axis=0, rank=len(a.values.shape)),
        concat(a.indices, b.indices, axis=0, rank=len(a.indices.shape)),
        a.dense_shape,
    )


def _from_slices(slices: IndexedSlices, dtype: DType | None) -> EagerTensor:
    slices = IndexedSlices(
        convert(slices.values, dtype),
        convert(slices.indices),
        None
        if slices.dense_shape is None
        else [int(n) for n in as_array(np.asarray(slices.dense_shape))],
    )
    return convert(dense(slices), dtype)


CONVERTERS[IndexedSlices] = _from_slices
register_composite(
    IndexedSlices,
    lambda s: [x for x in (s.values, s.indices, s.dense_shape) if x is not None],
    lambda _, parts: IndexedSlices(*parts),
)
