"""`tf.gradients` and `tf.hessians`: inside a `tf.function` alone, as in TensorFlow.

A function whose code names them runs under a tape that records everything it computes; they ask
that tape. What they compute is recorded too, so that gradients of gradients work.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import CellType, CodeType, FunctionType, MethodType
from typing import Any

import numpy as np

from gradtape import nest
from gradtape.autodiff.passes import pull_to, seed
from gradtape.autodiff.tape import GradientTape
from gradtape.autodiff.targets import (
    UnconnectedGradients,
    as_unconnected,
    checked,
    cotangents,
    result,
)
from gradtape.primitives.registry import lookup
from gradtape.tensors.conversion import convert, is_tensor_like
from gradtape.tensors.indexed_slices import IndexedSlices, dense

_EMPTY = CellType()
_NAMES = frozenset({"gradients", "hessians"})
_tape: ContextVar[GradientTape | None] = ContextVar("tape of the running tf.function", default=None)


class _Everything(set[int]):
    """A set that holds every number: of a tape that records all."""

    def __contains__(self, _: object) -> bool:
        return True


def asks_for_gradients(f: Any, seen: set[int] | None = None) -> bool:
    """Whether the code of `f`, or of a function that it calls by name, names these functions."""
    seen = set() if seen is None else seen
    if isinstance(f, MethodType):
        f = f.__func__
    if not isinstance(f, FunctionType) or id(f) in seen:
        return False
    seen.add(id(f))
    names = _names(f.__code__)
    if names & _NAMES:
        return True
    cells = [cell.cell_contents for cell in f.__closure__ or () if cell != _EMPTY]
    called = [f.__globals__[name] for name in names if name in f.__globals__]
    return any(asks_for_gradients(g, seen) for g in (*called, *cells))


def _names(code: CodeType) -> set[str]:
    inner = (_names(part) for part in code.co_consts if isinstance(part, CodeType))
    return set(code.co_names).union(*inner)


@contextmanager
def recorded() -> Iterator[None]:
    """Record all that is computed inside, for `gradients` and `hessians`."""
    if _tape.get() is not None:  # a function called by another one
        yield
        return
    with GradientTape(persistent=True) as tape:
        tape.tracked = _Everything(tape.tracked)
        tape._complex = True
        token = _tape.set(tape)
        try:
            yield
        finally:
            _tape.reset(token)


def _listed(value: Any) -> list[Any]:
    return [convert(x) if not is_tensor_like(x) else x for x in nest.flatten(value)]


def _running(name: str, instead: str) -> GradientTape:
    tape = _tape.get()
    if tape is None:
        raise RuntimeError(
            f"tf.{name} is not supported when eager execution is enabled. Use tf.GradientTape "
            f"instead{instead}, or call tf.{name} inside a tf.function."
        )
    return tape


def gradients(
    ys: Any, xs: Any, grad_ys: Any = None, name: str = "gradients",
    gate_gradients: bool = False, aggregation_method: Any = None, stop_gradients: Any = None,
    unconnected_gradients: Any = UnconnectedGradients.NONE,
) -> list[Any]:  # fmt: skip
    """Σ ∂ys/∂x for each x, as a list; inside a `tf.function` alone.

    `grad_ys` are the cotangents of ys (ones by default). The tensors in `stop_gradients` count as
    constants: nothing goes through them to what they were computed from.

    Raises: RuntimeError outside of a `tf.function` (use `tf.GradientTape`), else as
    `GradientTape.gradient`.

    >>> import gradtape as tf
    >>> @tf.function
    ... def slope(x):
    ...     return tf.gradients(x * x, x)[0]
    >>> slope(tf.constant(3.0)).numpy()
    np.float32(6.0)
    """
    tape = _running("gradients", "")
    zero = as_unconnected(unconnected_gradients)
    targets, sources = checked(_listed(ys), "target"), checked(_listed(xs), "source")
    seeds = None if grad_ys is None else cotangents(targets, ys, grad_ys)
    grads = seed(tape, targets, seeds, False)
    stopped = {i for t in _listed(stop_gradients or []) for i in tape._ids(t)}
    records: Any = tape.records
    if stopped:
        tape.records = kept = [r for r in records if not stopped & set(_outputs(r))]
    try:
        found, ids = pull_to(tape, grads, sources, False, False)
    finally:
        if stopped:
            known = {id(record) for record in records}
            records.extend(record for record in kept if id(record) not in known)
            tape.records = records
    return [result(source, own, found, zero) for source, own in zip(sources, ids, strict=True)]


def _outputs(record: Any) -> tuple[int, ...]:
    made = record[2]
    return made if isinstance(made, tuple) else (made,)


def hessians(ys: Any, xs: Any, name: str = "hessians", **options: Any) -> list[Any]:
    """∂²(Σ ys)/∂x² for each x, of shape x.shape + x.shape; inside a `tf.function` alone.

    Raises: as `tf.gradients`.

    >>> import gradtape as tf
    >>> @tf.function
    ... def curvature(x):
    ...     return tf.hessians(x[0] * x[1], x)[0]
    >>> curvature(tf.constant([3.0, 4.0])).numpy()
    array([[0., 1.],
           [1., 0.]], dtype=float32)
    """
    _running("hessians", ": the jacobian of a gradient")
    reshape, pack = lookup("Reshape"), lookup("Pack")
    found = []
    for x in _listed(xs):
        shape = tuple(x.shape.as_list())
        (slope,) = gradients(ys, x, unconnected_gradients=UnconnectedGradients.ZERO)
        if isinstance(slope, IndexedSlices):
            slope = convert(dense(_ints(slope)))
        size = int(np.prod(shape, dtype=int))
        flat = reshape(slope, shape=(size,))
        rows = [
            gradients(_element(flat, k), x, unconnected_gradients=UnconnectedGradients.ZERO)[0]
            for k in range(size)
        ]
        rows = [convert(dense(_ints(r))) if isinstance(r, IndexedSlices) else r for r in rows]
        found.append(reshape(pack(*rows, axis=0, rank=len(shape)), shape=(*shape, *shape)))
    return found


def _element(flat: Any, k: int) -> Any:
    return lookup("StridedSlice")(flat, index=(k,))


def _ints(slices: IndexedSlices) -> IndexedSlices:
    return IndexedSlices(
        slices.values, slices.indices, [int(n) for n in np.asarray(slices.dense_shape)]
    )
