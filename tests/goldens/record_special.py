"""Records special functions to fifty digits, rounded once, for the tests of special functions.

    python tests/goldens/record_special.py      (in an environment with mpmath)

Numbers are written as hexadecimal floats, so that no digit is lost.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mpmath import mp, mpf

mp.dps = 50
WHERE = Path(__file__).resolve().parent / "special.json"


def quantile(p: Any) -> Any:
    """The z with Φ(z) = p, by its logarithm, which stays smooth far out."""
    start = -mp.sqrt(-2 * mp.log(p)) if p < 0.1 else mpf(0)
    return mp.findroot(lambda z: mp.log(mp.erfc(-z / mp.sqrt(2)) / 2) - mp.log(p), start)


def spread(low: float, high: float, count: int) -> list[float]:
    """Random numbers between two ends, the same in every run."""
    return [random.uniform(low, high) for _ in range(count)]


def main() -> None:
    """Write the file."""
    random.seed(1)
    tiny = [10.0**-k for k in (1, 3, 8, 15)]
    functions: dict[str, tuple[Callable[[Any], Any], list[float]]] = {
        "erf": (mp.erf, [*spread(-1, 1, 20), *spread(-6, 6, 20), 1e-300, 0.5]),
        "erfc": (mp.erfc, [*spread(-2, 6, 20), *spread(6, 26, 20), 0.5, 1e-20]),
        "erfinv": (mp.erfinv, [*spread(-1, 1, 20), *tiny, *(1 - t for t in tiny)]),
        "ndtri": (quantile, [*spread(0, 1, 20), *tiny, 1e-100, 1e-300]),
        "lgamma": (mp.loggamma, [*spread(0, 3, 30), *spread(3, 30, 10), 1e-10, 1e5, 1e300]),
        "lgamma below zero": (lambda x: mp.re(mp.loggamma(x)), spread(-9, 0, 20)),
        "digamma": (mp.digamma, [*spread(0, 3, 30), *spread(3, 30, 10), 1.4616, 1e-10, 1e5]),
        "digamma below zero": (mp.digamma, spread(-9, 0, 20)),
        "trigamma": (lambda x: mp.psi(1, x), [*spread(0, 3, 20), *spread(3, 50, 10)]),
        "trigamma below zero": (lambda x: mp.psi(1, x), spread(-9, 0, 20)),
        "third derivative": (lambda x: mp.psi(3, x), [*spread(0, 3, 20), *spread(3, 50, 10)]),
        "zeta": (lambda q: mp.zeta(mpf("2.5"), q), [*spread(0, 3, 20), *spread(3, 50, 10)]),
    }
    found = {
        name: [[x.hex(), float(f(mpf(x))).hex()] for x in points]
        for name, (f, points) in functions.items()
    }
    WHERE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print({name: len(pairs) for name, pairs in found.items()})


if __name__ == "__main__":
    main()
