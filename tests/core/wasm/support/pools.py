"""Max pooling and its gradient in a tab: every bit is NumPy's."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.primitives.registry import REGISTRY, lookup
from gradtape.wasm import pooling
from gradtape.wasm.host import Host

#: images, window, strides, pads
CASES: list[tuple[tuple[int, ...], Any, Any, Any]] = [
    ((3, 8, 8, 8), (2, 2), (2, 2), ((0, 0), (0, 0))),
    ((2, 9, 7, 4), (2, 2), (2, 2), ((0, 1), (0, 1))),
    ((2, 9, 7, 12), (3, 2), (1, 1), ((1, 1), (0, 1))),
    ((1, 5, 6, 16), (3, 3), (2, 3), ((1, 1), (1, 1))),
    ((2, 6, 6, 4), (7, 7), (1, 1), ((3, 3), (3, 3))),
    ((2, 9, 9, 6), (2, 2), (2, 2), ((0, 1), (0, 1))),  # no whole vectors: NumPy's
]


def wrong() -> list[str]:
    """Cases whose bits are not NumPy's."""
    lookup("MaxPool")
    host, found = Host(), []
    plain = {op: _numpy(REGISTRY[op].kernel) for op in ("MaxPool", "MaxPoolGrad")}
    largest = pooling.largest(host, plain["MaxPool"])
    gradient = pooling.gradient(host, plain["MaxPoolGrad"])
    random = np.random.default_rng(0)
    for shape, window, strides, pads in CASES:
        place = {"window": window, "strides": strides, "pads": pads, "dilations": (1, 1)}
        x = random.integers(-3, 4, shape).astype(np.float32)  # so that some are equal
        x[random.random(shape) < 0.02] = -0.0
        x[0, 2, 3, 1], x[0, 1, 1, 2] = np.nan, np.inf
        y, own = largest(x, **place), plain["MaxPool"](x, **place)
        if y.tobytes() != own.tobytes():
            found.append(f"the maxima of {shape} {place}")
        g = random.standard_normal(own.shape, np.float32)
        dx, own = gradient(g, x, own, **place), plain["MaxPoolGrad"](g, x, own, **place)
        if np.ascontiguousarray(dx).tobytes() != np.ascontiguousarray(own).tobytes():
            found.append(f"the gradient of {shape} {place}")
    return found


def _numpy(kernel: Any) -> Any:
    """NumPy's kernel behind the one that waits for its first use."""
    cells = zip(kernel.__code__.co_freevars, kernel.__closure__, strict=True)
    return dict(cells)["numpy"].cell_contents
