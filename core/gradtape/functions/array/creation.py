"""New tensors: zeros, ones, fill, eye, range, linspace, one_hot, sequence_mask."""

from __future__ import annotations

from builtins import range as _count
from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import as_dtype, string
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import dims, integer, shape_of
from gradtape.ops.array import creation
from gradtape.ops.array import shaping as ops
from gradtape.ops.math.complex_numbers import cast
from gradtape.runtime.recorders import state
from gradtape.tensors.constants import convert_to_tensor
from gradtape.tensors.conversion import as_array, convert, is_tensor_like
from gradtape.tensors.tensor import EagerTensor, wrap


def zeros(
    shape: Any, dtype: Any = "float32", name: str | None = None, layout: Any = None
) -> EagerTensor:
    """A tensor of `shape` full of 0 (False, or empty text).

    Raises: InvalidArgumentError for a negative size.

    >>> tf.zeros([2, 3], tf.int32).numpy()
    array([[0, 0, 0],
           [0, 0, 0]], dtype=int32)
    """
    kind = as_dtype(dtype)
    if kind.name == "string":
        return wrap(np.full(dims(shape), b"", dtype=object))
    return wrap(np.zeros(dims(shape), kind.numpy))


def ones(
    shape: Any, dtype: Any = "float32", name: str | None = None, layout: Any = None
) -> EagerTensor:
    """A tensor of `shape` full of 1 (True).

    Raises: InvalidArgumentError for a negative size.

    >>> tf.ones([2]).numpy()
    array([1., 1.], dtype=float32)
    """
    kind = as_dtype(dtype)
    if kind.name == "string":
        raise TypeError("Cannot convert 1 to EagerTensor of dtype string; tf.fill takes text.")
    return wrap(np.ones(dims(shape), kind.numpy))


def zeros_like(
    input: Any, dtype: Any = None, name: str | None = None, layout: Any = None
) -> EagerTensor:
    """Zeros of the shape (and the dtype) of `input`. No gradient passes.

    >>> tf.zeros_like([1.0, 2.0]).numpy()
    array([0., 0.], dtype=float32)
    """
    x = convert_operand(input)
    if dtype is not None and "string" in (x.dtype.name, as_dtype(dtype).name):
        return zeros(shape_of(x), dtype)
    y = ops.zeros_like(x)
    if dtype is None or y.dtype == dtype:
        return y
    return cast(y, dtype=as_dtype(dtype).numpy)


def ones_like(
    input: Any, dtype: Any = None, name: str | None = None, layout: Any = None
) -> EagerTensor:
    """Ones of the shape (and the dtype) of `input`. No gradient passes.

    >>> tf.ones_like([1, 2]).numpy()
    array([1, 1], dtype=int32)
    """
    x = convert_operand(input)
    if dtype is not None and "string" in (x.dtype.name, as_dtype(dtype).name):
        return ones(shape_of(x), dtype)
    y = ops.ones_like(x)
    if dtype is None or y.dtype == dtype:
        return y
    return cast(y, dtype=as_dtype(dtype).numpy)


def fill(dims: Any, value: Any, name: str | None = None, layout: Any = None) -> EagerTensor:
    """A tensor of shape `dims` full of the scalar `value`, whose gradient is the sum.

    Raises: InvalidArgumentError where `value` is no scalar, or a size is negative.

    >>> tf.fill([2, 2], 7.0).numpy()
    array([[7., 7.],
           [7., 7.]], dtype=float32)
    """
    x = convert_operand(value)
    if shape_of(x):
        raise InvalidArgumentError(
            f"value must be a scalar, got shape {list(shape_of(x))} [Op:Fill]; tf.broadcast_to "
            "repeats a tensor."
        )
    return creation.fill(x, dims=_sizes(dims, "dims"))


_sizes = dims


def eye(
    num_rows: Any, num_columns: Any = None, batch_shape: Any = None, dtype: Any = "float32",
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The identity matrix, or a batch of them; `num_columns` makes it oblong.

    Raises: InvalidArgumentError for a negative size, TypeError for text.

    >>> tf.eye(2).numpy()
    array([[1., 0.],
           [0., 1.]], dtype=float32)
    """
    kind = as_dtype(dtype)
    if kind == string:
        raise TypeError("Cannot convert 1 to EagerTensor of dtype string: text has no identity.")
    rows = integer(num_rows, "num_rows")
    columns = rows if num_columns is None else integer(num_columns, "num_columns")
    if rows < 0 or columns < 0:
        raise InvalidArgumentError(f"num_rows and num_columns must be >= 0, got {rows}, {columns}.")
    matrix = np.eye(rows, columns, dtype=kind.numpy)
    lead = () if batch_shape is None else dims(batch_shape, "batch_shape")
    return wrap(np.broadcast_to(matrix, (*lead, rows, columns)) if lead else matrix)


_RANKS = ("int32", "int64", "float16", "float32", "float64")


def range(
    start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str = "range"
) -> EagerTensor:
    """The numbers start, start + delta, … up to but without `limit`; one argument counts from 0.

    The dtype is the widest of the arguments'. No gradient passes (as in TensorFlow, also not to
    `limit`); tf.linspace has one.

    Raises: InvalidArgumentError where delta is 0 or leads away from the limit.

    >>> tf.range(3, 10, 3).numpy()
    array([3, 6, 9], dtype=int32)
    """
    if limit is None:
        start, limit = 0, start
    given = (start, limit, delta)
    if dtype is None:
        tensors = [convert_operand(v) for v in given]
        for t in tensors:
            if t.dtype.name not in _RANKS and not t.dtype.is_integer:
                raise ValueError(f"tf.range takes real numbers, got {t.dtype.name}.")
        names = [t.dtype.name for t in tensors]
        known = [n for n in names if n in _RANKS]
        target = as_dtype(max(known, key=_RANKS.index) if len(known) == 3 else names[1])
    else:
        target = as_dtype(dtype)
        tensors = [
            convert_operand(v) if is_tensor_like(v) else wrap(as_array(v, target)) for v in given
        ]
    low, high, step = (t if t.dtype == target else cast(t, dtype=target.numpy) for t in tensors)
    if state.trace is not None:  # how many there are is a matter of the path
        low, high, step = map(state.trace.known, (low, high, step))
    for t, what in ((low, "start"), (high, "limit"), (step, "delta")):
        if shape_of(t):
            raise InvalidArgumentError(
                f"{what} must be a scalar, not shape {list(shape_of(t))} [Op:Range]"
            )
    a, b, d = (np.asarray(t._value)[()] for t in (low, high, step))
    if d == 0:
        raise InvalidArgumentError("Requires delta != 0: 0 [Op:Range]")
    if (d > 0 and a > b) or (d < 0 and a < b):
        sign, relation = ("> 0", "<=") if d > 0 else ("< 0", ">=")
        raise InvalidArgumentError(
            f"Requires start {relation} limit when delta {sign}: {a}/{b} [Op:Range]"
        )
    return creation.arange(low, high, step)


def linspace(
    start: Any, stop: Any, num: Any, name: str | None = None, axis: Any = 0
) -> EagerTensor:
    """`num` numbers from `start` to `stop`, both included, at equal distances along a new `axis`.

    start + (stop − start)·k/(num − 1). The gradient passes to both ends, which may be tensors of
    one shape. Integers of 8 and 16 bits become float32, wider ones float64.

    Raises: InvalidArgumentError where `num` is negative, ValueError where the ends differ in dtype.

    >>> tf.linspace(0.0, 1.0, 5).numpy()
    array([0.  , 0.25, 0.5 , 0.75, 1.  ], dtype=float32)
    """
    a = convert_operand(start)
    b = convert_operand(stop) if is_tensor_like(stop) else convert(stop, a.dtype)
    if a.dtype != b.dtype:
        raise ValueError(f"start is {a.dtype.name} and stop is {b.dtype.name}; use tf.cast.")
    if a.dtype.is_integer:
        kind = np.dtype(np.float32 if a.dtype.size < 4 else np.float64)
        a, b = (cast(t, dtype=kind) for t in (a, b))
    count = integer(num, "num")
    if count < 0:
        raise InvalidArgumentError(f"Requires num > 0: {count} [Op:LinSpace]")
    try:
        shape = np.broadcast_shapes(shape_of(a), shape_of(b))
    except ValueError:
        raise InvalidArgumentError(
            f"Incompatible shapes: {list(shape_of(a))} vs. {list(shape_of(b))} [Op:BroadcastArgs]"
        ) from None
    rank = len(shape)
    k = integer(axis, "axis")
    if not -rank - 1 <= k <= rank:
        raise InvalidArgumentError(f"axis {k} must be in [{-rank - 1}, {rank}].")
    k = k if k >= 0 else k + rank + 1
    a, b = (ops.broadcast_to(t, shape=shape) if shape_of(t) != shape else t for t in (a, b))
    first, last = (ops.expand_dims(t, axis=k - rank - 1) for t in (a, b))
    if count < 2:
        both = ops.concat(first, last, axis=k, rank=rank + 1)
        return ops.slice_(both, begin=(0,) * (rank + 1), size=(*shape[:k], count, *shape[k:]))
    numbers = np.arange(1, count - 1).astype(a.dtype.as_numpy_dtype)
    steps = wrap(numbers.reshape((-1,) + (1,) * (rank - k)))
    delta = (last - first) / float(count - 1)
    return ops.concat(first, first + delta * steps, last, axis=k, rank=rank + 1)


def one_hot(
    indices: Any, depth: Any, on_value: Any = None, off_value: Any = None, axis: Any = None,
    dtype: Any = None, name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """`on_value` (1) at each index along a new axis of size `depth`, `off_value` (0) elsewhere.

    The new axis is the last one, or `axis`. An index outside gives a row of `off_value`. No
    gradient passes, also not to the values. The dtype is that of the values, or float32.

    Raises: TypeError where the dtypes of the values and `dtype` differ, or the indices are not
    integers; InvalidArgumentError for a negative depth.

    >>> tf.one_hot([0, 2], 3).numpy()
    array([[1., 0., 0.],
           [0., 0., 1.]], dtype=float32)
    """
    x = convert_operand(indices)
    if not x.dtype.is_integer:
        raise InvalidArgumentError(
            f"Value for attr 'TI' of {x.dtype.word} is not in the list of allowed values: uint8, "
            "int8, int32, int64 [Op:OneHot]. Indices are integers; use tf.cast."
        )
    values = [
        None if v is None else convert_to_tensor(v, dtype_hint=dtype) for v in (on_value, off_value)
    ]
    kinds = {v.dtype for v in values if v is not None} | ({as_dtype(dtype)} if dtype else set())
    if len(kinds) > 1:
        raise TypeError(
            "on_value, off_value and dtype must agree, got "
            f"{', '.join(sorted(k.name for k in kinds))}; give one dtype to all."
        )
    kind = next(iter(kinds), as_dtype("float32"))
    on, off = (convert(n, kind) if v is None else v for v, n in zip(values, (1, 0), strict=True))
    count = integer(depth, "depth")
    if count < 0:
        raise InvalidArgumentError(f"depth must be non-negative, got: {count} [Op:OneHot]")
    rank = len(shape_of(x))
    k = -1 if axis is None else integer(axis, "axis")
    if not -1 <= k <= rank:
        raise InvalidArgumentError(
            f"Expected axis to be -1 or between [0, {rank + 1}).  But received: {k} [Op:OneHot]"
        )
    place = wrap(np.arange(count, dtype=x.dtype.as_numpy_dtype))
    y = creation.one_hot_last(ops.expand_dims(x, axis=-1), place, on, off)
    if k in (-1, rank):
        return y
    perm = [*_count(k), rank, *_count(k, rank)]
    return ops.transpose(y, perm=tuple(j - rank - 1 for j in perm))


def sequence_mask(
    lengths: Any, maxlen: Any = None, dtype: Any = "bool", name: str | None = None
) -> EagerTensor:
    """True in the first `lengths[...]` places of a new last axis of size `maxlen`, then False.

    `maxlen` defaults to the longest. No gradient passes.

    Raises: ValueError where `maxlen` is no scalar.

    >>> tf.sequence_mask([1, 3, 2], 3, tf.int32).numpy()
    array([[1, 0, 0],
           [1, 1, 1],
           [1, 1, 0]], dtype=int32)
    """
    x = convert_operand(lengths)
    if x.dtype.name in ("string", "bool"):
        raise InvalidArgumentError(f"lengths are numbers, got {x.dtype.name} [Op:Less]")
    if maxlen is None:
        array = np.asarray(x._value)
        count = max(int(array.max()), 0) if array.size else 0
    else:
        if is_tensor_like(maxlen) and shape_of(convert_operand(maxlen)):
            raise ValueError("Argument `maxlen` must be scalar for sequence_mask")
        count = integer(maxlen, "maxlen")
    if not x.dtype.is_integer:  # a part of a place is none
        x = cast(x, dtype=np.int32)
    places = wrap(np.arange(count).astype(x.dtype.as_numpy_dtype))
    mask = places < ops.expand_dims(x, axis=-1)
    if as_dtype(dtype).is_bool:
        return mask
    return cast(mask, dtype=as_dtype(dtype).numpy)
