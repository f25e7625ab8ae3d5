"""Element-wise algebra where it can go wrong: dtypes, shapes, integers, lists, casts."""

from __future__ import annotations

import logging
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from tests.support.exact import assert_near

BINARY = ["add", "subtract", "multiply", "maximum", "minimum", "pow", "atan2", "math.floormod"]


def function(name: str) -> Any:
    found: Any = tf
    for part in name.split("."):
        found = getattr(found, part)
    return found


def test_every_listed_name_is_a_documented_function() -> None:
    for namespace in (tf.math, tf.bitwise):
        assert namespace.__all__ == sorted(set(namespace.__all__))
        for name in namespace.__all__:
            assert ">>>" in getattr(namespace, name).__doc__, f"{name} has no example"


def test_top_level_names_are_the_same_functions() -> None:
    shared = [name for name in tf.math.__all__ if name in tf.__all__]
    assert len(shared) > 50
    assert all(getattr(tf, name) is getattr(tf.math, name) for name in shared)


@pytest.mark.parametrize("shape", [(), (2,)])
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_a_number_on_either_side_takes_the_tensors_dtype(
    dtype: str, shape: tuple[int, ...]
) -> None:
    x = tf.fill(shape, tf.constant(2.0, dtype))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        ys = [
            3 + x,
            x + 3,
            3.0 - x,
            x - 3.0,
            3 * x,
            x * 3,
            3.0 / x,
            x / 3.0,
            3.0**x,
            3 % x,
            -0.0 * x,
        ]
    assert {y.dtype.name for y in ys} == {dtype}
    scalar = np.dtype(dtype).type
    two, three = scalar(2), scalar(3)
    expected = [5, 5, 1, -1, 6, 6, three / two, two / three, 9, 1, scalar(-0.0)]
    for y, value in zip(ys, expected, strict=True):
        assert y.numpy().tobytes() == np.full(shape, value, dtype).tobytes()
    slopes = [1, 1, -1, 1, 3, 3, -0.75, 1 / three, three**two * np.log(three), -1, 0]
    for y, slope in zip(ys, slopes, strict=True):
        assert np.allclose(tape.gradient(y, x), np.full(shape, slope), rtol=2e-3)


def test_a_number_too_large_for_the_dtype_is_infinity_on_either_side() -> None:
    for x in (tf.constant(2.0), tf.constant([2.0])):
        assert np.all(np.isposinf(x * 1e300)), "without a warning, which would be an error here"
        assert np.all(np.isposinf(1e300 * x))


@pytest.mark.parametrize("name", BINARY)
def test_two_tensor_dtypes_are_not_joined(name: str) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"float tensor but is a double.*cast"):
        function(name)(tf.constant([1.0]), tf.constant([1.0], tf.float64))


@pytest.mark.parametrize("name", BINARY)
def test_shapes_that_do_not_broadcast(name: str) -> None:
    with pytest.raises(
        tf.errors.InvalidArgumentError, match=r"Incompatible shapes: \[3\] vs. \[2\]"
    ):
        function(name)([1.0, 2.0, 3.0], [1.0, 2.0])


@pytest.mark.parametrize("name", ["add", "maximum", "pow", "equal"])
def test_the_first_number_fixes_the_dtype(name: str) -> None:
    with pytest.raises(TypeError, match="Cannot convert 2.5 to EagerTensor of dtype int32"):
        function(name)(1, 2.5)
    assert function(name)(tf.constant(1.0, tf.float64), 2).dtype in (tf.float64, tf.bool)


@pytest.mark.parametrize("name", ["exp", "sqrt", "sin", "sigmoid", "math.log", "math.rsqrt"])
@pytest.mark.parametrize("bad", [[1, 2], [True], ["a"]], ids=str)
def test_only_floating_point_is_taken(name: str, bad: Any) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="Value for attr 'T' of"):
        function(name)(bad)


@pytest.mark.parametrize("bad", [None, {}, [[1.0], [1.0, 2.0]], object()])
def test_what_is_no_tensor(bad: Any) -> None:
    with pytest.raises(ValueError, match="Attempt to convert|non-rectangular"):
        tf.exp(bad)


@pytest.mark.parametrize("name", ["abs", "exp", "floor", "math.softplus", "sign", "math.is_nan"])
def test_empty_in_empty_out(name: str) -> None:
    assert function(name)(tf.zeros((2, 0))).shape == (2, 0)


def test_keywords_are_tensorflows() -> None:
    assert float(tf.add(x=1.0, y=2.0, name="sum")) == 3
    assert float(tf.atan2(y=0.0, x=1.0)) == 0
    assert float(tf.math.nextafter(x1=1.0, x2=2.0)) > 1
    assert float(tf.math.softplus(features=-np.inf)) == 0


def test_integers_divide_as_in_python() -> None:
    a, b = tf.constant([-7, 7]), tf.constant([2, -2])
    assert tf.divide(a, b).dtype == tf.float64
    assert tf.truediv(tf.constant([1], tf.int8), tf.constant([2], tf.int8)).dtype == tf.float32
    assert tf.math.floordiv(a, b).numpy().tolist() == [-7 // 2, 7 // -2]
    assert tf.math.floormod(a, b).numpy().tolist() == [-7 % 2, 7 % -2]
    for name in ("floordiv", "floormod"):
        with pytest.raises(tf.errors.InvalidArgumentError, match="Integer division by zero"):
            function(f"math.{name}")(a, 0)
    with pytest.raises(TypeError, match="must have the same dtype"):
        tf.truediv(tf.constant(1), tf.constant(1, tf.int64))


def test_an_integer_to_a_negative_power() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="negative integer powers"):
        tf.pow(tf.constant([2]), tf.constant([-1]))


def test_rounding_passes_no_gradient_but_the_sign_passes_zeros() -> None:
    x = tf.constant([0.5, -1.5])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        rounded = [tf.floor(x), tf.math.ceil(x), tf.round(x), tf.math.rint(x), x // 0.4]
        sign = tf.sign(x)
    assert all(tape.gradient(y, x) is None for y in rounded)
    assert tape.gradient(sign, x).numpy().tolist() == [0, 0]


def test_integers_are_round_already() -> None:
    x = tf.constant([3, -4])
    assert tf.round(x) is x


def test_the_lower_end_of_the_sigmoid_keeps_its_digits() -> None:
    x = np.array([-700.0, -40.0, -1.0])
    exact = [float(1 / (1 + (-Decimal(v)).exp())) for v in x.tolist()]
    # two for an exponential within a unit in the last place, the sum, the quotient, the reference
    assert_near(tf.sigmoid(x), exact, units=5)


def test_sums_of_lists_refuse_what_does_not_fit() -> None:
    a, b = tf.constant([1.0]), tf.constant([1.0, 2.0])
    with pytest.raises(tf.errors.InvalidArgumentError, match="same size and shape"):
        tf.add_n([a, b])
    with pytest.raises(tf.errors.InvalidArgumentError, match="one dtype"):
        tf.add_n([a, tf.constant([1.0], tf.float64)])
    for bad in ([], None, 3):
        with pytest.raises(ValueError, match="at least one"):
            tf.add_n(bad)
        with pytest.raises(ValueError, match="at least one"):
            tf.math.accumulate_n(bad)
    with pytest.raises(ValueError, match="not compatible"):
        tf.math.accumulate_n([a, b])
    with pytest.raises(TypeError, match="tensor_dtype"):
        tf.math.accumulate_n([a], tensor_dtype=tf.float64)


def test_sums_of_lists_reach_every_term() -> None:
    a, b = tf.Variable([1.0]), tf.constant([2.0])
    with tf.GradientTape() as tape:
        tape.watch(b)
        y = tf.add_n([a, b, a]) * 3.0
    assert [g.numpy().tolist() for g in tape.gradient(y, [a, b])] == [[6], [3]]


def test_slices_stay_slices() -> None:
    slices = tf.IndexedSlices(tf.constant([-1.0, 4.0]), tf.constant([0, 2]), (3,))
    for y, want in (
        (tf.abs(slices), [1, 4]),
        (tf.math.scalar_mul(2.0, slices), [-2, 8]),
        (tf.cast(slices, tf.int32), [-1, 4]),
        (tf.clip_by_value(slices, 0.0, 1.0), [0, 1]),
    ):
        assert isinstance(y, tf.IndexedSlices)
        assert y.values.numpy().tolist() == want


def test_polyval_takes_a_list() -> None:
    with pytest.raises(ValueError, match="must be list type"):
        tf.math.polyval((1.0, 2.0), 3.0)
    assert tf.math.polyval([], [1.0, 2.0]).numpy().tolist() == [0, 0]


def test_a_scalar_multiplies() -> None:
    with pytest.raises(ValueError, match="Only scalar multiply works"):
        tf.math.scalar_mul([1.0, 2.0], [1.0, 2.0])


def test_a_cast_says_what_it_drops(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "tensorflow"):
        assert tf.cast(1 + 2j, tf.float32).numpy() == 1
    assert "discard the imaginary part" in caplog.text
    x = tf.constant([1.0])
    assert tf.cast(x, "float32") is x
    with pytest.raises(tf.errors.UnimplementedError, match="Cast string to float"):
        tf.cast("1.5", tf.float32)
    with pytest.raises(TypeError, match="Cannot convert the argument"):
        tf.cast(1.0, "number")


@pytest.mark.parametrize("to", ["int8", "uint8", "int32", "uint32", "int64", "uint64", "float16"])
@pytest.mark.parametrize("have", ["int8", "uint64", "int64", "float32", "float64"])
def test_a_saturating_cast_never_wraps(have: str, to: str) -> None:
    info: Any = np.finfo(have) if have.startswith("f") else np.iinfo(have)
    x = np.array([info.min, 0, 1, info.max], have)
    y = tf.saturate_cast(tf.constant(x), to).numpy()
    end: Any = np.finfo(to) if to.startswith("f") else np.iinfo(to)
    for before, after in zip(x.tolist(), y.tolist(), strict=True):
        nearest = min(max(float(before), float(end.min)), float(end.max))
        assert abs(float(after) - float(nearest)) <= 1e-3 * abs(float(nearest))
        assert (after >= 0) == (before >= 0) or to.startswith("u")


def test_complex_parts_of_other_dtypes() -> None:
    with pytest.raises(TypeError, match="incorrect types"):
        tf.complex(1, 2)
    with pytest.raises(TypeError, match="float32 float64"):
        tf.complex(tf.constant(1.0), tf.constant(1.0, tf.float64))
    with pytest.raises(TypeError, match="numeric"):
        tf.math.conj("a")


def test_a_real_tensor_is_its_own_real_part() -> None:
    x = tf.constant([1.0, -2.0])
    assert tf.math.real(x) is x and tf.math.conj(x) is x
    assert tf.math.imag(x).numpy().tolist() == [0, 0]


def test_shifts_by_the_width_or_more_are_defined() -> None:
    assert tf.bitwise.left_shift(1, 40).numpy() == np.int32(-(2**31))
    assert tf.bitwise.right_shift(-8, 100).numpy() == -1
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.bitwise.bitwise_and(1.0, 2.0)


def test_logic_takes_bools() -> None:
    for name in ("logical_and", "logical_or", "math.logical_xor"):
        with pytest.raises(TypeError, match="Cannot convert 1 to EagerTensor of dtype bool"):
            function(name)([1, 0], [1, 1])
        with pytest.raises(tf.errors.InvalidArgumentError, match="allowed values: bool"):
            function(name)(tf.constant([1, 0]), [True, True])
        assert function(name)(np.array([1, 0]), [True, True]).dtype == tf.bool
    with pytest.raises(TypeError, match="Cannot convert 1 to EagerTensor of dtype bool"):
        tf.logical_not(1)
    with pytest.raises(tf.errors.InvalidArgumentError, match="allowed values: bool"):
        tf.logical_not(tf.constant(1))


def test_a_test_of_numbers_leaves_the_gradient_around_it() -> None:
    x = tf.constant([1.0, np.nan, 3.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.where(tf.math.is_nan(x), 0.0, x * x)
    assert tape.gradient(y, x).numpy()[[0, 2]].tolist() == [2, 6]


def test_functions_map_over_a_batch() -> None:
    def f(row: Any) -> Any:
        whole = tf.floor(row) + tf.math.floordiv(row, 2.0) + tf.cast(row > 1.5, row.dtype)
        return whole + tf.math.erf(row) + tf.add_n([row, row]) + tf.math.xlogy(row, row)

    x = tf.constant([[0.5, 1.0], [2.0, 3.5]])
    exact = tf.stack([f(row) for row in tf.unstack(tf.cast(x, tf.float64))])
    assert_near(tf.vectorized_map(f, x), exact, units=8)


def test_one_complex_number_is_in_order_and_two_are_not() -> None:
    assert tf.math.is_non_decreasing(1j) and tf.math.is_strictly_increasing([1j])
    with pytest.raises(tf.errors.InvalidArgumentError, match="allowed values"):
        tf.math.is_non_decreasing([1j, 2j])


def test_a_root_as_a_power_is_positive() -> None:
    for x in (tf.constant([-np.inf, -0.0, 4.0]), tf.constant([-np.inf, -0.0, 4.0], tf.float64)):
        for y in (x**0.5, tf.pow(x, tf.constant(0.5, x.dtype)), tf.pow(x, [0.5] * 3)):
            assert y.numpy().tolist() == [np.inf, 0.0, 2.0]
            assert not np.signbit(y.numpy()).any()


def test_an_array_of_doubles_is_a_prediction() -> None:
    assert tf.math.in_top_k([0], np.array([[0.5, 0.25]]), 1).numpy().tolist() == [True]
