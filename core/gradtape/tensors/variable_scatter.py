"""The scatter methods of a variable: changing some of its rows or elements in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.errors import InvalidArgumentError
from gradtape.tensors.conversion import convert
from gradtape.tensors.indexed_slices import IndexedSlices


class Scattering:
    """What `Variable` takes from here."""

    __slots__ = ()

    def _scatter(self: Any, slices: IndexedSlices, combine: Any) -> Any:
        if not isinstance(slices, IndexedSlices):
            raise TypeError(
                f"Argument `sparse_delta` must be a `tf.IndexedSlices`. Received arg: {slices!r}"
            )
        value = np.array(self._tensor._value)
        rows = np.asarray(convert(slices.values, self.dtype)._value)
        indices = np.asarray(convert(slices.indices)._value)
        if indices.dtype.kind not in "iu" or not value.ndim:
            raise InvalidArgumentError(
                f"scatter takes integer indices and a variable with axes, got "
                f"{indices.dtype.name} indices and a variable of shape {list(value.shape)}"
            )
        if rows.ndim and rows.shape != indices.shape + value.shape[1:]:
            raise InvalidArgumentError(
                f"The shape of indices ({list(indices.shape)}) must be a prefix of the shape of "
                f"updates ({list(rows.shape)}), followed by {list(value.shape[1:])}; nothing was "
                "changed"
            )
        if indices.size and (indices.min() < 0 or indices.max() >= value.shape[0]):
            raise InvalidArgumentError(
                f"an index of {indices.tolist()} is not in [0, {value.shape[0]}); nothing was "
                "changed"
            )
        if combine is None:
            value[indices] = rows
        else:
            combine.at(value, indices, rows)
        return self._store(convert(slices.values), value, True)

    def batch_scatter_update(
        self: Any,
        sparse_delta: IndexedSlices,
        use_locking: bool = False,
        name: str | None = None,
    ) -> Any:
        """Replace rows batch by batch: row `indices[b, i]` of batch b by `values[b, i]`.

        The axes of `indices` but the last are batch axes, which the variable begins with.
        """
        if not isinstance(sparse_delta, IndexedSlices):
            raise TypeError(
                "Argument `sparse_delta` must be a `tf.IndexedSlices`. Received arg: "
                f"{sparse_delta!r}"
            )
        rows = np.asarray(convert(sparse_delta.indices)._value)
        batches = np.indices(rows.shape, rows.dtype)[: rows.ndim - 1]
        return self._scatter_nd("update", np.stack([*batches, rows], axis=-1), sparse_delta.values)

    def _scatter_nd(self: Any, kind: str, indices: Any, updates: Any) -> Any:
        from gradtape.functions.array import scattering

        change = getattr(scattering, f"tensor_scatter_nd_{kind}")
        tensor = convert(updates, self.dtype)
        return self._store(tensor, change(self._tensor, indices, tensor)._value, True)


def _scatter_method(name: str, combine: Any, doc: str) -> Callable[..., Any]:
    def method(
        self: Any,
        sparse_delta: IndexedSlices,
        use_locking: bool = False,
        name: str | None = None,
    ) -> Any:
        return self._scatter(sparse_delta, combine)

    method.__name__, method.__doc__ = name, doc
    return method


for _name, _combine, _doc in (
    ("scatter_add", np.add, "Add rows; repeated indices accumulate."),
    ("scatter_sub", np.subtract, "Subtract rows; repeated indices accumulate."),
    ("scatter_mul", np.multiply, "Multiply rows; repeated indices accumulate."),
    ("scatter_div", np.divide, "Divide rows; repeated indices accumulate."),
    ("scatter_max", np.maximum, "Take the maximum with rows."),
    ("scatter_min", np.minimum, "Take the minimum with rows."),
    ("scatter_update", None, "Replace rows."),
):
    setattr(Scattering, _name, _scatter_method(_name, _combine, _doc))


def _scatter_nd_method(kind: str, doc: str) -> Callable[..., Any]:
    def method(self: Any, indices: Any, updates: Any, name: str | None = None) -> Any:
        return self._scatter_nd(kind, indices, updates)

    method.__name__, method.__doc__ = f"scatter_nd_{kind}", doc
    return method


for _name, _doc in (
    ("add", "Add `updates` at the index tuples `indices`; repeated ones accumulate."),
    ("sub", "Subtract `updates` at the index tuples `indices`; repeated ones accumulate."),
    ("max", "Take the maximum with `updates` at the index tuples `indices`."),
    ("min", "Take the minimum with `updates` at the index tuples `indices`."),
    ("update", "Put `updates` at the index tuples `indices`."),
):
    setattr(Scattering, f"scatter_nd_{_name}", _scatter_nd_method(_name, _doc))
