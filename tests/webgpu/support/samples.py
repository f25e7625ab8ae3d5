"""Calls of ops to try kernels with: every call that the registry's cases make, in float32.

Each case runs with its gradient and the gradient of that, while the kernels of the ops in question
write down what they are given. What they are given is narrowed to what a device holds: float64 to
float32, int64 to int32.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import numpy as np

import gradtape as tf
from gradtape.primitives.registry import REGISTRY, load_all
from gradtape_webgpu.kernels.program import STORED
from tests.core.ops.cases import Case, families

_NARROW = {np.dtype(np.float64): np.float32, np.dtype(np.int64): np.int32}


class Call(NamedTuple):
    """An op on arrays."""

    op: str
    inputs: tuple[np.ndarray[Any, Any], ...]
    params: dict[str, Any]

    def __str__(self) -> str:
        shapes = ",".join(f"{x.dtype}{list(x.shape)}".replace(" ", "") for x in self.inputs)
        return f"{self.op}({shapes};{self.params})"

    def on_cpu(self) -> tuple[np.ndarray[Any, Any], ...]:
        """What the op's own kernel gives."""
        load_all()
        with np.errstate(all="ignore"):
            y = REGISTRY[self.op].kernel(*self.inputs, **self.params)
        return tuple(map(np.asarray, y)) if isinstance(y, tuple) else (np.asarray(y),)

    def exactly(self) -> tuple[np.ndarray[Any, Any], ...]:
        """The same in float64."""
        wide = [x.astype(np.float64) if x.dtype == np.float32 else x for x in self.inputs]
        return Call(self.op, tuple(wide), self.params).on_cpu()


def narrowed(value: Any) -> np.ndarray[Any, Any]:
    """An array of a dtype that a device holds, where there is one."""
    value = np.asarray(value)
    return np.ascontiguousarray(value.astype(_NARROW.get(value.dtype, value.dtype))).reshape(
        value.shape
    )


@contextmanager
def _noting(calls: dict[str, Call], types: frozenset[str]) -> Iterator[None]:
    kernels = {type: REGISTRY[type].kernel for type in types}

    def noting(type: str) -> Any:
        def kernel(*xs: Any, **params: Any) -> Any:
            y = kernels[type](*xs, **params)
            kept = dict(params)
            if "dtype" in kept and np.dtype(kept["dtype"]) in _NARROW:
                kept["dtype"] = _NARROW[np.dtype(kept["dtype"])]
            call = Call(type, tuple(map(narrowed, xs)), kept)
            calls.setdefault(str(call), call)
            return y

        return kernel

    for type in types:
        REGISTRY[type].kernel = noting(type)
    try:
        yield
    finally:
        for type, kernel in kernels.items():
            REGISTRY[type].kernel = kernel


def _run(case: Case) -> None:
    draws = case.draws()
    tensors = [tf.constant(a) for _, a in draws]
    sources = [t for t in tensors if t.dtype.is_floating]
    try:
        with tf.GradientTape() as outer:
            outer.watch(sources)
            with tf.GradientTape() as inner:
                inner.watch(sources)
                y = [tf.convert_to_tensor(t) for t in tf.nest.flatten(case.call(tf, tensors))]
                y = [t for t in y if t.dtype.is_floating]
            first = [g for g in inner.gradient(y, sources) if g is not None]
            first = [tf.convert_to_tensor(g) for g in first]
        outer.gradient(first, sources)
    except Exception:  # a case of what TensorFlow refuses; what ran until then was noted
        return


@cache
def calls(types: frozenset[str]) -> dict[str, list[Call]]:
    """Op type → its calls, without those with an empty array, or one that no device holds."""
    load_all()
    for name in tf.__all__:
        getattr(tf, name)
    noted: dict[str, Call] = {}
    with _noting(noted, types):
        for cases in families().values():
            for case in cases:
                _run(case)
    found: dict[str, list[Call]] = {type: [] for type in types}
    for call in noted.values():
        outputs = call.on_cpu()
        if all(x.size and x.dtype in STORED for x in (*call.inputs, *outputs)):
            found[call.op].append(call)
    return found
