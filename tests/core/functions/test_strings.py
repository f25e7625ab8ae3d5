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
