"""Rows of a table by number."""

from __future__ import annotations

from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.functions.arguments import indices_of
from gradtape.functions.math.clipping import clip_by_norm
from gradtape.ops.array.indexing import gather
from gradtape.ops.array.shaping import concat
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
    own = len(table._value.shape) - 1  # axes of a row; a table of numbers has rows without one
    scaled: EagerTensor = clip_by_norm(rows, max_norm, axes=list(range(-own, 0)))
    return scaled


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
