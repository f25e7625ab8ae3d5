"""Every case: value and gradients against TensorFlow, both modes, second order, Jacobian."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradtape as tf
from tests.core.ops.cases import Case
from tests.core.ops.support import running
from tests.core.ops.support.goldens import golden


def _close(got: Any, want: Any, tol: float, what: str) -> None:
    if want.dtype.kind not in "fc":
        assert np.array_equal(got, want), f"{what}: {got} != {want}"
        return
    scale = float(np.max(np.abs(want), initial=0.0, where=np.isfinite(want))) + 1e-30
    np.testing.assert_allclose(got, want, rtol=tol, atol=tol * max(scale, 1e-3), err_msg=what)


def test_value_is_tensorflows(family: str, case: Case) -> None:
    """The value, its shape and dtype, in float64 and float32."""
    recorded = golden(family, case.id)
    inputs = running.arrays(case)
    if "error" in recorded.note:
        with pytest.raises(Exception) as caught:
            running.values(case, inputs)
        assert type(caught.value).__name__ == recorded.note["error"]
        return
    got = running.values(case, inputs)
    assert len(got) == len(recorded.values)
    for k, (a, b) in enumerate(zip(got, recorded.values, strict=True)):
        assert a.shape == b.shape and a.dtype == b.dtype, (
            f"output {k}: {a.dtype}{a.shape} != {b.dtype}{b.shape}"
        )
        if case.option("up_to_sign", None):
            a, b = np.abs(a), np.abs(b)
        _close(a, b, case.option("tol", 1e-9), f"output {k}")
    if case.option("float32", True) and "error32" not in recorded.note:
        inputs = [running.narrowed(a) for a in inputs]
        narrow = running.values(case, inputs)
        exact = running.exact(case, inputs, narrow, running.values)
        for k, (a, b, e) in enumerate(zip(narrow, recorded.values32, exact, strict=True)):
            assert a.shape == b.shape and a.dtype == b.dtype, (
                f"float32 output {k}: {a.dtype} != {b.dtype}"
            )
            if a.dtype.kind not in "fc":
                e = b
            if case.option("up_to_sign", None):
                a, b, e = np.abs(a), np.abs(b), np.abs(e)
            # two roundings are held to the exact value, each for itself
            for whose, x in (("", a), (" of TensorFlow", b)):
                _close(x, e, case.option("tol32", 3e-6), f"float32 output {k}{whose}")


def test_gradient_is_tensorflows(family: str, case: Case) -> None:
    """The gradient of every source, None and LookupError where TensorFlow has them."""
    recorded = golden(family, case.id)
    if "error" in recorded.note or not case.sources() or case.option("up_to_sign", None):
        return
    inputs, expected = running.arrays(case), recorded.note["gradients"]
    if isinstance(expected, str) and expected.startswith("LookupError"):
        with pytest.raises(LookupError, match=expected.removeprefix("LookupError: ")):
            running.gradients(case, inputs)
        return
    got = running.gradients(case, inputs)
    if isinstance(expected, str):  # TensorFlow failed otherwise: finite differences alone decide
        assert case.option("differs", None), (
            f"TensorFlow raised {expected}; say with _differs why gradtape is right"
        )
        return
    if case.option("differs", None):
        same = all(
            (a is None) == (recorded.gradient(k) is None)
            and (a is None or np.allclose(a, recorded.gradient(k), equal_nan=True))
            for k, a in enumerate(got)
        )
        assert not same, "TensorFlow agrees: the option `_differs` is not needed"
        return
    for k, a in enumerate(got):
        want = recorded.gradient(k)
        assert (a is None) == (want is None), f"source {k}: {a} instead of {want}"
        if a is not None:
            assert a.shape == want.shape and a.dtype == want.dtype
            _close(a, want, case.option("tol", 1e-9), f"gradient of source {k}")


def _differentiable(case: Case, algebra: bool = False) -> bool:
    """Whether the checks by differences, or those by `algebra` alone, apply."""
    numeric = case.option("numeric", True)
    return bool(case.sources()) and (numeric is True or (algebra and numeric == "algebra"))


def _algebra(case: Case) -> float:
    """The tolerance of an identity that holds but for rounding."""
    return 1e-8 if case.option("numeric", True) is True else 1e-4


def _grads_or_none(case: Case, inputs: list[Any]) -> list[Any] | None:
    try:
        grads = running.gradients(case, inputs)
    except LookupError:
        return None
    except Exception:
        return None
    return None if all(g is None for g in grads) else grads


def test_reverse_mode_is_the_derivative(family: str, case: Case) -> None:
    """⟨gradient, d⟩ equals the finite difference along d."""
    inputs = running.arrays(case)
    grads = _grads_or_none(case, inputs) if _differentiable(case) else None
    if grads is None:
        return
    d = running.direction(case, inputs)
    held = [np.zeros_like(x) if g is None else x for g, x in zip(grads, d, strict=True)]
    want = running.directional(
        lambda new: running.objective(case, new), inputs, held, case.sources()
    )
    got = running.inner(grads, held)
    assert got == pytest.approx(want, rel=2e-6, abs=2e-7), (
        f"reverse {got}, finite difference {want}"
    )


def test_forward_mode_is_the_transpose_of_reverse(family: str, case: Case) -> None:
    """⟨Jᵀg, t⟩ = ⟨g, J t⟩ to rounding."""
    inputs = running.arrays(case)
    grads = (
        _grads_or_none(case, inputs)
        if _differentiable(case, algebra=True) and case.option("forward", True)
        else None
    )
    if grads is None:
        return
    d = running.direction(case, inputs)
    tensors = [tf.constant(a) for a in inputs]
    primals = [tensors[k] for k in case.sources()]
    tangents = [tf.cast(tf.constant(x), p.dtype) for x, p in zip(d, primals, strict=True)]
    with tf.autodiff.ForwardAccumulator(primals, tangents) as acc:
        outputs = running.numeric(running.flat(case.call(tf, tensors)))
    pushed = [acc.jvp(t) for t in outputs]
    gs = [
        running.cotangent(tuple(t.shape), t.dtype.as_numpy_dtype, k) for k, t in enumerate(outputs)
    ]
    got = running.inner([None if p is None else np.asarray(p) for p in pushed], gs)
    want = running.inner(grads, d)
    assert got == pytest.approx(want, rel=_algebra(case), abs=_algebra(case))


def test_second_order_is_the_derivative_of_the_first(family: str, case: Case) -> None:
    """The gradient of ⟨gradient, d⟩ against the finite difference of the gradient."""
    inputs = running.arrays(case)
    grads = (
        _grads_or_none(case, inputs)
        if _differentiable(case) and case.option("second", True)
        else None
    )
    if grads is None:
        return
    d = running.direction(case, inputs, seed=8)
    tensors = [tf.constant(a) for a in inputs]
    sources = [tensors[k] for k in case.sources()]
    with tf.GradientTape() as outer:
        outer.watch(sources)
        with tf.GradientTape() as inner:
            inner.watch(sources)
            outputs = running.numeric(running.flat(case.call(tf, tensors)))
        gs = [
            tf.constant(running.cotangent(tuple(t.shape), t.dtype.as_numpy_dtype, k))
            for k, t in enumerate(outputs)
        ]
        first = inner.gradient(outputs, sources, output_gradients=gs)
        first = [None if g is None else tf.convert_to_tensor(g) for g in first]
    used = [g for g in first if g is not None]
    along = [tf.constant(x) for x, g in zip(d, first, strict=True) if g is not None]
    second = outer.gradient(used, sources, output_gradients=along)
    second = [None if g is None else np.asarray(tf.convert_to_tensor(g)) for g in second]
    e = running.direction(case, inputs, seed=9)

    def first_along(new: list[Any]) -> float:
        return running.inner(running.gradients(case, new), d)

    want = running.directional(first_along, inputs, e, case.sources())
    got = running.inner(second, e)
    assert got == pytest.approx(want, rel=2e-5, abs=2e-6), (
        f"second order {got}, finite difference {want}"
    )


def test_a_pullback_transposed_is_the_tangent(family: str, case: Case) -> None:
    """Jᵀg is linear in g: its derivative along d is J·d, and the derivative of that is Jᵀ again."""
    inputs = running.arrays(case)
    grads = _grads_or_none(case, inputs) if _differentiable(case, algebra=True) else None
    if grads is None:
        return
    d = running.direction(case, inputs)
    tensors = [tf.constant(a) for a in inputs]
    sources = [tensors[k] for k in case.sources()]
    with tf.GradientTape() as tape:
        tape.watch(sources)
        outputs = running.numeric(running.flat(case.call(tf, tensors)))
    gs = running.cotangents(outputs)
    used = [k for k, g in enumerate(grads) if g is not None]
    along = [tf.constant(d[k].astype(grads[k].dtype)) for k in used]
    with tf.GradientTape() as third:
        third.watch(along)
        with tf.GradientTape() as outer:
            outer.watch(gs)
            pulled = tape.gradient(outputs, sources, output_gradients=gs)
            pulled = [tf.convert_to_tensor(pulled[k]) for k in used]
        pushed = outer.gradient(pulled, gs, output_gradients=along)
        pushed = [None if p is None else tf.convert_to_tensor(p) for p in pushed]
    again = third.gradient(
        [p for p in pushed if p is not None],
        along,
        output_gradients=[g for p, g in zip(pushed, gs, strict=True) if p is not None],
    )
    want = running.inner(grads, d)
    close = {"rel": _algebra(case), "abs": _algebra(case) / 10}
    pushed = [None if p is None else np.asarray(p) for p in pushed]
    assert running.inner(pushed, [np.asarray(g) for g in gs]) == pytest.approx(want, **close)
    again = [None if p is None else np.asarray(tf.convert_to_tensor(p)) for p in again]
    assert running.inner(again, [d[k] for k in used]) == pytest.approx(want, **close)


def test_batched_jacobian_is_the_loop(family: str, case: Case) -> None:
    """One batched pass gives the rows that a gradient per element gives."""
    inputs = running.arrays(case)
    grads = (
        _grads_or_none(case, inputs)
        if _differentiable(case) and case.option("jacobian", True)
        else None
    )
    if grads is None:
        return
    tensors = [tf.constant(a) for a in inputs]
    sources = [tensors[k] for k in case.sources()]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(sources)
        outputs = running.numeric(running.flat(case.call(tf, tensors)))
    target = outputs[0]
    size = int(np.prod(target.shape, dtype=int))
    if size == 0:
        return
    batched = tape.jacobian(target, sources)
    for row in sorted({0, size // 2, size - 1}):
        one = np.zeros(size, target.dtype.as_numpy_dtype)
        one[row] = 1
        loop = tape.gradient(
            target, sources, output_gradients=tf.constant(one.reshape(target.shape))
        )
        for b, g, s in zip(batched, loop, sources, strict=True):
            assert (b is None) == (g is None)
            if g is not None:
                assert tuple(b.shape) == (*target.shape, *s.shape)
                rows = np.asarray(b).reshape((size, *s.shape))
                np.testing.assert_allclose(
                    rows[row], np.asarray(tf.convert_to_tensor(g)), rtol=1e-9, atol=1e-11
                )


def test_gradients_keep_the_dtype(family: str, case: Case) -> None:
    """In float32 the gradient is float32 and close to the one in float64."""
    inputs = running.arrays(case)
    grads = (
        _grads_or_none(case, inputs)
        if _differentiable(case) and case.option("float32", True)
        else None
    )
    if grads is None:
        return
    narrow = running.gradients(case, [running.narrowed(a) for a in inputs])
    for a, b in zip(narrow, grads, strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            assert a.dtype == running.narrowed(b).dtype
            scale = float(np.max(np.abs(b), initial=0.0)) + 1e-3
            np.testing.assert_allclose(a, b, rtol=case.option("rtol32", 2e-3), atol=1e-4 * scale)
