"""What a training step costs the device: dispatches, submits, and what is planned anew."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape_webgpu.device import device
from tests.support.adam import rates_of_float32
from tests.support.exact import assert_near, widened
from tests.webgpu.support.owned import GPU

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import problems

Apply = Callable[[list[Any], list[Any]], Any]


def assigned(gradients: list[Any], weights: list[Any]) -> None:
    for weight, gradient in zip(weights, gradients, strict=True):
        weight.assign_sub(0.1 * gradient)


def optimized(make: Callable[[], Any]) -> Callable[[], Apply]:
    def fresh() -> Apply:
        optimizer = make()
        return lambda gradients, weights: optimizer.apply_gradients(
            zip(gradients, weights, strict=True)
        )

    return fresh


OPTIMIZERS: dict[str, Callable[[], Apply]] = {
    "assign_sub": lambda: assigned,
    "SGD": optimized(lambda: tf.keras.optimizers.SGD(0.1)),
    "SGD with momentum": optimized(lambda: tf.keras.optimizers.SGD(0.1, momentum=0.9)),
    "Adam": optimized(lambda: tf.keras.optimizers.Adam(0.01)),
    "RMSprop": optimized(lambda: tf.keras.optimizers.RMSprop(0.01, momentum=0.9)),
    "Adagrad": optimized(lambda: tf.keras.optimizers.Adagrad(0.1)),
}

#: How far the losses of a perceptron are from the exact ones, where it is not by rounding alone:
#: a gradient near 0 is divided by its own size, and so are its last digits. Measured: 2e-5, 2e-6;
#: 1e-7 for the others.
RELATIVE = {"RMSprop": 2e-4, "Adam": 2e-5}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_alone_takes_one_kernel_for_each_variable(own: Any, name: str) -> None:
    """The variable and its slots are outputs of that one kernel; rates are its parameters."""
    draw = np.random.default_rng(5).standard_normal
    start, *steps = ([np.float32(draw(shape)) for shape in ((30, 20), (20,))] for _ in range(5))

    def trained(given: Callable[[Any], Any]) -> tuple[list[Any], list[tuple[int, int, int]]]:
        variables, apply = [tf.Variable(given(a)) for a in start], OPTIMIZERS[name]()
        counted = []
        for arrays in steps:
            gradients = [tf.constant(given(a)) for a in arrays]
            before = own.dispatches, own.flushes, own.planned
            apply(gradients, variables)
            own.flush()
            after = own.dispatches, own.flushes, own.planned
            counted.append(tuple(b - a for a, b in zip(before, after, strict=True)))
        return [variable.numpy() for variable in variables], counted

    with tf.device(GPU):
        got, counted = trained(np.asarray)
    assert [(dispatches, submits) for dispatches, submits, _ in counted] == [(2, 1)] * 4
    assert [planned for *_, planned in counted[2:]] == [0] * 2, "the third step is a replay"
    exact, _ = trained(widened)
    for a, b in zip(got, exact, strict=True):
        assert_near(a, b, units=16, size=np.maximum(np.abs(b), 1.0))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_step_of_the_perceptron_takes_ten_dispatches_and_one_submit(own: Any, name: str) -> None:
    arrays, x, labels = problems.perceptron()

    def trained(given: Callable[[Any], Any]) -> tuple[list[float], list[tuple[int, int, int]]]:
        weights = [tf.Variable(given(a)) for a in arrays]
        apply = OPTIMIZERS[name]()
        losses, counted = [], []
        for _ in range(6):
            before = own.dispatches, own.flushes, own.planned
            with tf.GradientTape() as tape:
                h = tf.nn.relu(tf.constant(given(x)) @ weights[0] + weights[1])
                logits = h @ weights[2] + weights[3]
                entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
                loss = tf.reduce_mean(entropy)
            apply(tape.gradient(loss, weights), weights)
            own.flush()
            after = own.dispatches, own.flushes, own.planned
            counted.append(tuple(b - a for a, b in zip(before, after, strict=True)))
            losses.append(float(loss))
        return losses, counted

    with tf.device(GPU):
        losses, counted = trained(np.asarray)
    assert [(dispatches, submits) for dispatches, submits, _ in counted] == [(10, 1)] * 6
    assert [planned for *_, planned in counted[2:]] == [0] * 4, "the third step is a replay"
    assert losses[-1] < losses[0]
    with rates_of_float32():
        exact, _ = trained(widened)
    np.testing.assert_allclose(losses, exact, rtol=RELATIVE.get(name, 3e-6))


def test_what_is_let_go_of_does_not_count_as_pending_memory(
    own: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chain on large arrays stays one kernel; results that are held are computed betimes."""
    monkeypatch.setattr(device, "MAX_HELD", 3000)

    def flushes(compute: Callable[[Any], Any]) -> int:
        before = own.flushes
        kept = compute(x)
        counted = own.flushes - before
        own.flush()
        assert kept is not None
        return counted

    with tf.device(GPU):
        x = tf.constant(np.linspace(-1, 1, 1024, dtype=np.float32))
        y = 2.0 * x + 3.0 * tf.nn.relu(x) - tf.tanh(x) * x
        assert own.flushes == 0
        own.flush()
        assert own.dispatches == 1
        assert_near(y[-1], np.float64(2 + 3 - np.tanh(1.0)), units=8)
        assert flushes(lambda x: [x * k for k in (2.0, 3.0, 4.0)]) == 0
        assert flushes(lambda x: [x * k for k in (2.0, 3.0, 4.0, 5.0)]) == 1
        monkeypatch.setattr(device, "MAX_SIZE", 3000)
        assert flushes(lambda x: tf.exp(tf.exp(tf.exp(tf.exp(x))))) == 1
