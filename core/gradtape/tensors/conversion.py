"""Python values become arrays, with TensorFlow's default types and its refusals.

Python's floats become float32 and its ints int32 (int64 when they do not fit); NumPy arrays keep
their dtype. `as_array` does the work; `constant`, `convert_to_tensor` and the operands of every op
go through it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradtape import dtypes
from gradtape.dtypes import DType
from gradtape.tensors import operators
from gradtape.tensors.shape import TensorShape
from gradtape.tensors.tensor import EagerTensor, Tensor, wrap

#: type → function(value, dtype) → tensor, for Variable, IndexedSlices and whatever else is
# tensor-like.
CONVERTERS: dict[type, Callable[[Any, DType | None], EagerTensor]] = {}

#: types whose `_operand()` is the tensor to compute with: `Variable`
READERS: set[type] = set()

_MAX_RANK = 64  # NumPy's
_TOO_LARGE = 3.4028235677973366e38  # from here on float32 rounds to infinity
_PLAIN = {float, int, bool, complex, str, bytes, list, tuple}
_NESTS = {list, tuple}
#: What Python's True and False may become; as TensorFlow has it.
_TAKES_BOOL = (
    dtypes.bool_, dtypes.int32, dtypes.int64, dtypes.float16, dtypes.float32, dtypes.float64,
    dtypes.complex128,
)  # fmt: skip


def convert(value: Any, dtype: DType | None = None, hint: DType | None = None) -> EagerTensor:
    """`value` as a tensor: itself where it is one, a read where it is a variable.

    Raises: ValueError where a tensor has another dtype than the one that was asked for.
    """
    if isinstance(value, EagerTensor):
        if dtype is not None and value.dtype is not dtype:
            raise ValueError(
                f"Tensor conversion requested dtype {dtype.name} for Tensor with dtype "
                f"{value.dtype.name}: {value!r}. Use tf.cast(t, tf.{dtype.name})."
            )
        return value
    converter = CONVERTERS.get(type(value)) or _inherited(type(value))
    if converter is not None:
        return converter(value, dtype)
    if holds_tensors(value):
        stacked: EagerTensor = operators.loaded().stack(value, dtype)
        return stacked
    if isinstance(value, TensorShape) and dtype not in (None, dtypes.int32, dtypes.int64):
        raise TypeError(
            f"Cannot convert TensorShape {value} to dtype {dtype!r}. Allowed dtypes are tf.int32 "
            "and tf.int64."
        )
    if dtype is None and hint is not None:
        try:
            return wrap(as_array(value, hint))
        except (TypeError, ValueError):
            pass
    return wrap(as_array(value, dtype))


def _inherited(kind: type) -> Callable[[Any, DType | None], EagerTensor] | None:
    for base in kind.__mro__[1:-1]:
        if base in CONVERTERS:
            return CONVERTERS[base]
    return None


def is_tensor_like(value: Any) -> bool:
    """Whether `value` is a tensor, a variable or indexed slices."""
    return (
        isinstance(value, Tensor)
        or type(value) in CONVERTERS
        or _inherited(type(value)) is not None
    )


def holds_tensors(value: Any) -> bool:
    """Whether a (nested) list or tuple has a tensor or variable somewhere in it."""
    level: list[Any] = [value]
    for _ in range(_MAX_RANK + 1):  # deeper ones are refused, and a list may hold itself
        level = [
            inner
            for item in level
            if isinstance(item, (list, tuple)) and not isinstance(item, TensorShape)
            for inner in item
        ]
        if not level:
            return False
        kinds = set(map(type, level))
        if not kinds <= _PLAIN and any(is_tensor_like(item) for item in level):
            return True
        if not kinds & _NESTS and kinds <= _PLAIN:
            return False
    raise _too_deep()


def as_array(value: Any, dtype: DType | None = None) -> Any:
    """`value` as a NumPy array or scalar that nothing else refers to."""
    kind = type(value)
    if kind is float:
        if -_TOO_LARGE < value < _TOO_LARGE and (dtype is None or dtype is dtypes.float32):
            return np.float32(value)
    elif kind is np.ndarray or isinstance(value, np.generic):
        return _from_numpy(value, dtype)
    elif kind is bool and dtype is None:
        return np.bool_(value)
    elif kind is int and dtype is None and -(2**31) <= value < 2**31:
        return np.int32(value)
    return _from_python(value, dtype)


def _from_numpy(value: Any, dtype: DType | None) -> Any:
    if value.dtype.kind in "SUO":
        if dtype is not None and dtype is not dtypes.string:
            raise ValueError(
                f"could not convert an array of text or objects to {dtype.name}: {value!r}. "
                "Convert it first: array.astype(float)."
            )
        return _strings(value)
    if dtype is dtypes.string:
        raise ValueError(
            f"Failed to convert a NumPy array to a Tensor (Unsupported object type {value.dtype}): "
            "a string tensor takes text. Use tf.as_string."
        )
    if value.dtype not in dtypes.BY_NUMPY:
        native = value.dtype.newbyteorder("=")
        if native not in dtypes.BY_NUMPY:
            raise ValueError(
                f"Failed to convert a NumPy array to a Tensor (unsupported dtype {value.dtype})."
            )
        value = value.astype(native)
    if dtype is None:
        return value.copy() if isinstance(value, np.ndarray) else value
    return value.astype(dtype.numpy)  # TensorFlow casts arrays silently, also float to int


def _strings(value: Any) -> Any:
    array = np.asarray(value, dtype=object)
    flat = [_to_bytes(item) for item in array.ravel()]
    out = np.empty(len(flat), dtype=object)
    out[:] = flat
    return out.reshape(array.shape)


def _to_bytes(item: Any) -> bytes:
    if isinstance(item, str):
        return item.encode()
    if isinstance(item, bytes):
        return item
    raise _unsupported(item)


def _unsupported(value: Any) -> ValueError:
    return ValueError(
        f"Attempt to convert a value ({value!r}) with an unsupported type ({type(value)}) to a "
        "Tensor."
    )


def _leaves(value: Any) -> list[Any]:
    """The scalars of a nested sequence; ValueError where it is ragged or too deep."""
    level, depth = [value], 0
    while level and all(_is_sequence(item) for item in level):
        depth += 1
        if depth > _MAX_RANK:
            raise _too_deep()
        if len({len(item) for item in level}) > 1:
            raise _ragged()
        level = [inner for item in level for inner in item]
    if any(_is_sequence(item) for item in level):
        raise _ragged()
    return level


def _is_sequence(item: Any) -> bool:
    if isinstance(item, (list, tuple, range, TensorShape)):
        return True
    if isinstance(item, np.ndarray):
        return item.ndim > 0
    # bytearray, memoryview, array.array, deque, … : what holds numbers one after the other
    return (
        type(item) not in _PLAIN
        and isinstance(item, Sequence)
        and not isinstance(item, (str, bytes))
    )


def _too_deep() -> ValueError:
    return ValueError(
        f"Can't convert a Python sequence nested more than {_MAX_RANK} deep to a Tensor; a tensor "
        f"has at most {_MAX_RANK} axes."
    )


def _ragged() -> ValueError:
    return ValueError(
        "Can't convert non-rectangular Python sequence to Tensor. Make all rows equally long "
        "(tf.pad them), or keep a Python list of tensors."
    )


def _from_python(value: Any, dtype: DType | None) -> Any:
    if isinstance(value, np.ndarray) or (
        hasattr(value, "__array__") and not _is_sequence(value) and not isinstance(value, type)
    ):
        return _from_numpy(np.asarray(value), dtype)
    if isinstance(value, (Mapping, set, frozenset)) or value is None:
        raise _unsupported(value)
    leaves = _leaves(value)
    kinds = {type(leaf) for leaf in leaves}
    if any(issubclass(kind, (np.generic, np.ndarray)) for kind in kinds):
        return _from_numpy_leaves(value, leaves, dtype)
    kinds = {_plain(kind) for kind in kinds}
    if None.__class__ in kinds and len(kinds) > 1:
        raise _mixed()
    if dtype is None and len(kinds) > 1:
        # The first value says what the others are read as: 1.0 takes True, True no 1.0.
        first = _plain(type(leaves[0]))
        if first is bool or (complex in kinds and first is not complex):
            raise _mixed()
    if not kinds:
        empty = dtypes.int32 if isinstance(value, (TensorShape, range)) else dtypes.float32
        return np.zeros(np.shape(value), (dtype or empty).numpy)
    if kinds <= {str, bytes}:
        if dtype not in (None, dtypes.string):
            raise TypeError(
                f"Cannot convert {_first(value)!r} to EagerTensor of dtype {dtype.name}"
            )
        return _strings(np.array(value, dtype=object))
    if not kinds <= {bool, int, float, complex}:
        if str in kinds or bytes in kinds:
            raise _mixed()
        raise _unsupported(next(x for x in leaves if not isinstance(x, (int, float, complex))))
    return _numbers(value, leaves, kinds, dtype)


def _plain(kind: type) -> type:
    """Python's own type of numbers or text that `kind` is (an IntEnum is an int)."""
    return next((b for b in (bool, int, float, complex, str, bytes) if issubclass(kind, b)), kind)


def _mixed() -> ValueError:
    return ValueError(
        "Can't convert Python sequence with mixed types to Tensor. Give values of one type, or "
        "dtype= for numbers and bools."
    )


def _from_numpy_leaves(value: Any, leaves: list[Any], dtype: DType | None) -> Any:
    """A sequence of NumPy scalars or arrays, perhaps with Python's numbers among them.

    One dtype stays; of several the first floating-point one holds, and integers become int32.
    """
    array = np.array(value)
    if dtype is None:
        own = [np.asarray(leaf).dtype for leaf in leaves]
        if len({kind.kind for kind in own} | {"b"}) > 2 and "b" in {kind.kind for kind in own}:
            raise _mixed()
        floats = [
            np.dtype(np.float32) if type(leaf) is float else kind
            for leaf, kind in zip(leaves, own, strict=True)
            if kind.kind == "f"
        ]
        if array.dtype.kind == "f" and floats:
            array = array.astype(floats[0])
        elif array.dtype.kind == "i" and len({type(leaf) for leaf in leaves}) > 1:
            fits = _fits([int(leaf) for leaf in leaves], dtypes.int32)
            array = array.astype(np.int32 if fits else np.int64)
        return _from_numpy(array, None)
    if array.dtype.kind in "fc" and dtype.numpy.kind in "iub":
        raise _refused(value, dtype)
    return _from_numpy(array, dtype)


def _refuse_large(leaves: list[Any]) -> None:
    low, high = min(leaves), max(leaves)
    if (low <= -_TOO_LARGE or high >= _TOO_LARGE) and any(
        _TOO_LARGE <= abs(leaf) < float("inf") for leaf in leaves
    ):
        raise ValueError(
            "Can't convert Python sequence with a value out of range for a single-precision float. "
            "Give dtype=tf.float64."
        )


def _refused(value: Any, dtype: DType) -> TypeError:
    return TypeError(
        f"Cannot convert {_first(value)!r} to EagerTensor of dtype {dtype.name}. Give values of "
        "that type, another dtype=, or tf.cast the tensor."
    )


def _refuse_out_of_range(leaves: list[int], dtype: DType) -> None:
    unsigned = dtype == dtypes.uint64
    if not _fits(leaves, dtypes.uint64 if unsigned else dtypes.int64):
        holds = "uint64 holds 0 … 2**64-1" if unsigned else "int64 holds -2**63 … 2**63-1"
        raise ValueError(
            f"Can't convert Python sequence with out-of-range integer to Tensor: {holds}."
        )


def _numbers(value: Any, leaves: list[Any], kinds: set[type], dtype: DType | None) -> Any:
    explicit = dtype is not None
    if dtype is None:
        if float in kinds and complex not in kinds:
            _refuse_large(leaves)
        if complex in kinds:
            dtype = dtypes.complex128
        elif float in kinds:
            dtype = dtypes.float32
        elif kinds == {bool}:
            dtype = dtypes.bool_
        else:
            dtype = dtypes.int32 if _fits(leaves, dtypes.int32) else dtypes.int64
    target = dtype.numpy
    rank = {bool: 0, int: 1, float: 2, complex: 3}
    came = max(rank[kind] for kind in kinds)
    takes = {"b": 0, "i": 1, "u": 1, "f": 2, "c": 3}.get(target.kind, -1)
    if int in kinds and takes != 2:
        _refuse_out_of_range([n for n in leaves if isinstance(n, int)], dtype)
    if came > takes or (kinds == {bool} and dtype not in _TAKES_BOOL):
        if len(kinds) > 1 and isinstance(leaves[0], bool):
            raise _mixed()
        raise _refused(value, dtype)
    if takes == 1 and came == 1 and not _fits(leaves, dtype):
        return np.array(value, np.int64).astype(target)[()]  # wraps, as TensorFlow does
    if not explicit and _is_sequence(value):
        return np.array(value, target)
    with np.errstate(over="ignore"):  # an explicit dtype takes what is too large as infinity
        return np.array(value, target) if _is_sequence(value) else np.array(value, target)[()]


def _first(value: Any) -> Any:
    while _is_sequence(value) and len(value):
        value = value[0]
    return value


def _fits(leaves: list[Any], dtype: DType) -> bool:
    low, high = dtype.limits
    return bool(int(low) <= min(leaves) and max(leaves) <= int(high))
