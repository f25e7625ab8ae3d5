"""Every element-wise expression against NumPy: floats within their tolerance, the rest exactly."""

import re
from typing import Any

import numpy as np
import pytest

from gradtape.primitives.registry import REGISTRY, load_all
from gradtape_webgpu.wgsl.elementwise import EXPRESSIONS, GUARDED, Expression
from gradtape_webgpu.wgsl.tolerance import ULP
from tests.webgpu.support.evaluation import SMALLEST_NORMAL, evaluate, flushed, worst_ulp
from tests.webgpu.support.float_samples import bools, integers, numbers, pairs

load_all()


def operands(expression: Expression) -> int:
    return len(set(re.findall(r"\{(\d)\}", expression.template)))


FLOATS = [op for op, forms in EXPRESSIONS.items() if "f32" in forms and op != "SelectV2"]
OTHERS = [
    (op, dtype)
    for op, forms in EXPRESSIONS.items()
    for dtype in forms
    if dtype in ("i32", "u32", "bool") and op != "SelectV2"
]


@pytest.mark.parametrize("op", FLOATS)
def test_floats(driver: Any, op: str) -> None:
    expression = EXPRESSIONS[op]["f32"]
    inputs = [numbers()] if operands(expression) == 1 else list(pairs())
    params = {"alpha": 0.2} if op.startswith("LeakyRelu") else {}
    got = evaluate(driver, expression, inputs, **params)
    if expression.result == "bool" or ULP[op] == 0:
        same = np.zeros(got.shape, bool)
        for xs in (inputs, [flushed(x) for x in inputs]):
            with np.errstate(all="ignore"):
                same |= is_same(got, np.asarray(REGISTRY[op].kernel(*xs, **params)))
        (bad,) = np.nonzero(~same)
        assert bad.size == 0, [(*(float(x[i]) for x in inputs), got[i]) for i in bad[:5]]
    else:
        worst, where = worst_ulp(op, got, inputs)
        assert worst <= ULP[op], f"{worst} units at {where}"


def is_same(got: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The same bits, but for those of nan and for subnormal results turned to 0."""
    if got.dtype != np.float32:
        return got == wanted
    same = (got == wanted) & (np.signbit(got) == np.signbit(wanted))
    flush = (np.abs(wanted) < SMALLEST_NORMAL) & (np.abs(got) <= SMALLEST_NORMAL)
    return same | flush | (np.isnan(got) & np.isnan(wanted))


@pytest.mark.parametrize(("op", "dtype"), OTHERS)
def test_integers_and_bools(driver: Any, op: str, dtype: str) -> None:
    expression = EXPRESSIONS[op][dtype]
    a, b = bools() if dtype == "bool" else integers(np.int32 if dtype == "i32" else np.uint32)
    inputs = [a, b][: operands(expression)]
    got = evaluate(driver, expression, inputs)
    with np.errstate(all="ignore"):
        wanted = np.asarray(REGISTRY[op].kernel(*inputs))
    np.testing.assert_array_equal(got, wanted)


@pytest.mark.parametrize(("op", "dtype"), [(op, d) for op, f in GUARDED.items() for d in f])
def test_guarded(driver: Any, op: str, dtype: str) -> None:
    """Right wherever the guard holds; the guard refuses what the CPU refuses."""
    guarded = GUARDED[op][dtype]
    a, b = integers(np.int32 if dtype == "i32" else np.uint32)
    assert not guarded.is_harmless(b)
    allowed = np.array([guarded.is_harmless(n) for n in b])
    a, b = a[allowed], b[allowed]
    with np.errstate(all="ignore"):
        wanted = REGISTRY[op].kernel(a, b)
    np.testing.assert_array_equal(evaluate(driver, guarded.expression, [a, b]), wanted)


@pytest.mark.parametrize("form", EXPRESSIONS["Cast"])
def test_casts(driver: Any, form: str) -> None:
    have, want = form.split("->")
    x = {
        "f32": numbers(),
        "i32": integers(np.int32)[0],
        "u32": integers(np.uint32)[0],
        "bool": bools()[0],
    }[have]
    kind = {"f32": np.float32, "i32": np.int32, "u32": np.uint32, "bool": np.bool_}[want]
    if form == "f32->u32":  # above 2³² and below −2³¹ NumPy's answer is the processor's
        x = x[(x > -(2.0**31)) & (x < 2.0**32)]
    if form == "f32->i32":  # the same beyond int32; TensorFlow's on a PC is the smallest integer
        fits = (x >= -(2.0**31)) & (x < 2.0**31)
        beyond = evaluate(driver, EXPRESSIONS["Cast"][form], [x[~fits]])
        assert set(beyond.tolist()) == {-(2**31)}
        x = x[fits]
    got = evaluate(driver, EXPRESSIONS["Cast"][form], [x])
    np.testing.assert_array_equal(got, x.astype(kind))


@pytest.mark.parametrize("form", EXPRESSIONS["Bitcast"])
def test_bitcasts(driver: Any, form: str) -> None:
    have = form.partition("->")[0]
    kinds = {"f32": np.float32, "i32": np.int32, "u32": np.uint32}
    x = integers(np.uint32)[0].view(kinds[have])
    got = evaluate(driver, EXPRESSIONS["Bitcast"][form], [x])
    np.testing.assert_array_equal(got.view(np.uint32), x.view(np.uint32))


@pytest.mark.parametrize("dtype", EXPRESSIONS["SelectV2"])
def test_select(driver: Any, dtype: str) -> None:
    a, b = {"f32": pairs(), "bool": bools()}.get(dtype) or integers(
        np.int32 if dtype == "i32" else np.uint32
    )
    mask = np.arange(a.size) % 3 == 0
    got = evaluate(driver, EXPRESSIONS["SelectV2"][dtype], [mask, a, b])
    wanted = np.where(mask, a, b)
    assert got.tobytes() == wanted.tobytes()
