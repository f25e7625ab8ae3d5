"""The product's cases, run in a tab: every edge of a tile, transposes, steps and stacks."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from gradtape.primitives.registry import lookup

ROWS = (1, 2, 3, 5, 6, 23, 25, 193)
DEPTHS = (1, 3, 4, 64, 300)
COLUMNS = (1, 7, 8, 9, 65, 520)


def operands() -> Iterator[tuple[Any, Any]]:
    """Pairs of matrices and of stacks."""
    random = np.random.default_rng(0)

    def normal(*shape: int) -> Any:
        return random.standard_normal(shape, np.float32)

    for m, k, n in itertools.product(ROWS, DEPTHS, COLUMNS):
        a, turned_a, b, turned_b = normal(m, k), normal(k, m).T, normal(k, n), normal(n, k).T
        yield from itertools.product((a, turned_a), (b, turned_b))
    yield normal(4, 9, 8), normal(4, 8, 10)
    yield normal(4, 9, 8), normal(8, 10)
    yield normal(9, 8), normal(5, 8, 10)
    yield normal(1, 9, 8), normal(5, 8, 10)
    yield normal(5, 9, 8), normal(1, 8, 10)
    yield normal(4, 9, 8)[::-1], normal(4, 8, 10)[:, ::-1]
    yield normal(20, 30)[3:, 5:15], normal(10, 40)[:, ::2]
    yield normal(20, 30)[::2, ::3], normal(10, 10)  # rows of it lie apart either way: NumPy's
    yield normal(2, 3, 9, 8), normal(2, 3, 8, 10)


def wrong() -> list[str]:
    """What is not the product, in words; and how many were tried as the last line."""
    matmul, found, count = lookup("MatMul"), [], 0
    for a, b in operands():
        count += 1
        y = matmul(a, b)
        exact = np.matmul(a.astype(np.float64), b.astype(np.float64))
        size = np.matmul(np.abs(a).astype(np.float64), np.abs(b).astype(np.float64))
        if y.dtype != np.float32 or y.shape != exact.shape:
            found.append(f"{a.shape} @ {b.shape} gives {y.dtype} {y.shape}")
        elif np.max(np.abs(y - exact) / size) > 4e-6:
            found.append(f"{a.shape} {a.strides} @ {b.shape} {b.strides} is wrong")
    return [*found, f"{count} tried"]


def left_alone() -> list[str]:
    """Results and errors that stay NumPy's, each by its name where it is not."""
    matmul, found = lookup("MatMul"), []
    random = np.random.default_rng(1)
    small = random.standard_normal((2, 7, 7), np.float32)
    double = random.standard_normal((2, 40, 40))
    if matmul(*small).tobytes() != np.matmul(*small).tobytes():
        found.append("a small product has other bits")
    if matmul(*double).tobytes() != np.matmul(*double).tobytes():
        found.append("float64 has other bits")
    empty = matmul(np.zeros((40, 0), np.float32), np.zeros((0, 40), np.float32))
    if empty.any() or empty.shape != (40, 40):
        found.append("an empty sum is not 0")
    special = np.ones((16, 16), np.float32)
    special[3, 4], special[5, 6] = np.nan, np.inf
    expected = np.matmul(special, np.ones((16, 16), np.float32))
    given = matmul(special, np.ones((16, 16), np.float32))
    if not np.array_equal(given, expected, equal_nan=True):
        found.append("nan or inf goes astray")
    try:
        matmul(np.ones((40, 40), np.float32), np.ones((41, 40), np.float32))
    except ValueError as error:
        if "Matrix size-incompatible" not in str(error):
            found.append(f"another error: {error}")
    else:
        found.append("sizes that do not fit are taken")
    return found


def sliding_bits() -> bool:
    """Whether an element has the same bits, however large the product around it."""
    random = np.random.default_rng(2)
    a = random.standard_normal((200, 300), np.float32)
    b = random.standard_normal((300, 530), np.float32)
    matmul = lookup("MatMul")
    whole = matmul(a, b)
    parts = [(slice(0, 1), slice(0, 530)), (slice(5, 12), slice(7, 16)), (slice(0, 200), slice(9))]
    return all(
        matmul(a[rows], b[:, columns]).tobytes() == whole[rows, columns].tobytes()
        for rows, columns in parts
    )
