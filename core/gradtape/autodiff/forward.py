"""`ForwardAccumulator`: Jacobian-vector products, computed along with the values.

Accumulators are recorders like tapes. An op's tangent is computed while only the recorders outside
this accumulator are active, so that accumulators and tapes nest to any order.
"""

from __future__ import annotations

from functools import partial
from sys import _getframe
from typing import Any

import numpy as np

from gradtape import nest
from gradtape.autodiff.tape import GradientTape
from gradtape.autodiff.targets import UnconnectedGradients, as_unconnected, zeros_like_source
from gradtape.dispatch.broadcasting import fit
from gradtape.primitives.op import Op
from gradtape.runtime.logger import get_logger
from gradtape.runtime.recorders import observed, recorders, state
from gradtape.tensors.conversion import convert
from gradtape.tensors.indexed_slices import IndexedSlices, dense
from gradtape.tensors.tensor import EagerTensor, Tensor, wrap
from gradtape.tensors.variable import Variable


class ForwardAccumulator:
    """Computes Jacobian-vector products in forward mode.

    `with tf.autodiff.ForwardAccumulator(primals, tangents) as acc:` pushes `tangents` through what
    is computed; `acc.jvp(y)` is then Σ ∂y/∂primal · tangent. Accumulators nest, and combine with
    tapes (forward over reverse is a Hessian-vector product).

    Raises: ValueError where primals and tangents differ in structure, dtype or shape.

    >>> import gradtape as tf
    >>> x = tf.constant(3.0)
    >>> with tf.autodiff.ForwardAccumulator(x, tf.constant(1.0)) as acc:
    ...     y = x * x
    >>> acc.jvp(y).numpy()
    np.float32(6.0)
    """

    inline_records = False
    cut_off_ids: frozenset[int] = frozenset()

    def __init__(self, primals: Any, tangents: Any) -> None:
        nest.assert_same_structure(primals, tangents, check_types=False)
        self.tracked: dict[int, EagerTensor] = {}
        self._variables: dict[int, EagerTensor] = {}
        self._recording = self._entered = False
        for primal, tangent in zip(nest.flatten(primals), nest.flatten(tangents), strict=True):
            self._watch(primal, tangent)

    def _watch(self, primal: Any, tangent: Any) -> None:
        if not isinstance(primal, (Tensor, Variable)):
            raise TypeError(
                f"a primal is a tf.Tensor or tf.Variable, but this one is {primal!r} of type "
                f"{type(primal).__name__}; use tf.constant."
            )
        if not primal.dtype.is_differentiable:
            get_logger().warning(
                "The dtype of the watched primal must be floating (e.g. tf.float32), got %r",
                primal.dtype,
            )
            return
        t = convert(tangent, primal.dtype)
        if t.shape != primal.shape:
            raise ValueError(
                f"a tangent has the shape of its primal, but {t.shape} came for a primal of "
                f"{primal.shape}."
            )
        tensor = primal._tensor if isinstance(primal, Variable) else primal
        if tensor._id in self.tracked:
            raise ValueError(
                f"Tensor {primal!r} was specified as a primal multiple times. This may indicate "
                "an error. If it was intended, please sum the corresponding tangents."
            )
        self.tracked[tensor._id] = t

    def __enter__(self) -> ForwardAccumulator:
        if self._recording:
            raise ValueError("Accumulator is already recording.")
        self._recording = self._entered = True
        state.recorders = (*state.recorders, self)
        return self

    def __exit__(self, *_: Any) -> None:
        self._recording = False
        state.recorders = tuple(r for r in state.recorders if r is not self)

    def jvp(self, primals: Any, unconnected_gradients: Any = UnconnectedGradients.NONE) -> Any:
        """The tangents of `primals`, in their structure; None (or zeros) where none was pushed."""
        if (by := observed.by) is not None and by.listens:
            return by.ask(
                self._jvp,
                _getframe(1),
                primals=primals,
                unconnected_gradients=unconnected_gradients,
            )
        try:
            zero = as_unconnected(unconnected_gradients)
        except ValueError:
            raise ValueError(
                f"{unconnected_gradients!r} is not a valid UnconnectedGradients"
            ) from None

        def tangent(primal: Any) -> Any:
            tensor = primal._tensor if isinstance(primal, Variable) else primal
            t = self.tracked.get(tensor._id) if self._entered else None
            return zeros_like_source(primal) if t is None and zero else t

        return nest.map_structure(tangent, primals)

    _jvp = jvp

    # -- recorder

    def record(
        self, op: Op, xs: tuple[Any, ...], y: Any, params: dict[str, Any], frame: Any
    ) -> None:
        """Push tangents through one op."""
        if op.kind == "nondifferentiable":
            return
        if op.kind == "unregistered":
            raise LookupError(f"gradient registry has no entry for: {op.type}")
        many = type(y) is tuple
        if not many and y._value.dtype.kind not in "fc":
            return
        tangents = [self.tracked.get(x._id) if isinstance(x, EagerTensor) else None for x in xs]
        active = state.recorders
        with recorders(active[: active.index(self)]):
            pushed = (op.jvp or partial(pullback_of_pullback, op))(tangents, y, xs, params)
            if pushed is None:
                return
            for part, t in zip(y if many else (y,), pushed if many else (pushed,), strict=True):
                if t is not None:
                    t = fit(t, tuple(part._value.shape))
                    self.tracked[part._id] = (
                        t if isinstance(t, EagerTensor) else wrap(np.asarray(t))
                    )

    def record_cut(self, *_: Any) -> None:
        """Accumulators keep no cut_off_ids."""

    def note_read(self, variable: Variable, tensor: EagerTensor) -> None:
        """A variable that is a primal is known by its value."""

    def note_exit(self, tensor: Tensor, how: str) -> None:
        """Nothing to remember."""

    def note_assign(self, variable: Variable, tensor: Any) -> None:
        """State stops tangents."""


def pullback_of_pullback(op: Op, tangents: Any, y: Any, xs: Any, params: Any) -> Any:
    """J·t from the pullback alone: g ↦ Jᵀg is linear, and its own pullback at t is J·t."""
    many = type(y) is tuple
    cotangents = tuple(
        wrap(np.zeros(part._value.shape, part._value.dtype)) for part in (y if many else (y,))
    )
    with GradientTape() as tape:
        tape.watch(cotangents)
        g = cotangents if many else cotangents[0]
        if op.pullback is not None:
            results = op.pullback(g, y, *xs, **params)
            results = results if isinstance(results, (tuple, list)) else (results,)
        else:
            results = [
                rule(g, y, *xs, **params) if rule is not None and t is not None else None
                for rule, t in zip(op.rules, tangents, strict=True)
            ]
        pairs = [
            (fit(dense(r) if type(r) is IndexedSlices else r, tuple(t.shape)), t)
            for r, t in zip(results, tangents, strict=True)
            if r is not None and t is not None
        ]
    if not pairs:
        return None
    pulled = tape.gradient(
        [r for r, _ in pairs], list(cotangents), output_gradients=[t for _, t in pairs]
    )
    return tuple(pulled) if many else pulled[0]
