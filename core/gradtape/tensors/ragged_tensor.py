"""`RaggedTensor`: rows of different lengths, kept one behind the other."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, NoReturn

import numpy as np

from gradtape.dtypes import DType
from gradtape.primitives.registry import lookup
from gradtape.tensors.composites import register_composite
from gradtape.tensors.conversion import CONVERTERS, convert
from gradtape.tensors.shape import TensorShape
from gradtape.tensors.tensor import EagerTensor

Array = np.ndarray[Any, Any]


class RaggedTensor:
    """Rows of `values`: row k is values[row_splits[k] : row_splits[k + 1]].

    `values` may be a RaggedTensor again. Made by `tf.ragged.constant` and the `from_…` methods.
    Gradients flow through the values; `to_tensor` gives a tensor for all other functions.

    >>> import gradtape as tf
    >>> rows = tf.RaggedTensor.from_row_lengths([1.0, 2.0, 3.0], [2, 0, 1])
    >>> rows.to_list()
    [[1.0, 2.0], [], [3.0]]
    >>> rows.to_tensor().numpy()
    array([[1., 2.],
           [0., 0.],
           [3., 0.]], dtype=float32)
    """

    __slots__ = ("__weakref__", "_splits", "_values")

    def __init__(self, values: Any, row_splits: Any) -> None:
        self._values = values if isinstance(values, RaggedTensor) else convert(values)
        self._splits = convert(np.asarray(convert(row_splits)._value).astype(np.int64))
        splits = np.asarray(self._splits._value)
        if splits.ndim != 1 or not splits.size or splits[0] or (np.diff(splits) < 0).any():
            raise ValueError(
                f"row_splits must begin with 0 and never fall, got {splits.tolist()[:9]}."
            )
        if splits[-1] != _length(self._values):
            raise ValueError(
                f"row_splits end at {splits[-1]}, and there are {_length(self._values)} values."
            )

    # -- making

    @classmethod
    def from_row_splits(
        cls, values: Any, row_splits: Any, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Rows by where each begins, and where the last one ends."""
        return cls(values, row_splits)

    @classmethod
    def from_row_lengths(
        cls, values: Any, row_lengths: Any, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Rows by their lengths."""
        lengths = np.asarray(convert(row_lengths)._value).astype(np.int64)
        return cls(values, np.concatenate([[0], np.cumsum(lengths)]))

    @classmethod
    def from_value_rowids(
        cls,
        values: Any,
        value_rowids: Any,
        nrows: Any = None,
        name: str | None = None,
        validate: bool = True,
    ) -> RaggedTensor:
        """Rows by the number of the row of each value, which never falls.

        Raises: ValueError where it does, or where `nrows` is too small.
        """
        numbers = np.asarray(convert(value_rowids)._value).astype(np.int64)
        if (np.diff(numbers) < 0).any() or (numbers < 0).any():
            raise ValueError("value_rowids must be sorted, and none below 0.")
        least = int(numbers[-1]) + 1 if numbers.size else 0
        count = least if nrows is None else int(nrows)
        if count < least:
            raise ValueError(f"value_rowids go up to {least - 1}, and nrows is {count}.")
        return cls.from_row_lengths(values, np.bincount(numbers.astype(np.intp), minlength=count))

    @classmethod
    def from_tensor(
        cls, tensor: Any, lengths: Any = None, padding: Any = None, name: str | None = None
    ) -> RaggedTensor:
        """The rows of a tensor, cut to `lengths`, or before the `padding` at their ends.

        Raises: ValueError for a tensor with fewer than two axes, or for both arguments.
        """
        x = tensor if isinstance(tensor, EagerTensor) else convert(tensor)
        shape = tuple(x._value.shape)
        if len(shape) < 2 or (lengths is not None and padding is not None):
            raise ValueError(
                "from_tensor takes a tensor of two axes or more, and one of lengths, padding."
            )
        if padding is not None:
            other = np.asarray(x._value) != np.asarray(convert(padding, x.dtype)._value)
            other = other.reshape(*shape[:2], -1).any(axis=2)
            sizes = np.where(other.any(1), shape[1] - other[:, ::-1].argmax(axis=1), 0)
        elif lengths is not None:
            sizes = np.asarray(convert(lengths)._value).astype(np.int64)
        else:
            sizes = np.full(shape[0], shape[1])
        inside = np.arange(shape[1]) < sizes[:, None]
        flat = lookup("Reshape")(x, shape=(shape[0] * shape[1], *shape[2:]))
        rows = convert(np.flatnonzero(inside))
        values = lookup("GatherV2")(flat, rows, axis=0, batch_dims=0)
        return cls.from_row_lengths(values, sizes)

    # -- what it is

    @property
    def values(self) -> Any:
        """The rows one behind the other."""
        return self._values

    @property
    def flat_values(self) -> EagerTensor:
        """The innermost values."""
        inner = self._values
        return inner.flat_values if isinstance(inner, RaggedTensor) else inner

    @property
    def row_splits(self) -> EagerTensor:
        """Where each row begins, and where the last one ends, int64."""
        return self._splits

    @property
    def nested_row_splits(self) -> tuple[EagerTensor, ...]:
        """The row splits of all levels, the outermost first."""
        inner = self._values
        return (self._splits, *(inner.nested_row_splits if isinstance(inner, RaggedTensor) else ()))

    @property
    def ragged_rank(self) -> int:
        """How many levels of rows there are."""
        return len(self.nested_row_splits)

    @property
    def dtype(self) -> DType:
        """The dtype of the values."""
        return self.flat_values.dtype

    @property
    def shape(self) -> TensorShape:
        """The shape, None for sizes that differ."""
        inner = self._values.shape.as_list()[1:]
        return TensorShape([len(self), None, *inner])

    def __len__(self) -> int:
        return int(self._splits._value.shape[0]) - 1

    def nrows(self, out_type: Any = None, name: str | None = None) -> EagerTensor:
        """How many rows there are, int64."""
        return convert(np.int64(len(self)))

    def row_lengths(self, axis: int = 1, name: str | None = None) -> EagerTensor:
        """How long each row is, int64."""
        if axis != 1:
            raise ValueError("row_lengths(axis) is for axis 1 here; ask `values` for inner rows.")
        return convert(np.diff(np.asarray(self._splits._value)))

    def row_starts(self, name: str | None = None) -> EagerTensor:
        """Where each row begins."""
        return self._splits[:-1]

    def row_limits(self, name: str | None = None) -> EagerTensor:
        """Where each row ends."""
        return self._splits[1:]

    def value_rowids(self, name: str | None = None) -> EagerTensor:
        """The number of the row of each value: what `tf.math.segment_sum` takes."""
        return convert(row_numbers(np.asarray(self._splits._value)))

    def bounding_shape(self, axis: Any = None, name: str | None = None) -> EagerTensor:
        """The smallest shape that holds all rows, int64."""
        sizes = convert(np.array(_bounds(self), np.int64))
        return sizes if axis is None else sizes[axis]

    # -- other forms

    def to_list(self) -> list[Any]:
        """The rows as lists."""
        splits, inner = np.asarray(self._splits._value).tolist(), self._values
        whole = inner.to_list() if isinstance(inner, RaggedTensor) else inner.numpy().tolist()
        return [whole[a:b] for a, b in itertools.pairwise(splits)]

    def numpy(self) -> Any:
        """An array where all rows are equally long, else an array of arrays."""
        rows = [row.numpy() for row in self]
        if len({np.shape(row) for row in rows}) <= 1:
            return np.array(rows)
        out = np.empty(len(rows), object)
        out[:] = rows
        return out

    def to_tensor(
        self, default_value: Any = None, name: str | None = None, shape: Any = None
    ) -> EagerTensor:
        """A tensor with the rows filled up with `default_value` (0, or "") to the longest.

        Derivative: the elements of the cotangent at the places of values. `shape` cuts or widens.
        """
        flat, sizes = self.flat_values, _bounds(self)
        if shape is not None:
            given = TensorShape(shape).as_list()
            sizes = [n if m is None else m for n, m in zip(sizes, given, strict=True)]
        places = _places(self)
        inside = (places < np.array(sizes[: places.shape[1]])).all(axis=1)
        if not inside.all():
            rows = convert(np.flatnonzero(inside))
            flat, places = lookup("GatherV2")(flat, rows, axis=0, batch_dims=0), places[inside]
        empty: Any = b"" if flat.dtype.name == "string" else 0
        filler = convert(empty if default_value is None else default_value, flat.dtype)
        whole = np.full(sizes, np.asarray(filler._value).item(), flat.dtype.numpy)
        if flat.dtype.name == "string":
            whole[tuple(places.T)] = np.asarray(flat._value)
            return convert(whole)
        if not len(places):
            return convert(whole)
        y: EagerTensor = lookup("TensorScatterUpdate")(convert(whole), convert(places), flat)
        return y

    def with_values(self, new_values: Any) -> RaggedTensor:
        """The same rows of other values."""
        return RaggedTensor(new_values, self._splits)

    def with_flat_values(self, new_values: Any) -> RaggedTensor:
        """The same rows of other innermost values."""
        inner = self._values
        if isinstance(inner, RaggedTensor):
            return self.with_values(inner.with_flat_values(new_values))
        return self.with_values(new_values)

    def __iter__(self) -> Iterator[Any]:
        return (self[k] for k in range(len(self)))

    def __getitem__(self, key: Any) -> Any:
        splits = np.asarray(self._splits._value)
        if isinstance(key, slice):
            rows = range(len(self))[key]
            if rows.step != 1:
                raise ValueError("rows are taken one after the other: rt[a:b].")
            a, b = (rows.start, rows.stop) if len(rows) else (0, 0)
            cut = splits[a : b + 1]
            return RaggedTensor(self._values[int(cut[0]) : int(cut[-1])], cut - cut[0])
        if isinstance(key, tuple):
            row = self[key[0]]
            if isinstance(key[0], slice) and len(key) > 1:
                return _within_rows(row, key[1:])
            return row if len(key) == 1 else row[key[1:] if len(key) > 2 else key[1]]
        k = int(key)
        if not -len(self) <= k < len(self):
            raise IndexError(f"row {k} of {len(self)}")
        k %= len(self)
        return self._values[int(splits[k]) : int(splits[k + 1])]

    # -- arithmetic

    def _with(self, other: Any, how: str) -> RaggedTensor:
        if isinstance(other, RaggedTensor):
            for a, b in zip(self.nested_row_splits, other.nested_row_splits, strict=True):
                if not np.array_equal(np.asarray(a._value), np.asarray(b._value)):
                    raise ValueError("the rows of two RaggedTensors must be equally long.")
            other = other.flat_values
        elif np.ndim(other._value if isinstance(other, EagerTensor) else other):
            raise ValueError("a RaggedTensor goes with a number, or with one of equal rows.")
        return self.with_flat_values(getattr(self.flat_values, how)(other))

    def __add__(self, other: Any) -> RaggedTensor:
        return self._with(other, "__add__")

    def __sub__(self, other: Any) -> RaggedTensor:
        return self._with(other, "__sub__")

    def __mul__(self, other: Any) -> RaggedTensor:
        return self._with(other, "__mul__")

    def __truediv__(self, other: Any) -> RaggedTensor:
        return self._with(other, "__truediv__")

    def __pow__(self, other: Any) -> RaggedTensor:
        return self._with(other, "__pow__")

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other: Any) -> RaggedTensor:
        return self._with(other, "__rsub__")

    def __neg__(self) -> RaggedTensor:
        return self.with_flat_values(-self.flat_values)

    def __repr__(self) -> str:
        return f"<tf.RaggedTensor {self.to_list()}>"


def _within_rows(rows: RaggedTensor, key: tuple[Any, ...]) -> RaggedTensor:
    """Parts of each row, by a slice.

    Raises: ValueError for a number, which some row may not have.
    """
    if len(key) > 1 or not isinstance(key[0], slice):
        raise ValueError("Cannot index into an inner ragged dimension: take rt[:, a:b].")
    splits = np.asarray(rows._splits._value)
    places = [np.arange(a, b)[key[0]] for a, b in itertools.pairwise(splits)]
    chosen = np.concatenate([*places, np.zeros(0, np.int64)])
    values = rows._values
    if isinstance(values, RaggedTensor):
        raise ValueError("Only the innermost of ragged axes is cut: take rt.values first.")
    cut = lookup("GatherV2")(values, convert(chosen), axis=0, batch_dims=0)
    return RaggedTensor(cut, np.cumsum([0, *(len(part) for part in places)]))


def _length(values: Any) -> int:
    return len(values) if isinstance(values, RaggedTensor) else int(values._value.shape[0])


def _bounds(rows: RaggedTensor) -> list[int]:
    longest = int(np.diff(np.asarray(rows.row_splits._value)).max(initial=0))
    inner = rows.values
    rest = _bounds(inner)[1:] if isinstance(inner, RaggedTensor) else list(inner._value.shape[1:])
    return [len(rows), longest, *rest]


def row_numbers(splits: Array) -> Array:
    """The number of the row of each value, from where rows begin and end."""
    lengths = np.diff(splits).astype(
        np.intp
    )  # of 32 bits in a tab, and nothing else is repeated by
    return np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)


def _places(rows: RaggedTensor) -> Array:
    """Where each of the innermost values stands: (values, ragged_rank + 1)."""
    splits = np.asarray(rows.row_splits._value)
    numbers = row_numbers(splits)
    within = np.arange(len(numbers)) - splits[:-1][numbers]
    here = np.stack([numbers, within], axis=1)
    if not isinstance(rows.values, RaggedTensor):
        return here
    below = _places(rows.values)
    return np.concatenate([here[below[:, 0]], below[:, 1:]], axis=1)


def _refuse(value: RaggedTensor, dtype: DType | None) -> NoReturn:
    raise TypeError(
        "a RaggedTensor is no dense tensor: use rt.to_tensor(), rt.values, "
        "tf.ragged.map_flat_values(f, rt), or tf.math.segment_sum(rt.values, rt.value_rowids())."
    )


CONVERTERS[RaggedTensor] = _refuse
register_composite(
    RaggedTensor,
    lambda rows: [rows.flat_values, *rows.nested_row_splits],
    lambda _, parts: _rebuilt(parts),
)


def _rebuilt(parts: list[Any]) -> Any:
    values, *splits = parts
    for one in reversed(splits):
        values = RaggedTensor(values, one)
    return values
