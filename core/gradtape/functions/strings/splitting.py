r"""Functions that take texts apart or change parts of them: split, strip, regex_replace, n-grams.

Patterns are Python's `re`, with `\d`, `\s` and `\w` for ASCII as in TensorFlow's RE2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from gradtape.dtypes import string
from gradtape.errors import InvalidArgumentError
from gradtape.tensors.conversion import convert
from gradtape.tensors.ragged_tensor import RaggedTensor
from gradtape.tensors.tensor import EagerTensor

_BLANKS = b" \t\n\v\f\r"


def regex_replace(
    input: Any, pattern: Any, rewrite: Any, replace_global: bool = True, name: str | None = None
) -> Any:
    r"""The texts with what matches `pattern` replaced by `rewrite`: everywhere, or once.

    `\1` to `\9` in `rewrite` are the groups, `\0` the whole match. A RaggedTensor gives one.

    Raises: InvalidArgumentError for a pattern that is none.

    >>> tf.strings.regex_replace(["a1b22", ""], "[0-9]+", "-").numpy()
    array([b'a-b-', b''], dtype=object)
    """
    compiled = _pattern(pattern)
    new = _plain(rewrite).replace("\\0", "\\g<0>")
    count = 0 if replace_global else 1
    return _each(input, lambda text: _bytes(compiled.sub(new, _word(text), count=count)))


def regex_full_match(input: Any, pattern: Any, name: str | None = None) -> Any:
    """Whether the pattern matches all of each text; bool.

    Raises: InvalidArgumentError for a pattern that is none.

    >>> tf.strings.regex_full_match(["TF lib", "x"], ".*lib").numpy()
    array([ True, False])
    """
    compiled = _pattern(pattern)
    return _each(input, lambda text: compiled.fullmatch(_word(text)) is not None, bool)


def strip(input: Any, name: str | None = None) -> Any:
    """The texts without the blanks before and behind them.

    >>> tf.strings.strip([" a b ", "c"]).numpy()
    array([b'a b', b'c'], dtype=object)
    """
    return _each(input, lambda text: text.strip(_BLANKS))


def split(input: Any = None, sep: Any = None, maxsplit: int = -1, name: str | None = None) -> Any:
    """The words of each text, a RaggedTensor with one more axis; of a scalar, a tensor.

    Args: `sep`, what stands between words: by default any run of blanks, and then no word is
    empty; `maxsplit`, how often a text is split at most.

    >>> tf.strings.split(["a b", " c", ""]).to_list()
    [[b'a', b'b'], [b'c'], []]
    >>> tf.strings.split("a,,b", sep=",").numpy()
    array([b'a', b'', b'b'], dtype=object)
    """
    between = b"" if sep is None else _bytes(_plain(sep))

    def words(text: bytes) -> list[bytes]:
        return text.split(between, maxsplit) if between else text.split(None, maxsplit)

    return _rows(input, words)


def unicode_split(
    input: Any, input_encoding: str = "UTF-8", errors: str = "replace",
    replacement_char: int = 65533, name: str | None = None,
) -> Any:  # fmt: skip
    r"""The characters of each text, a RaggedTensor with one more axis; of a scalar, a tensor.

    Args: `errors`, for bytes that are no UTF-8: "replace" by `replacement_char`, "ignore" or
    "strict".

    Raises: InvalidArgumentError for another encoding, and for bad bytes where `errors` is strict.

    >>> tf.strings.unicode_split("né", "UTF-8").numpy()
    array([b'n', b'\xc3\xa9'], dtype=object)
    """
    if input_encoding.upper().replace("-", "") != "UTF8":
        raise InvalidArgumentError(
            None, None, f"gradtape splits UTF-8 alone, got input_encoding={input_encoding!r}."
        )

    def characters(text: bytes) -> list[bytes]:
        try:
            decoded = text.decode(errors=errors)
        except UnicodeDecodeError as error:
            raise InvalidArgumentError(
                None, None, "Invalid formatting on input string [Op:UnicodeDecode]"
            ) from error
        return [_bytes(c) for c in decoded.replace("\ufffd", chr(replacement_char))]

    return _rows(input, characters)


def ngrams(
    data: Any, ngram_width: Any, separator: str = " ", pad_values: Any = None,
    padding_width: int | None = None, preserve_short_sequences: bool = False,
    name: str | None = None,
) -> Any:  # fmt: skip
    """The runs of `ngram_width` words (or of several widths) of each row, joined by `separator`.

    Args: `pad_values`, what stands before and behind each row, one text or a pair;
    `padding_width` of it, by default one less than the n-gram; `preserve_short_sequences` gives a
    row that is too short as one n-gram.

    Raises: ValueError for a width below one.

    >>> tf.strings.ngrams([b"a", b"b", b"c"], 2).numpy()
    array([b'a b', b'b c'], dtype=object)
    """
    widths = [ngram_width] if isinstance(ngram_width, int) else list(ngram_width)
    if any(width < 1 for width in widths):
        raise ValueError(f"All ngram_widths must be greater than 0. Got {ngram_width}")
    pads = (pad_values, pad_values) if isinstance(pad_values, (str, bytes)) else pad_values
    joint = separator.encode()

    def of_row(row: list[bytes]) -> list[bytes]:
        found: list[bytes] = []
        for width in widths:
            more = 0 if pads is None else width - 1
            if pads is not None and padding_width is not None:
                more = min(more, padding_width)
            before, after = ([_bytes(_plain(p))] * more for p in (pads or ("", "")))
            padded = [*before, *row, *after]
            runs = [padded[i : i + width] for i in range(len(padded) - width + 1)]
            found += [joint.join(run) for run in runs]
        if not found and preserve_short_sequences and row:
            found.append(joint.join(row))
        return found

    given = data if isinstance(data, RaggedTensor) else convert(data, string)
    if isinstance(given, RaggedTensor):
        if isinstance(given.values, RaggedTensor):
            return given.with_values(
                ngrams(given.values, widths, separator, pad_values, padding_width,
                       preserve_short_sequences)
            )  # fmt: skip
        return _ragged([of_row(row) for row in given.to_list()])
    array = np.asarray(given._value)
    rows = [of_row(row) for row in array.reshape(-1, array.shape[-1]).tolist()]
    width = len(rows[0]) if rows else 0
    return convert(_texts([x for row in rows for x in row]).reshape(*array.shape[:-1], width))


def reduce_join(
    inputs: Any, axis: Any = None, keepdims: bool = False, separator: str = "",
    name: str | None = None,
) -> Any:  # fmt: skip
    """The texts along `axis` (one, several in their order, or all) joined by `separator`.

    >>> tf.strings.reduce_join([["a", "b"], ["c", "d"]], axis=1, separator="-").numpy()
    array([b'a-b', b'c-d'], dtype=object)
    """
    joint = separator.encode()
    if isinstance(inputs, RaggedTensor):
        if axis not in (1, -1) or inputs.ragged_rank != 1:
            raise NotImplementedError(
                "Of a RaggedTensor the texts of each row are joined: give it axis=-1."
            )
        joined = _texts([joint.join(row) for row in inputs.to_list()])
        return convert(joined[:, None] if keepdims else joined)
    array = np.asarray(convert(inputs, string)._value, object)
    rank = array.ndim
    axes = range(rank) if axis is None else [axis] if isinstance(axis, int) else list(axis)
    axes = [a % rank for a in axes]
    kept = [a for a in range(rank) if a not in axes]
    sizes = [array.shape[a] for a in kept]
    rows = np.transpose(array, [*kept, *axes]).reshape(int(np.prod(sizes)), -1)
    out = _texts([joint.join(row) for row in rows.tolist()])
    shape = [1 if a in axes else n for a, n in enumerate(array.shape)] if keepdims else sizes
    return convert(out.reshape(shape))


def substr(
    input: Any, pos: Any, len: Any, unit: str = "BYTE", name: str | None = None
) -> EagerTensor:
    """`len` bytes (or with unit="UTF8_CHAR" characters) of each text, from `pos` on.

    A negative `pos` counts from the end, and a negative `len` goes up to it. Both are numbers or
    tensors that broadcast.

    Raises: InvalidArgumentError for a position beyond the end of a text, and another unit.

    >>> tf.strings.substr(["hello", "world"], 1, 3).numpy()
    array([b'ell', b'orl'], dtype=object)
    """
    if unit not in ("BYTE", "UTF8_CHAR"):
        raise InvalidArgumentError(
            None, None,
            f"Value for attr 'unit' of {unit!r} is not in the list of allowed values: 'BYTE', "
            "'UTF8_CHAR' [Op:Substr]",
        )  # fmt: skip
    given = [np.asarray(convert(x)._value) for x in (pos, len)]
    texts, places, sizes = np.broadcast_arrays(np.asarray(convert(input, string)._value), *given)
    found: list[bytes] = []
    for text, at, size in zip(texts.flat, places.flat, sizes.flat, strict=True):
        whole: Any = _word(text) if unit == "UTF8_CHAR" else text
        count = whole.__len__()
        if not -count <= at <= count:
            raise InvalidArgumentError(
                None, None, f"pos {at} out of range for string {text!r} at index {found.__len__()}"
            )
        start = at + count if at < 0 else at
        part = whole[start : start + size if size >= 0 else count]
        found.append(_bytes(part) if isinstance(part, str) else part)
    return convert(_texts(found).reshape(texts.shape))


def _pattern(pattern: Any) -> re.Pattern[str]:
    try:
        return re.compile(_plain(pattern), re.ASCII)
    except re.error as error:
        raise InvalidArgumentError(
            None, None, f"Invalid pattern: {_plain(pattern)!r}, error: {error}"
        ) from error


def _plain(value: Any) -> str:
    """A text that was given as Python's, as bytes or as a tensor."""
    if not isinstance(value, (str, bytes)):
        value = convert(value, string).numpy()
    return value if isinstance(value, str) else _word(value)


def _word(text: bytes) -> str:
    """Bytes as text; what is no UTF-8 comes back as it was."""
    return text.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _each(value: Any, change: Callable[[bytes], Any], kind: Any = object) -> Any:
    """`change` of each text of a tensor of any shape."""
    if isinstance(value, RaggedTensor):
        return value.with_flat_values(_each(value.flat_values, change, kind))
    array = np.asarray(convert(value, string)._value, object)
    out = np.empty(array.size, kind)
    out[:] = [change(text) for text in array.reshape(-1).tolist()]
    return convert(out.reshape(array.shape))


def _rows(value: Any, parts: Callable[[bytes], list[bytes]]) -> Any:
    """The parts of each text, as rows."""
    if isinstance(value, RaggedTensor):
        return value.with_values(_rows(value.values, parts))
    given = convert(value, string)
    array = np.asarray(given._value, object)
    if not array.ndim:
        return convert(_texts(parts(array.item())))
    rows: Any = _ragged([parts(text) for text in array.reshape(-1).tolist()])
    for size in reversed(array.shape[1:]):
        rows = RaggedTensor(rows, np.arange(0, len(rows) + 1, size) if size else [0])
    return rows


def _ragged(rows: list[list[bytes]]) -> RaggedTensor:
    splits = np.cumsum([0, *(len(row) for row in rows)])
    return RaggedTensor(convert(_texts([x for row in rows for x in row])), splits)


def _texts(values: Iterable[bytes]) -> Any:
    """An array of texts, which NumPy would else make of one length."""
    listed = list(values)
    out = np.empty(len(listed), object)
    out[:] = listed
    return out
