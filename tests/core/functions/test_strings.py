"""tf.strings beside TensorFlow: scripts, formats, numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradtape as tf

InvalidArgumentError = tf.errors.InvalidArgumentError


def test_only_ascii_letters_change_unless_utf_8_is_named() -> None:
    assert tf.strings.upper("aé").numpy() == "Aé".encode()
    assert tf.strings.lower("AÉ").numpy() == "aÉ".encode()
    assert tf.strings.upper("aé", encoding="utf-8").numpy() == "AÉ".encode()
    assert tf.strings.lower("AÉ", encoding="utf-8").numpy() == "aé".encode()
    assert tf.strings.upper(b"\xff a").numpy() == b"\xff A"
    assert tf.strings.upper(b"\xff a", encoding="utf-8").numpy() == "\ufffd A".encode()
    for call in (tf.strings.upper, tf.strings.lower):
        with pytest.raises(InvalidArgumentError, match="only utf-8"):
            call("a", encoding="latin-1")


@pytest.mark.parametrize(
    ("value", "how", "text"),
    [
        (1 + 2j, {}, "(1.000000,2.000000)"),
        (1.5 + 2.25j, {"precision": 2}, "(1.50,2.25)"),
        (1 + 2j, {"scientific": True}, "(1.000000e+00,2.000000e+00)"),
        (1 + 2j, {"shortest": True}, "(1,2)"),
        (1.5, {"width": 10}, "  1.500000"),
        (1.5, {"width": 10, "fill": "0"}, "001.500000"),
        (1, {"width": 4, "fill": "-"}, "1   "),
        (1, {"width": 4, "fill": "0"}, "0001"),
        (1, {"fill": "0"}, "1"),
        (np.float16(1.5), {}, "1.500000"),
        (1e20, {"shortest": True}, "1e+20"),
        (np.inf, {}, "inf"),
        (2**64 - 1, {}, "18446744073709551615"),
        (True, {}, "true"),
        ("a", {}, "a"),
    ],
)
def test_numbers_as_text(value: Any, how: dict[str, Any], text: str) -> None:
    x = tf.constant(value, tf.uint64 if type(value) is int else None)
    assert tf.strings.as_string(x, **how).numpy() == text.encode()


@pytest.mark.parametrize(
    ("value", "how"),
    [
        (1, {"precision": 2}), (1, {"scientific": True}), (True, {"shortest": True}),
        (1.0, {"scientific": True, "shortest": True}), (1, {"width": 4, "fill": "x"}),
    ],
)  # fmt: skip
def test_formats_that_there_are_not(value: Any, how: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgumentError, match=r"Op:AsString|Cannot select"):
        tf.strings.as_string([value], **how)


def test_text_as_numbers() -> None:
    texts = [" 1 ", "1e3", "0x10", "-0X1f", "inf", "-INF", "+1", ".5", "1."]
    numbers = [1, 1000, 16, -31, np.inf, -np.inf, 1, 0.5, 1]
    assert tf.strings.to_number(texts).numpy().tolist() == numbers
    assert np.isnan(tf.strings.to_number("nan"))
    assert tf.strings.to_number([" 10 ", "-7"], tf.int32).numpy().tolist() == [10, -7]


@pytest.mark.parametrize("text", ["1_0", "1 0", "", "١", "1f", "0x", "one"])
@pytest.mark.parametrize("dtype", ["float32", "int32"])
def test_text_that_is_no_number(text: str, dtype: str) -> None:
    with pytest.raises(InvalidArgumentError, match="could not correctly convert"):
        tf.strings.to_number(text, dtype)


def test_numbers_that_do_not_fit() -> None:
    for text, dtype in (("2147483648", "int32"), ("-5", "uint32"), ("1.5", "int64")):
        with pytest.raises(InvalidArgumentError, match="could not correctly convert"):
            tf.strings.to_number(text, dtype)
    for dtype in ("uint8", "float16", "bool", "string"):
        with pytest.raises(InvalidArgumentError, match="out_type"):
            tf.strings.to_number("5", dtype)


ROWS = tf.ragged.constant([["a b", "c"], [], ["d e f"]])
BLANKS = tf.constant([["  Hello, wörld!  a", "b"], ["", "1 2\t3\n"]])


def test_texts_are_split_into_words_and_characters() -> None:
    split, characters = tf.strings.split, tf.strings.unicode_split
    words = [[["Hello,", "wörld!", "a"], ["b"]], [[], ["1", "2", "3"]]]
    assert split(BLANKS).to_list() == [[[w.encode() for w in x] for x in y] for y in words]
    assert split(ROWS).to_list() == [[[b"a", b"b"], [b"c"]], [], [[b"d", b"e", b"f"]]]
    assert split("a b c", maxsplit=1).numpy().tolist() == [b"a", b"b c"]
    assert split(" a b ", sep=" ").numpy().tolist() == [b"", b"a", b"b", b""]
    assert split("", sep=",").numpy().tolist() == [b""]
    assert split("").numpy().tolist() == []
    assert characters(["né", ""]).to_list() == [[b"n", "é".encode()], []]
    assert characters(b"n\xff").numpy().tolist() == [b"n", "\ufffd".encode()]
    assert characters(b"n\xff", errors="ignore").numpy().tolist() == [b"n"]
    with pytest.raises(InvalidArgumentError, match="Invalid formatting"):
        characters(b"n\xff", errors="strict")
    with pytest.raises(InvalidArgumentError, match="UTF-8 alone"):
        characters("a", "UTF-16-BE")


def test_parts_of_texts_are_replaced_and_found() -> None:
    replace = tf.strings.regex_replace
    assert replace(BLANKS[1], "[^a-z ]", r"<\0>").numpy().tolist() == [b"", b"<1> <2><\t><3><\n>"]
    assert replace("hello lol", "(l)(o)?", r"\2\1", replace_global=False).numpy() == b"hello lol"
    assert replace("lol", "(l)(o)?", r"\2\1").numpy() == b"oll"
    assert replace(ROWS, r"\s", "").to_list() == [[b"ab", b"c"], [], [b"def"]]
    assert replace(b"\xffa", "a", "b").numpy() == b"\xffb"
    assert tf.strings.regex_full_match(ROWS, "c").to_list() == [[False, True], [], [False]]
    assert tf.strings.strip(BLANKS).numpy()[0, 0] == "Hello, wörld!  a".encode()
    with pytest.raises(InvalidArgumentError, match="Invalid pattern"):
        replace("a", "(", "")


def test_runs_of_words() -> None:
    ngrams = tf.strings.ngrams
    assert ngrams([["a", "b", "c"]], [1, 3], "-").numpy().tolist() == [[b"a", b"b", b"c", b"a-b-c"]]
    assert ngrams(tf.strings.split(["a b", ""]), (1, 2)).to_list() == [[b"a", b"b", b"a b"], []]
    padded = ngrams(["a", "b"], 3, pad_values=("L", "R"), padding_width=1)
    assert padded.numpy().tolist() == [b"L a b", b"a b R"]
    assert ngrams(["a", "b"], 3).numpy().tolist() == []
    assert ngrams(["a", "b"], 3, preserve_short_sequences=True).numpy().tolist() == [b"a b"]
    assert ngrams(tf.strings.split([["a b"], ["c"]]), 2).to_list() == [[[b"a b"]], [[]]]
    with pytest.raises(ValueError, match="greater than 0"):
        ngrams(["a"], 0)


def test_texts_are_joined_along_axes() -> None:
    join, letters = tf.strings.reduce_join, tf.constant([["a", "b"], ["c", "d"]])
    assert join(letters).numpy() == b"abcd"
    assert join(letters, 0, separator="|").numpy().tolist() == [b"a|c", b"b|d"]
    assert join(letters, [1, 0]).numpy() == b"acbd"
    assert join(letters, -1, keepdims=True).numpy().tolist() == [[b"ab"], [b"cd"]]
    assert join(ROWS, -1, separator="+").numpy().tolist() == [b"a b+c", b"", b"d e f"]
    with pytest.raises(NotImplementedError, match="axis=-1"):
        join(ROWS, 0)


def test_parts_of_texts_by_place() -> None:
    part = tf.strings.substr
    found = part(["hello", "wörld"], [1, -4], [10, 2], unit="UTF8_CHAR").numpy().tolist()
    assert found == [b"ello", "ör".encode()]
    assert [part("abc", 3, 1).numpy(), part("abc", 0, -1).numpy()] == [b"", b"abc"]
    with pytest.raises(InvalidArgumentError, match="pos 4 out of range"):
        part("abc", 4, 1)
    with pytest.raises(InvalidArgumentError, match="UTF8_CHAR"):
        part("abc", 0, 1, unit="WORD")


def test_texts_in_a_compiled_function_are_those_of_each_call() -> None:
    calls = tf.function(lambda texts: tf.strings.strip(texts))
    assert [calls(tf.constant([t])).numpy()[0] for t in (" a", "b ")] == [b"a", b"b"]
