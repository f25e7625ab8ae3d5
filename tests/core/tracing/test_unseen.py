"""Calls that ops do not show end a trace, also where they are the first of their kind."""

import cProfile
import gc
import subprocess
import sys
from pathlib import Path

import pytest

import gradtape as tf
from gradtape.runtime import arrivals

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


def test_a_restore_that_waits_ends_a_trace_only_where_it_gives_something(tmp_path: Path) -> None:
    saved = tf.keras.Sequential([tf.keras.layers.Dense(1, kernel_initializer="ones")])
    saved(tf.ones([1, 2]))
    path = tf.train.Checkpoint(model=saved).save(str(tmp_path / "c"))
    waits = tf.keras.Sequential([tf.keras.layers.Dense(1, kernel_initializer="zeros")])
    status = tf.train.Checkpoint(model=waits).restore(path)
    calls = []

    @tf.function
    def other(x: tf.Tensor) -> tf.Tensor:
        calls.append(1)
        if len(calls) == 1:
            other.layer = tf.keras.layers.Dense(1, kernel_initializer="ones")
        return other.layer(x)

    assert [float(other(tf.ones([1, 2]))[0, 0]) for _ in range(5)] == [2.0] * 5
    assert len(calls) < 5  # it is compiled, though somebody waits
    run = tf.function(waits)
    assert [float(run(tf.ones([1, 2]))[0, 0]) for _ in range(3)] == [2.0] * 3
    waits.layers[0].kernel.assign([[3.0], [4.0]])
    assert float(run(tf.ones([1, 2]))[0, 0]) == 7.0  # the restored value is not written again
    status.assert_existing_objects_matched()


def test_nobody_is_told_of_growth_when_nobody_waits_any_more(tmp_path: Path) -> None:
    before = len(arrivals.waiting)
    saved = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    saved(tf.ones([1, 2]))
    path = tf.train.Checkpoint(model=saved).save(str(tmp_path / "c"))
    waits = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    tf.train.Checkpoint(model=waits).restore(path).expect_partial()
    assert len(arrivals.waiting) >= 1
    del waits
    gc.collect()
    assert len(arrivals.waiting) <= before


def test_what_the_collector_ends_is_not_the_functions(tmp_path: Path) -> None:
    writers = [tf.summary.create_file_writer(str(tmp_path))]
    with writers[0].as_default():
        tf.summary.scalar("loss", 1.0, step=1)
    calls = []

    @tf.function
    def f(x: tf.Tensor) -> tf.Tensor:
        calls.append(1)
        writers.clear()  # its end writes what it kept
        return x * 2.0

    assert [float(f(tf.constant(2.0))) for _ in range(5)] == [4.0] * 5
    assert len(calls) < 5
