"""Einstein sums: products over labelled axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.ops.declaration import custom, total
from gradtape.ops.math.complex_numbers import conj_if_complex


def _pull(g: Any, _y: Any, *xs: Any, labels: tuple[str, ...], out: str) -> Any:
    """With respect to one factor: the sum of the cotangent times the others, to its labels."""
    results = []
    for k, own in enumerate(labels):
        others = [conj_if_complex(x) for i, x in enumerate(xs) if i != k]
        given = (out, *(label for i, label in enumerate(labels) if i != k))
        results.append(einsum(g, *others, labels=given, out=own))
    return tuple(results)


def _push(tangents: Any, y: Any, xs: Any, params: Any) -> Any:
    return total(
        einsum(*xs[:k], t, *xs[k + 1 :], **params) for k, t in enumerate(tangents) if t is not None
    )


def _batch(op: Any, xs: Any, flags: Any, size: int, params: Any) -> Any:
    used = set("".join(params["labels"]) + params["out"])
    free = next(c for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" if c not in used)
    labels = tuple(
        free + label if flag else label for label, flag in zip(params["labels"], flags, strict=True)
    )
    return op.call(*xs, labels=labels, out=free + params["out"])


@custom("Einsum", pullback=_pull, jvp=_push, batch=_batch)
def einsum(*xs: Any, labels: tuple[str, ...], out: str) -> Any:
    """Σ over the labels that `out` lacks; no label twice in one factor, none that only one has.

    Derivative: the einsum of g with the other factors.
    """
    return np.einsum(",".join(labels) + "->" + out, *xs, optimize=len(xs) > 1)
