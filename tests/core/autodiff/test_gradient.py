"""`tape.gradient`: targets, sources, cotangents, None and zeros, slices, higher orders."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import numpy as np
import pytest

import gradtape as tf
from tests.support.exact import assert_near


def grad(f: Any, *xs: Any, **kwargs: Any) -> Any:
    tensors = [tf.constant(x) for x in xs]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        y = f(*tensors)
    return tape.gradient(y, tensors[0] if len(tensors) == 1 else tensors, **kwargs)


def test_the_result_has_the_structure_of_the_sources() -> None:
    Pair = namedtuple("Pair", "a b")
    x, z = tf.Variable(2.0), tf.Variable(5.0)
    for sources in ([x, z], (x, z), {"x": x, "z": z}, Pair(x, z), [[x], {"k": (z,)}], [], {}):
        with tf.GradientTape() as tape:
            y = x * z
        got = tape.gradient(y, sources)
        tf.nest.assert_same_structure(got, sources)
        assert [float(g) for g in tf.nest.flatten(got)] == [5, 2][: len(tf.nest.flatten(sources))]


def test_many_targets_are_summed() -> None:
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        a, b = x * x, x * 3.0
    assert tape.gradient({"a": a, "b": b}, x).numpy().tolist() == [5, 7]
    assert tape.gradient([], x) is None


def test_a_target_that_is_a_source() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
    assert tape.gradient(x, x).numpy() == 1
    assert tape.gradient([x, y], x).numpy() == 7
    unseen = tf.Variable(2.0)
    assert tape.gradient(unseen, unseen).numpy() == 1


def test_intermediate_values_are_sources_too() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        z = y * y
    assert [g.numpy() for g in tape.gradient([y, z], [y, x])] == [19, 114]


@pytest.mark.parametrize("bad", [None, 1.0, np.ones(2), "text"])
def test_targets_and_sources_that_are_no_tensors(bad: Any) -> None:
    x = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x * x
    for target, sources in ((bad, x), ([y, bad], x), (y, bad), (y, [x, bad])):
        with pytest.raises(TypeError, match=r"target|source"):
            tape.gradient(target, sources)
    assert tape.gradient(y, x).numpy() == 4  # the tape is still usable


def test_an_integer_target_has_no_gradient() -> None:
    x = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y = tf.cast(x * x, tf.int32)
        z = tf.cast(y, tf.float32)
    assert tape.gradient(y, x) is None
    assert tape.gradient(z, x) is None
    assert tape.gradient(y, x, unconnected_gradients="zero").numpy() == 0


def test_unconnected_gradients() -> None:
    x, n, s = tf.Variable([2.0, 2.0]), tf.constant([1, 2]), tf.constant("text")
    with tf.GradientTape(persistent=True) as tape:
        y = tf.Variable(3.0) ** 2
    zeros = tape.gradient(y, [x, n, s], unconnected_gradients=tf.UnconnectedGradients.ZERO)
    assert zeros[0].numpy().tolist() == [0, 0]
    assert zeros[1].dtype == tf.int32 and zeros[2].numpy() == b""
    with pytest.raises(ValueError, match="Unknown value for unconnected_gradients: 'bogus'"):
        tape.gradient(y, x, unconnected_gradients="bogus")


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_a_mask_lets_a_cotangent_through_as_it_is_or_not_at_all(dtype: str) -> None:
    g = np.array([-0.0, np.nan, np.inf, -np.inf, 5e-5] * 2, dtype)
    x = tf.constant([1.0] * 5 + [-1.0] * 5, dtype)
    zero = tf.zeros([10], dtype)
    kept, stopped = g.copy(), g.copy()
    kept[5:], stopped[:5] = 0, 0
    for function, expected in (
        (tf.nn.relu, kept),
        (lambda x: tf.maximum(x, zero), kept),
        (lambda x: tf.minimum(zero, x), stopped),
        (lambda x: tf.where(x > 0, x, zero), kept),
        (lambda x: tf.where(x > 0, zero, x), stopped),
    ):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        pulled = tape.gradient(y, x, output_gradients=tf.constant(g)).numpy()
        assert pulled.dtype == dtype
        assert pulled.tobytes() == expected.tobytes()


def test_output_gradients() -> None:
    assert grad(lambda x: x * x, [1.0, 2.0], output_gradients=[3.0, 5.0]).numpy().tolist() == [
        6,
        20,
    ]
    assert grad(lambda x: x * x, [1.0, 2.0], output_gradients=2.0).numpy().tolist() == [4, 8]
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
    assert (
        tape.gradient([y, y], x, output_gradients=[2.0, None]).numpy() == 18
    )  # None stands for ones
    for wrong in ([2.0], [1.0, 2.0, 3.0]):
        with pytest.raises(ValueError, match="entries for 2 targets"):
            tape.gradient([y, y], x, output_gradients=wrong)
    with pytest.raises(tf.errors.InvalidArgumentError, match="Incompatible shapes"):
        tape.gradient(y, x, output_gradients=[1.0, 2.0])
    with pytest.raises(tf.errors.InvalidArgumentError, match="must be float32"):
        tape.gradient(y, x, output_gradients=tf.constant(1.0, tf.float64))


def test_paths_that_leave_are_lost() -> None:
    x = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x * x
        lost = [tf.constant(y.numpy()) * 2.0, tf.constant(float(y)) * 2.0, tf.Variable(y) * 2.0]
        half = float(x) * x
    assert tape.gradient(lost, x) is None
    assert tape.gradient(half, x).numpy() == 2


def test_identity_is_kept() -> None:
    x = tf.constant(2.0)
    assert tf.constant(x) is x and tf.convert_to_tensor(x) is x and tf.cast(x, tf.float32) is x
    assert tf.identity(x) is not x


def test_variables_are_read_at_that_moment() -> None:
    v = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = v * v
        v.assign(10.0)
        y = y + v * v
    v.assign(100.0)
    assert tape.gradient(y, v).numpy() == 22
    x, w = tf.constant(2.0), tf.Variable(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = w.assign_add(x * 5.0) * 3.0
    assert [None if g is None else g.numpy() for g in tape.gradient(y, [w, x])] == [3, None]


def test_gather_gives_indexed_slices() -> None:
    table = tf.Variable(np.arange(6, dtype="f").reshape(3, 2))
    with tf.GradientTape(persistent=True) as tape:
        y = tf.gather(table, [2, 0, 2])
        z = table * 1.0
    g = tape.gradient(y, table)
    assert isinstance(g, tf.IndexedSlices)
    assert g.indices.numpy().tolist() == [2, 0, 2]
    assert tf.convert_to_tensor(g).numpy().tolist() == [[1, 1], [0, 0], [2, 2]]
    assert not isinstance(tape.gradient([y, z], table), tf.IndexedSlices)
    assert isinstance(tape.gradient([y, tf.constant(0.0)], table), tf.IndexedSlices)


def test_no_gradient_registered() -> None:
    image, delta = tf.Variable([[[0.5, 0.0, 0.0]]]), tf.Variable(0.1)
    with tf.GradientTape(persistent=True) as tape:
        new = tf.image.adjust_contrast(image, delta)
        other = image * 2.0
    with pytest.raises(
        LookupError, match="^'?gradient registry has no entry for: AdjustContrastv2'?$"
    ):
        tape.gradient(new, [image, delta])
    with pytest.raises(LookupError):
        tape.jacobian(new, image)
    assert tape.gradient(other, image) is not None


def test_a_refusal_only_where_it_is_on_the_way() -> None:
    x = tf.constant([1.0, np.nan])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.where(tf.math.is_nan(x), 0.0, x)
        mask = tf.math.is_nan(x)
    assert tape.gradient(y, x).numpy().tolist() == [1, 0]
    with pytest.raises(LookupError, match="IsNan"):
        tape.gradient(mask, x)


def test_higher_orders() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape() as t3:
        t3.watch(x)
        with tf.GradientTape() as t2:
            t2.watch(x)
            with tf.GradientTape() as t1:
                t1.watch(x)
                y = x**4
            d1 = t1.gradient(y, x)
        d2 = t2.gradient(d1, x)
    assert [d.numpy() for d in (d1, d2, t3.gradient(d2, x))] == [108, 108, 72]


def test_the_inner_recording_may_be_older_than_the_outer() -> None:
    x = tf.constant(3.0)
    with tf.GradientTape(persistent=True) as inner:
        inner.watch(x)
        y = x**3
    with tf.GradientTape() as outer:
        outer.watch(x)
        g = inner.gradient(y, x)
    assert outer.gradient(g, x).numpy() == 18


def test_hessian_vector_products_three_ways() -> None:
    x, v = tf.constant([1.0, 2.0, 3.0]), tf.constant([1.0, -1.0, 0.5])

    def f(x: Any) -> Any:
        return tf.reduce_sum(x**3) + x[0] * x[1] * x[2]

    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        g = inner.gradient(y, x)
    tape_in_tape = outer.gradient(g, x, output_gradients=v)
    with tf.autodiff.ForwardAccumulator(x, v) as acc:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        g = tape.gradient(y, x)
    forward_over_reverse = acc.jvp(g)
    with tf.GradientTape() as tape:
        tape.watch(x)
        with tf.autodiff.ForwardAccumulator(x, v) as acc:
            y = f(x)
        pushed = acc.jvp(y)
    reverse_over_forward = tape.gradient(pushed, x)
    want = [6 - 3 + 1.0, 3 - 12 + 0.5, 2 - 1 + 9.0]
    for got in (tape_in_tape, forward_over_reverse, reverse_over_forward):
        np.testing.assert_allclose(got, want, rtol=1e-6)


def test_jacobian_shapes_and_values() -> None:
    x = tf.Variable(np.arange(6, dtype="f").reshape(2, 3))
    w = tf.Variable(np.arange(12, dtype="f").reshape(3, 4))
    unused = tf.Variable([1.0])
    with tf.GradientTape(persistent=True) as tape:
        y = x @ w
    jx, jw, none = tape.jacobian(y, [x, w, unused])
    assert jx.shape == (2, 4, 2, 3) and jw.shape == (2, 4, 3, 4) and none is None
    np.testing.assert_allclose(np.einsum("ijik->ijk", jx), np.broadcast_to(w.numpy().T, (2, 4, 3)))
    zero = tape.jacobian(y, unused, unconnected_gradients="zero")
    assert zero.shape == (2, 4, 1)
    with pytest.raises(TypeError, match="one tf.Tensor"):
        tape.jacobian([y], x)


def test_batch_jacobian() -> None:
    x = tf.constant(np.random.default_rng(0).normal(size=(7, 5)))
    w = tf.constant(np.random.default_rng(1).normal(size=(5, 6)))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.nn.elu(x @ w)
        flat = tf.reduce_sum(y)
        alone = tf.ones((7, 4))
    jb = tape.batch_jacobian(y, x, parallel_iterations=2, experimental_use_pfor=False)
    full = tape.jacobian(y, x)
    assert jb.shape == (7, 6, 5)
    slope = np.exp(np.minimum(x.numpy() @ w.numpy(), 0))
    exact = slope[:, :, np.newaxis] * w.numpy().T
    for jacobian in (jb, tf.einsum("bxby->bxy", full)):
        np.testing.assert_allclose(jacobian, exact, rtol=1e-13)
    assert np.all(tape.batch_jacobian(alone, x).numpy() == 0)
    with pytest.raises(ValueError, match="rank at least 2"):
        tape.batch_jacobian(flat, x)
    with pytest.raises(ValueError, match="Need first dimension of target shape"):
        tape.batch_jacobian(y[:3], x)


def test_complex_numbers_follow_the_conjugate_convention() -> None:
    z = tf.constant(1 + 2j)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(z)
        square = z * z
        modulus = tf.abs(z)
        mixed = tf.math.real(z) + 2 * tf.math.imag(z)
    assert tape.gradient(square, z).numpy() == 2 - 4j
    assert_near(tape.gradient(modulus, z), (1 + 2j) / abs(1 + 2j), units=4)
    assert tape.gradient(mixed, z).numpy() == 1 + 2j


def test_slices_are_a_composite_of_nest() -> None:
    slices = tf.IndexedSlices(tf.constant([[1.0, 2.0]]), tf.constant([0]))
    assert tf.nest.flatten([slices]) == [slices]
    parts = tf.nest.flatten([slices], expand_composites=True)
    assert [p.numpy().tolist() for p in parts] == [[[1, 2]], [0]]
    again = tf.nest.pack_sequence_as(slices, parts, expand_composites=True)
    assert isinstance(again, tf.IndexedSlices)


@pytest.mark.parametrize(
    ("value", "one"), [(3, 1), ([1, 2], [1, 1]), (True, True), (np.uint8(7), 1)]
)
def test_an_integer_with_respect_to_itself(value: Any, one: Any) -> None:
    x = tf.constant(value)
    with tf.GradientTape(persistent=True) as tape:
        y = tf.identity(x)
    found = tape.gradient(x, x)
    assert found.dtype is x.dtype
    assert found.numpy().tolist() == one
    assert tape.gradient(x, x, unconnected_gradients="zero").numpy().tolist() == one
    assert tape.gradient(y, x) is None
    z, v = tf.constant(2.0), tf.Variable(3)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(z)
        square = z * z
    by_x, by_z = tape.gradient([x, square], [x, z])
    assert by_x.numpy().tolist() == one
    assert float(by_z) == 4
    assert int(tape.gradient(v, v)) == 1
    if value == 3:
        assert int(tape.gradient([x, x], x)) == 2
        assert int(tape.gradient(x, x, output_gradients=5)) == 5


def test_the_shape_of_slices_of_an_unknown_tensor() -> None:
    slices = tf.IndexedSlices(tf.ones([2, 3]), tf.constant([0, 1]))
    assert slices.shape.rank is None
    assert tf.IndexedSlices(slices.values, slices.indices, tf.constant([5, 3])).shape == (5, 3)


def test_the_jacobian_of_a_gradient_in_slices() -> None:
    table = tf.Variable([[1.0, 2.0], [2.0, 3.0], [4.0, 5.0]])
    with tf.GradientTape(persistent=True) as outer:
        with tf.GradientTape() as inner:
            y = tf.reduce_sum(tf.gather(table, [0, 1, 0]) ** 3)
        slices = inner.gradient(y, table)
    assert isinstance(slices, tf.IndexedSlices)
    found = outer.jacobian(slices, table)
    counts = np.array([2.0, 1.0, 0.0])
    want = np.einsum("ij,ik,jl->ijkl", 6 * table.numpy() * counts[:, None], np.eye(3), np.eye(2))
    assert np.allclose(found, want)
    unknown = tf.IndexedSlices(slices.values, slices.indices)
    with pytest.raises(ValueError, match="dense_shape"):
        outer.jacobian(unknown, table)
