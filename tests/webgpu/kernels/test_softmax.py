"""The softmax family on short, long and strided lines, and with every special number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradtape_webgpu.kernels.registry import LOWERINGS, load_all
from gradtape_webgpu.kernels.target import Adapter, Target
from gradtape_webgpu.wgsl.tolerance import distance
from tests.webgpu.support.launching import run_lowered, specs
from tests.webgpu.support.samples import Call

load_all()
RNG = np.random.default_rng(11)


def logits(*shape: int) -> Any:
    """Numbers of the size that networks give."""
    return (4 * RNG.standard_normal(shape)).astype(np.float32)


def special(n: int) -> Any:
    """Lines that hold NaN, infinities of both signs, nothing but −inf, and great numbers."""
    x = np.tile(logits(1, n), (8, 1))
    x[0, 0], x[1, 1], x[2, 1], x[3, :] = np.nan, np.inf, -np.inf, -np.inf
    x[4, :2], x[5, :], x[6, :] = (np.inf, -np.inf), 3e38, -3e38
    x[7, 0] = 200.0
    return x


SHAPES = [(5, 1), (33, 7), (9, 10), (6, 30), (5, 100), (3, 1000), (2, 5003)]
LINES = [Call(op, (logits(*s),), {"axis": -1}) for op in ("Softmax", "LogSoftmax") for s in SHAPES]
LINES += [
    Call(op, (logits(*shape),), {"axis": axis})
    for op in ("Softmax", "LogSoftmax")
    for shape, axis in [((4, 50, 9), -2), ((3, 20, 500), -2), ((70, 3), -2), ((6, 5, 4), -3)]
]
LINES += [
    Call(op, (special(n),), {"axis": -1}) for op in ("Softmax", "LogSoftmax") for n in (3, 90)
]
LINES += [
    Call("LogSumExp", (logits(*shape),), {"axis": axis, "keepdims": keep})
    for shape, axis, keep in [
        ((7, 300), (-1,), False), ((7, 30, 5), (-2,), True), ((7, 6, 5), (-3, -1), False),
        ((7, 6, 5), (-3, -2, -1), True), ((3, 4, 5, 6), (-4, -2), True), ((3, 4), (), False),
    ]
]  # fmt: skip
LINES += [Call("LogSumExp", (special(n),), {"axis": (-1,), "keepdims": False}) for n in (3, 90)]
LINES += [
    Call("SoftmaxCrossEntropyWithLogits",
         (logits(*s), RNG.dirichlet(np.ones(s[1]), s[0]).astype(np.float32)), {})
    for s in SHAPES
] + [
    Call("SparseSoftmaxCrossEntropyWithLogits",
         (logits(*s), RNG.integers(0, s[1], s[0]).astype(np.int32)), {})
    for s in SHAPES
] + [
    Call("SoftmaxCrossEntropyWithLogits", (special(n), np.full((8, n), 0.25, np.float32)), {})
    for n in (3, 90)
] + [
    Call("SparseSoftmaxCrossEntropyWithLogits", (special(n), np.int32([1] * 8)), {})
    for n in (3, 90)
]  # fmt: skip

#: Units in the last place, of the size of the largest number that enters the last difference.
ULP = {
    "Softmax": 8.0,
    "LogSoftmax": 3.5,
    "LogSumExp": 1.0,
    "SoftmaxCrossEntropyWithLogits": 2.0,
    "SparseSoftmaxCrossEntropyWithLogits": 1.25,
}


@pytest.fixture(params=[True, False], ids=["as on the CPU", "as on a card"])
def target(request: pytest.FixtureRequest) -> Target:
    """As many threads for a line as a program that plays a GPU takes, and as many as a real one."""
    return Target(Adapter(request.param, False))


@pytest.mark.parametrize("call", LINES, ids=str)
def test_near_the_exact_value(call: Call, driver: Any, target: Target) -> None:
    """Within the op's tolerance of the value in float64, and the same bits twice."""
    lowered = LOWERINGS[call.op](specs(*call.inputs), target, **call.params)
    (got,) = run_lowered(driver, lowered, call.inputs)
    (again,) = run_lowered(driver, lowered, call.inputs)
    assert got.tobytes() == again.tobytes()
    (want,), (exact,) = call.on_cpu(), call.exactly()
    assert got.shape == want.shape and got.dtype == want.dtype
    scale: Any = 0.0
    if call.op != "Softmax":
        with np.errstate(all="ignore"):
            finite = np.where(np.isfinite(exact), np.abs(exact), 0)
        scale = np.maximum(finite, 1.0)
    if np.isfinite(call.inputs[0]).all():
        worst = distance(got, exact, scale)
        assert worst <= ULP[call.op], f"{worst:.2f} ulp"
    else:  # the CPU's special values, as they come of its differences in float32
        special = ~np.isfinite(want)
        np.testing.assert_array_equal(got[special], want[special])
        scale = np.broadcast_to(scale, want.shape)[~special]
        assert distance(got[~special], exact[~special], scale) <= ULP[call.op]


def test_a_label_out_of_range_is_nan(driver: Any, target: Target) -> None:
    """The CPU refuses it; on the device nothing else can be said."""
    inputs = (logits(3, 4), np.int32([0, 4, -1]))
    lowered = LOWERINGS["SparseSoftmaxCrossEntropyWithLogits"](specs(*inputs), target)
    (got,) = run_lowered(driver, lowered, inputs)
    assert np.isnan(got).tolist() == [False, True, True]
