"""Values and gradients kept within bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError
from gradtape.functions.array.casting import cast
from gradtape.functions.math.reductions import axes_of
from gradtape.ops.array.selection import select
from gradtape.ops.array.shaping import ones_like
from gradtape.ops.math import arithmetic, roots
from gradtape.ops.math.reductions import reduce_sum
from gradtape.tensors.conversion import convert, is_tensor_like
from gradtape.tensors.indexed_slices import IndexedSlices
from gradtape.tensors.tensor import EagerTensor

_Slices = IndexedSlices | EagerTensor


def _values(t: Any) -> EagerTensor:
    return convert_operand(t.values if isinstance(t, IndexedSlices) else t)


def _like(t: Any, values: EagerTensor) -> _Slices:
    return (
        IndexedSlices(values, t.indices, t.dense_shape) if isinstance(t, IndexedSlices) else values
    )


def _bound(value: Any, dtype: Any) -> EagerTensor:
    return convert_operand(value) if is_tensor_like(value) else convert(value, dtype)


@overload
def clip_by_value(
    t: IndexedSlices, clip_value_min: Any, clip_value_max: Any, name: str | None = None
) -> IndexedSlices: ...
@overload
def clip_by_value(
    t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None
) -> EagerTensor: ...
def clip_by_value(
    t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None
) -> _Slices:
    """t, with what is below the minimum raised to it and what is above the maximum lowered to it.

    Derivative: 1 inside and on the bounds, 0 outside, where the bound has it instead. The bounds
    are scalars, or tensors that broadcast to the shape of t. Real dtypes, and `tf.IndexedSlices`.

    Raises: InvalidArgumentError where shapes or dtypes do not fit, ValueError where the bounds
    would enlarge t.

    >>> tf.clip_by_value([-1.0, 0.5, 3.0], 0.0, 1.0).numpy()
    array([0. , 0.5, 1. ], dtype=float32)
    """
    x = _values(t)
    low, high = _bound(clip_value_min, x.dtype), _bound(clip_value_max, x.dtype)
    y = arithmetic.maximum(arithmetic.minimum(x, high), low)
    if y.shape != x.shape:
        raise ValueError(
            f"Shapes {x.shape} and {y.shape} are incompatible: the bounds of clip_by_value must "
            "broadcast to the shape of t."
        )
    return _like(t, y)


@overload
def clip_by_norm(
    t: IndexedSlices, clip_norm: Any, axes: Any = None, name: str | None = None
) -> IndexedSlices: ...
@overload
def clip_by_norm(
    t: Any, clip_norm: Any, axes: Any = None, name: str | None = None
) -> EagerTensor: ...
def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: str | None = None) -> _Slices:
    """t scaled down to the Euclidean norm `clip_norm` where it is longer, unchanged where not.

    The norm is taken over `axes` (None: all); a negative clip_norm counts as 0, and one of another
    dtype is cast. Derivative: 1 where t is short enough (also at 0);
    else that of clip_norm · t/‖t‖. Floating point, and `tf.IndexedSlices`.

    Raises: InvalidArgumentError for integers, or an axis that the tensor has not.

    >>> tf.clip_by_norm([3.0, 4.0], 1.0).numpy()
    array([0.6, 0.8], dtype=float32)
    """
    x = _values(t)
    if not x.dtype.is_differentiable:
        raise InvalidArgumentError(
            f"Value for attr 'T' of {x.dtype.word} is not in the list of allowed values: half, "
            "float, double [Op:Sqrt]. Use tf.cast(t, tf.float32)."
        )
    limit = _bound(clip_norm, x.dtype)
    limit = cast(arithmetic.maximum(limit, convert(0, limit.dtype)), x.dtype)
    squared = reduce_sum(x * x, axis=axes_of(axes, x.ndim, "Sum"), keepdims=True)
    there = squared > convert(0, x.dtype)
    # The root is taken of 1 where the norm is 0: its slope there is infinite.
    root = roots.sqrt(select(there, squared, ones_like(squared)))
    norm = select(there, root, squared)
    y = x * limit / arithmetic.maximum(norm, limit)
    if y.shape != x.shape:
        raise ValueError(f"Shapes {x.shape} and {y.shape} are incompatible: clip_norm is no scalar")
    return _like(t, y)


def _tensors(t_list: Any) -> list[Any]:
    if not isinstance(t_list, Sequence) or isinstance(t_list, str):
        raise TypeError(
            f"`t_list` should be a sequence of tensors. Received {type(t_list)}. Put it in a "
            "list: [t]."
        )
    return list(t_list)


def global_norm(t_list: Any, name: str | None = None) -> EagerTensor:
    """√Σ‖t‖² over all tensors of a list; None among them is left out, and of none it is 0.

    Derivative: t divided by the norm, nan where all are 0. Floating point, and `tf.IndexedSlices`.

    Raises: TypeError where `t_list` is no list, InvalidArgumentError for complex numbers.

    >>> tf.linalg.global_norm([[3.0], [4.0]]).numpy()
    np.float32(5.0)
    """
    xs = [_values(t) for t in _tensors(t_list) if t is not None]
    if not xs:
        return convert(0.0)
    for x in xs:
        if x.dtype.is_complex:
            raise InvalidArgumentError(
                f"Value for attr 'T' of {x.dtype.word} is not in the list of allowed values: half, "
                "bfloat16, float, double [Op:L2Loss]. Use tf.abs(t)."
            )
    parts = [reduce_sum(x * x, axis=tuple(range(-x.ndim, 0)), keepdims=False) for x in xs]
    return roots.sqrt(arithmetic.add_n(*parts))


def clip_by_global_norm(
    t_list: Any, clip_norm: Any, use_norm: Any = None, name: str | None = None
) -> tuple[list[Any], EagerTensor]:
    """The tensors scaled so that their common norm is at most `clip_norm`, and that norm.

    Each t becomes t · clip_norm / max(norm, clip_norm), where norm is `use_norm`, or else
    `tf.linalg.global_norm(t_list)`; None stays None. An infinite or nan norm makes all of them nan.

    Raises: TypeError where `t_list` is no list.

    >>> clipped, norm = tf.clip_by_global_norm([[3.0], [4.0]], 1.0)
    >>> [t.numpy() for t in clipped], norm.numpy()
    ([array([0.6], dtype=float32), array([0.8], dtype=float32)], np.float32(5.0))
    """
    ts = _tensors(t_list)
    norm = global_norm(ts) if use_norm is None else convert_operand(use_norm)
    limit = _bound(clip_norm, norm.dtype)
    one = ones_like(norm)
    scale = limit * arithmetic.minimum(one / norm, one / limit)
    scale = scale + (norm - norm)  # nan where the norm is not finite: no silent zeros
    return [None if t is None else _like(t, _values(t) * scale) for t in ts], norm
