"""The scatter methods of a variable: changing some of its rows or elements in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.errors import InvalidArgumentError
from gradtape.primitives.registry import lookup
from gradtape.runtime.recorders import state
from gradtape.tensors.conversion import convert
from gradtape.tensors.indexed_slices import IndexedSlices
from gradtape.tensors.tensor import EagerTensor, wrap


def begun(variable: Any, tensor: EagerTensor) -> EagerTensor:
    """The first value of a variable, which a trace has to know of."""
    return tensor if state.trace is None else state.trace.begun(variable, tensor)


class Scattering:
    """What `Variable` takes from here. A bad index, shape or dtype is refused and changes nothing.

    The methods on rows take `tf.IndexedSlices`, the others index tuples and updates; both give the
    variable back, to be read with its new value. No gradient flows into the updates.
    """

    __slots__ = ()
    _tensor: EagerTensor

    def _now(self) -> EagerTensor:
        """The tensor of the current value, without the recorders told: it is to be replaced."""
        return self._tensor if state.trace is None else state.trace.read(self)

    def scatter_add(
        self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Add rows; repeated indices accumulate."""
        return self._scatter(sparse_delta, np.add)

    def scatter_sub(
        self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Subtract rows; repeated indices accumulate."""
        return self._scatter(sparse_delta, np.subtract)

    def scatter_mul(
        self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Multiply rows; repeated indices accumulate."""
        return self._scatter(sparse_delta, np.multiply)

    def scatter_div(
        self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Divide rows; repeated indices accumulate. No update may be 0."""
        return self._scatter(sparse_delta, np.divide)

    def scatter_max(
        self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Take the maximum with rows."""
        return self._scatter(sparse_delta, np.maximum)

    def scatter_min(
        self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Take the minimum with rows."""
        return self._scatter(sparse_delta, np.minimum)

    def scatter_update(
        self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Replace rows."""
        return self._scatter(sparse_delta, None)

    def batch_scatter_update(
        self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Replace rows batch by batch: row `indices[b, i]` of batch b by `values[b, i]`.

        The axes of `indices` but the last are batch axes, which the variable begins with.
        """
        _check_slices(sparse_delta)
        rows = np.asarray(convert(sparse_delta.indices)._value)
        batches = np.indices(rows.shape, rows.dtype)[: rows.ndim - 1]
        return self.scatter_nd_update(np.stack([*batches, rows], axis=-1), sparse_delta.values)

    def scatter_nd_add(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Add `updates` at the index tuples `indices`; repeated ones accumulate."""
        return self._scatter_nd("TensorScatterAdd", indices, updates)

    def scatter_nd_sub(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Subtract `updates` at the index tuples `indices`; repeated ones accumulate."""
        return self._scatter_nd("TensorScatterSub", indices, updates)

    def scatter_nd_max(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Take the maximum with `updates` at the index tuples `indices`."""
        return self._scatter_nd("TensorScatterMax", indices, updates)

    def scatter_nd_min(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Take the minimum with `updates` at the index tuples `indices`."""
        return self._scatter_nd("TensorScatterMin", indices, updates)

    def scatter_nd_update(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Put `updates` at the index tuples `indices`."""
        return self._scatter_nd("TensorScatterUpdate", indices, updates)

    def _scatter(self: Any, slices: IndexedSlices, combine: Any) -> Any:
        _check_slices(slices)
        rows = convert(slices.values, self.dtype)._value
        operands = (self._now()._value, rows, _indices(slices.indices)._value)
        changed = made_of(_scattered, operands, {"combine": combine, "kind": self.dtype.name})
        return self._store(convert(slices.values), changed, True)

    def _scatter_nd(self: Any, op_type: str, indices: Any, updates: Any) -> Any:
        tensor = convert(updates, self.dtype)
        if not tensor._value.shape:
            raise InvalidArgumentError(
                "Updates shape must have rank at least one. Found:[]. For one update write "
                "indices=[[…]] and updates=[…]; nothing was changed"
            )
        changed = lookup(op_type)(self._now(), _indices(indices), tensor)
        return self._store(tensor, changed._value, True)


def made_of(kernel: Callable[..., Any], values: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """What a kernel makes of arrays, noted where a function is traced."""
    if state.trace is not None:
        return state.trace.compute(None, kernel, values, params)
    return kernel(*values, **params)


def _scattered(held: Any, rows: Any, indices: Any, combine: Any, kind: str) -> Any:
    """A copy of what a variable holds, with rows combined into it."""
    value, rows, indices = np.array(held), np.asarray(rows), np.asarray(indices)
    if not value.ndim:
        raise InvalidArgumentError("scatter takes a variable with axes, and this is a scalar")
    lead = indices.ndim
    fits = rows.ndim == lead + value.ndim - 1 and rows.shape[lead:] == value.shape[1:]
    # Without indices nothing is added, and TensorFlow looks at the shape of a row alone.
    fits = fits and (not indices.size or rows.shape[:lead] == indices.shape)
    if rows.ndim and not fits:
        raise InvalidArgumentError(
            f"The shape of indices ({list(indices.shape)}) must be a prefix of the shape of "
            f"updates ({list(rows.shape)}), followed by {list(value.shape[1:])}; nothing was "
            "changed"
        )
    if indices.size and (indices.min() < 0 or indices.max() >= value.shape[0]):
        raise InvalidArgumentError(
            f"an index of {indices.tolist()} is not in [0, {value.shape[0]}); nothing was changed"
        )
    if combine in (np.maximum, np.minimum) and value.dtype.kind == "c":
        raise InvalidArgumentError(
            f"complex numbers have no order: a variable of {kind} has no scatter_max or scatter_min"
        )
    if combine is np.divide and not rows.all():
        raise InvalidArgumentError("updates must not contain 0; nothing was changed")
    if not indices.size:
        return value
    if combine is None:
        value[indices] = rows
    elif combine is np.divide and value.dtype.kind in "iu":
        _divide_integers(value, indices, rows)
    else:
        combine.at(value, indices, rows)
    return value


def _check_slices(slices: Any) -> None:
    if not isinstance(slices, IndexedSlices):
        raise TypeError(
            f"Argument `sparse_delta` must be a `tf.IndexedSlices`. Received arg: {slices!r}"
        )


def _indices(value: Any) -> EagerTensor:
    indices = convert(value)
    if indices.dtype.name in ("int32", "int64"):
        return indices
    if isinstance(value, list) and not indices._value.size:  # an empty list is float32
        return wrap(np.zeros(indices._value.shape, np.int32))
    raise InvalidArgumentError(
        f"scatter takes indices of int32 or int64, got {indices.dtype.name}; use "
        "tf.cast(x, tf.int32)"
    )


def _divide_integers(value: Any, indices: Any, rows: Any) -> None:
    """Quotients cut off behind the point, without the rounding of floats."""
    sign, size = np.sign(value), np.abs(value).view(value.dtype.str.replace("i", "u"))
    np.multiply.at(sign, indices, np.sign(rows))
    np.floor_divide.at(size, indices, np.abs(rows).view(size.dtype))
    value[...] = sign * size.view(value.dtype)
