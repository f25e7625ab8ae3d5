"""`tf.debugging.enable_check_numerics`: an op that gives NaN or infinity raises, in both passes."""

import threading

import pytest

import gradtape as tf


@pytest.fixture(autouse=True)
def checking():
    tf.debugging.enable_check_numerics()
    yield
    tf.debugging.disable_check_numerics()


def test_the_forward_pass_is_checked():
    with pytest.raises(tf.errors.InvalidArgumentError) as refusal:
        tf.math.log(tf.constant([0.0, 1.0]))
    message = str(refusal.value)
    assert '!!! Detected Infinity or NaN in output 0 of eagerly-executing op "Log"' in message
    assert "# of -Inf elements: 1" in message and "Input tensors (1):" in message
    assert "line: test_numerics.py:" in message and "Tensor had -Inf values" in message


@pytest.mark.parametrize(
    ("f", "op"),
    [
        (lambda x: 1.0 / x, "RealDiv"),
        (lambda x: tf.exp(x + 1000.0), "Exp"),
        (lambda x: tf.reduce_sum(x / x), "RealDiv"),
        (lambda x: tf.concat([x, tf.sqrt(x - 1.0)], 0), "Sqrt"),
    ],
)
def test_ops_of_every_kind(f, op):
    with pytest.raises(tf.errors.InvalidArgumentError, match=f'op "{op}"'):
        f(tf.constant([0.0]))


def test_the_backward_pass_is_checked():
    x = tf.Variable(0.0)
    with tf.GradientTape() as tape:
        y = tf.sqrt(x)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Detected Infinity or NaN"):
        tape.gradient(y, x)


def test_what_is_finite_goes_on_as_before():
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(tf.math.log(x) * tf.cast(tf.argmax(x), tf.float32))
    assert tape.gradient(y, x).numpy().tolist() == [1.0, 0.5]
    x.assign_add([1.0, 1.0])
    assert float(x[0]) == 2.0


def test_it_is_turned_off_and_on_again():
    tf.debugging.disable_check_numerics()
    assert tf.math.log(0.0).numpy() == -float("inf")
    tf.debugging.enable_check_numerics()
    tf.debugging.enable_check_numerics()
    tf.debugging.disable_check_numerics()
    assert tf.math.log(0.0).numpy() == -float("inf")


def test_other_threads_are_not_checked():
    found = []
    thread = threading.Thread(target=lambda: found.append(tf.math.log(0.0).numpy()))
    thread.start()
    thread.join()
    assert found == [-float("inf")]
