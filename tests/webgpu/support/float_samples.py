"""Numbers on which element-wise expressions are tried: the edges, and thousands in between."""

from __future__ import annotations

from itertools import product

import numpy as np

_SIZES = (
    0.0, 1e-45, 1e-40, 1.1754942e-38, 1.1754944e-38, 1e-20, 2.0**-25, 1e-4, 0.1, 0.25, 0.29289323,
    0.41421357, 0.49999997, 0.5, 0.50000006, 0.625, 0.6931472, 0.75, 0.95, 0.99999994, 1.0,
    1.0000001, 1.4142135, 1.5, 2.0, 2.5, 3.0, 3.1415927, 6.0, 10.0, 17.5, 64.0, 88.0, 88.72283,
    88.72284, 89.0, 89.41598, 89.5, 103.5, 1000.25, 8388607.5, 8388608.0, 16777216.0, 16777217.0,
    2147483520.0, 2147483648.0, 4294967040.0, 4294967296.0, 1e10, 1e19, 1e20, 1e30, 3.4028235e38,
    np.inf, np.nan,
)  # fmt: skip

EDGES = np.array([s * x for x in _SIZES for s in (1, -1)], np.float32)

_INTEGERS = (
    0, 1, 2, 3, 5, 7, 31, 32, 33, 100, 255, 256, 46341, 65535, 65536, 16777215, 16777216, 16777217,
    16777219, 33554431, 123456789, 2147483520, 2147483583, 2147483584, 2147483647,
)  # fmt: skip


def numbers(seed: int = 0) -> np.ndarray:
    """The edges, and numbers spread over all magnitudes and over intervals."""
    rng = np.random.default_rng(seed)
    spread = np.exp2(rng.uniform(-127, 128, 2000)) * rng.choice([-1, 1], 2000)
    near_one = np.exp2(rng.uniform(-30, 8, 3000)) * rng.choice([-1, 1], 3000)
    intervals = [rng.uniform(-a, a, 1000) for a in (1, 4, 20, 110)]
    return np.concatenate([EDGES, spread, near_one, *intervals]).astype(np.float32)


def pairs(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Every edge with every edge, and shuffled numbers with each other."""
    a, b = np.array(list(product(EDGES, EDGES)), np.float32).T
    x = numbers(seed)
    rng = np.random.default_rng(seed + 1)
    y = rng.permutation(x)
    close = x.copy()
    for _ in range(3):
        close = np.nextafter(close, np.where(rng.random(x.size) < 0.5, close, y))
    return np.concatenate([a, x, x]), np.concatenate([b, y, close])


def integers(dtype: type) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of integers: every edge with every edge, and random ones."""
    info = np.iinfo(dtype)
    edges = [n for k in _INTEGERS for n in (k, -k) if info.min <= n <= info.max]
    edges += [info.min, info.min + 1, info.max - 1, info.max]
    rng = np.random.default_rng(2)
    some = rng.integers(info.min, info.max, (2, 3000), dtype)
    small = rng.integers(max(info.min, -50), 50, (2, 3000)).astype(dtype)
    a, b = np.array(list(product(edges, edges)), dtype).T
    return np.concatenate([a, some[0], small[0]]), np.concatenate([b, some[1], small[1]])


def bools() -> tuple[np.ndarray, np.ndarray]:
    """The four pairs."""
    return np.array([False, False, True, True]), np.array([False, True, False, True])
