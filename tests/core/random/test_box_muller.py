"""The logarithm, sine and cosine behind normal numbers, where they can be asked for anything."""

import hashlib
import json
import math
from decimal import Decimal, localcontext
from pathlib import Path

import numpy as np
import pytest

import gradtape as tf  # noqa: F401 - the package as a user imports it
from gradtape.random.box_muller import _pairs, cos_sin_turns, log_unit, normal, truncated_normal
from gradtape.random.box_muller64 import cos_sin_float64, log_float64
from gradtape.random.philox import Stream

LIBRARY = json.loads((Path(__file__).parents[2] / "goldens" / "random_library.json").read_text())


def digest(array: np.ndarray) -> str:
    return hashlib.sha256(array.tobytes()).hexdigest()


def test_every_float32_value_is_that_of_the_c_library() -> None:
    unit = np.arange(1 << 23, dtype=np.float32) / np.float32(1 << 23)
    logarithms, cosines, sines = [], [], []
    for part in np.split(unit, 64):
        logarithms.append(log_unit(np.maximum(part, np.float32(1e-7))))
        cos, sin = cos_sin_turns(part)
        cosines.append(cos)
        sines.append(sin)
    assert digest(np.concatenate(logarithms)) == LIBRARY["log"]
    assert digest(np.concatenate(cosines)) == LIBRARY["cos"]
    assert digest(np.concatenate(sines)) == LIBRARY["sin"]


def worst_error(computed: np.ndarray, exact: list[Decimal]) -> float:
    """The largest distance from the exact values, in units of the last place."""
    pairs = zip(computed.tolist(), exact, strict=True)
    return max(float(abs(Decimal(c) - e) / Decimal(math.ulp(float(e)))) for c, e in pairs)


def sine(x: Decimal) -> Decimal:
    term = total = x
    for n in range(3, 90, 2):
        term *= -x * x / (n * (n - 1))
        total += term
    return total


def test_float64_values_err_by_half_a_unit_in_the_last_place() -> None:
    rng = np.random.default_rng(0)
    near_one = 1 - np.ldexp(rng.random(200), -rng.integers(0, 50, 200))
    unit = np.concatenate([rng.random(200), near_one, [1e-7, 0.5, 0.703125]])
    unit = np.clip(unit, 1e-7, 1 - 2**-50)
    angle = 2 * np.pi * unit
    quarter_turns = np.arange(5) * np.pi / 2
    angle = np.concatenate([angle, quarter_turns, np.nextafter(quarter_turns[1:], 0)])
    with localcontext() as context:
        context.prec = 60
        half_pi = Decimal("1.57079632679489661923132169163975144209858469968755291")
        cos, sin = cos_sin_float64(angle)
        assert worst_error(log_float64(unit), [Decimal(u).ln() for u in unit.tolist()]) < 0.505
        assert worst_error(sin, [sine(Decimal(a)) for a in angle.tolist()]) < 0.505
        assert worst_error(cos, [sine(half_pi - Decimal(a)) for a in angle.tolist()]) < 0.505


@pytest.mark.parametrize("name", ["float16", "float32", "float64"])
def test_moments(name: str) -> None:
    z = normal(Stream(1, 2), 200_000, np.dtype(name)).astype(np.float64)
    assert abs(z.mean()) < 0.01
    assert abs(z.std() - 1) < 0.01
    assert abs((z**4).mean() - 3) < 0.1
    t = truncated_normal(Stream(1, 2), 200_000, np.dtype(name)).astype(np.float64)
    assert np.abs(t).max() <= 2
    assert abs(t.mean()) < 0.01
    assert abs(t.std() - 0.8796) < 0.01


@pytest.mark.parametrize("name", ["float16", "float32", "float64"])
@pytest.mark.parametrize("fill", [normal, truncated_normal])
def test_a_shorter_draw_is_the_beginning_of_a_longer_one(fill, name: str) -> None:
    long = fill(Stream(5, 6), 20_001, np.dtype(name))
    for count in (0, 1, 2, 3, 17, 8192, 20_000):
        np.testing.assert_array_equal(fill(Stream(5, 6), count, np.dtype(name)), long[:count])


def test_the_smallest_uniform_number_stands_for_zero() -> None:
    # u = 0 comes once in eight million draws; ln 1e-7 = −16.118…
    for name, zeros in (("float32", np.zeros(2, np.uint32)), ("float64", np.zeros(4, np.uint32))):
        z = _pairs(zeros, np.dtype(name))
        np.testing.assert_allclose(z, [0.0, np.sqrt(14 * np.log(10))], rtol=1e-6)
