"""Rows of a table by number."""

from __future__ import annotations

from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.functions.arguments import indices_of
from gradtape.ops.array.indexing import gather
from gradtape.ops.array.selection import one, select, zero
from gradtape.ops.array.shaping import concat
from gradtape.ops.math.arithmetic import maximum, sqrt
from gradtape.ops.math.reductions import reduce_sum
from gradtape.tensors.tensor import EagerTensor


def embedding_lookup(
    params: Any, ids: Any, max_norm: Any = None, name: str | None = None
) -> EagerTensor:
    """The rows of `params` with these numbers.

    y[…, :] = params[ids[…], :]; the derivative with respect to a table that is a variable or tensor
    is `tf.IndexedSlices`: the rows that were used, and no others. `max_norm` scales longer rows
    down to that length. A list of tables stands for one table, its parts one after the other.

    Shapes: params (n, …), ids any, result ids.shape + params.shape[1:]. Dtypes: ids are integers.
    Raises: InvalidArgumentError for an id outside [0, n) or ids that are no integers; ValueError
    for no table.

    >>> tf.nn.embedding_lookup([[0.0, 1.0], [2.0, 3.0]], [1, 0]).numpy()
    array([[2., 3.],
           [0., 1.]], dtype=float32)
    """
    if params is None:
        raise ValueError(
            "params must be specified: a table (tensor or variable), or a list of them"
        )
    table = _table(params)
    where = indices_of(ids, "ids")
    rows = gather(table, where, axis=0, batch_dims=0)
    if max_norm is None:
        return rows
    axis = tuple(range(1 - len(table._value.shape), 0))
    return rows if not axis else _clipped(rows, float(max_norm), axis)


def _table(params: Any) -> EagerTensor:
    if not isinstance(params, (list, tuple)):
        return convert_operand(params)
    if not params:
        raise ValueError(
            f"Length of params is currently {len(params)}. Need at least one param: a table."
        )
    if not hasattr(params[0], "dtype"):
        return convert_operand(params)
    parts = [convert_operand(part) for part in params]
    return parts[0] if len(parts) == 1 else concat(*parts, axis=0, rank=len(parts[0]._value.shape))


def _clipped(x: Any, length: float, axis: tuple[int, ...]) -> Any:
    """x, scaled down to `length` along `axis` where it is longer; also differentiable at 0."""
    squares = reduce_sum(x * x, axis=axis, keepdims=True)
    some = squares > zero(squares)
    safe = select(some, squares, squares * 0.0 + one(squares))
    norm = select(some, sqrt(safe), squares)
    return x * length / maximum(norm, one(norm) * length)
