"""Sparse tensors: `tf.sparse`. Gradients flow through their values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradtape.functions.sparse.arithmetic import (
    add,
    map_values,
    maximum,
    minimum,
    reduce_max,
    reduce_sum,
    softmax,
    sparse_dense_matmul,
)
from gradtape.functions.sparse.places import (
    SparseTensorSpec as SparseTensorSpec,
)
from gradtape.functions.sparse.places import (
    concat,
    expand_dims,
    eye,
    fill_empty_rows,
    from_dense,
    reorder,
    reset_shape,
    reshape,
    retain,
    split,
    to_dense,
    to_indicator,
    transpose,
)
from gradtape.functions.sparse.places import slice_ as slice
from gradtape.names.absence import absent_from
from gradtape.tensors.sparse_tensor import SparseTensor

__all__ = [
    "SparseTensor",
    "add",
    "concat",
    "expand_dims",
    "eye",
    "fill_empty_rows",
    "from_dense",
    "map_values",
    "maximum",
    "minimum",
    "reduce_max",
    "reduce_sum",
    "reorder",
    "reset_shape",
    "reshape",
    "retain",
    "slice",
    "softmax",
    "sparse_dense_matmul",
    "split",
    "to_dense",
    "to_indicator",
    "transpose",
]

if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
