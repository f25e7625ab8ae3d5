"""Reductions, scans, segments, norms and clipping where they can go wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradtape as tf

REDUCTIONS = [
    "sum", "mean", "max", "min", "prod", "logsumexp", "euclidean_norm", "variance", "std",
]  # fmt: skip


def reduction(name: str) -> Any:
    return getattr(tf.math, f"reduce_{name}")


@pytest.mark.parametrize("name", REDUCTIONS)
def test_an_axis_that_is_not_there(name: str) -> None:
    for axis in (2, -3, [0, 2], tf.constant(5)):
        with pytest.raises(tf.errors.InvalidArgumentError, match="Invalid reduction dimension"):
            reduction(name)([[1.0, 2.0]], axis=axis)


@pytest.mark.parametrize("name", REDUCTIONS)
def test_an_axis_that_stands_twice(name: str) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="duplicate dimension: 0"):
        reduction(name)([[1.0, 2.0]], axis=[0, -2])


@pytest.mark.parametrize("name", REDUCTIONS)
def test_an_axis_is_an_integer(name: str) -> None:
    for axis in (0.5, "0", [None]):
        with pytest.raises(TypeError, match="axis takes integers"):
            reduction(name)([1.0], axis=axis)


@pytest.mark.parametrize(
    "axis", [1, -1, [1], (1,), np.array([1]), tf.constant(1), tf.constant([1])]
)
def test_an_axis_in_every_form(axis: Any) -> None:
    assert tf.reduce_sum([[1.0, 2.0], [3.0, 4.0]], axis=axis).numpy().tolist() == [3, 7]


def test_what_reductions_refuse() -> None:
    for bad in ([True, False], ["a"]):
        with pytest.raises(tf.errors.InvalidArgumentError, match="Value for attr 'T'"):
            tf.reduce_sum(bad)
    for name in ("variance", "std"):
        with pytest.raises(TypeError, match="either real or complex"):
            reduction(name)([1, 2])
    with pytest.raises(tf.errors.InvalidArgumentError, match="allowed values: bool"):
        tf.reduce_all(tf.constant([1.0]))
    with pytest.raises(TypeError, match="Cannot convert 1.0 to EagerTensor of dtype bool"):
        tf.reduce_any([1.0])
    with pytest.raises(ValueError, match="non-rectangular"):
        tf.reduce_sum([[1.0], [2.0, 3.0]])


def test_the_mean_of_integers_is_rounded_towards_zero() -> None:
    assert tf.reduce_mean([-3, -4]).numpy() == -3
    assert tf.reduce_mean([3, 4]).numpy() == 3


def test_sums_keep_their_dtype() -> None:
    for dtype in ("int8", "uint16", "int32", "int64", "float16", "float32"):
        x = tf.constant(np.ones(3, dtype))
        for name in ("sum", "prod", "max", "mean"):
            assert reduction(name)(x).dtype == dtype
        assert tf.cumsum(x).dtype == dtype and tf.math.cumprod(x).dtype == dtype


def test_the_second_derivative_of_a_maximum_is_zero() -> None:
    x = tf.constant([1.0, 3.0, 3.0])
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.reduce_max(x) ** 2
        g = inner.gradient(y, x)
    assert g.numpy().tolist() == [0, 3, 3]
    # of y = max², through the maximum: 2·s·sᵀ with s = (0, ½, ½), and nothing from s itself
    assert outer.jacobian(g, x).numpy().tolist() == [[0, 0, 0], [0, 0.5, 0.5], [0, 0.5, 0.5]]


@pytest.mark.parametrize("zeros", [[], [1], [1, 3], [0, 1, 2, 3]])
def test_products_are_exact_at_zeros_in_every_order(zeros: list[int]) -> None:
    values = np.array([0.5, -2.0, 3.0, 1.5])
    values[zeros] = 0.0
    x = tf.constant(values)

    def hessian(product: Any) -> Any:
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = product(x)
            g = inner.gradient(y, x)
        return g.numpy(), outer.jacobian(g, x).numpy()

    first = [np.prod(np.delete(values, i)) for i in range(4)]
    second = [
        [0.0 if i == j else np.prod(np.delete(values, [i, j])) for j in range(4)] for i in range(4)
    ]
    for product in (
        tf.reduce_prod,
        lambda t: tf.math.cumprod(t)[-1],
        lambda t: tf.math.cumprod(t, reverse=True)[0],
        lambda t: tf.math.segment_prod(t, [0, 0, 0, 0])[0],
        lambda t: tf.math.unsorted_segment_prod(t, [2, 2, 2, 2], 3)[2],
        lambda t: tf.reduce_prod(tf.reshape(t, (2, 2))),
    ):
        g, h = hessian(product)
        np.testing.assert_allclose(g, first, atol=1e-15)
        np.testing.assert_allclose(h, second, atol=1e-15)


def test_a_long_running_product_has_the_gradient_of_the_short_way() -> None:
    x = tf.constant(np.linspace(0.9, 1.1, 1000))
    weights = np.cos(np.arange(1000.0))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(tf.math.cumprod(x) * weights)
    products = np.cumprod(x)
    want = np.cumsum((products * weights)[::-1])[::-1] / x.numpy()
    np.testing.assert_allclose(tape.gradient(y, x), want, rtol=1e-10, atol=1e-12)


def test_a_running_logsumexp_over_nothing_has_no_nan() -> None:
    x = tf.constant([-np.inf, -np.inf, 1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.math.cumulative_logsumexp(x)
    g = tape.gradient(y, x).numpy()
    assert y.numpy()[:3].tolist() == [-np.inf, -np.inf, 1.0]
    np.testing.assert_allclose(g, [0, 0, 1 + 1 / (1 + np.e), np.e / (1 + np.e)], rtol=1e-6)


def test_scans_refuse_an_axis_that_is_not_there() -> None:
    for scan in (tf.cumsum, tf.math.cumprod, tf.math.cumulative_logsumexp):
        for x, axis in (([1.0], 1), (1.0, 0)):
            with pytest.raises(tf.errors.InvalidArgumentError, match="Expected scan axis"):
                scan(x, axis=axis)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Value for attr 'T'"):
        tf.math.cumulative_logsumexp([1, 2])


def test_an_index_of_nothing() -> None:
    for function in (tf.argmax, tf.argmin):
        with pytest.raises(tf.errors.InvalidArgumentError, match="is empty"):
            function(tf.zeros((0, 3)))
        with pytest.raises(tf.errors.InvalidArgumentError, match="Expected dimension"):
            function([1.0], axis=1)
        assert function([[2.0, 1.0]], axis=-1, output_type=tf.int32).dtype == tf.int32


def test_counts() -> None:
    assert tf.math.count_nonzero(["", "a", "b"]).numpy() == 2
    assert tf.math.count_nonzero([[True, False]], axis=1, keepdims=True).shape == (1, 1)
    assert np.isnan(tf.math.zero_fraction(tf.zeros((0,))))
    with pytest.raises(tf.errors.InvalidArgumentError, match="non-negative"):
        tf.math.bincount([1, -1])
    with pytest.raises(tf.errors.InvalidArgumentError, match="same shape"):
        tf.math.bincount([1, 2], weights=[1.0])
    with pytest.raises(ValueError, match="axis"):
        tf.math.bincount([[1, 2]], axis=1)
    with pytest.raises(tf.errors.InvalidArgumentError, match="one target per row"):
        tf.math.in_top_k([0, 1], [[0.1, 0.2]], 1)


def test_a_confusion_matrix_refuses_what_is_no_class() -> None:
    for labels, predictions, more, text in (
        ([0, -1], [0, 1], {}, "`labels` contains values outside"),
        ([0, 1], [0, 2], {"num_classes": 2}, "`predictions` contains values outside"),
        ([0, 1], [0], {}, "one length"),
        ([0, 1], [0, 1], {"weights": [1.0]}, "shape of labels"),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError, match=text):
            tf.math.confusion_matrix(labels, predictions, **more)


def test_counted_weights_have_no_gradient_and_say_so() -> None:
    w = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(w)
        y = tf.math.bincount([0, 1], weights=w)
    with pytest.raises(LookupError, match="DenseBincount"):
        tape.gradient(y, w)


def test_segments_refuse_ids_that_do_not_fit() -> None:
    x = tf.constant([1.0, 2.0, 3.0])
    for ids, text in (
        ([0, 2, 1], "not increasing"),
        ([-1, 0, 1], "out of range"),
        ([0, 1], "same size as dimension 0"),
        ([[0, 1, 2]], "should be a vector"),
    ):
        for kind in ("sum", "mean", "max", "min", "prod"):
            with pytest.raises(tf.errors.InvalidArgumentError, match=text):
                getattr(tf.math, f"segment_{kind}")(x, ids)
    for kind in ("sum", "mean", "max", "min", "prod", "sqrt_n"):
        unsorted = getattr(tf.math, f"unsorted_segment_{kind}")
        with pytest.raises(tf.errors.InvalidArgumentError, match="out of range"):
            unsorted(x, [0, 1, 2], 2)
        with pytest.raises(tf.errors.InvalidArgumentError, match="does not start with"):
            unsorted(x, [0, 1], 2)
        with pytest.raises(tf.errors.InvalidArgumentError, match="must not be negative"):
            unsorted(x, [0, 1, 1], -1)
        with pytest.raises(tf.errors.InvalidArgumentError, match="segment_ids must be int"):
            unsorted(x, [0.0, 1.0, 1.0], 2)


def test_segments_without_elements() -> None:
    x, ids = tf.constant([5.0, 7.0]), [0, 2]
    assert tf.math.segment_max(x, ids).numpy().tolist() == [5, 0, 7]
    assert tf.math.segment_prod(x, ids).numpy().tolist() == [5, 1, 7]
    low = np.finfo(np.float32).min
    assert tf.math.unsorted_segment_max(x, ids, 3).numpy().tolist() == [5, low, 7]
    assert tf.math.segment_sum(tf.zeros((0, 2)), tf.zeros((0,), tf.int32)).shape == (0, 2)


def test_segments_map_over_a_batch() -> None:
    x = tf.constant([[1.0, 2.0, 4.0], [3.0, 5.0, 0.0]], tf.float64)
    for f in (
        lambda row: tf.math.segment_max(row, [0, 0, 1]),
        lambda row: tf.math.unsorted_segment_prod(row, [1, 0, 1], 2),
        lambda row: tf.math.unsorted_segment_mean(row, [1, 0, 1], 2),
        lambda row: tf.math.cumulative_logsumexp(row),
        lambda row: tf.norm(row) + tf.reduce_prod(row),
        lambda row: tf.cast(tf.argmax(row) + tf.math.count_nonzero(row), tf.float64),
    ):
        np.testing.assert_allclose(tf.vectorized_map(f, x), tf.stack([f(x[0]), f(x[1])]))


def test_norms_refuse_what_they_do_not_know() -> None:
    x = tf.ones((2, 3))
    for bad in (0, -1, "fro", "nuclear"):
        with pytest.raises(ValueError, match="supported vector norm"):
            tf.norm(x, ord=bad)
    for bad in (3, "nuclear"):
        with pytest.raises(ValueError, match="supported matrix norm"):
            tf.norm(x, ord=bad, axis=[0, 1])
    for axis in ([0, 1, 2], [1, 1], []):
        with pytest.raises(ValueError, match="2 unique integers"):
            tf.norm(x, axis=axis)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"\[Op:Sqrt\]"):
        tf.norm([1, 2])


def test_clipping_refuses_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match="broadcast to the shape of t"):
        tf.clip_by_value([1.0, 2.0], [[0.0], [1.0]], 3.0)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Minimum"):
        tf.clip_by_value(tf.constant([1.0]), 0.0, tf.constant(1.0, tf.float64))
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"\[Op:Sqrt\]"):
        tf.clip_by_norm([1, 2], 1)
    for bad in (tf.constant([1.0]), "ab", 3.0):
        with pytest.raises(TypeError, match="should be a sequence"):
            tf.clip_by_global_norm(bad, 1.0)


def test_a_global_norm_that_is_not_finite_spoils_everything() -> None:
    clipped, norm = tf.clip_by_global_norm([[np.inf, 1.0], None, [2.0]], 1.0)
    assert np.isinf(norm) and clipped[1] is None
    assert all(np.isnan(t).all() for t in (clipped[0], clipped[2]))
    assert float(tf.linalg.global_norm([None])) == 0.0


@pytest.mark.parametrize(
    ("dtype", "values", "mean"),
    [
        ("uint8", [200, 100], 150), ("int8", [-100, -100, -101], -100), ("int8", [-1, -2], -1),
        ("int16", [30000, 30001], 30000), ("uint16", [60000, 60000], 60000),
        ("int32", [2**31 - 1, 2**31 - 2], 2**31 - 2), ("int32", [-(2**31)] * 3, -(2**31)),
        ("uint32", [2**32 - 1, 2**32 - 1], 2**32 - 1), ("int64", [2**63 - 1, 1], 2**62),
        ("int64", [-(2**63), -(2**63) + 1], -(2**63) + 1), ("uint64", [2**64 - 1] * 2, 2**64 - 1),
    ],
)  # fmt: skip
def test_the_mean_of_integers_does_not_overflow(dtype: str, values: list[int], mean: int) -> None:
    x = tf.constant(values, dtype)
    y = tf.reduce_mean(x)
    assert y.dtype.name == dtype
    assert int(y) == mean
    assert tf.reduce_mean(tf.stack([x, x]), axis=1).numpy().tolist() == [mean, mean]
    assert tf.reduce_mean(tf.stack([x, x]), axis=0).numpy().tolist() == values
    assert int(tf.reduce_mean(x[:0])) == 0


def test_means_of_integers_elsewhere() -> None:
    mean, variance = tf.nn.moments(tf.constant([2000000000, 2000000000]), [0])
    assert (int(mean), int(variance)) == (2000000000, 0)
    assert tf.math.segment_mean([-3, -4, 3, 4], [0, 0, 1, 1]).numpy().tolist() == [-3, 3]
    for dtype in ("uint8", "int8", "int16", "uint16", "uint32", "uint64"):
        with pytest.raises(tf.errors.InvalidArgumentError, match="SquaredDifference"):
            tf.nn.moments(tf.constant([100, 50], dtype), [0])


def test_a_row_that_is_not_finite_has_no_class_on_top() -> None:
    rows = [[np.inf, 1.0], [-np.inf, 1.0], [np.nan, 1.0], [0.0, 1.0]]
    for k in (1, 2, 5):
        found = tf.math.in_top_k([1, 1, 1, 1], rows, k).numpy().tolist()
        assert found == [False, False, False, True]
    assert tf.math.in_top_k([0], tf.zeros([1, 0]), 1).numpy().tolist() == [False]


def test_the_place_of_an_extremum_is_that_of_the_extremum() -> None:
    x = tf.constant([1.0, np.nan, 3.0])
    for place, extremum in ((tf.argmax, tf.reduce_max), (tf.argmin, tf.reduce_min)):
        assert int(place(x)) == 1
        assert np.isnan(extremum(x))
        with pytest.raises(tf.errors.InvalidArgumentError, match="'T' of complex128"):
            place([1j, 2j])


def test_bincount_counts_or_adds_or_says_whether() -> None:
    with pytest.raises(ValueError, match="mutually exclusive"):
        tf.math.bincount([1, 2], weights=[1.0, 2.0], binary_output=True)


@pytest.mark.parametrize("name", ["sum", "mean", "max", "min", "prod", "sqrt_n"])
def test_segments_of_nothing_have_a_gradient(name: str) -> None:
    x = tf.zeros((0,))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = getattr(tf.math, f"unsorted_segment_{name}")(x, tf.constant(-1), 0)
    assert y.shape == (0, 0) and tape.gradient(y, x).shape == (0,)


def test_segments_of_empty_rows_take_any_id() -> None:
    y = tf.math.unsorted_segment_max(tf.zeros((3, 0)), tf.constant([0, 0, 3]), 3)
    assert y.shape == (3, 0)
    mean = tf.math.unsorted_segment_mean(tf.zeros((1, 0), tf.uint16), tf.constant([-1]), 0)
    assert mean.dtype == tf.float32


@pytest.mark.parametrize("name", ["segment_max", "segment_min"])
def test_a_nan_that_is_the_extremum_of_its_segment_has_the_gradient(name: str) -> None:
    x = tf.constant([np.nan, 1.0, 3.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = getattr(tf.math, name)(x, [0, 0, 1])
    assert tape.gradient(y, x).numpy().tolist() == [1.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("factors", "gradient"),
    [
        ([np.inf, 0.0, 2.0, 5.0], [0.0, np.inf, 0.0, 1.0]),
        ([np.inf, -np.inf, 1.0, 5.0], [-np.inf, np.inf, -np.inf, 1.0]),
        ([0.0, np.inf, 1.0, 5.0], [np.inf, 0.0, np.nan, 1.0]),
    ],
)
def test_the_gradient_of_a_product_is_the_product_of_the_others_also_of_infinities(
    factors: list[float], gradient: list[float]
) -> None:
    x = tf.constant(factors)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.math.unsorted_segment_prod(x, [1, 1, 1, 0], 2)
    np.testing.assert_array_equal(tape.gradient(y, x), gradient)


@pytest.mark.parametrize("axis", [(0,), [1]])
def test_a_norm_over_one_axis_in_a_list_is_refused(axis: object) -> None:
    with pytest.raises(ValueError, match="a tuple of 2 unique integers"):
        tf.norm(tf.ones((2, 3)), axis=axis)
    assert tf.keras.ops.norm(tf.ones((2, 3)), axis=(0,)).shape == (3,)
