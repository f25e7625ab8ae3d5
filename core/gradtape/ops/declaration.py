"""Declaring an op by the shape of its local Jacobian J.

    elementwise       J is diagonal                        write  rule(g, y, *xs) = J·g per input
    linear            the tangent of f is f itself         write  the transpose per input
    reduction         J = Σ·diag(w)                        write  w(y, x)
    custom            only the pullback is known           write  the pullback
    nondifferentiable no gradient: None                    write  nothing
    unregistered      TensorFlow has no gradient either    LookupError when one is asked for

Each is a decorator over the kernel (NumPy arrays to NumPy arrays), which stays the reference. Rules
call operators and ops alone, so that every order of derivative comes for free. In rules: x, a, b
inputs, y output, g cotangent, t tangent. For complex numbers `elementwise` and `linear` rules are
written as if holomorphic: the machinery conjugates around them (TensorFlow's convention).

A kernel's docstring ends with the sentence "Derivative: …", which the page typesets: of an
elementwise op or a reduction the local derivative, of any other what it sends to each input ("…
with respect to a and … with respect to b"), in terms of its cotangent g.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.dispatch import batching
from gradtape.dispatch.broadcasting import fit
from gradtape.dispatch.elementwise import make_call
from gradtape.primitives.op import ANY, FLOATING, NUMERIC, Op, Rule
from gradtape.primitives.registry import REGISTRY, lookup, register
from gradtape.tensors.tensor import EagerTensor

Kernel = Callable[..., Any]
#: What is called as an op. A tensor comes of tensors, which the type says; in rules an array comes
#: of arrays and a batch of batches, and an op with several results gives a tuple of them.
Call = Callable[..., EagerTensor]
Decorator = Callable[[Kernel], Call]


def _finish(op: Op, function: Kernel) -> Call:
    register(op)
    call = make_call(op)
    call.op = op  # type: ignore[attr-defined]
    call.__name__ = call.__qualname__ = function.__name__
    call.__doc__ = function.__doc__
    call.__module__ = function.__module__
    return call


def elementwise(
    type: str,
    *rules: Rule | None,
    kernel: Kernel | None = None,
    allowed: frozenset[str] = FLOATING,
) -> Decorator:
    """y[i] = f(x[i], …): each rule is J·g, used as it is for tangents and cotangents."""

    def declare(function: Kernel) -> Call:
        def jvp(tangents: Any, y: Any, xs: Any, params: Any) -> Any:
            return total(
                rule(t, y, *xs, **params)
                for rule, t in zip(rules, tangents, strict=True)
                if rule is not None and t is not None
            )

        op = Op(
            type,
            kernel or function,
            name=function.__name__,
            kind="elementwise",
            rules=rules,
            jvp=jvp,
            batch=batching.elementwise,
            allowed=allowed,
            doc=function.__doc__,
        )
        return _finish(op, function)

    return declare


def linear(
    type: str,
    *transposes: Rule | None,
    batch: Callable[..., Any] | None = None,
    allowed: frozenset[str] = ANY,
    structural: bool = False,
) -> Decorator:
    """Linear in each input: write the transpose per input; the tangent is f of the tangent.

    `structural` says that f only moves elements, so complex conjugation passes through it. An input
    whose transpose is None (indices, a mask) is a parameter, not an argument of the linear map.
    """

    def declare(function: Kernel) -> Call:
        def jvp(tangents: Any, y: Any, xs: Any, params: Any) -> Any:
            return total(
                op.call(*xs[:k], t, *xs[k + 1 :], **params)
                for k, t in enumerate(tangents)
                if t is not None and transposes[k] is not None
            )

        op = Op(
            type,
            function,
            kind="linear",
            rules=transposes,
            jvp=jvp,
            batch=batch,
            allowed=allowed,
            structural=structural,
            doc=function.__doc__,
        )
        return _finish(op, function)

    return declare


def reduction(
    type: str,
    weight: Callable[..., Any] | None = None,
    *,
    allowed: frozenset[str] = FLOATING,
    vjp: Rule | None = None,
    jvp: Callable[..., Any] | None = None,
) -> Decorator:
    """y = reduce f(x) over `axis` with J = Σ·diag(w): write w(y, x), y with its reduced axes kept.

    The op takes `axis` (a tuple of negative numbers) and `keepdims`. Where J has no such form
    (prod, whose zeros need care) give `vjp(g, y, x, axis=)` with g and y kept-dims instead.
    """

    def declare(function: Kernel) -> Call:
        def kernel(x: Any, *, axis: tuple[int, ...], keepdims: bool) -> Any:
            return function(np.asarray(x), axis=axis, keepdims=keepdims)

        def rule(g: Any, y: Any, x: Any, *, axis: tuple[int, ...], keepdims: bool) -> Any:
            shape = keepdims_shape(tuple(x.shape), axis)
            if not keepdims:
                g, y = lookup("Reshape")(g, shape=shape), lookup("Reshape")(y, shape=shape)
            return vjp(g, y, x, axis=axis) if vjp is not None else g * weight(y, x)  # type: ignore[misc]

        def pushforward(tangents: Any, y: Any, xs: Any, params: Any) -> Any:
            (t,), (x,), axis = tangents, xs, params["axis"]
            if jvp is not None:
                return jvp(t, y, x, **params)
            y = lookup("Reshape")(y, shape=keepdims_shape(tuple(x.shape), axis))
            return lookup("Sum")(t * weight(y, x), axis=axis, keepdims=params["keepdims"])  # type: ignore[misc]

        op = Op(
            type,
            kernel,
            name=function.__name__,
            kind="reduction",
            rules=(rule,),
            jvp=None if weight is None and jvp is None else pushforward,
            batch=batching.trailing,
            allowed=allowed,
            doc=function.__doc__,
        )
        return _finish(op, function)

    return declare


def custom(
    type: str,
    *rules: Rule | None,
    pullback: Rule | None = None,
    jvp: Callable[..., Any] | None = None,
    batch: Callable[..., Any] | None = None,
    allowed: frozenset[str] = ANY,
    structural: bool = False,
) -> Decorator:
    """Only the pullback is known: one rule per input, or `pullback(g, y, *xs)` for all at once.

    Rules here see true cotangents: they conjugate themselves where complex numbers are allowed.
    Without a `jvp` tangents are pushed by the pullback of the pullback; without a `batch` rule a
    batch is a loop.
    """

    def declare(function: Kernel) -> Call:
        op = Op(
            type,
            function,
            kind="custom",
            rules=rules,
            pullback=pullback,
            jvp=jvp,
            batch=batch,
            allowed=allowed,
            structural=True,
            doc=function.__doc__,
        )
        return _finish(op, function)

    return declare


def nondifferentiable(
    type: str, *, allowed: frozenset[str] = ANY, batch: Callable[..., Any] | None = None
) -> Decorator:
    """No gradient passes: TensorFlow gives None, and so does gradtape."""
    return _without_rules("nondifferentiable", type, allowed, batch)


def unregistered(
    type: str, *, allowed: frozenset[str] = ANY, batch: Callable[..., Any] | None = None
) -> Decorator:
    """TensorFlow registers no gradient: asking for one is a LookupError, until a user does."""
    return _without_rules("unregistered", type, allowed, batch)


def _without_rules(
    kind: str, type: str, allowed: frozenset[str], batch: Callable[..., Any] | None
) -> Decorator:
    def declare(function: Kernel) -> Call:
        doc = function.__doc__
        op = Op(type, function, kind=kind, allowed=allowed, batch=batch, doc=doc)
        return _finish(op, function)

    return declare


def keepdims_shape(shape: tuple[int, ...], axis: tuple[int, ...]) -> tuple[int, ...]:
    """`shape` with the (negative) axes set to 1."""
    out = list(shape)
    for k in axis:
        out[k] = 1
    return tuple(out)


def total(terms: Any) -> Any:
    """The sum of the terms; None where there are none."""
    result = None
    for term in terms:
        if term is not None:
            result = term if result is None else result + term
    return result


__all__ = [
    "ANY",
    "FLOATING",
    "NUMERIC",
    "REGISTRY",
    "custom",
    "elementwise",
    "fit",
    "linear",
    "nondifferentiable",
    "reduction",
    "total",
    "unregistered",
]
