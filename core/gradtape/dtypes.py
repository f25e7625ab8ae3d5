"""Element types: `DType`, the constants `float32`, `int32`, …, and the look-up `as_dtype`.

A `DType` wraps a NumPy dtype under TensorFlow's name. `bfloat16` exists by name; values of it
need the package `ml_dtypes`, which gradtape does not require.
"""

from __future__ import annotations

from typing import Any

import numpy as np

#: What TensorFlow's error messages call each type.
WORDS = {
    "float32": "float",
    "float64": "double",
    "float16": "half",
    "complex64": "complex64",
    "complex128": "complex128",
}


class DType:
    """The type of a tensor's elements.

    `repr` is `tf.float32`, `str` is `<dtype: 'float32'>`. A `DType` equals its name, its NumPy
    type and its NumPy dtype, and can be a dictionary key.

    >>> import gradtape as tf
    >>> tf.float32, tf.float32 == "float32", tf.float32.is_floating
    (tf.float32, True, True)
    """

    __slots__ = ("_numpy", "code", "name")

    def __init__(self, name: str, numpy_type: Any, code: int) -> None:
        self.name = name
        self._numpy = None if numpy_type is None else np.dtype(numpy_type)
        self.code = code

    @property
    def numpy(self) -> np.dtype[Any]:
        """The NumPy dtype that stores this type."""
        if self._numpy is None:
            raise TypeError(
                f"tf.{self.name} has no NumPy counterpart here, so no tensor of it can be made; "
                "use tf.float32 or tf.float16."
            )
        found: np.dtype[Any] = self._numpy
        return found

    @property
    def as_numpy_dtype(self) -> Any:
        """The NumPy scalar type, such as `numpy.float32`."""
        return np.object_ if self.name == "string" else self.numpy.type

    @property
    def word(self) -> str:
        """The name in TensorFlow's error messages (`float`, `double`, `int32`, …)."""
        return WORDS.get(self.name, self.name)

    @property
    def is_floating(self) -> bool:
        """Whether this is a real floating-point type."""
        return self.name in ("float16", "float32", "float64", "bfloat16")

    @property
    def is_complex(self) -> bool:
        """Whether this is a complex type."""
        return self.name in ("complex64", "complex128")

    @property
    def is_integer(self) -> bool:
        """Whether this is an integer type (bool is not)."""
        return self._numpy is not None and self._numpy.kind in "iu"

    @property
    def is_unsigned(self) -> bool:
        """Whether this is an unsigned integer type."""
        return self._numpy is not None and self._numpy.kind == "u"

    @property
    def is_bool(self) -> bool:
        """Whether this is the boolean type."""
        return self.name == "bool"

    @property
    def is_numpy_compatible(self) -> bool:
        """Whether NumPy can store this type."""
        return self._numpy is not None

    @property
    def is_differentiable(self) -> bool:
        """Whether a gradient can flow through values of this type (floating or complex)."""
        return self.is_floating or self.is_complex

    @property
    def size(self) -> int:
        """Bytes per element; 1 for strings, as in TensorFlow."""
        return 1 if self.name == "string" else 2 if self._numpy is None else self._numpy.itemsize

    @property
    def min(self) -> Any:
        """The smallest value; TypeError for types without one."""
        return self._limit("min")

    @property
    def max(self) -> Any:
        """The largest value; TypeError for types without one."""
        return self._limit("max")

    @property
    def limits(self) -> tuple[Any, Any]:
        """The pair (min, max)."""
        return (self.min, self.max)

    def _limit(self, which: str) -> Any:
        if self.is_bool:
            return which == "max"
        if self.is_floating:
            return getattr(np.finfo(self.numpy), which)
        if self.is_integer:
            return getattr(np.iinfo(self.numpy), which)
        raise TypeError(f"Cannot find {which}imum value of {self}.")

    @property
    def real_dtype(self) -> DType:
        """The type of the real part."""
        return {"complex64": float32, "complex128": float64}.get(self.name, self)

    @property
    def base_dtype(self) -> DType:
        """This type itself (TensorFlow's reference types do not exist here)."""
        return self

    @property
    def as_datatype_enum(self) -> int:
        """TensorFlow's number of this type."""
        return self.code

    def is_compatible_with(self, other: Any) -> bool:
        """Whether `other` names the same type."""
        return self == as_dtype(other)

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __str__(self) -> str:
        return f"<dtype: {self.name!r}>"

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, DType):
            return self.name == other.name
        if other is None:
            return False
        try:
            return self.name == as_dtype(other).name
        except TypeError:
            return False

    def __reduce__(self) -> tuple[Any, ...]:
        return (as_dtype, (self.name,))


float32 = DType("float32", np.float32, 1)
float64 = double = DType("float64", np.float64, 2)
int32 = DType("int32", np.int32, 3)
uint8 = DType("uint8", np.uint8, 4)
int16 = DType("int16", np.int16, 5)
int8 = DType("int8", np.int8, 6)
string = DType("string", np.object_, 7)
complex64 = DType("complex64", np.complex64, 8)
int64 = DType("int64", np.int64, 9)
bool_ = DType("bool", np.bool_, 10)
bfloat16 = DType("bfloat16", None, 14)
uint16 = DType("uint16", np.uint16, 17)
complex128 = DType("complex128", np.complex128, 18)
float16 = half = DType("float16", np.float16, 19)
uint32 = DType("uint32", np.uint32, 22)
uint64 = DType("uint64", np.uint64, 23)

ALL = (
    float16, float32, float64, bfloat16, int8, int16, int32, int64,
    uint8, uint16, uint32, uint64, bool_, complex64, complex128, string,
)  # fmt: skip

_BY_NAME = {t.name: t for t in ALL} | {"half": float16, "float": float32, "double": float64}
BY_NUMPY: dict[np.dtype[Any], DType] = {t.numpy: t for t in ALL if t.is_numpy_compatible}
_BY_PYTHON: dict[Any, DType] = {float: float32, bool: bool_, complex: complex128}


def as_dtype(value: Any) -> DType:
    """The `DType` that `value` names: a DType, a name, a NumPy type or dtype, `float` or `bool`.

    Raises: TypeError for anything else (also for Python's `int`, whose width is not said).

    >>> as_dtype("float32"), as_dtype(float)
    (tf.float32, tf.float32)
    """
    if isinstance(value, DType):
        return value
    try:
        if isinstance(value, str):
            return _BY_NAME[value]
        if value in _BY_PYTHON:
            return _BY_PYTHON[value]
        if value is not None and value is not int:
            dtype = np.dtype(value if isinstance(value, type) else getattr(value, "dtype", value))
            return string if dtype.kind in "SU" else BY_NUMPY[dtype]
    except (KeyError, TypeError):
        pass
    raise TypeError(
        f"Cannot convert the argument `type_value`: {value!r} to a TensorFlow DType. Give one of "
        f"{', '.join(t.name for t in ALL)}, or a NumPy dtype."
    )
