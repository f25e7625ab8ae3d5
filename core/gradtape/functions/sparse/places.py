"""Sparse tensors in other forms: dense, reordered, reshaped, transposed, joined, cut."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import as_dtype
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import integer, integers
from gradtape.functions.array.joining import concat as join_tensors
from gradtape.functions.array.scattering import scatter_nd, tensor_scatter_nd_update
from gradtape.functions.array.selection import gather, gather_nd
from gradtape.functions.control.specs import TensorSpec
from gradtape.tensors.conversion import convert
from gradtape.tensors.shape import TensorShape
from gradtape.tensors.sparse_tensor import SparseTensor
from gradtape.tensors.tensor import EagerTensor

Array = np.ndarray[Any, Any]


class SparseTensorSpec(TensorSpec):
    """The shape and dtype that a sparse tensor must have."""

    def __init__(self, shape: Any = None, dtype: Any = "float32", name: str | None = None) -> None:
        super().__init__(TensorShape(shape), as_dtype(dtype), name)

    def __repr__(self) -> str:
        return f"SparseTensorSpec({self.shape}, {self.dtype!r})"


def checked(sp_input: Any) -> SparseTensor:
    """The sparse tensor. Raises: TypeError for anything else."""
    if not isinstance(sp_input, SparseTensor):
        raise TypeError(
            f"Input must be a SparseTensor, got {type(sp_input).__name__}; tf.sparse.from_dense "
            "makes one of a tensor."
        )
    return sp_input


def places_of(s: SparseTensor) -> Array:
    """The indices as an array."""
    return np.asarray(s.indices._value)


def sizes_of(s: SparseTensor) -> tuple[int, ...]:
    """The shape as numbers."""
    return tuple(np.asarray(s.dense_shape._value).tolist())


def chosen(s: SparseTensor, which: Any, indices: Any = None, shape: Any = None) -> SparseTensor:
    """The elements of these numbers, at other places where they are given."""
    numbers = np.asarray(which, np.int64)
    places = places_of(s)[numbers] if indices is None else indices
    values = gather(s.values, convert(numbers))
    return SparseTensor(places, values, s.dense_shape if shape is None else list(shape))


def from_dense(tensor: Any, name: str | None = None) -> SparseTensor:
    """The elements that are not zero, in the order of rows.

    Derivative: that of the elements taken; none through what is zero.

    >>> tf.sparse.from_dense([[0.0, 2.0], [3.0, 0.0]]).indices.numpy().tolist()
    [[0, 1], [1, 0]]
    """
    x = convert_operand(tensor)
    array = np.asarray(x._value)
    filled = array != (b"" if array.dtype.kind == "O" else 0)
    places = np.argwhere(filled.astype(bool)).astype(np.int64)
    if not array.ndim:
        raise ValueError("from_dense needs a tensor with axes, got a scalar.")
    return SparseTensor(places, gather_nd(x, convert(places)), list(array.shape))


def to_dense(
    sp_input: Any,
    default_value: Any = None,
    validate_indices: bool = True,
    name: str | None = None,
) -> EagerTensor:
    """The whole tensor, with `default_value` (0, or "") where nothing stands.

    Derivative: the elements of the cotangent at the places.

    Raises: InvalidArgumentError for places that are outside, repeated or out of order (the last two
    unless `validate_indices=False`).

    >>> tf.sparse.to_dense(tf.SparseTensor([[0, 1]], [5], [1, 3]), default_value=-1).numpy()
    array([[-1,  5, -1]], dtype=int32)
    """
    s = checked(sp_input)
    places, shape = places_of(s), sizes_of(s)
    _check_places(places, shape, validate_indices)
    is_text = s.dtype.name == "string"
    if default_value is None and not is_text and (not validate_indices) <= _unique(places):
        return scatter_nd(s.indices, s.values, list(shape))
    default = convert(b"" if default_value is None and is_text else default_value or 0, s.dtype)
    whole = np.full(shape, np.asarray(default._value).item(), s.dtype.numpy)
    if is_text:
        whole[tuple(places.T)] = np.asarray(s.values._value)
        return convert(whole)
    if not len(places):
        return convert(whole)
    return tensor_scatter_nd_update(convert(whole), s.indices, s.values)


def _unique(places: Array) -> bool:
    return len(np.unique(places, axis=0)) == len(places)


def _check_places(places: Array, shape: tuple[int, ...], ordered: bool) -> None:
    outside = ((places < 0) | (places >= np.array(shape, np.int64))).any(axis=1)
    if outside.any():
        k = int(outside.argmax())
        raise InvalidArgumentError(
            None,
            None,
            f"indices[{k}] = {places[k].tolist()} is out of bounds: need 0 <= index < "
            f"{list(shape)} [Op:SparseToDense]",
        )
    if not ordered or len(places) < 2:
        return
    steps = np.diff(places, axis=0)
    first = np.take_along_axis(steps, (steps != 0).argmax(axis=1)[:, None], axis=1)[:, 0]
    if (first <= 0).any():
        k = int((first <= 0).argmax()) + 1
        what = "is repeated" if first[k - 1] == 0 else "is out of order"
        raise InvalidArgumentError(
            None,
            None,
            f"indices[{k}] = {places[k].tolist()} {what}. Many sparse ops require sorted indices. "
            "Use `tf.sparse.reorder` to create a correctly ordered copy. [Op:SparseToDense]",
        )


def reorder(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The same tensor with its places in the order of rows."""
    s = checked(sp_input)
    return chosen(s, np.lexsort(places_of(s).T[::-1]))


def reshape(sp_input: Any, shape: Any, name: str | None = None) -> SparseTensor:
    """The same elements in another shape; one size may be −1.

    Raises: InvalidArgumentError for a shape of another number of elements.
    """
    s = checked(sp_input)
    old, new = sizes_of(s), list(integers(shape, "shape"))
    count = int(np.prod(old, dtype=np.int64))
    if -1 in new:
        rest = int(np.prod([n for n in new if n != -1], dtype=np.int64))
        new[new.index(-1)] = count // rest if rest else 0
    if int(np.prod(new, dtype=np.int64)) != count:
        raise InvalidArgumentError(
            None,
            None,
            f"Input to reshape is a tensor with {count} dense values, but the requested shape has "
            f"{int(np.prod(new, dtype=np.int64))} [Op:SparseReshape]",
        )
    flat = np.zeros(len(places_of(s)), np.int64)
    for k, n in enumerate(old):
        flat = flat * n + places_of(s)[:, k]
    columns = []
    for n in reversed(new):
        columns.append(flat % n if n else flat)
        flat = flat // n if n else flat
    return SparseTensor(np.stack(columns[::-1], axis=1), s.values, new)


def transpose(sp_input: Any, perm: Any = None, name: str | None = None) -> SparseTensor:
    """The axes in another order (backwards where none is given), reordered."""
    s = checked(sp_input)
    rank = len(sizes_of(s))
    order = list(range(rank))[::-1] if perm is None else list(integers(perm, "perm"))
    shape = [sizes_of(s)[k] for k in order]
    return reorder(SparseTensor(places_of(s)[:, order], s.values, shape))


def concat(
    axis: Any, sp_inputs: Any, expand_nonconcat_dims: bool = False, name: str | None = None
) -> SparseTensor:
    """Sparse tensors one behind the other along an axis, reordered.

    `expand_nonconcat_dims` lets the other axes differ: the largest counts.

    Raises: InvalidArgumentError where other axes differ.
    """
    parts = [checked(s) for s in sp_inputs]
    at = integer(axis, "axis")
    shapes = np.array([sizes_of(s) for s in parts])
    at = at + shapes.shape[1] if at < 0 else at
    others = np.delete(shapes, at, axis=1)
    if not expand_nonconcat_dims and (others != others[0]).any():
        raise InvalidArgumentError(
            None, None, f"shapes {shapes.tolist()} differ beside axis {at} [Op:SparseConcat]"
        )
    whole = shapes.max(axis=0)
    whole[at] = shapes[:, at].sum()
    starts = np.concatenate([[0], np.cumsum(shapes[:-1, at])])
    moved = []
    for s, start in zip(parts, starts, strict=True):
        places = places_of(s).copy()
        places[:, at] += start
        moved.append(places)
    values = join_tensors([s.values for s in parts], 0)
    return reorder(SparseTensor(np.concatenate(moved), values, whole.tolist()))


def slice_(sp_input: Any, start: Any, size: Any, name: str | None = None) -> SparseTensor:
    """The part that begins at `start` and has at most `size`."""
    s = checked(sp_input)
    begin = np.array(integers(start, "start"), np.int64)
    end = np.minimum(begin + np.array(integers(size, "size"), np.int64), sizes_of(s))
    inside = ((places_of(s) >= begin) & (places_of(s) < end)).all(axis=1)
    numbers = np.flatnonzero(inside)
    shape = np.maximum(end - begin, 0).tolist()
    return chosen(s, numbers, places_of(s)[numbers] - begin, shape)


def split(
    sp_input: Any = None, num_split: Any = None, axis: Any = None, name: str | None = None
) -> list[SparseTensor]:
    """Parts of nearly equal size along an axis, the first ones larger by one where it must be."""
    s = checked(sp_input)
    count, at, shape = integer(num_split, "num_split"), integer(axis, "axis"), sizes_of(s)
    parts, begin = [], 0
    for k in range(count):
        size = shape[at] // count + (k < shape[at] % count)
        start, sizes = [0] * len(shape), list(shape)
        start[at], sizes[at] = begin, size
        parts.append(slice_(s, start, sizes))
        begin += size
    return parts


def retain(sp_input: Any, to_retain: Any) -> SparseTensor:
    """The elements for which `to_retain` (a boolean for each) is true."""
    s = checked(sp_input)
    keep = np.asarray(convert(to_retain)._value)
    if keep.shape != (len(places_of(s)),):
        raise ValueError(f"to_retain needs {len(places_of(s))} booleans, got shape {keep.shape}")
    return chosen(s, np.flatnonzero(keep))


def expand_dims(sp_input: Any, axis: Any = None, name: str | None = None) -> SparseTensor:
    """One more axis of size 1, at `axis` (the last where none is given)."""
    s = checked(sp_input)
    rank = len(sizes_of(s))
    at = rank if axis is None else integer(axis, "axis")
    at = at + rank + 1 if at < 0 else at
    if not 0 <= at <= rank:
        raise ValueError(f"axis {axis} out of range [{-rank - 1}, {rank}]")
    places = np.insert(places_of(s), at, 0, axis=1)
    return SparseTensor(places, s.values, [*sizes_of(s)[:at], 1, *sizes_of(s)[at:]])


def eye(
    num_rows: Any, num_columns: Any = None, dtype: Any = "float32", name: str | None = None
) -> SparseTensor:
    """Ones on the diagonal."""
    rows = integer(num_rows, "num_rows")
    columns = rows if num_columns is None else integer(num_columns, "num_columns")
    n = min(rows, columns)
    places = np.stack([np.arange(n)] * 2, axis=1)
    return SparseTensor(places, np.ones(n, as_dtype(dtype).numpy), [rows, columns])


def reset_shape(sp_input: Any, new_shape: Any = None) -> SparseTensor:
    """The same elements in a larger shape, or in the smallest that holds them."""
    s = checked(sp_input)
    if new_shape is None:
        tight = places_of(s).max(axis=0, initial=-1) + 1
        return SparseTensor(s.indices, s.values, tight.tolist())
    wanted = list(integers(new_shape, "new_shape"))
    if len(wanted) != len(sizes_of(s)) or any(
        a < b for a, b in zip(wanted, sizes_of(s), strict=False)
    ):
        raise ValueError(f"new_shape {wanted} must hold the present shape {list(sizes_of(s))}")
    return SparseTensor(s.indices, s.values, wanted)


def to_indicator(sp_input: Any, vocab_size: Any, name: str | None = None) -> EagerTensor:
    """Booleans (…, vocab_size): which numbers stand in each row of integers."""
    s = checked(sp_input)
    size = integer(vocab_size, "vocab_size")
    out = np.zeros((*sizes_of(s)[:-1], size), bool)
    out[(*places_of(s)[:, :-1].T, np.asarray(s.values._value))] = True
    return convert(out)


def fill_empty_rows(
    sp_input: Any, default_value: Any, name: str | None = None
) -> tuple[SparseTensor, EagerTensor]:
    """With `default_value` at the first place of each row that is empty; which rows are."""
    s = checked(sp_input)
    rows = np.arange(sizes_of(s)[0])
    empty = ~np.isin(rows, places_of(s)[:, 0])
    new = np.zeros((int(empty.sum()), len(sizes_of(s))), np.int64)
    new[:, 0] = rows[empty]
    filler = np.full(len(new), convert(default_value, s.dtype).numpy(), s.dtype.numpy)
    values = join_tensors([s.values, convert(filler)], 0)
    whole = SparseTensor(np.concatenate([places_of(s), new]), values, s.dense_shape)
    return reorder(whole), convert(empty)
