"""Fits the float32 polynomials of core/gradtape/random/box_muller.py and prints them.

    python tests/goldens/random_fit.py      (with NumPy and SciPy, on Linux; takes some minutes)

A rounded result says that the value before rounding lay in an interval. Each of the 2²³ arguments
thus gives two linear inequalities for the coefficients of a polynomial; a linear program finds
coefficients that fulfil them all, as far from every bound as can be. The inequalities that bind are
found by solving with few of them and adding those that the solution breaks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from record_random import library_values
from scipy.optimize import linprog

Array = np.ndarray[Any, Any]

LN2 = float(np.log(2.0))
MORE = 300  # inequalities added at a time


def fitted(powers: Array, base: Array, rounded: Array) -> Array:
    """Coefficients c such that base + powers @ c rounds to `rounded`, for every row."""
    total = np.zeros(powers.shape[1])
    for unit in (1e9, 1e10, 1e11, 1e12):  # the solver's tolerance is 1e-7, so it is asked again
        step, holds = attempt(powers, base + powers @ total, rounded, unit)
        total += step
        if holds:
            return total
    raise SystemExit("no polynomial of this degree fulfils every inequality")


def attempt(powers: Array, base: Array, rounded: Array, unit: float) -> tuple[Array, bool]:
    """The coefficients, residues counted in 1/`unit`, and whether every inequality holds."""
    below = np.nextafter(rounded, np.float32(-np.inf)).astype(np.float64)
    above = np.nextafter(rounded, np.float32(np.inf)).astype(np.float64)
    scale = np.abs(powers).max(axis=0)
    low = unit * ((below + rounded) / 2 - base)
    high = unit * ((above + rounded) / 2 - base)
    width, powers = high - low, powers / scale
    active = np.linspace(0, len(base) - 1, MORE).astype(int)
    for bound in (high / width, -low / width):
        active = np.union1d(active, np.argsort(bound)[:MORE])
    goal = np.zeros(powers.shape[1] + 1)
    goal[-1] = -1  # the last unknown is the distance from every bound, in units of the last place
    while True:
        rows, margin = powers[active], width[active, None]
        result = linprog(
            goal,
            A_ub=np.block([[rows, margin], [-rows, margin]]),
            b_ub=np.concatenate([high[active], -low[active]]),
            bounds=[(None, None)] * powers.shape[1] + [(None, 0.5)],
        )
        if result.x is None:
            return np.zeros(powers.shape[1]), False
        residue = powers @ result.x[:-1]
        slack = np.minimum(high - residue, residue - low) / width
        worst = np.argsort(slack)[:MORE]
        broken = np.setdiff1d(worst[slack[worst] <= 0], active)
        if slack[worst[0]] > 0 or not len(broken):
            return result.x[:-1] / scale / unit, bool(slack[worst[0]] > 0)
        active = np.union1d(active, broken)


def fit_logarithm(unit: Array, values: Array) -> None:
    """ln(2ᵏ z) = k ln 2 + a polynomial of degree 4, in sixteen intervals of z."""
    bits = np.maximum(unit, np.float32(1e-7)).view(np.uint32)
    offset = bits - np.uint32(0x3F330000)
    z = (bits - (offset & np.uint32(0xFF800000))).view(np.float32).astype(np.float64)
    exponent = (offset.view(np.int32) >> 23) * LN2
    for interval in range(16):
        rows = (offset >> np.uint32(19)) & np.uint32(15) == interval
        # near 1 the logarithm vanishes, so there its first two coefficients are given
        given = 2 if interval == 9 else 0
        centre = 0.71484375 + interval / 32 if interval < 9 else 1 + (interval - 9) / 16
        d = z[rows] - (centre - 0.0078125 if interval > 9 else centre)
        powers = np.stack([d**n for n in range(5)], axis=1)
        start = np.polynomial.Polynomial.fit(d, np.log(z[rows]), 4).convert().coef
        start[:given] = (0.0, 1.0)[:given]
        base = powers @ start + exponent[rows]
        start[given:] += fitted(powers[:, given:], base, values[rows])
        print("ln, interval", interval, start.tolist())


def fit_waves(unit: Array, values: dict[str, Array]) -> None:
    """sin x and cos x on |x| ≤ π/4, with what the other quarters say about them."""
    angle = (unit * np.float64(2 * np.pi)).astype(np.float32).astype(np.float64)
    turns = np.rint(angle * (2 / np.pi))
    x, quarter = angle - turns * (np.pi / 2), turns.astype(int) & 3
    sin, cos = values["sin"], values["cos"]
    rows = np.abs(x) > 2.0**-12  # below, sin x = x and cos x = 1
    sine = np.choose(quarter, [sin, -cos, -sin, cos])[rows]
    cosine = np.choose(quarter, [cos, sin, -cos, -sin])[rows]
    x = x[rows]
    odd, even = (np.stack([x**n for n in ns], axis=1) for ns in ((3, 5, 7), (2, 4, 6, 8)))
    start = np.array([-1 / 6, 1 / 120, -1 / 5040])
    print("sin", (start + fitted(odd, x + odd @ start, sine)).tolist())
    start = np.array([-1 / 2, 1 / 24, -1 / 720, 1 / 40320])
    print("cos", (start + fitted(even, 1 + even @ start, cosine)).tolist())


if __name__ == "__main__":
    library = library_values()
    numbers = np.arange(1 << 23, dtype=np.float32) / np.float32(1 << 23)
    fit_logarithm(numbers, library["log"])
    fit_waves(numbers, library)
