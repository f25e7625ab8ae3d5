"""The special functions against fifty digits, in units in the last place, and at their ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from tests.support.exact import assert_near, widened

GOLDEN: dict[str, list[list[str]]] = json.loads(
    (Path(__file__).resolve().parents[2] / "goldens" / "special.json").read_text("utf-8")
)


def order(n: float) -> Callable[[Any], Any]:
    return lambda x: tf.math.polygamma(tf.fill(x.shape, tf.constant(n, x.dtype)), x)


#: name → (function, units in the last place); below zero, of the largest term of the reflection
#: formula, which may cancel.
FUNCTIONS: dict[str, tuple[Callable[[Any], Any], float]] = {
    "erf": (tf.math.erf, 2),
    "erfc": (tf.math.erfc, 4),
    "erfinv": (tf.math.erfinv, 4),
    "ndtri": (tf.math.ndtri, 4),
    "lgamma": (tf.math.lgamma, 5),
    "lgamma below zero": (tf.math.lgamma, 8),
    "digamma": (tf.math.digamma, 5),
    "digamma below zero": (tf.math.digamma, 8),
    "trigamma": (order(1.0), 6),
    "trigamma below zero": (order(1.0), 8),
    "third derivative": (order(3.0), 10),
    "zeta": (lambda q: tf.math.zeta(tf.fill(q.shape, tf.constant(2.5, q.dtype)), q), 6),
}


def pairs(name: str) -> tuple[Any, Any]:
    table = [[float.fromhex(text) for text in pair] for pair in GOLDEN[name]]
    x, y = np.array(table).T
    return x, y


@pytest.mark.parametrize("name", ["erf", "erfc", "erfinv", "ndtri", "lgamma", "digamma"])
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_short_forms_are_the_exact_value_rounded(name: str, dtype: str) -> None:
    rng, function = np.random.default_rng(1), FUNCTIONS[name][0]
    with np.errstate(all="ignore"):
        drawn = rng.integers(0, 1 << 32, 20_000, dtype=np.uint32).view(np.float32)
        around = [c + 1e-6 * rng.normal(size=200) for c in (-1, 0, 0.5, 1, 1.4616321, 2)]
        ends = [0.0, -0.0, 1.0, -1.0, 2.0, -2.0, np.inf, -np.inf, np.nan, 1e-9, 4.0, 10.1, 3e38]
        x = np.concatenate([drawn, rng.uniform(-9, 11, 20_000), *around, ends]).astype(dtype)
        want = function(x.astype(np.float64)).numpy().astype(dtype)
    got = function(x).numpy()
    assert got.dtype == dtype
    assert np.array_equal(np.isnan(got), np.isnan(want))
    known = ~np.isnan(want)
    assert np.array_equal(np.signbit(got[known]), np.signbit(want[known]))
    places = [y[known].view(f"i{y.itemsize}").astype(np.int64) for y in (got, want)]
    apart = np.abs(places[0] - places[1])
    assert apart.max() <= 1, x[known][apart.argmax()]
    assert np.mean(apart > 0) < 0.01


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_few_units_in_the_last_place(name: str) -> None:
    function, allowed = FUNCTIONS[name]
    x, want = pairs(name)
    got = function(tf.constant(x)).numpy()
    unit = np.spacing(np.abs(want))
    if "below" in name:
        unit = np.maximum(unit, np.spacing(4.0))
    worst = np.max(np.abs(got - want) / unit)
    assert worst <= allowed, f"{worst} units at {x[np.argmax(np.abs(got - want) / unit)]}"


@pytest.mark.parametrize("name", ["erf", "erfc", "lgamma", "digamma", "erfinv", "ndtri"])
def test_float32_is_the_nearest_number(name: str) -> None:
    function, _ = FUNCTIONS[name]
    x = pairs(name)[0]
    x = x[np.abs(x) < np.finfo(np.float32).max].astype(np.float32)
    got = function(tf.constant(x))
    want = function(tf.constant(x.astype(np.float64))).numpy().astype(np.float32)
    assert got.dtype == tf.float32
    np.testing.assert_array_equal(got.numpy(), want)


def test_the_error_function_reaches_its_ends() -> None:
    # TensorFlow gives nan for erf(±inf) in float64.
    x = tf.constant([np.inf, -np.inf, np.nan], tf.float64)
    np.testing.assert_array_equal(tf.math.erf(x), [1.0, -1.0, np.nan])
    np.testing.assert_array_equal(tf.math.erfc(x), [0.0, 2.0, np.nan])


def test_a_sign_of_zero_is_kept() -> None:
    assert np.signbit(tf.math.erf(-0.0).numpy())
    assert np.signbit(tf.math.erfinv(-0.0).numpy())


@pytest.mark.parametrize("function", [tf.math.erf, tf.math.lgamma, tf.math.digamma, tf.math.ndtri])
def test_empty_in_empty_out(function: Callable[[Any], Any]) -> None:
    y = function(tf.zeros((0, 3)))
    assert y.shape == (0, 3) and y.dtype == tf.float32


@pytest.mark.parametrize("function", [tf.math.erf, tf.math.lgamma, tf.math.digamma, tf.math.ndtri])
@pytest.mark.parametrize("bad", [[1, 2], [1j], [True], ["a"]], ids=str)
def test_only_real_floating_point_is_taken(function: Callable[[Any], Any], bad: Any) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="not in the list of allowed values"):
        function(bad)


def test_an_order_has_no_derivative() -> None:
    n, x = tf.constant([1.0, 2.0]), tf.constant([0.5, 1.5])
    with tf.GradientTape() as tape:
        tape.watch((n, x))
        y = tf.math.polygamma(n, x)
    to_n, to_x = tape.gradient(y, (n, x))
    assert to_n is None
    exact = tf.math.polygamma(widened(n) + 1, widened(x))
    assert_near(to_x, exact, units=8)


def test_the_recurrence_of_the_gamma_function() -> None:
    x = tf.constant(np.linspace(0.05, 30.0, 400))
    above, here = tf.math.lgamma(x + 1.0), tf.math.lgamma(x)
    # what each of the two may be off, and what the rounding of x + 1 is worth
    size = np.abs(above) + np.abs(here) + (x + 1.0) * np.log(x + 1.0)
    assert_near(above - here, np.log(x), units=2 * FUNCTIONS["lgamma"][1], size=size)


def test_lbeta_refuses_a_scalar() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="Invalid reduction dimension"):
        tf.math.lbeta(1.0)
