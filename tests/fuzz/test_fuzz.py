"""The fuzzer covers every public function, finds a planted fault and shrinks it; no TensorFlow."""

import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest

import gradtape as tf
from tests.fuzz import hunting, report
from tests.fuzz.call import Call, Input
from tests.fuzz.comparing import Comparison, ours
from tests.fuzz.comparison import WHATS, Difference, differences
from tests.fuzz.declared import LIST, Declared, declared
from tests.fuzz.outcome import evaluated, packed, unpacked
from tests.fuzz.peer import Peer
from tests.fuzz.templates import NOT_CALLED, TEMPLATES

NAMESPACES = ("", "bitwise", "image", "linalg", "math", "nn", "random", "strings")


def found(name: str) -> object:
    """What stands under a dotted name."""
    item: object = tf
    for part in name.split("."):
        item = getattr(item, part)
    return item


CLASSES = ("keras.activations", "keras.layers", "keras.losses", "keras.metrics", "keras.optimizers")


def public() -> Iterator[str]:
    """Every public function of the namespaces that hold functions of tensors."""
    for namespace in NAMESPACES:
        home = getattr(tf, namespace) if namespace else tf
        for name in getattr(home, "__all__", None) or dir(home):
            item = getattr(home, name)
            if callable(item) and not isinstance(item, type):
                yield f"{namespace}.{name}".lstrip(".")
    for namespace in CLASSES:
        home = found(namespace)
        for name in dir(home):
            item = getattr(home, name)
            if callable(item) and item.__module__.startswith("gradtape.keras"):
                if not name.startswith("_") and name != "Registry":
                    yield f"{namespace}.{name}"


def test_every_public_function_is_drawn_or_says_why_not() -> None:
    covered = {id(found(name)) for name in (*TEMPLATES, *NOT_CALLED)}
    assert [name for name in public() if id(found(name)) not in covered] == []


def test_no_template_is_of_a_function_that_is_left_out() -> None:
    assert {id(found(n)) for n in TEMPLATES} & {id(found(n)) for n in NOT_CALLED} == set()


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_most_calls_that_are_drawn_are_answered(name: str) -> None:
    """A template whose calls are all refused would compare nothing."""
    results: list[str] = []
    for start in range(8):
        hunting.drawn(
            name,
            start,
            lambda call: results.append("error" if "error" in ours(call)["value"] else "answer"),
            count=6,
        )
        if results.count("answer") >= 3:
            return
    pytest.fail(f"{results.count('answer')} of {len(results)} calls are answered")


def planted(wrong: object) -> hunting.Compare:
    """Compares gradtape with itself, its outcome spoilt by a function."""

    def compare(call: Call) -> tuple[list[Difference], int]:
        return differences(ours(call), wrong(call, ours(call))), 0  # type: ignore[operator]

    return compare


def spoilt(call: Call, outcome: dict) -> dict:  # type: ignore[type-arg]
    """Squares of more than one element are off by one."""
    value = outcome["value"]
    if "parts" in value and np.prod(value["parts"][0]["shape"], dtype=int) > 1:
        array = unpacked(value["parts"][0])
        if array.dtype == np.float32:
            return {**outcome, "value": {**value, "parts": [packed(array + 1)]}}
    return outcome


def test_a_planted_fault_is_found_and_shrunk() -> None:
    result = hunting.hunt("math.square", 60, planted(spoilt), shrink_seconds=30.0)
    assert list(result.found) == [("math.square", "value", "other number", "float")]
    (fault,) = result.found.values()
    assert fault.times > 1
    assert fault.call.inputs[0].text == "tf.constant([1.0, 1.0], tf.float32)"
    assert fault.call.expression == "tf.math.square(x0)"


def test_without_a_fault_nothing_is_found() -> None:
    result = hunting.hunt("math.square", 60, planted(lambda _call, outcome: outcome))
    assert result.calls == 60 and result.found == {}


X = Input("x0", "tf.constant([0.0, 4.0], tf.float32)", "float32", (2,), True)
SQRT = Call("math.sqrt", (X,), "tf.math.sqrt(x0)")


def test_an_outcome_has_every_aspect() -> None:
    outcome = ours(SQRT)
    assert list(outcome) == ["value", "gradient", "zero cotangent", "second order"]
    assert unpacked(outcome["value"]["parts"][0]).tolist() == [0.0, 2.0]
    assert unpacked(outcome["gradient"]["parts"][0])[1] == pytest.approx(-2.25 / 4)


@pytest.mark.parametrize("aspect", ["value", "gradient", "zero cotangent", "second order"])
def test_the_program_shows_the_aspect(aspect: str, capsys: pytest.CaptureFixture[str]) -> None:
    program = SQRT.program(aspect).replace("import tensorflow as tf", "import gradtape as tf")
    exec(compile(program, "pasted", "exec"), {})
    part = unpacked(ours(SQRT)[aspect]["parts"][0])
    assert np.array2string(part[1:], precision=4).strip("[]") in capsys.readouterr().out


def test_another_process_gives_the_same_outcome() -> None:
    peer = Peer(sys.executable, "gradtape")
    try:
        assert peer.outcome(SQRT) == evaluated(tf, SQRT.message)
        assert peer.version == tf.__version__
    finally:
        peer.close()


def test_a_process_that_dies_is_an_outcome_and_the_next_call_is_answered() -> None:
    peer = Peer(sys.executable, "gradtape")
    try:
        dying = Call("die", (), "__import__('os')._exit(1)")
        assert peer.outcome(dying)["value"]["error"] == "Abort"
        assert peer.outcome(SQRT) == evaluated(tf, SQRT.message)
    finally:
        peer.close()


def value(array: object) -> dict:  # type: ignore[type-arg]
    """The outcome of a call that gives this."""
    return {"value": {"structure": "tensor", "parts": [packed(array)]}}


REFUSED = {"value": {"error": "ValueError", "message": "no"}}
F32 = np.float32


@pytest.mark.parametrize(
    ("theirs", "here", "what"),
    [
        (value(F32([1, 2])), value(F32([1, 2.1])), "other number"),
        (value(F32([1, 2])), value(F32([1, np.nan])), "NaN for finite"),
        (value(F32([1, 2])), value(F32([3, np.nan])), "other number"),
        (value(F32([1, np.inf])), value(F32([1, np.nan])), "NaN for infinite"),
        (value(F32([1, np.nan])), value(F32([1, 2])), "finite for NaN"),
        (value(F32([1, np.inf])), value(F32([1, -np.inf])), "other number"),
        (value(F32([1, np.inf])), value(F32([1, 2])), "finite for infinite"),
        (value(F32([1, 2])), value(F32([1, np.inf])), "infinite for finite"),
        (value(np.int32([1, 2])), value(np.int32([1, 3])), "other number"),
        (value(np.int32([1, 2])), value(np.int64([1, 2])), "other dtype"),
        (value(F32([1, 2])), value(F32([[1, 2]])), "other shape"),
        (value(F32([1, 2])), REFUSED, "refused"),
        (REFUSED, value(F32([1, 2])), "accepted"),
        (REFUSED, {"value": {"error": "TypeError", "message": ""}}, "other exception"),
        (value(F32(1)), {"value": {"error": "Hang", "message": ""}}, "hangs"),
    ],
)
def test_every_kind_of_difference_is_told(theirs: dict, here: dict, what: str) -> None:  # type: ignore[type-arg]
    assert [d.what for d in differences(theirs, here)] == [what]
    assert what in WHATS
    assert differences(theirs, theirs) == differences(here, here) == []


def test_rounding_is_no_difference() -> None:
    assert differences(value(F32([1e6, 1])), value(F32([1e6, 1 + 1e-5]))) == []


def test_none_and_zeros_are_told_apart() -> None:
    some = {**value(F32(1)), "gradient": {"parts": [packed(F32(0))]}}
    none = {**value(F32(1)), "gradient": {"parts": [None]}}
    assert [d.what for d in differences(some, none)] == ["None for a gradient"]
    assert [d.what for d in differences(none, some)] == ["a gradient for None"]


def test_a_declared_difference_is_counted_and_not_shown() -> None:
    class Other:
        def outcome(self, call: Call) -> dict:  # type: ignore[type-arg]
            return value(F32([0, 3]))

    meant = Declared("for this test", functions=["math.s*"], whats=["other number"], ours="2")
    assert Comparison(Other(), [meant])(SQRT) == ([], 1)  # type: ignore[arg-type]
    shown, count = Comparison(Other(), [])(SQRT)  # type: ignore[arg-type]
    assert [d.what for d in shown] == ["other number"] and count == 0


def test_every_declared_difference_has_a_reason_and_stands_in_the_page() -> None:
    page = " ".join(LIST.with_name("DIFFERENCES.md").read_text("utf-8").split())
    entries = declared()
    assert entries
    for entry in entries:
        assert entry.reason
        assert set(entry.whats) <= {*WHATS, "*"}
        assert entry.stands in page, f"DIFFERENCES.md does not say: {entry.stands}"


def test_the_report_shows_a_program_for_every_kind() -> None:
    result = hunting.hunt("math.square", 60, planted(spoilt), shrink_seconds=0)
    text = report.text([result])
    assert "60 calls of 1 functions: 1 kinds of difference" in text
    assert "## math.square (float): value, other number" in text
    assert "import tensorflow as tf" in text


def test_the_command_says_what_it_takes() -> None:
    done = subprocess.run(
        [sys.executable, "tests/fuzz/fuzz.py", "--help"], capture_output=True, text=True, check=True
    )
    assert "--only" in done.stdout and "--calls" in done.stdout
