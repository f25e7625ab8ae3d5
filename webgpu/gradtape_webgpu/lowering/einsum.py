"""Einsum as products of matrices: two operands at a time, from left to right.

Of two operands, labels that both have and that are still needed count matrices of a batch; those
that both have and nobody needs any more are the depth; the others are rows and columns. Labels that
one operand alone has and nobody needs are summed first.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from gradtape.primitives.registry import lookup
from gradtape_webgpu.kernels.registry import Unsupported


def compose(operands: tuple[Any, ...], params: dict[str, Any]) -> Callable[..., Any]:
    """The sum over all labels that `out` lacks."""
    labels, out = params["labels"], params["out"]
    for text, operand in zip(labels, operands, strict=True):
        if len(set(text)) != len(text):
            raise Unsupported("the diagonal that a label names by standing twice")
        if len(text) != len(operand.shape) or operand.dtype.kind != "f":
            raise Unsupported("einsum of other than float32, or of an ellipsis")
    if len(set(out)) != len(out):
        raise Unsupported("a label that stands twice in the result")

    def run(device: Any, arrays: list[Any], scalars: Any) -> Any:
        x, have = arrays[0], labels[0]
        for k, (y, theirs) in enumerate(zip(arrays[1:], labels[1:], strict=True), 2):
            needed = set(out).union(*labels[k:])
            x, have = _product(x, have, y, theirs, needed)
        x, have = _summed(x, have, set(out))
        return _ordered(x, have, out)

    return run


def _summed(x: Any, labels: str, needed: set[str]) -> tuple[Any, str]:
    """x without the axes of labels that nobody needs."""
    gone = tuple(k - len(labels) for k, label in enumerate(labels) if label not in needed)
    if gone:
        x = lookup("Sum")(x, axis=gone, keepdims=False)
    return x, "".join(label for label in labels if label in needed)


def _ordered(x: Any, labels: str, order: str) -> Any:
    """x with its axes in another order."""
    if labels == order:
        return x.copy()
    perm = tuple(labels.index(label) - len(labels) for label in order)
    return lookup("Transpose")(x, perm=perm)


def _product(a: Any, left: str, b: Any, right: str, needed: set[str]) -> tuple[Any, str]:
    a, left = _summed(a, left, needed | set(right))
    b, right = _summed(b, right, needed | set(left))
    shared = [label for label in left if label in right]
    batch = "".join(label for label in shared if label in needed)
    depth = "".join(label for label in shared if label not in needed)
    rows = "".join(label for label in left if label not in right)
    columns = "".join(label for label in right if label not in left)
    sizes = dict(zip(left, a.shape, strict=True)) | dict(zip(right, b.shape, strict=True))

    def matrix(x: Any, labels: str, first: str, second: str) -> Any:
        x = _ordered(x, labels, batch + first + second)
        shape = tuple(sizes[label] for label in batch)
        shape += tuple(prod(sizes[label] for label in part) for part in (first, second))
        return lookup("Reshape")(x, shape=shape)

    y = lookup("MatMul")(matrix(a, left, rows, depth), matrix(b, right, depth, columns))
    result = batch + rows + columns
    return lookup("Reshape")(y, shape=tuple(sizes[label] for label in result)), result
