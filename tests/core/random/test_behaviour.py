"""What no recording shows: draws from several threads, the tape, and large requests."""

import threading

import numpy as np
import pytest

import gradtape as tf


def test_threads_share_a_generator_without_sharing_numbers() -> None:
    generator, drawn = tf.random.Generator.from_seed(1), []

    def draw() -> None:
        for _ in range(200):
            drawn.append(int(generator.uniform_full_int([1])[0]))

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(drawn)) == 800
    assert int(generator.state[0]) == 1 + 800 * 256


def test_threads_share_a_seed_without_sharing_numbers() -> None:
    tf.random.set_seed(1)
    drawn: list[bytes] = []

    def draw() -> None:
        for _ in range(200):
            drawn.append(tf.random.uniform([4], seed=3).numpy().tobytes())

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(drawn)) == 800


def test_without_a_seed_every_draw_differs() -> None:
    tf.random.set_seed(None)
    draws = [tf.random.uniform([4]) for _ in range(3)]
    draws.append(tf.random.Generator.from_non_deterministic_state().uniform([4]))
    assert len({draw.numpy().tobytes() for draw in draws}) == 4


def test_a_refused_draw_takes_no_numbers() -> None:
    generator = tf.random.Generator.from_seed(1)
    for refused in (
        lambda: generator.normal([2], dtype="int32"),
        lambda: generator.normal(-1),
        lambda: generator.normal([-1]),
        lambda: generator.uniform([2], 3, 3, "int32"),
        lambda: generator.normal([2], "much"),
    ):
        with pytest.raises(Exception):  # noqa: B017 - which one is recorded elsewhere
            refused()
    np.testing.assert_array_equal(generator.state.numpy(), [1, 0, 0])


def test_no_gradient_passes_through_an_order_or_a_class() -> None:
    x = tf.Variable([[1.0, 2.0, 3.0]])
    with tf.GradientTape(persistent=True) as tape:
        ordered = tf.random.shuffle(x[0])
        drawn = tf.random.categorical(x, 3)
    assert tape.gradient(ordered, x) is None
    assert tape.gradient(drawn, x) is None


def test_what_does_not_fit_into_memory_is_said() -> None:
    for shape in ([2**62, 2**62], [2**70, 0]):
        with pytest.raises(tf.errors.ResourceExhaustedError, match=r"OOM .*Draw fewer"):
            tf.random.normal(shape)


def test_a_generator_works_on_the_variable_that_it_was_given() -> None:
    state = tf.Variable([1, 2, 3], dtype=tf.int64)
    generator = tf.random.Generator(state=state, alg="philox")
    assert generator.state is state
    generator.normal([2])
    np.testing.assert_array_equal(state.numpy(), [1 + 2 * 256, 2, 3])
    copy = tf.random.Generator(copy_from=generator)
    copy.normal([2])
    np.testing.assert_array_equal(state.numpy(), [1 + 2 * 256, 2, 3])


def test_what_is_absent_is_said_with_what_comes_nearest() -> None:
    with pytest.raises(
        AttributeError, match="stateless_binomial.*Instead: sum .*stateless_uniform"
    ):
        tf.random.stateless_binomial  # noqa: B018
    with pytest.raises(AttributeError, match="no attribute 'unifrom'"):
        tf.random.unifrom  # noqa: B018
