"""Tables whose entries are given once: `StaticHashTable`, `StaticVocabularyTable`."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dtypes import DType, as_dtype, int64, string
from gradtape.errors import FailedPreconditionError
from gradtape.formats.fingerprint import fingerprint
from gradtape.tensors.conversion import convert
from gradtape.tensors.sparse_tensor import SparseTensor
from gradtape.tensors.tensor import EagerTensor

Array = np.ndarray[Any, Any]


class Table:
    """What tables have in common: a dictionary, dtypes, and looking up of tensors of any shape."""

    def __init__(self, key_dtype: DType, value_dtype: DType) -> None:
        self._key_dtype, self._value_dtype = key_dtype, value_dtype
        self._entries: dict[Any, Any] = {}

    @property
    def key_dtype(self) -> DType:
        """The dtype of the keys."""
        return self._key_dtype

    @property
    def value_dtype(self) -> DType:
        """The dtype of the values."""
        return self._value_dtype

    def size(self, name: str | None = None) -> EagerTensor:
        """How many entries there are, int64."""
        return convert(np.int64(len(self._entries)))

    def _keys(self, keys: Any, dtype: DType) -> EagerTensor:
        """The keys as a tensor. Raises: TypeError for another dtype."""
        given = keys if isinstance(keys, EagerTensor) else convert(keys, dtype)
        if given.dtype != dtype:
            raise TypeError(
                f"Dtype of argument `keys` must be {dtype}, received: {given.dtype}; use tf.cast."
            )
        return given

    def _missing(self, key: Any) -> Any:
        raise NotImplementedError

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The value of each key. Of a SparseTensor, one with the values looked up.

        Raises: TypeError for keys of another dtype.
        """
        if isinstance(keys, SparseTensor):
            return keys.with_values(self.lookup(keys.values))
        tensor = self._keys(keys, self._key_dtype)
        array = np.asarray(tensor._value, self._key_dtype.numpy)
        found = [
            self._entries[key] if key in self._entries else self._missing(key)
            for key in array.reshape(-1).tolist()
        ]
        return convert(self._shaped(found, array.shape))

    def _shaped(self, values: list[Any], shape: tuple[int, ...]) -> Array:
        if self._value_dtype == string:
            out = np.empty(len(values), object)
            out[:] = values
            return out.reshape(shape)
        return np.array(values, self._value_dtype.numpy).reshape((*shape, *self._inner()))

    def _inner(self) -> tuple[int, ...]:
        """The shape of one value."""
        return ()

    def __getitem__(self, keys: Any) -> Any:
        return self.lookup(keys)


class StaticHashTable(Table):
    """A table whose entries never change; `default_value` for keys that it has not.

    >>> init = tf.lookup.KeyValueTensorInitializer(["a", "b"], [1, 2])
    >>> table = tf.lookup.StaticHashTable(init, default_value=-1)
    >>> table.lookup(tf.constant(["b", "?"])).numpy()
    array([ 2, -1], dtype=int32)
    """

    def __init__(
        self,
        initializer: Any,
        default_value: Any,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        super().__init__(initializer.key_dtype, initializer.value_dtype)
        self._default = convert(default_value, self._value_dtype).numpy()
        keys, values = initializer.pairs()
        for key, value in zip(keys.tolist(), values.tolist(), strict=True):
            if self._entries.setdefault(key, value) != value:
                raise FailedPreconditionError(
                    None,
                    None,
                    f"HashTable has different value for same key. Key {key!r} has "
                    f"{self._entries[key]!r} and trying to add value {value!r}",
                )

    @property
    def default_value(self) -> Any:
        """The value for keys that the table has not."""
        return convert(self._default)

    def _missing(self, key: Any) -> Any:
        return self._default

    def export(self, name: str | None = None) -> tuple[EagerTensor, EagerTensor]:
        """All keys and all values."""
        keys = np.empty(len(self._entries), self._key_dtype.numpy)
        keys[:] = list(self._entries)
        return convert(keys), convert(self._shaped(list(self._entries.values()), keys.shape))


class StaticVocabularyTable(Table):
    """Numbers for words: those of an initializer, and buckets after them for all other words.

    A word that is not there has the number n + fingerprint mod `num_oov_buckets`, TensorFlow's.
    Integers are hashed as their digits.

    Raises: ValueError for no buckets, TypeError for values that are not int64.

    >>> init = tf.lookup.KeyValueTensorInitializer(["a", "b"], tf.constant([0, 1], tf.int64))
    >>> tf.lookup.StaticVocabularyTable(init, num_oov_buckets=1).lookup(["b", "?"]).numpy()
    array([1, 2])
    """

    def __init__(
        self,
        initializer: Any,
        num_oov_buckets: int,
        lookup_key_dtype: Any = None,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        if num_oov_buckets <= 0:
            raise ValueError("`num_oov_buckets` must be > 0; use StaticHashTable without buckets.")
        wanted = None if lookup_key_dtype is None else as_dtype(lookup_key_dtype)
        if initializer is None:
            super().__init__(wanted or string, int64)
        else:
            if initializer.value_dtype != int64:
                raise TypeError(
                    f"Invalid `value_dtype`, expected int64 but got {initializer.value_dtype}."
                )
            super().__init__(wanted or initializer.key_dtype, int64)
            keys, values = initializer.pairs()
            self._entries = dict(zip(keys.tolist(), values.tolist(), strict=True))
        self._buckets = int(num_oov_buckets)

    def size(self, name: str | None = None) -> EagerTensor:
        """How many words and buckets there are, int64."""
        return convert(np.int64(len(self._entries) + self._buckets))

    def _missing(self, key: Any) -> Any:
        text = key if isinstance(key, bytes) else str(key).encode()
        return len(self._entries) + fingerprint(text) % self._buckets
