"""The programs of cases.py draw what TensorFlow drew, and are refused where it refuses them."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from tests.core.random.support.cases import PROGRAMS, REFUSALS

GOLDENS = Path(__file__).parents[2] / "goldens"
THINNED = 100  # one in so many float64 numbers is kept, where there are many
# Programs with normal numbers of 64 bits, whose last bits are the C library's affair.
NORMAL_64 = {
    "stateless_normal_float64",
    "stateless_truncated_normal_float64",
    "global_seed",
    "seeds_of_ops",
    "generators",
}

Kept = dict[str, Any] | None


def golden(name: str) -> dict[str, Any]:
    """One of the recorded files."""
    content: dict[str, Any] = json.loads((GOLDENS / name).read_text())
    return content


DRAWN, REFUSED = golden("random.json"), golden("random_refusals.json")


def distance(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> int:
    """How many float64s lie between a and b at most, plus one; 0 where they are the same bits."""
    return int(np.abs(a.reshape(-1).view(np.int64) - b.reshape(-1).view(np.int64)).max(initial=0))


def check(drawn: Any, kept: Kept, exact: bool) -> None:
    """The same dtype, shape and bits; float64 numbers may lie 2 float64s off unless `exact`."""
    if kept is None:
        assert drawn is None
        return
    array = np.asarray(drawn)
    assert (array.dtype.name, list(array.shape)) == (kept["dtype"], kept["shape"])
    if "bytes" in kept:
        if array.tobytes().hex() == kept["bytes"]:
            return
        expected = np.frombuffer(bytes.fromhex(kept["bytes"]), array.dtype)
    elif hashlib.sha256(array.tobytes()).hexdigest() == kept["sha256"]:
        return
    else:
        assert "thinned" in kept, f"{array.dtype} {array.shape} begins with {array.reshape(-1)[:4]}"
        expected = np.frombuffer(bytes.fromhex(kept["thinned"]))
        array = np.ascontiguousarray(array.reshape(-1)[::THINNED])
    if array.dtype == np.float64 and not exact:
        assert distance(array, expected) <= 2
    else:
        np.testing.assert_array_equal(array.reshape(-1), expected)
        assert np.array_equal(np.signbit(array.reshape(-1)), np.signbit(expected))


def test_every_program_is_recorded() -> None:
    assert set(DRAWN) == {"before_any_seed", *PROGRAMS}
    assert set(REFUSED) == set(REFUSALS)


@pytest.mark.parametrize("name", PROGRAMS)
def test_draws_what_tensorflow_drew(name: str) -> None:
    values = PROGRAMS[name](tf)
    assert len(values) == len(DRAWN[name])
    for value, kept in zip(values, DRAWN[name], strict=True):
        check(value, kept, exact=name not in NORMAL_64)


@pytest.mark.parametrize("name", REFUSALS)
def test_is_refused_as_tensorflow_refuses_it(name: str) -> None:
    with pytest.raises(Exception) as refusal:
        REFUSALS[name](tf)
    assert type(refusal.value).__name__ == REFUSED[name]
    assert str(refusal.value).strip()


def test_an_op_seed_without_a_global_one() -> None:
    # in a process of its own, where nobody has called set_seed
    program = (
        "import gradtape as tf\n"
        "for _ in range(2): print(tf.random.uniform([4], seed=7).numpy().tobytes().hex())"
    )
    command = [sys.executable, "-c", program]
    path = {"PYTHONPATH": str(Path(__file__).parents[3] / "core")}
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **path})
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [kept["bytes"] for kept in DRAWN["before_any_seed"]]
