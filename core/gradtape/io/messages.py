"""`tf.train.Example` and its parts: messages that hold named lists of bytes, floats or integers.

Equal messages give equal bytes here (features are written sorted); TensorFlow reads them, and its
own are read.
"""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeVar

import numpy as np

from gradtape.formats import examples, wire

M = TypeVar("M", bound="Message")


class Message:
    """What all messages have: bytes, copies, comparison, text."""

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:  # noqa: N802
        """The message as bytes."""
        raise NotImplementedError

    def _take(self, data: bytes) -> None:
        raise NotImplementedError

    def _lines(self) -> list[str]:
        raise NotImplementedError

    def ParseFromString(self, serialized: bytes) -> int:  # noqa: N802
        """Become the message of these bytes; give their number. Raises: DataLossError."""
        self.Clear()
        self._take(bytes(serialized))
        return len(serialized)

    @classmethod
    def FromString(cls: type[M], s: bytes) -> M:  # noqa: N802
        """The message of these bytes. Raises: DataLossError for what is none."""
        made = cls()
        made.ParseFromString(s)
        return made

    def CopyFrom(self, other_msg: Any) -> None:  # noqa: N802
        """Become equal to another message."""
        self.ParseFromString(other_msg.SerializeToString())

    def Clear(self) -> None:  # noqa: N802
        """Become empty."""
        type(self).__init__(self)

    def ByteSize(self) -> int:  # noqa: N802
        """The number of bytes."""
        return len(self.SerializeToString())

    def __eq__(self, other: object) -> bool:
        return (
            type(other) is type(self)
            and isinstance(other, Message)
            and other.SerializeToString() == self.SerializeToString()
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "".join(f"{line}\n" for line in self._lines())


class _Values(Message):
    """A list of values of one type."""

    kind: ClassVar[str]

    def __init__(self, value: Iterable[Any] = ()) -> None:
        self.value: list[Any] = _Checked(self._check)
        self.value.extend(value)

    @staticmethod
    def _check(value: Any) -> Any:
        raise NotImplementedError

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:  # noqa: N802
        """The list as bytes."""
        whole = examples.write_feature(self.kind, self.value)
        return next(part for _, part in wire.fields(whole) if isinstance(part, bytes))

    def _take(self, data: bytes) -> None:
        _, values = examples.read_feature(wire.text(examples.FIELDS[self.kind], data))
        self.value.extend(values.tolist() if isinstance(values, np.ndarray) else values)

    def _lines(self) -> list[str]:
        return [f"value: {_text(value)}" for value in self.value]


class _Checked(list[Any]):
    """A list that looks at what comes in."""

    def __init__(self, check: Any) -> None:
        super().__init__()
        self._check = check

    def append(self, value: Any) -> None:
        """Put one value at the end."""
        super().append(self._check(value))

    def extend(self, values: Iterable[Any]) -> None:
        """Put values at the end."""
        flat = values.reshape(-1).tolist() if isinstance(values, np.ndarray) else values
        super().extend([self._check(value) for value in flat])


class BytesList(_Values):
    """A list of bytes: `BytesList(value=[b"a"])`."""

    kind = "bytes_list"

    @staticmethod
    def _check(value: Any) -> bytes:
        if not isinstance(value, bytes):
            raise TypeError(
                f"{value!r} has type {type(value).__name__}, but expected one of: bytes. Use "
                "text.encode(), tensor.numpy() or tf.io.serialize_tensor(tensor).numpy()."
            )
        return value


class FloatList(_Values):
    """A list of float32 numbers: `FloatList(value=[1.0])`."""

    kind = "float_list"

    @staticmethod
    def _check(value: Any) -> float:
        if isinstance(value, (bytes, str)) or not isinstance(value, numbers.Real | np.generic):
            raise TypeError(
                f"{value!r} has type {type(value).__name__}, but expected one of: float"
            )
        return float(np.float32(value))


class Int64List(_Values):
    """A list of int64 numbers: `Int64List(value=[1])`."""

    kind = "int64_list"

    @staticmethod
    def _check(value: Any) -> int:
        if not isinstance(value, numbers.Integral | np.bool_):
            raise TypeError(f"{value!r} has type {type(value).__name__}, but expected one of: int")
        number = int(value)
        if not -(2**63) <= number < 2**63:
            raise ValueError(f"Value out of range: {number}")
        return number


def _text(value: Any) -> str:
    if not isinstance(value, bytes):
        return f"{value:g}" if isinstance(value, float) else str(value)
    shown = "".join(
        f"\\{chr(b)}" if b in b'"\\' else chr(b) if 32 <= b < 127 else _OCTAL.get(b, f"\\{b:03o}")
        for b in value
    )
    return f'"{shown}"'


_OCTAL = {10: "\\n", 13: "\\r", 9: "\\t", 39: "\\'"}


def _block(name: str, lines: list[str]) -> list[str]:
    return [f"{name} {{", *(f"  {line}" for line in lines), "}"]


class Feature(Message):
    """One of the three lists: `Feature(int64_list=Int64List(value=[1]))`."""

    def __init__(
        self,
        bytes_list: BytesList | None = None,
        float_list: FloatList | None = None,
        int64_list: Int64List | None = None,
    ) -> None:
        given = {"bytes_list": bytes_list, "float_list": float_list, "int64_list": int64_list}
        chosen = [kind for kind, values in given.items() if values is not None]
        if len(chosen) > 1:
            raise ValueError(f"a Feature holds one list, got {chosen}")
        self._kind = chosen[0] if chosen else ""
        self.bytes_list = bytes_list if bytes_list is not None else BytesList()
        self.float_list = float_list if float_list is not None else FloatList()
        self.int64_list = int64_list if int64_list is not None else Int64List()

    def WhichOneof(self, oneof_group: str = "kind") -> str | None:  # noqa: N802
        """Which list it holds; None for none."""
        filled = [kind for kind in examples.FIELDS if getattr(self, kind).value]
        return (filled[-1] if filled else self._kind) or None

    def HasField(self, field_name: str) -> bool:  # noqa: N802
        """Whether it holds this list."""
        return self.WhichOneof() == field_name

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:  # noqa: N802
        """The feature as bytes."""
        kind = self.WhichOneof() or ""
        return examples.write_feature(kind, getattr(self, kind).value if kind else ())

    def _take(self, data: bytes) -> None:
        self._kind, values = examples.read_feature(data)
        if self._kind:
            plain = values.tolist() if isinstance(values, np.ndarray) else values
            getattr(self, self._kind).value.extend(plain)

    def _lines(self) -> list[str]:
        kind = self.WhichOneof()
        return _block(kind, getattr(self, kind)._lines()) if kind else []


class _Map(dict[str, Any]):
    """A map whose entries are there when they are asked for."""

    def __init__(self, make: type[Message], given: Mapping[str, Any]) -> None:
        super().__init__()
        self._make = make
        for key, value in given.items():
            if not isinstance(value, make):
                raise TypeError(f"{key!r} must be a {make.__name__}, got {value!r}")
            self[key] = value

    def __missing__(self, key: str) -> Any:
        self[key] = made = self._make()
        return made

    def parts(self) -> dict[str, bytes]:
        """The entries as bytes."""
        return {key: value.SerializeToString() for key, value in self.items()}

    def lines(self, name: str) -> list[str]:
        """The entries as text."""
        found = []
        for key in sorted(self):
            inner = [f"key: {_text(key.encode())}", *_block("value", self[key]._lines())]
            found += _block(name, inner)
        return found


class Features(Message):
    """Features by name: `Features(feature={"a": Feature(...)})`."""

    def __init__(self, feature: Mapping[str, Feature] | None = None) -> None:
        self.feature = _Map(Feature, feature or {})

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:  # noqa: N802
        """The features as bytes."""
        return examples.write_map(self.feature.parts())

    def _take(self, data: bytes) -> None:
        for key, (kind, values) in examples.read_features(data).items():
            self.feature[key].ParseFromString(examples.write_feature(kind, values))

    def _lines(self) -> list[str]:
        return self.feature.lines("feature")


class Example(Message):
    """A message of named features, what records usually hold.

    >>> import gradtape as tf
    >>> ages = tf.train.Feature(int64_list=tf.train.Int64List(value=[29]))
    >>> example = tf.train.Example(features=tf.train.Features(feature={"age": ages}))
    >>> tf.train.Example.FromString(example.SerializeToString()) == example
    True
    >>> example.features.feature["age"].int64_list.value
    [29]
    """

    def __init__(self, features: Features | None = None) -> None:
        self.features = Features() if features is None else features

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:  # noqa: N802
        """The example as bytes."""
        inner = self.features.SerializeToString()
        return wire.text(1, inner) if inner else b""

    def _take(self, data: bytes) -> None:
        for field, part in wire.fields(data):
            if field == 1 and isinstance(part, bytes):
                self.features._take(part)

    def _lines(self) -> list[str]:
        return _block("features", self.features._lines())


class FeatureList(Message):
    """A row of features: `FeatureList(feature=[Feature(...), ...])`."""

    def __init__(self, feature: Iterable[Feature] = ()) -> None:
        self.feature = list(feature)

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:  # noqa: N802
        """The row as bytes."""
        return b"".join(wire.text(1, one.SerializeToString()) for one in self.feature)

    def _take(self, data: bytes) -> None:
        for field, part in wire.fields(data):
            if field == 1 and isinstance(part, bytes):
                self.feature.append(Feature.FromString(part))

    def _lines(self) -> list[str]:
        return [line for one in self.feature for line in _block("feature", one._lines())]


class FeatureLists(Message):
    """Rows of features by name."""

    def __init__(self, feature_list: Mapping[str, FeatureList] | None = None) -> None:
        self.feature_list = _Map(FeatureList, feature_list or {})

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:  # noqa: N802
        """The rows as bytes."""
        return examples.write_map(self.feature_list.parts())

    def _take(self, data: bytes) -> None:
        _, rows = examples.read_sequence_example(wire.text(2, data))
        for key, features in rows.items():
            for kind, values in features:
                made = Feature.FromString(examples.write_feature(kind, values))
                self.feature_list[key].feature.append(made)

    def _lines(self) -> list[str]:
        return self.feature_list.lines("feature_list")


class SequenceExample(Message):
    """Features of the whole (`context`), and rows of features (`feature_lists`)."""

    def __init__(
        self, context: Features | None = None, feature_lists: FeatureLists | None = None
    ) -> None:
        self.context = Features() if context is None else context
        self.feature_lists = FeatureLists() if feature_lists is None else feature_lists

    def SerializeToString(self, deterministic: bool | None = None) -> bytes:  # noqa: N802
        """The message as bytes."""
        parts = self.context.SerializeToString(), self.feature_lists.SerializeToString()
        return b"".join(wire.text(k, part) for k, part in enumerate(parts, 1) if part)

    def _take(self, data: bytes) -> None:
        for field, part in wire.fields(data):
            if field == 1 and isinstance(part, bytes):
                self.context._take(part)
            elif field == 2 and isinstance(part, bytes):
                self.feature_lists._take(part)

    def _lines(self) -> list[str]:
        return [
            *_block("context", self.context._lines()),
            *_block("feature_lists", self.feature_lists._lines()),
        ]
