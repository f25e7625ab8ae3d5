"""`tf.io`: tensors as bytes and back: messages, raw numbers, base64, comma-separated lines."""

from __future__ import annotations

import base64
import csv
from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import ALL, DType, as_dtype
from gradtape.errors import InvalidArgumentError, UnimplementedError
from gradtape.formats import wire
from gradtape.formats.examples import packed_integers
from gradtape.io.files import bytes_of
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor, wrap

_BY_CODE = {dtype.code: dtype for dtype in ALL}
_CONTENT, _STRINGS = 4, 8


def serialize_tensor(tensor: Any, name: str | None = None) -> EagerTensor:
    """A tensor as a `TensorProto` message, a scalar of tf.string, as TensorFlow writes it.

    >>> tf.io.parse_tensor(tf.io.serialize_tensor([1.0, 2.0]), tf.float32).numpy()
    array([1., 2.], dtype=float32)
    """
    x = convert_operand(tensor)
    array = np.asarray(x._value)
    sizes = b"".join(wire.text(2, wire.number(1, n) if n else b"") for n in array.shape)
    parts = wire.number(1, x.dtype.code) + wire.text(2, sizes)
    if x.dtype.name == "string":
        parts += b"".join(wire.text(_STRINGS, text) for text in array.reshape(-1))
    elif array.size:
        parts += wire.text(_CONTENT, array.astype(array.dtype.newbyteorder("<")).tobytes())
    return convert(parts)


def parse_tensor(serialized: Any, out_type: Any, name: str | None = None) -> EagerTensor:
    """The tensor of a `TensorProto` message.

    Raises: InvalidArgumentError for another dtype, or for what is no such message.
    """
    wanted = as_dtype(out_type)
    try:
        dtype, shape, found = _proto(bytes_of(serialized, "serialized"))
    except (ValueError, TypeError, AssertionError, KeyError) as error:
        raise InvalidArgumentError(
            None, None, f"Could not parse `serialized` as TensorProto: {error!r} [Op:ParseTensor]"
        ) from error
    if dtype is not wanted:
        raise InvalidArgumentError(
            None,
            None,
            f"Type mismatch between parsed tensor ({dtype.word}) and dtype ({wanted.word}) "
            "[Op:ParseTensor]",
        )
    return convert(_filled(found, shape, dtype))


def _proto(data: bytes) -> tuple[DType, tuple[int, ...], Any]:
    dtype, shape, values = _BY_CODE[1], [], []
    content: bytes | None = None
    for field, part in wire.fields(data):
        if field == 1:
            dtype = _BY_CODE[int(part)]
        elif field == 2 and isinstance(part, bytes):
            dims = [d for n, d in wire.fields(part) if n == 2 and isinstance(d, bytes)]
            shape = [wire.signed(int(dict(wire.fields(d)).get(1, 0))) for d in dims]
        elif field == _CONTENT and isinstance(part, bytes):
            content = part
        elif field >= 5:
            values.append((field, part))
    if content is not None:
        return dtype, tuple(shape), np.frombuffer(content, dtype.numpy.newbyteorder("<"))
    return dtype, tuple(shape), _typed(values, dtype)


def _typed(parts: list[Any], dtype: DType) -> Any:
    """The values of the fields for one type each, in which small tensors may lie."""
    if dtype.name == "string":
        return [part for field, part in parts if field == _STRINGS]
    out: list[Any] = []
    for field, part in parts:
        if field in (5, 9):
            out.append(_numbers(part, "<f4"))
        elif field in (6, 12):
            out.append(_numbers(part, "<f8"))
        elif isinstance(part, bytes):
            out.append(packed_integers(part))
        else:
            out.append(np.array([wire.signed(part)]))
    whole = np.concatenate(out) if out else np.zeros(0)
    if dtype.is_complex:
        whole = whole[::2] + 1j * whole[1::2]
    if dtype.name == "float16":
        return whole.astype(np.uint16).view(np.float16)
    return whole.astype(dtype.numpy)


def _numbers(part: Any, kind: str) -> Any:
    data = part if isinstance(part, bytes) else int(part).to_bytes(int(kind[-1]), "little")
    return np.frombuffer(data, kind)


def _filled(values: Any, shape: tuple[int, ...], dtype: DType) -> Any:
    """Values in a shape; the last one stands for all that are left out."""
    count = int(np.prod(shape, dtype=np.int64))
    if dtype.name == "string":
        flat = np.empty(len(values), object)
        flat[:] = values
        values = flat
    if len(values) > count or (count and not len(values) and dtype.name == "string"):
        raise InvalidArgumentError(
            None, None, f"{len(values)} values do not fill a shape of {list(shape)}"
        )
    last = values[-1:] if len(values) else np.zeros(1, dtype.numpy)
    rest = np.repeat(last, count - len(values))
    return np.concatenate([np.asarray(values), rest]).astype(dtype.numpy).reshape(shape)


def decode_raw(
    input_bytes: Any,
    out_type: Any,
    little_endian: bool = True,
    fixed_length: int | None = None,
    name: str | None = None,
) -> EagerTensor:
    r"""The bytes of each text read as numbers, along a new last axis.

    `fixed_length` cuts each text, or fills it with zeros, to so many bytes.

    Raises: InvalidArgumentError where texts have different lengths, or no whole numbers.

    >>> tf.io.decode_raw(b"\x01\x00\x02\x00", tf.uint16).numpy()
    array([1, 2], dtype=uint16)
    """
    dtype = as_dtype(out_type).numpy
    texts = np.asarray(convert(input_bytes)._value, object)
    flat = texts.reshape(-1)
    if fixed_length is not None:
        size = int(fixed_length)
        if size <= 0 or size % dtype.itemsize:
            raise InvalidArgumentError(
                None,
                None,
                f"fixed_length ({size}) must be positive and a multiple of {dtype.itemsize}, the "
                f"size of {dtype.name}",
            )
        flat = np.array([text[:size].ljust(size, b"\0") for text in flat] or [b""], object)
    lengths = {len(text) for text in flat}
    if len(lengths) > 1:
        raise InvalidArgumentError(
            None,
            None,
            f"DecodeRaw requires input strings to all be the same size, got {sorted(lengths)}; "
            "give fixed_length=.",
        )
    length = lengths.pop() if lengths else 0
    if length % dtype.itemsize:
        raise InvalidArgumentError(
            None,
            None,
            f"Input to DecodeRaw has length {length} that is not a multiple of "
            f"{dtype.itemsize}, the size of {dtype.name}",
        )
    stored = dtype.newbyteorder("<") if little_endian else dtype.newbyteorder(">")
    whole = np.frombuffer(b"".join(flat.tolist()), stored).astype(dtype)
    return wrap(whole.reshape(*texts.shape, length // dtype.itemsize))


def encode_base64(input: Any, pad: bool = False, name: str | None = None) -> EagerTensor:
    """Each text in base64 with the letters that addresses may have; `pad` fills up with `=`."""

    def encoded(text: bytes) -> bytes:
        found = base64.urlsafe_b64encode(text)
        return found if pad else found.rstrip(b"=")

    return _mapped(encoded, input)


def decode_base64(input: Any, name: str | None = None) -> EagerTensor:
    """The texts that `encode_base64` gave. Raises: InvalidArgumentError for other ones."""

    def decoded(text: bytes) -> bytes:
        try:
            whole = text.rstrip(b"=")
            return base64.b64decode(whole + b"=" * (-len(whole) % 4), b"-_", validate=True)
        except ValueError:
            raise InvalidArgumentError(
                None, None, "Invalid character found in base64. [Op:DecodeBase64]"
            ) from None

    return _mapped(decoded, input)


def _mapped(f: Any, input: Any) -> EagerTensor:
    texts = np.asarray(convert(input)._value, object)
    out = np.empty(texts.shape, object)
    for at in np.ndindex(texts.shape):
        out[at] = f(texts[at])
    return convert(out)


def decode_csv(
    records: Any,
    record_defaults: Any,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    select_cols: Any = None,
    name: str | None = None,
) -> list[EagerTensor]:
    """The columns of comma-separated lines, each with the dtype of its default.

    An empty field (or `na_value`) is the default; where that has no value it is an error.

    Raises: InvalidArgumentError for another number of fields, or one that is no number.

    >>> [column.numpy() for column in tf.io.decode_csv(["1,2.5", "3,"], [[0], [9.0]])]
    [array([1, 3], dtype=int32), array([2.5, 9. ], dtype=float32)]
    """
    lines = np.asarray(convert(records)._value, object)
    defaults = [convert_operand(default) for default in record_defaults]
    for default in defaults:
        if default.dtype.name not in ("float32", "float64", "int32", "int64", "string"):
            raise UnimplementedError(
                None, None, f"decode_csv gives no column of {default.dtype.name}; use tf.cast."
            )
    rows: list[list[str]] = []
    for line in lines.reshape(-1):
        text = line.decode("utf-8", "surrogateescape")
        row: list[str] = next(_reader(text, field_delim, use_quote_delim), [])
        row = [row[k] for k in select_cols] if select_cols is not None else row
        if len(row) != len(defaults):
            raise InvalidArgumentError(
                None,
                None,
                f"Expect {len(defaults)} fields but have {len(row)} in record {len(rows)} "
                "[Op:DecodeCSV]",
            )
        rows.append(row)
    return [
        _column([row[k] for row in rows], default, lines.shape, na_value, k)
        for k, default in enumerate(defaults)
    ]


def _reader(text: str, delimiter: str, quotes: bool) -> Any:
    if quotes:
        return csv.reader([text], delimiter=delimiter)
    return csv.reader([text], delimiter=delimiter, quoting=csv.QUOTE_NONE)


def _column(fields: list[str], default: Any, shape: Any, missing: str, k: int) -> EagerTensor:
    known = np.asarray(default._value).reshape(-1)
    out = np.empty(len(fields), default.dtype.numpy)
    for row, field in enumerate(fields):
        if field in ("", missing):
            if not known.size:
                raise InvalidArgumentError(
                    None, None, f"Field {k} is required but missing in record {row}! [Op:DecodeCSV]"
                )
            out[row] = known[0]
        elif default.dtype.name == "string":
            out[row] = field.encode("utf-8", "surrogateescape")
        else:
            try:
                out[row] = int(field) if default.dtype.is_integer else float(field)
            except (ValueError, OverflowError):
                raise InvalidArgumentError(
                    None,
                    None,
                    f"Field {k} in record {row} is not a valid {default.dtype.name}: {field} "
                    "[Op:DecodeCSV]",
                ) from None
    return convert(out.reshape(shape))
