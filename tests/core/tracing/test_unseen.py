"""Calls that ops do not show end a trace, also where they are the first of their kind."""

import cProfile
import subprocess
import sys

import pytest

import gradtape as tf

PROGRAM = """
import sys
import gradtape as tf

assert "gradtape.data" not in sys.modules and "gradtape.lookup" not in sys.modules
calls = []

@tf.function
def f(x):
    calls.append(1)
    y = x * 2.0
    {line}
    return y + 1.0

@tf.function
def g(x):
    calls.append(1)
    return x * 3.0

assert [float(f(tf.constant(2.0))) for _ in range(3)] == [{value}] * 3
assert len(calls) == 3
[g(tf.constant(1.0)) for _ in range(3)]
assert len(calls) == 4
assert sys.getprofile() is None
assert not any("tracing" in type(finder).__module__ for finder in sys.meta_path)
"""


@pytest.mark.parametrize(
    ("line", "value", "why"),
    [
        ("for n in tf.data.Dataset.range(2): y += float(n)", 6.0, "it goes over a dataset"),
        (
            "tf.queue.FIFOQueue(1, [tf.float32]).enqueue(1.0)",
            5.0,
            "it uses a queue",
        ),
    ],
)
def test_the_first_call_of_its_kind_ends_a_trace(line: str, value: float, why: str) -> None:
    text = PROGRAM.format(line=line, value=value)
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert why in done.stderr


def test_a_profiler_goes_on_behind_a_trace() -> None:
    tf.queue.FIFOQueue(1, [tf.float32])  # so that a trace looks for itself
    profiler = cProfile.Profile()
    traced = tf.function(lambda x: tf.tanh(x) * 2.0)
    profiler.enable()
    made = [float(traced(tf.constant(1.0))) for _ in range(3)]
    later()
    profiler.disable()
    assert made[0] == made[1] == made[2]
    assert any("later" in str(entry.code) for entry in profiler.getstats())


def later() -> None:
    """What is called behind the trace."""
