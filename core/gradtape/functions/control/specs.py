"""`tf.TensorSpec`: the shape and dtype that a tensor must have."""

from __future__ import annotations

from typing import Any

from gradtape.dtypes import DType, as_dtype
from gradtape.tensors.conversion import convert
from gradtape.tensors.shape import TensorShape


class TensorSpec:
    """The shape and dtype that a tensor must have; None in a shape fits any size.

    >>> tf.TensorSpec([None, 2], tf.int32)
    TensorSpec(shape=(None, 2), dtype=tf.int32, name=None)
    """

    __slots__ = ("dtype", "name", "shape")

    def __init__(self, shape: Any, dtype: Any = "float32", name: str | None = None) -> None:
        self.shape, self.dtype, self.name = TensorShape(shape), as_dtype(dtype), name

    @classmethod
    def from_tensor(cls, tensor: Any, name: str | None = None) -> TensorSpec:
        """The spec that describes `tensor`."""
        return cls(tensor.shape, tensor.dtype, name)

    @classmethod
    def from_spec(cls, spec: Any, name: str | None = None) -> TensorSpec:
        """The same spec under another name."""
        return cls(spec.shape, spec.dtype, name or spec.name)

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether the shape and dtype of a spec or tensor fit."""
        other = spec_or_value
        if not hasattr(other, "shape") or not hasattr(other, "dtype"):
            other = convert(other)
        return self.dtype == as_dtype(other.dtype) and self.shape.is_compatible_with(
            TensorShape(other.shape)
        )

    def most_specific_compatible_type(self, other: Any) -> TensorSpec:
        """The narrowest spec that both fit; ValueError where the dtypes differ."""
        if self.dtype != other.dtype:
            raise ValueError(f"No TypeSpec is compatible with both {self} and {other}")
        return TensorSpec(self.shape.most_specific_compatible_shape(other.shape), self.dtype)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TensorSpec) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[Any, DType, str | None]:
        return (str(self.shape), self.dtype, self.name)

    def __repr__(self) -> str:
        return f"TensorSpec(shape={self.shape}, dtype={self.dtype!r}, name={self.name!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return (TensorSpec, (self.shape, self.dtype, self.name))
