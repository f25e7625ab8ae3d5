"""`tf.io.parse_example` and its kin: serialized `Example` messages as tensors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from gradtape.dtypes import DType, as_dtype
from gradtape.errors import InvalidArgumentError
from gradtape.formats import examples, wire
from gradtape.io.files import bytes_of
from gradtape.tensors.conversion import convert
from gradtape.tensors.sparse_tensor import SparseTensor
from gradtape.tensors.tensor import EagerTensor

_KINDS = {"string": "bytes_list", "float32": "float_list", "int64": "int64_list"}


class FixedLenFeature(NamedTuple):
    """A feature with always so many values; `default_value` where it is missing."""

    shape: Any
    dtype: Any
    default_value: Any = None


class FixedLenSequenceFeature(NamedTuple):
    """A feature that is a row of values of one shape, padded in a batch with `default_value`."""

    shape: Any
    dtype: Any
    allow_missing: bool = False
    default_value: Any = None


class VarLenFeature(NamedTuple):
    """A feature with any number of values; it becomes a `tf.SparseTensor`."""

    dtype: Any


def _error(text: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, f"{text} [Op:ParseExampleV2]")


def _kind(dtype: Any) -> tuple[DType, str]:
    found = as_dtype(dtype)
    if found.name not in _KINDS:
        raise TypeError(f"a feature holds string, float32 or int64, not {found.name}; use tf.cast.")
    return found, _KINDS[found.name]


def _array(values: Any, dtype: DType) -> np.ndarray[Any, Any]:
    if dtype.name != "string":
        return np.asarray(values, dtype.numpy)
    out = np.empty(len(values), object)
    out[:] = list(values)
    return out


def _values(found: dict[str, examples.Feature], key: str, dtype: Any) -> Any:
    """The values of a feature as an array; None where it is missing or empty."""
    wanted, kind = _kind(dtype)
    has, values = found.get(key, ("", ()))
    if not has:
        return None
    if has != kind:
        raise _error(
            f"Name: <unknown>, Key: {key}.  Data types don't match. Expected type: {wanted.name}, "
            f"and the feature is a {has}"
        )
    return _array(values, wanted)


def _sizes(shape: Any) -> tuple[int, ...]:
    given = [shape] if isinstance(shape, int) else list(shape)
    return tuple(-1 if n is None else int(n) for n in given)


def _fixed(found: dict[str, examples.Feature], key: str, spec: FixedLenFeature) -> Any:
    dtype, _ = _kind(spec.dtype)
    shape = _sizes(spec.shape)
    if -1 in shape[1:]:
        raise ValueError(f"{key}: a FixedLenFeature has a known shape, got {spec.shape}")
    values = _values(found, key, spec.dtype)
    if values is None:
        if spec.default_value is None:
            raise _error(
                f"Name: <unknown>, Feature: {key} (data type: {dtype.name}) is required but could "
                "not be found."
            )
        default = np.asarray(convert(spec.default_value, dtype)._value)
        return np.broadcast_to(default if default.size != 1 else default.reshape(()), shape)
    count = int(np.prod(shape, dtype=np.int64))
    if len(values) != count and -1 not in shape:
        raise _error(
            f"Key: {key}.  Number of {dtype.name} values != expected.  values size: {len(values)} "
            f"but output shape: {list(shape)}"
        )
    return values.reshape(shape)


def _sequence(found: dict[str, examples.Feature], key: str, spec: Any) -> Any:
    dtype, _ = _kind(spec.dtype)
    values = _values(found, key, spec.dtype)
    if values is None:
        if not spec.allow_missing:
            raise _error(f"Key: {key} (data type: {dtype.name}) is required but missing.")
        values = _array((), dtype)
    shape = _sizes(spec.shape)
    step = int(np.prod(shape, dtype=np.int64))
    if step and len(values) % step:
        raise _error(f"Key: {key}.  {len(values)} values are no rows of shape {list(shape)}")
    return values.reshape(-1, *shape)


def _sparse(rows: list[Any], dtype: DType) -> SparseTensor:
    """Rows of any length as one sparse matrix."""
    lengths = [len(row) for row in rows]
    places = [(i, k) for i, n in enumerate(lengths) for k in range(n)]
    indices = np.array(places, np.int64).reshape(-1, 2)
    values = np.concatenate([_array((), dtype), *rows])
    return SparseTensor(indices, convert(values), [len(rows), max(lengths, default=0)])


def _padded(rows: list[Any], spec: Any) -> EagerTensor:
    dtype, _ = _kind(spec.dtype)
    default = spec.default_value
    if default is None:
        default = b"" if dtype.name == "string" else 0
    most = max((len(row) for row in rows), default=0)
    out = np.full((len(rows), most, *_sizes(spec.shape)), default, dtype.numpy)
    for k, row in enumerate(rows):
        out[k, : len(row)] = row
    return convert(out)


def _checked(features: Any) -> dict[str, Any]:
    if not features:
        raise ValueError("Missing features: give a dictionary of name → feature description.")
    for key, spec in features.items():
        if not isinstance(spec, (FixedLenFeature, FixedLenSequenceFeature, VarLenFeature)):
            raise ValueError(
                f"{key}: {type(spec).__name__} is no feature that is read here; use "
                "FixedLenFeature, FixedLenSequenceFeature or VarLenFeature."
            )
    return dict(sorted(features.items()))


def parse_single_example(
    serialized: Any, features: Mapping[str, Any], example_names: Any = None, name: str | None = None
) -> dict[str, Any]:
    """The features of one serialized `Example` as tensors, by name.

    `FixedLenFeature` gives a tensor of its shape, `VarLenFeature` a `tf.SparseTensor` of one axis,
    `FixedLenSequenceFeature` a tensor with one more axis in front.

    Raises: InvalidArgumentError for a feature that is missing, or has another dtype or number of
    values; DataLossError for what is no message.

    >>> import gradtape as tf
    >>> a = tf.train.Feature(float_list=tf.train.FloatList(value=[1.0, 2.0]))
    >>> data = tf.train.Example(features=tf.train.Features(feature={"a": a})).SerializeToString()
    >>> tf.io.parse_single_example(data, {"a": tf.io.FixedLenFeature([2], tf.float32)})["a"].numpy()
    array([1., 2.], dtype=float32)
    """
    found = examples.read_example(bytes_of(serialized, "serialized"))
    out: dict[str, Any] = {}
    for key, spec in _checked(features).items():
        if isinstance(spec, FixedLenFeature):
            out[key] = convert(_fixed(found, key, spec))
        elif isinstance(spec, FixedLenSequenceFeature):
            out[key] = convert(_sequence(found, key, spec))
        else:
            dtype, _ = _kind(spec.dtype)
            values = _values(found, key, spec.dtype)
            values = _array((), dtype) if values is None else values
            places = np.arange(len(values), dtype=np.int64).reshape(-1, 1)
            out[key] = SparseTensor(places, convert(values), [len(values)])
    return out


def parse_example(
    serialized: Any, features: Mapping[str, Any], example_names: Any = None, name: str | None = None
) -> dict[str, Any]:
    """The features of a batch of serialized `Example` messages, by name.

    As `parse_single_example`, with an axis of the batch in front: `VarLenFeature` gives a
    `tf.SparseTensor` (n, most values), `FixedLenSequenceFeature` is padded to the longest row.
    """
    texts = np.asarray(convert(serialized)._value, object)
    if not texts.ndim:
        return parse_single_example(serialized, features)
    if texts.ndim != 1:
        raise _error(f"serialized is a text or a row of them, got shape {list(texts.shape)}")
    rows = [examples.read_example(text) for text in texts]
    out: dict[str, Any] = {}
    for key, spec in _checked(features).items():
        dtype, _ = _kind(spec.dtype)
        if isinstance(spec, FixedLenFeature):
            parts = [_fixed(row, key, spec) for row in rows]
            whole = np.stack(parts) if parts else np.zeros((0, *_sizes(spec.shape)), dtype.numpy)
            out[key] = convert(whole)
        elif isinstance(spec, FixedLenSequenceFeature):
            out[key] = _padded([_sequence(row, key, spec) for row in rows], spec)
        else:
            found = [_values(row, key, spec.dtype) for row in rows]
            out[key] = _sparse([_array((), dtype) if v is None else v for v in found], dtype)
    return out


def parse_single_sequence_example(
    serialized: Any,
    context_features: Mapping[str, Any] | None = None,
    sequence_features: Mapping[str, Any] | None = None,
    example_name: Any = None,
    name: str | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The context and the rows of one serialized `SequenceExample`, each as tensors by name.

    A row of `FixedLenSequenceFeature` is a tensor (rows, …shape), of `VarLenFeature` a
    `tf.SparseTensor` (rows, most values).
    """
    context, lists = examples.read_sequence_example(bytes_of(serialized, "serialized"))
    whole = examples.write_map({k: examples.write_feature(*f) for k, f in context.items()})
    first = parse_single_example(_example(whole), context_features) if context_features else {}
    second: dict[str, Any] = {}
    for key, spec in sorted((sequence_features or {}).items()):
        dtype, _ = _kind(spec.dtype)
        if key not in lists and not getattr(spec, "allow_missing", True):
            raise _error(f"Key: {key}, a list of features, is required but could not be found.")
        rows = [_values({key: f}, key, spec.dtype) for f in lists.get(key, [])]
        filled = [_array((), dtype) if row is None else row for row in rows]
        if isinstance(spec, VarLenFeature):
            second[key] = _sparse(filled, dtype)
            continue
        shape = _sizes(spec.shape)
        count = int(np.prod(shape, dtype=np.int64))
        if any(len(row) != count for row in filled):
            raise _error(f"Key: {key}.  Each row must have {count} values.")
        second[key] = convert(np.concatenate([_array((), dtype), *filled]).reshape(-1, *shape))
    return first, second


def _example(features: bytes) -> bytes:
    return wire.text(1, features)
