"""What is a manifest and what is not, and whether the messages say why."""

import copy
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradtape.snippet import (
    InvalidManifest,
    Recorded,
    canonical,
    current_pins,
    draft,
    fork,
    snippet_id,
    upgrade,
    validate,
)
from gradtape.snippet.schema import LARGEST_CODE


def manifest():
    results = [
        Recorded("dy/dx", np.float32([1.5, np.nan, -0.0])),
        Recorded("dz/dx", None),
        Recorded("big", np.arange(4000.0)),
    ]
    return draft("x = 1\n", title="One", pins=current_pins(7), results=results, output="1\n")


def problems(value):
    with pytest.raises(InvalidManifest) as caught:
        validate(value)
    return [str(problem) for problem in caught.value.problems]


def changed(path, value):
    copied = copy.deepcopy(manifest())
    place = copied
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return copied


def test_a_draft_is_valid_and_its_bytes_are_canonical():
    assert validate(manifest()) == canonical(manifest())


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["schema"], 2, "schema: got 2; must be 1"),
        (["schema"], True, "schema: got true; must be integer"),
        (["title"], "a\nb", "title: got"),
        (["title"], "x" * 121, "title: has 121 characters; at most 120 are allowed"),
        (["title"], "\ud800", "title: the character at position 0 is half of a surrogate"),
        (["code"], {}, "code: is empty"),
        (["code"], {"../main.py": ""}, 'code."../main.py": got "../main.py"; must match'),
        (["code"], {"main.py\n": ""}, "must match"),
        (["code", "main.py"], "\0", "code.main.py: got"),
        (["code", "main.py"], "é" * (LARGEST_CODE // 2 + 1), "code: got 65538 bytes"),
        (["entry"], "other.py", "entry: got 'other.py'; must be one of the files: main.py"),
        (["engine", "name"], "torch", 'engine.name: got "torch"; must be "gradtape"'),
        (["engine", "wheel_sha256"], "A" * 64, "engine.wheel_sha256: got"),
        (["engine", "more"], 1, "engine.more: is not a field; the fields are name, version"),
        (["run", "seed"], -1, "run.seed: got -1; must lie between 0 and 4294967295"),
        (["run", "dtype"], "float64", 'got "float64"; must be one of float32'),
        (["run", "device"], "tpu", "must be one of cpu, webgpu"),
        (["tolerance", "ulp"], 1.5, "tolerance.ulp: got 1.5; must be integer"),
        (["results", 0, "label"], "", "results[0].label: is empty"),
        (["results", 0, "dtype"], "bfloat16", "results[0].dtype: got"),
        (["results", 0, "shape"], [4], "results[0]: values: got 12 bytes; shape [4]"),
        (["results", 0, "values"], "AAAA", "results[0]: values: got 3 bytes"),
        (["results", 0, "values"], "AB==", "not base64 in its canonical spelling"),
        (["results", 0, "values"], "AAAAA", "results[0]: values: not base64"),
        (["results", 0, "digest"], "0" * 64, "results[0]: digest: got 000"),
        (["results", 1, "shape"], [1], "results[1]: a result of dtype none has shape []"),
        (["results", 1, "label"], "dy/dx", "the label 'dy/dx' stands twice"),
        (["results"], [0] * 257, "results: got 257 entries; at most 256"),
        (["produced"], 1, "produced: got 1; there are 3 results"),
        (["parent"], "short", "parent: got"),
    ],
)
def test_says_precisely_what_is_wrong(path, value, message):
    assert message in problems(changed(path, value))[0]


@pytest.mark.parametrize("field", list(manifest()))
def test_every_field_is_required(field):
    value = manifest()
    del value[field]
    assert problems(value) == [f"{field}: is missing; every field must be there"]


def test_lists_several_problems_but_not_thousands():
    value = manifest()
    value["title"], value["parent"] = 1, 2
    assert len(problems(value)) == 2
    value["results"] = [{}] * 256
    assert len(problems(value)) == 20


def test_a_manifest_of_more_than_256_kib_is_too_large():
    value = manifest()
    # Each of these characters is one byte of code and six of JSON.
    value["code"] = {f"f{i}.py": "\x01" * 2000 for i in range(20)}
    value["entry"] = "f0.py"
    validate(value)
    value["code"] = {"f0.py": "\x01" * 45_000}
    assert problems(value) == [
        f"manifest: got {len(canonical(value))} bytes; at most 262144 are allowed; record less"
    ]


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ANYTHING = st.recursive(
    SCALARS | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
PATHS = st.sampled_from(
    [
        *([name] for name in manifest()),
        *(["engine", name] for name in manifest()["engine"]),
        *(["runtime", name] for name in manifest()["runtime"]),
        *(["run", name] for name in manifest()["run"]),
        *(["results", index, name] for index in range(3) for name in manifest()["results"][0]),
        ["code", "main.py"],
        ["tolerance", "ulp"],
    ]
)


@given(PATHS, ANYTHING)
@settings(max_examples=1500, deadline=None)
def test_any_value_in_any_place_is_accepted_or_refused_in_words(path, value):
    candidate = changed(path, value)
    try:
        data = validate(candidate)
    except InvalidManifest as error:
        assert error.problems and all(problem.message for problem in error.problems)
        json.dumps([str(problem) for problem in error.problems]).encode("ascii")
    else:
        assert json.loads(data) == candidate


@given(ANYTHING)
@settings(max_examples=500, deadline=None)
def test_no_stray_value_is_a_manifest(value):
    with pytest.raises(InvalidManifest):
        validate(value)


def test_bare_code_of_schema_0_becomes_a_manifest_with_nothing_pinned():
    value = upgrade({"schema": 0, "code": "print(1)", "title": "T"})
    validate(value)
    assert value["title"] == "T" and value["code"] == {"main.py": "print(1)"}
    assert value["engine"]["version"] is None and value["results"] == []
    assert upgrade(value) is value


@pytest.mark.parametrize("schema", [2, -1, "1", None, True, [1], 10**30])
def test_an_unknown_schema_is_refused(schema):
    with pytest.raises(ValueError, match=r"got schema|integer of"):
        upgrade({"schema": schema})


def test_a_fork_keeps_the_code_and_names_its_parent():
    original = manifest()
    child = fork(original, snippet_id(original))
    validate(child)
    assert child["code"] == original["code"] and child["run"] == original["run"]
    assert child["parent"] == snippet_id(original)
    assert child["results"] == [] and child["engine"]["version"] is None
