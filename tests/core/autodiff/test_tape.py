"""The life of a tape: entering, watching, pausing, resetting, and being asked once."""

from __future__ import annotations

import logging
import threading
from typing import Any

import numpy as np
import pytest

import gradtape as tf

ONCE = "A non-persistent GradientTape can only be used to compute one set of gradients"


def square(persistent: bool = False, x: float = 3.0) -> tuple[Any, Any, Any]:
    v = tf.constant(x)
    with tf.GradientTape(persistent=persistent) as tape:
        tape.watch(v)
        y = v * v
    return tape, v, y


def test_a_tape_answers_once() -> None:
    tape, x, y = square()
    assert tape.gradient(y, x).numpy() == 6
    for ask in (tape.gradient, tape.jacobian, tape.batch_jacobian):
        with pytest.raises((RuntimeError, ValueError), match=f"{ONCE}|rank at least 2"):
            ask(y, x)


def test_a_persistent_tape_answers_again() -> None:
    tape, x, y = square(persistent=True)
    assert [tape.gradient(y, x).numpy() for _ in range(3)] == [6, 6, 6]


def test_a_tape_that_was_never_entered() -> None:
    tape = tf.GradientTape()
    x = tf.constant(1.0)
    with pytest.raises(RuntimeError, match=ONCE):
        tape.gradient(x, x)
    with pytest.raises(RuntimeError, match="before the tape was entered"):
        tape.watch(x)
    with pytest.raises(RuntimeError, match="not recording"), tape.stop_recording():
        pass
    with pytest.raises(ValueError, match="Tape is not recording"):
        tape.reset()
    assert tape.watched_variables() == ()


def test_entering_again() -> None:
    x = tf.constant(2.0)
    tape = tf.GradientTape()
    with tape:
        tape.watch(x)
        y = x * x
        with pytest.raises(ValueError, match="Tape is still recording"):
            tape.__enter__()
    lost = x * 5.0
    with tape:
        z = y * x  # the same recording goes on
    assert tape.gradient(z, x).numpy() == 12
    with tape:  # after an answer a fresh one starts
        tape.watch(x)
        w = x * 7.0
    assert tape.gradient(w, x).numpy() == 7
    assert lost.numpy() == 10


def test_a_body_that_raises_leaves_the_recording_usable() -> None:
    x = tf.Variable(3.0)
    tape = tf.GradientTape()
    with pytest.raises(KeyError), tape:
        y = x * x
        raise KeyError("on purpose")
    assert tape.gradient(y, x).numpy() == 6
    with tf.GradientTape() as other:
        z = x * 2.0
    assert other.gradient(z, x).numpy() == 2


def test_gradient_inside_the_context_ends_the_recording() -> None:
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x * x
        assert tape.gradient(y, x).numpy() == 6
        with pytest.raises(ValueError, match="Tape is not recording"):
            tape.reset()
    with pytest.raises(RuntimeError, match=ONCE):
        tape.gradient(y, x)


def test_a_persistent_tape_records_its_own_gradient(caplog: Any) -> None:
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape, caplog.at_level(logging.WARNING, "tensorflow"):
        tape.watch(x)
        y = x**3
        g = tape.gradient(y, x)
        assert "significantly less efficient" in caplog.text
        assert tape.gradient(g, x).numpy() == 18


def test_exits_may_interleave() -> None:
    x = tf.Variable(2.0)
    first, second = tf.GradientTape(), tf.GradientTape()
    first.__enter__()
    second.__enter__()
    y = x * x
    first.__exit__(None, None, None)
    z = y * x
    second.__exit__(None, None, None)
    assert second.gradient(z, x).numpy() == 12
    assert first.gradient(z, x) is None


def test_stop_recording_pauses_this_tape_alone() -> None:
    x = tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as outer, tf.GradientTape(persistent=True) as tape:
        with tape.stop_recording():
            y = x * x
            with pytest.raises(ValueError, match="Tape is not recording"), tape.stop_recording():
                pass
        z = x * 2.0
    assert tape.gradient(y, x) is None
    assert tape.gradient(z, x).numpy() == 2
    assert outer.gradient(y, x).numpy() == 6


def test_reset_forgets_records_and_watches() -> None:
    x, v = tf.constant(3.0), tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * v
        tape.reset()
        assert tape.watched_variables() == ()
        z = x * v
    assert tape.gradient(y, v) is None
    assert tape.gradient(z, x) is None
    assert tape.gradient(z, v).numpy() == 3


def test_what_can_be_watched(caplog: Any) -> None:
    tape = tf.GradientTape()
    with tape:
        for bad in (1.0, np.ones(2), None, "x", np.float32(1)):
            with pytest.raises(ValueError, match="Passed in object"):
                tape.watch(bad)
        a, b = tf.constant(1.0), tf.Variable(2.0, trainable=False)
        tape.watch({"a": a, "more": [b]})
        y = a * b
    da, db = tape.gradient(y, [a, b])
    assert (da.numpy(), db.numpy()) == (2, 1)
    assert tape.watched_variables() == (b,)


def test_integers_are_not_watched_but_said(caplog: Any) -> None:
    x = tf.constant(10)
    with tf.GradientTape() as tape, caplog.at_level(logging.WARNING, "tensorflow"):
        tape.watch(x)
        y = x * x
    assert tape.gradient(y, x) is None
    v = tf.Variable(3)
    with tf.GradientTape() as tape:
        y = v * v
    assert tape.gradient(y, v) is None


def test_watching_counts_from_that_moment() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        early = x * x
        tape.watch(x)
        late = x * x
    tape.watch(early)  # after the end: without effect
    assert tape.gradient(early, x) is None
    assert tape.gradient(late, x).numpy() == 6


def test_only_what_is_watched_without_automatic_watching() -> None:
    x0, x1 = tf.Variable(0.0), tf.Variable(10.0)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x1)
        y = x0 + x1 * x1
    assert tape.gradient(y, {"x0": x0, "x1": x1})["x0"] is None
    assert tape.watched_variables() == (x1,)


def test_watched_variables_stand_in_the_order_of_creation() -> None:
    a, b, c = (tf.Variable(float(k), name=f"v{k}") for k in range(3))
    with tf.GradientTape() as tape:
        y = c * b * a
    assert [v.name for v in tape.watched_variables()] == ["v0:0", "v1:0", "v2:0"]
    tape.gradient(y, a)
    assert len(tape.watched_variables()) == 3


def test_threads_have_their_own_tapes() -> None:
    x = tf.Variable(3.0)
    results: dict[str, Any] = {}

    def other() -> None:
        with tf.GradientTape() as own:
            results["y"] = x * 5.0
        results["g"] = own.gradient(results["y"], x)

    with tf.GradientTape() as tape:
        y = x * x
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        z = y + results["y"]
    assert tape.gradient(z, x).numpy() == 6  # the other thread's op is a constant here
    assert results["g"].numpy() == 5


def test_a_million_ops_need_no_recursion() -> None:
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = x * 1.0
        for _ in range(1_000_000):
            y = y + 1e-9
    assert tape.gradient(y, x).numpy() == 1
    assert len(tape.records) == 1_000_001


def test_values_that_the_backward_pass_does_not_need_are_dropped() -> None:
    x = tf.Variable(np.ones(1000, "f"))
    with tf.GradientTape(persistent=True) as tape:
        y = x + 1.0
        for _ in range(100):
            y = y + 1.0
    assert tape.graph().bytes_kept == 0
    with tf.GradientTape() as tape:
        z = tf.exp(x)
    assert tape.graph().bytes_kept == 4000
    tape.gradient(z, x)
    assert tape.graph().bytes_kept == 0


def test_dir_lists_what_programs_call() -> None:
    listed = [name for name in dir(tf.GradientTape()) if not name.startswith("_")]
    assert listed == [
        "batch_jacobian",
        "explain",
        "gradient",
        "graph",
        "jacobian",
        "reset",
        "stop_recording",
        "watch",
        "watched_variables",
    ]
