"""The table of singular points is current, and leaves out no op that has one."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import gradtape as tf
from gradtape.primitives.registry import REGISTRY, load_all

sys.path.insert(0, str(Path(__file__).parent))
import singular_table as table

load_all()
NAN = float("nan")
RECORDED = json.loads((table.GOLDENS / "singular.json").read_text(encoding="utf-8"))

#: element-wise ops without a function of their own, and why
WITHIN = {
    "AnnihilatingMul": "made for the derivatives of Rsqrt and Reciprocal",
    "AnnihilatingDiv": "made for the derivative of Sqrt",
    "ReluGrad": "the derivative of Relu",
    "Relu6Grad": "the derivative of Relu6",
    "LeakyReluGrad": "the derivative of LeakyRelu",
}


def test_the_page_is_current() -> None:
    assert table.PAGE.read_text(encoding="utf-8") == table.page(), (
        "run python tests/core/autodiff/singular/singular_table.py"
    )


@pytest.mark.parametrize(
    "op", [t for t, op in REGISTRY.items() if op.kind in ("elementwise", "reduction")]
)
def test_every_op_is_asked(op: str) -> None:
    asked = {name for function in table.FUNCTIONS for name in function.ops}
    assert (op in asked) != (op in WITHIN)


#: where gradtape gives another first derivative, of 1 or of 0, than TensorFlow, and why
OTHERWISE = {
    "lambda x: tf.math.angle(tf.complex(x[0], x[1]))": "TensorFlow divides complex numbers",
    "tf.math.cumulative_logsumexp": "TensorFlow gives nan",
    "tf.math.polygamma": "of infinite order TensorFlow has the value infinity",
    "tf.math.zeta": "of infinite order TensorFlow has the value infinity",
    "tf.linalg.eigvalsh": "of equal eigenvalues TensorFlow refuses",
    "tf.math.floormod": "the derivative by b is −⌊a / b⌋, which TensorFlow has as ∞ of ∞ / 1",
    "tf.math.cumprod": "TensorFlow is wrong behind a 0",
    "tf.nn.softmax": "of ∞ and 0 TensorFlow has nan and 0",
    "tf.linalg.cholesky": "TensorFlow has what it had computed when it failed",
    "lambda x: tf.abs(tf.linalg.eigh(x)[1])": "of equal eigenvalues",
}


@pytest.mark.parametrize("function", table.FUNCTIONS, ids=lambda f: f.tensorflow)
def test_first_derivatives_are_tensorflows(function: table.Function) -> None:
    if function.tensorflow in OTHERWISE:
        return
    theirs = RECORDED["tensorflow"][function.tensorflow]
    for point, ours, other in zip(function.asked(), table.here(function), theirs, strict=True):
        if isinstance(ours, str) or isinstance(other, str):
            assert ours == other, point
            continue
        other = table.Answer(*other)
        for field in ("value", "gradient", "zero"):
            got, wanted = getattr(ours, field), getattr(other, field)
            assert table.same(got, wanted) or got == wanted, (point, field, got, wanted)


def test_a_mask_in_front_of_a_root() -> None:
    x = tf.Variable([0.0, 4.0])
    with tf.GradientTape() as tape:
        y = tf.where(x > 0, tf.sqrt(x), 0.0)
    np.testing.assert_array_equal(tape.gradient(y, x), [0.0, 0.25])


def test_lengths_of_zero() -> None:
    x = tf.Variable([[0.0, 0.0], [3.0, 4.0]])
    with tf.GradientTape() as tape:
        y = tf.norm(x, axis=-1) ** 2
    np.testing.assert_array_equal(tape.gradient(y, x), [[0.0, 0.0], [6.0, 8.0]])
    x = tf.Variable([[1.0, 1.0], [1.0, 3.0]])
    with tf.GradientTape() as tape:
        y = tf.math.reduce_std(x, -1) * [0.0, 1.0]
    np.testing.assert_array_equal(tape.gradient(y, x), [[0.0, 0.0], [-0.5, 0.5]])
    x = tf.Variable([0.0])
    with tf.GradientTape() as tape:
        y = tf.linalg.global_norm([x]) ** 2
    np.testing.assert_array_equal(tape.gradient(y, x), [0.0])


def test_a_triplet_loss_trains_from_equal_points() -> None:
    w = tf.Variable([[1.0, 0.0], [0.0, 1.0]])
    points = tf.constant([[1.0, 2.0], [1.0, 2.0], [3.0, 1.0]])
    optimizer = tf.keras.optimizers.SGD(0.05)
    losses = []
    for _ in range(30):
        with tf.GradientTape() as tape:
            a, p, n = tf.unstack(points @ w)
            near = tf.sqrt(tf.maximum(tf.reduce_sum((a - p) ** 2), 0.0))
            far = tf.sqrt(tf.maximum(tf.reduce_sum((a - n) ** 2), 0.0))
            # the distance of equal points enters squared: its own cotangent is 0
            loss = tf.maximum(near**2 - far + 3.0, 0.0)
        optimizer.apply_gradients([(tape.gradient(loss, w), w)])
        losses.append(float(loss))
    assert losses[-1] < 0.1 * losses[0]


def test_a_zero_stays_zero_in_second_order_and_in_batches() -> None:
    for f in (tf.sqrt, tf.math.rsqrt, tf.math.reciprocal):
        x = tf.Variable([0.0, 4.0])
        with tf.GradientTape(persistent=True) as outer:
            with tf.GradientTape() as inner:
                y = tf.where(x > 0, f(x), 0.0)
            g = inner.gradient(y, x)
        assert np.isfinite(outer.gradient(g, x)).all()
        assert np.isfinite(outer.jacobian(g, x)).all()


def test_the_derivative_by_the_cotangent_is_kept() -> None:
    # 0 wins over infinity, and hides nothing where nothing is infinite
    x, w = tf.Variable([4.0]), tf.Variable([0.0])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = tf.reduce_sum(w * tf.sqrt(x))
        g = inner.gradient(y, x)
    np.testing.assert_array_equal(outer.gradient(g, w), [0.25])
