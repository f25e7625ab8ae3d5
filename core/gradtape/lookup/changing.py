"""Tables whose entries change: `MutableHashTable`, `DenseHashTable`."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dtypes import as_dtype
from gradtape.errors import InvalidArgumentError
from gradtape.lookup.tables import Table
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor


class MutableHashTable(Table):
    """A table that `insert` fills; `default_value` (its shape is that of a value) for other keys.

    >>> table = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, default_value=-1)
    >>> table.insert(["a", "b"], [1, 2])
    >>> table.lookup(["a", "?"]).numpy(), int(table.size())
    (array([ 1, -1]), 2)
    """

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        name: str = "MutableHashTable",
        checkpoint: bool = True,
        experimental_is_anonymous: bool = False,
    ) -> None:
        super().__init__(as_dtype(key_dtype), as_dtype(value_dtype))
        self._default = np.asarray(convert(default_value, self._value_dtype)._value)

    @property
    def name(self) -> str:
        """The name of the kind."""
        return type(self).__name__

    def _inner(self) -> tuple[int, ...]:
        return tuple(self._default.shape)

    def _missing(self, key: Any) -> Any:
        return self._default if self._default.ndim else self._default.item()

    def insert(self, keys: Any, values: Any, name: str | None = None) -> None:
        """Set the value of each key.

        Raises: TypeError for another dtype, InvalidArgumentError for shapes that do not go
        together.
        """
        k = np.asarray(self._keys(keys, self._key_dtype)._value, self._key_dtype.numpy)
        v = np.asarray(convert(values, self._value_dtype)._value)
        if v.shape != (*k.shape, *self._inner()):
            raise InvalidArgumentError(
                None,
                None,
                f"Expected shape {[*k.shape, *self._inner()]} for value, got {list(v.shape)}",
            )
        rows = v.reshape((k.size, *self._inner()))
        for key, value in zip(k.reshape(-1).tolist(), rows, strict=True):
            self._entries[key] = value

    def remove(self, keys: Any, name: str | None = None) -> None:
        """Take keys out, where they are in."""
        for key in (
            np.asarray(self._keys(keys, self._key_dtype)._value, self._key_dtype.numpy)
            .reshape(-1)
            .tolist()
        ):
            self._entries.pop(key, None)

    erase = remove
    insert_or_assign = insert

    def export(self, name: str | None = None) -> tuple[EagerTensor, EagerTensor]:
        """All keys and all values."""
        keys = np.empty(len(self._entries), self._key_dtype.numpy)
        keys[:] = list(self._entries)
        return convert(keys), convert(self._shaped(list(self._entries.values()), keys.shape))


class DenseHashTable(MutableHashTable):
    """As `MutableHashTable`; `empty_key` and `deleted_key` are keys that it never has."""

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        empty_key: Any,
        deleted_key: Any,
        initial_num_buckets: int | None = None,
        name: str = "MutableDenseHashTable",
        checkpoint: bool = True,
        experimental_is_anonymous: bool = False,
    ) -> None:
        super().__init__(key_dtype, value_dtype, default_value)
        marks = (convert(mark, self._key_dtype).numpy() for mark in (empty_key, deleted_key))
        self._marks = {np.asarray(mark).item() for mark in marks}
        if len(self._marks) < 2:
            raise ValueError("Empty and deleted keys must be different")

    def _keys(self, keys: Any, dtype: Any) -> EagerTensor:
        given = super()._keys(keys, dtype)
        if self._marks.intersection(np.asarray(given._value).reshape(-1).tolist()):
            raise ValueError("Using the empty_key or the deleted_key as a table key is not allowed")
        return given
