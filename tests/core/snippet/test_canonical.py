"""Canonical JSON and ids: one value, one sequence of bytes, one name."""

import ast
import importlib.util
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gradtape.snippet
from gradtape.snippet import MalformedJSON, canonical, parse, proves, snippet_id
from gradtape.snippet.identity import ALPHABET, full_name

HERE = Path(__file__).parent


def recorder():
    spec = importlib.util.spec_from_file_location("record", HERE / "record_twin_vectors.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_twin_vectors_are_what_this_version_makes():
    assert json.loads((HERE / "twin_vectors.json").read_text()) == recorder().vectors()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


@given(JSON)
@settings(max_examples=300, deadline=None)
def test_reading_back_and_writing_again_gives_the_same_bytes(value):
    data = canonical(value)
    assert parse(data) == value
    assert canonical(parse(data)) == data


@given(st.dictionaries(st.text(), st.integers(0, 9), min_size=2, max_size=8))
@settings(max_examples=200, deadline=None)
def test_order_of_keys_does_not_matter(value):
    turned = dict(reversed(value.items()))
    assert canonical(value) == canonical(turned)


def test_keys_sort_by_utf16_code_units_as_in_javascript():
    # U+1F600 is written with surrogates (D83D DE00), which sort before U+FB33.
    assert canonical({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": [1, 0.5]}, r"a\[1\]: got a floating-point number"),
        (2**53, "integer of 54 bits"),
        ({"a": "\ud800"}, "half of a surrogate pair"),
        ({1: 2}, "key 1 is not a string"),
        ({"a": b"x"}, "got a bytes"),
    ],
)
def test_refuses_what_two_languages_would_write_differently(value, message):
    with pytest.raises(MalformedJSON, match=message):
        canonical(value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"a": 1, "a": 1}', "stands twice"),
        (b"1.5", "got the number 1.5; allowed are integers"),
        (b"1e400", "got the number 1e400; allowed are integers"),
        (b"9007199254740992.0", "got the number 9007199254740992.0"),
        (b"NaN", "not JSON"),
        (b"9" * 5000, "5000 characters"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b"\xff", "byte 0 is not UTF-8"),
        (b"{", "line 1, column 2"),
        (b"[" * 100_000, "not JSON|nested deeper"),
    ],
)
def test_reads_strictly(data, message):
    with pytest.raises(MalformedJSON, match=message):
        parse(data)


def test_an_integer_written_with_a_point_is_that_integer_as_in_javascript():
    assert parse(b"[1.0, -0.0, 25e1, 9007199254740991.0]") == [1, 0, 250, 2**53 - 1]
    assert canonical(parse(b"[1.0, -0.0]")) == b"[1,0]"


def test_refuses_deep_nesting():
    value = []
    for _ in range(40):
        value = [value]
    with pytest.raises(MalformedJSON, match="nested deeper than 32"):
        canonical(value)


def test_an_id_is_a_prefix_of_the_name_and_proves_the_content():
    value = {"schema": 0, "code": "print(1)"}
    short, longer = snippet_id(value), snippet_id(value, 15)
    assert len(short) == 12 and longer.startswith(short) and set(longer) <= set(ALPHABET)
    assert proves(short, canonical(value)) and proves(longer, canonical(value))
    assert not proves(short, canonical({**value, "code": "print(2)"}))
    assert not proves(short[:11], canonical(value))


def test_names_of_different_hashes_differ_and_keep_their_order():
    hashes = [f"{number:064x}" for number in (0, 1, 26, 27, 2**255, 2**256 - 1)]
    names = [full_name(value) for value in hashes]
    assert len(set(names)) == len(names) and names == sorted(names)
    assert not set("aeiouyl01") & set(ALPHABET)


def test_snippets_are_built_on_nothing_else_of_the_engine():
    """The server must be able to check a manifest without what computes gradients."""
    folder = Path(gradtape.snippet.__file__).parent
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                top = name.partition(".")[0]
                assert name.startswith("gradtape.snippet") or top != "gradtape", (path.name, name)
                assert top in {*sys.stdlib_module_names, "numpy", "gradtape"}, (path.name, name)
