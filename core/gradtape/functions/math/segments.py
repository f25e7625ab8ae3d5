"""Reductions over groups of rows, with TensorFlow's signatures."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError, shape_text
from gradtape.functions.arguments import indices_of, integer, shape_of
from gradtape.ops.array.indexing import unsorted_segment_sum as _sum
from gradtape.ops.array.shaping import reshape
from gradtape.ops.declaration import Call
from gradtape.ops.math import arithmetic, roots
from gradtape.ops.math import segments as ops
from gradtape.tensors.tensor import EagerTensor, wrap

_SORTED = """

    Row i of the result is made of the rows of `data` whose id is i; `segment_ids` is a vector of
    integers that increase, one per row, and the last one says how many rows there are.
    {}

    Raises: InvalidArgumentError where ids fall, are negative, or are not one per row.

    >>> tf.math.segment_{}([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [0, 0, 1]).numpy()
    array({}, dtype=float32)
    """

_UNSORTED = """

    Row i of the result is made of the elements of `data` whose id is i. `segment_ids` has the shape
    of the first axes of `data`; a negative id drops its element; ids stand in any order.
    {}

    Raises: InvalidArgumentError where an id is num_segments or more, or the shapes do not fit.

    >>> tf.math.unsorted_segment_{}([1.0, 2.0, 3.0], [1, 0, 1], num_segments=2).numpy()
    array({}, dtype=float32)
    """


def _sorted(call: Call, doc: str, derivative: str, printed: str) -> Any:
    def function(data: Any, segment_ids: Any, name: str | None = None) -> EagerTensor:
        return call(convert_operand(data), indices_of(segment_ids, "segment_ids"))

    function.__name__ = function.__qualname__ = call.__name__
    kind = call.__name__.removeprefix("segment_")
    function.__doc__ = doc + _SORTED.format(derivative, kind, printed)
    return function


segment_sum = _sorted(
    ops.segment_sum, "The sum of the rows of each segment; 0 where there are none.",
    "Derivative: 1 for every element. Any numeric dtype.",
    "[[4., 6.],\n           [5., 6.]]",
)  # fmt: skip
segment_mean = _sorted(
    ops.segment_mean, "The mean of the rows of each segment; 0 where there are none.",
    "Derivative: 1/n for each of the n rows of a segment. Any numeric dtype.",
    "[[2., 3.],\n           [5., 6.]]",
)  # fmt: skip
segment_max = _sorted(
    ops.segment_max, "The largest of the rows of each segment; 0 where there are none.",
    "Derivative: 1 for the largest; k that share the maximum have 1/k each. Real dtypes.",
    "[[3., 4.],\n           [5., 6.]]",
)  # fmt: skip
segment_min = _sorted(
    ops.segment_min, "The smallest of the rows of each segment; 0 where there are none.",
    "Derivative: 1 for the smallest; k that share the minimum have 1/k each. Real dtypes.",
    "[[1., 2.],\n           [5., 6.]]",
)  # fmt: skip
segment_prod = _sorted(
    ops.segment_prod, "The product of the rows of each segment; 1 where there are none.",
    "Derivative: the product of the others of the segment, exact at zeros. Real dtypes.",
    "[[3., 8.],\n           [5., 6.]]",
)  # fmt: skip


def _arguments(data: Any, segment_ids: Any, num_segments: Any, op: str) -> tuple[Any, Any, int]:
    x, ids = convert_operand(data), indices_of(segment_ids, "segment_ids")
    n = integer(num_segments, "num_segments")
    if n < 0:
        raise InvalidArgumentError(f"Input num_segments == {n} must not be negative. [Op:{op}]")
    if shape_of(x)[: ids.ndim] != shape_of(ids):
        raise InvalidArgumentError(
            f"data.shape = {shape_text(shape_of(x))} does not start with segment_ids.shape = "
            f"{shape_text(shape_of(ids))} [Op:{op}]"
        )
    return x, ids, n


def _nothing(x: Any, ids: Any, n: int) -> EagerTensor | None:
    """The result where neither it nor the data has elements, whatever the ids are."""
    shape = (n, *shape_of(x)[ids.ndim :])
    return reshape(x, shape=shape) if 0 in shape and 0 in shape_of(x) else None


def _unsorted(call: Call, doc: str, derivative: str, printed: str) -> Any:
    op = call.op.type  # type: ignore[attr-defined]

    def function(
        data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
    ) -> EagerTensor:
        x, ids, n = _arguments(data, segment_ids, num_segments, op)
        nothing = _nothing(x, ids, n)
        if nothing is None:
            return call(x, ids, num_segments=n)
        # a product has a second derivative, also of nothing
        return nothing * nothing if op.endswith("Prod") else nothing

    function.__name__ = function.__qualname__ = call.__name__
    kind = call.__name__.removeprefix("unsorted_segment_")
    function.__doc__ = doc + _UNSORTED.format(derivative, kind, printed)
    return function


unsorted_segment_sum = _unsorted(
    _sum, "The sum of the elements of each segment; 0 where there are none.",
    "Derivative: 1 for every element. Any numeric dtype.", "[2., 4.]",
)  # fmt: skip
unsorted_segment_max = _unsorted(
    ops.unsorted_segment_max,
    "The largest element of each segment; the dtype's least number where there are none.",
    "Derivative: 1 for the largest; k that share the maximum have 1/k each. Real dtypes.",
    "[2., 3.]",
)  # fmt: skip
unsorted_segment_min = _unsorted(
    ops.unsorted_segment_min,
    "The smallest element of each segment; the dtype's largest number where there are none.",
    "Derivative: 1 for the smallest; k that share the minimum have 1/k each. Real dtypes.",
    "[2., 1.]",
)  # fmt: skip
unsorted_segment_prod = _unsorted(
    ops.unsorted_segment_prod,
    "The product of the elements of each segment; 1 where there are none.",
    "Derivative: the product of the others of the segment, exact at zeros. Real dtypes.",
    "[2., 3.]",
)  # fmt: skip


def _counts(x: Any, ids: Any, n: int) -> Any:
    """How many elements each segment has, at least 1, shaped to divide the sums."""
    ones = wrap(np.ones(shape_of(ids), x.dtype.numpy))
    counts = arithmetic.maximum(_sum(ones, ids, num_segments=n), x.dtype.numpy.type(1))
    return reshape(counts, shape=(n, *(1,) * (x.ndim - ids.ndim)))


def _averaged(root: bool, name: str, doc: str, derivative: str, printed: str) -> Any:
    def function(
        data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
    ) -> EagerTensor:
        x, ids, n = _arguments(data, segment_ids, num_segments, "UnsortedSegmentSum")
        counts = _counts(x, ids, n)
        if root:
            counts = roots.sqrt(counts)
        nothing = _nothing(x, ids, n)
        total = _sum(x, ids, num_segments=n) if nothing is None else nothing
        averaged: EagerTensor = total / counts
        return averaged

    function.__name__ = function.__qualname__ = name
    kind = name.removeprefix("unsorted_segment_")
    function.__doc__ = doc + _UNSORTED.format(derivative, kind, printed)
    return function


unsorted_segment_mean = _averaged(
    False, "unsorted_segment_mean",
    "The mean of the elements of each segment; 0 where there are none.",
    "Derivative: 1/n for each of the n elements of a segment.", "[2., 2.]",
)  # fmt: skip
unsorted_segment_sqrt_n = _averaged(
    True, "unsorted_segment_sqrt_n",
    "The sum of each segment divided by the root of its count; 0 where there are none.",
    "Derivative: 1/√n for each of the n elements of a segment.", "[2.      , 2.828427]",
)  # fmt: skip
