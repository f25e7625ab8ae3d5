"""Runs a case under gradtape: values, gradients in both modes, finite differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import gradtape as tf
from tests.core.ops.cases import Case
from tests.support.exact import widened

Array = np.ndarray[Any, Any]


def cotangent(shape: tuple[int, ...], dtype: Any, k: int) -> Array:
    """The cotangent of output number `k` (the same as the recorder's)."""
    rng = np.random.default_rng(1000 + k)
    g = rng.standard_normal(shape)
    if np.dtype(dtype).kind == "c":
        return (g + 1j * rng.standard_normal(shape)).astype(dtype)
    return np.asarray(g.astype(dtype))


def cotangents(outputs: list[Any]) -> list[Any]:
    """The cotangents of these outputs, as tensors."""
    return [
        tf.constant(cotangent(tuple(t.shape), t.dtype.as_numpy_dtype, k))
        for k, t in enumerate(outputs)
    ]


def arrays(case: Case) -> list[Array]:
    """The arrays of a case's draws."""
    return [a for _, a in case.draws()]


def narrowed(array: Array) -> Array:
    """float64 as float32, complex128 as complex64."""
    return array.astype({"f": np.float32, "c": np.complex64}.get(array.dtype.kind, array.dtype))


def exact(case: Case, inputs: list[Array], single: list[Any], compute: Any) -> list[Any]:
    """What `compute` (`values`, `gradients`) gives for single precision `inputs` in double.

    Where its result in single precision has whole numbers alone, that is exact already. What
    float64 holds and float32 does not is float32's last number.
    """
    if not any(x is not None and x.dtype.kind in "fc" for x in single):
        return single
    limits = np.finfo(np.float32)

    def fitting(x: Any) -> Any:
        if x is None or x.dtype != np.float64:
            return x
        return np.where(np.isfinite(x), np.clip(x, limits.min, limits.max), x)

    return [fitting(x) for x in compute(case, [widened(a) for a in inputs])]


def flat(y: Any) -> list[Any]:
    """All outputs as tensors."""
    return [tf.convert_to_tensor(t) for t in tf.nest.flatten(y)]


def numeric(tensors: list[Any]) -> list[Any]:
    """Those that can be differentiated."""
    return [t for t in tensors if t.dtype.is_differentiable]


def values(case: Case, inputs: list[Array]) -> list[Array]:
    """The outputs as arrays."""
    return [np.asarray(t) for t in flat(case.call(tf, [tf.constant(a) for a in inputs]))]


def gradients(case: Case, inputs: list[Array]) -> list[Any]:
    """∂(Σ output·cotangent)/∂source, each an array or None."""
    tensors = [tf.constant(a) for a in inputs]
    sources = [tensors[k] for k in case.sources()]
    with tf.GradientTape() as tape:
        tape.watch(sources)
        outputs = numeric(flat(case.call(tf, tensors)))
    gs = [
        tf.constant(cotangent(tuple(t.shape), t.dtype.as_numpy_dtype, k))
        for k, t in enumerate(outputs)
    ]
    grads = (
        tape.gradient(outputs, sources, output_gradients=gs) if outputs else [None] * len(sources)
    )
    return [None if g is None else np.asarray(tf.convert_to_tensor(g)) for g in grads]


def objective(case: Case, inputs: list[Array]) -> float:
    """Σ Re(conj(cotangent)·output): what `gradients` differentiates, as a number."""
    outputs = numeric(flat(case.call(tf, [tf.constant(a) for a in inputs])))
    total = 0.0
    for k, t in enumerate(outputs):
        g = cotangent(tuple(t.shape), t.dtype.as_numpy_dtype, k)
        total += float(np.real(np.sum(np.conj(g) * np.asarray(t))))
    return total


def directional(
    f: Callable[[list[Array]], float], inputs: list[Array], along: list[Array], at: list[int]
) -> float:
    """The derivative of f along a direction, by central differences of fourth order."""

    def moved(h: float) -> float:
        new = list(inputs)
        for k, d in zip(at, along, strict=True):
            new[k] = inputs[k] + h * d
        return f(new)

    h = 1e-3
    return (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h)


def direction(case: Case, inputs: list[Array], seed: int = 7) -> list[Array]:
    """A random direction, one array per source, of length about one."""
    rng = np.random.default_rng(seed)
    out = []
    for k in case.sources():
        d = rng.standard_normal(inputs[k].shape)
        if inputs[k].dtype.kind == "c":
            d = d + 1j * rng.standard_normal(inputs[k].shape)
        if case.option("symmetric", False) and d.ndim >= 2:
            d = d + np.swapaxes(d, -1, -2).conj()
        out.append(d / max(1.0, float(np.linalg.norm(d.ravel()))))
    return out


def inner(a: list[Any], b: list[Array]) -> float:
    """Re Σ conj(a)·b, with None as zero."""
    return sum(
        float(np.real(np.sum(np.conj(x) * y))) for x, y in zip(a, b, strict=True) if x is not None
    )
