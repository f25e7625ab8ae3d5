"""`Hashing`: words and integers shared out to a number of bins, without a vocabulary."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.formats.fingerprint import fingerprint
from gradtape.keras import config
from gradtape.keras.layers.lookup.encoding import (
    DataLayer,
    encoded,
    encoded_shape,
    refuse_sparse_numbers,
)
from gradtape.keras.mixed_precision import as_policy

_MODES = ("int", "one_hot", "multi_hot", "count")


class Hashing(DataLayer):
    """The bin of each word or integer: its fingerprint (FarmHash, 64 bits) modulo `num_bins`.

    Integers are hashed as their digits, other numbers as their whole part.

    Args: `mask_value`, what goes to bin 0 alone; `output_mode` "int" (int64), "one_hot",
    "multi_hot" or "count"; `sparse`, vectors as a SparseTensor.

    Raises: ValueError for no bins, another mode, and numbers in another dtype than int32 or int64;
    NotImplementedError for `salt`.

    >>> import gradtape as tf
    >>> tf.keras.layers.Hashing(num_bins=3)([["A"], ["B"], ["C"], ["D"], ["E"]]).numpy().ravel()
    array([1, 0, 1, 1, 2])
    """

    def __init__(
        self, num_bins: int, mask_value: Any = None, salt: Any = None, output_mode: str = "int",
        sparse: bool = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        if salt is not None:
            raise NotImplementedError(
                "gradtape has no keyed hash: leave out salt=, and the fingerprint is taken."
            )
        dtype = kwargs.pop("dtype", None)
        super().__init__(**kwargs)
        usual = "int64" if output_mode == "int" else config.floatx()
        self.dtype_policy = as_policy(usual if dtype is None else dtype, integers=True)
        if num_bins is None or num_bins <= 0:
            raise ValueError(
                "The `num_bins` for `Hashing` cannot be `None` or non-positive values. "
                f"Received: num_bins={num_bins}."
            )
        if output_mode == "int" and self.dtype_policy.name not in ("int32", "int64"):
            raise ValueError(
                "When `output_mode=\"int\"`, `dtype` should be an integer type, 'int32' or "
                f"'int64'. Received: dtype={dtype}"
            )
        if output_mode not in _MODES:
            raise ValueError(
                "Invalid value for argument `output_mode`. Expected one of "
                f"{_MODES}. Received: output_mode={output_mode}"
            )
        refuse_sparse_numbers(sparse, output_mode)
        self.num_bins, self.mask_value, self.salt = num_bins, mask_value, salt
        self.output_mode, self.sparse = output_mode, sparse
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The bins, or their vectors."""
        if isinstance(inputs, tf.RaggedTensor):
            bins = inputs.with_flat_values(self._bins(inputs.flat_values))
        else:
            bins = self._bins(inputs)
        dtype = tf.as_dtype(self.dtype)
        if self.output_mode == "int" and isinstance(bins, tf.RaggedTensor):
            return bins.with_flat_values(tf.cast(bins.flat_values, dtype))
        return encoded(bins, self.output_mode, self.num_bins, dtype, self.sparse)

    def _bins(self, values: Any) -> Any:
        array = np.asarray(values)
        if array.dtype.kind == "f":
            array = array.astype(np.int64)
        masked = self.mask_value is not None and self.num_bins > 1
        mask: Any = self.mask_value.encode() if isinstance(self.mask_value, str) else None
        if masked and mask is None:
            mask = self.mask_value
        bins = self.num_bins - masked
        found = [
            0 if masked and value == mask else fingerprint(_text(value)) % bins + masked
            for value in array.reshape(-1).tolist()
        ]
        return tf.constant(np.array(found, np.int64).reshape(array.shape))

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the bins or vectors."""
        return encoded_shape(input_shape, self.output_mode, self.num_bins)


def _text(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
