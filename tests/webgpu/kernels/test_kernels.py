"""Every kernel and view against its op's NumPy kernel, over the calls of the registry's cases."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradtape_webgpu.kernels.registry import LOWERINGS, Unsupported, load_all
from gradtape_webgpu.lowering.view_ops import VIEW_OPS
from gradtape_webgpu.wgsl.tolerance import distance
from tests.webgpu.support.launching import lowered, run_lowered
from tests.webgpu.support.samples import Call, calls

load_all()

#: Modules of kernels that sum products, each with tests and tolerances of its own.
ELSEWHERE = {
    f"gradtape_webgpu.kernels.{name}"
    for name in ("matmul", "convolution", "depthwise", "pooling", "reduce")
}
# The cases read no variables.
TYPES = (VIEW_OPS - {"ReadVariableOp"}).union(
    type for type, lower in LOWERINGS.items() if getattr(lower, "__module__", "") not in ELSEWHERE
)

#: Most units in the last place from the exact value; others: 0.
ULP: dict[str, float] = {
    "Softmax": 1.5,
    "LogSoftmax": 1.0,
    "LogSumExp": 0.75,
    "SoftmaxCrossEntropyWithLogits": 1.0,
    "SparseSoftmaxCrossEntropyWithLogits": 0.75,
    "Cumsum": 1.0,
    "Cumprod": 1.5,
    "CumulativeLogsumexp": 1.0,
    "LinearRecurrence": 1.25,
}


#: of these the largest number of the result gives the unit: sums that nearly cancel
SCALED = set(ULP) - {"Softmax"}


def compare(driver: Any, call: Call) -> float:
    """The worst distance from the exact value in ulp; asserts all that must hold exactly."""
    made = lowered(call.op, call.inputs, call.params)
    got = run_lowered(driver, made, call.inputs)
    again = run_lowered(driver, made, call.inputs)
    want, exact = call.on_cpu(), call.exactly()
    worst = 0.0
    assert len(got) == len(want)
    for a, b, c, e in zip(got, again, want, exact, strict=True):
        assert a.tobytes() == b.tobytes(), f"{call}: not the same bits twice"
        assert a.shape == c.shape and a.dtype == c.dtype, f"{call}: {a.dtype}{a.shape}"
        if a.dtype != np.float32 or a.tobytes() == np.ascontiguousarray(c).tobytes():
            np.testing.assert_array_equal(a, c, err_msg=str(call))
            continue
        scale = np.where(np.isfinite(e), np.abs(e), 0).max() if call.op in SCALED else 0.0
        worst = max(worst, distance(a, e, scale))
    assert worst <= ULP.get(call.op, 0.0), f"{call}: {worst:.2f} ulp\n{got}\n{want}"
    return worst


@pytest.mark.parametrize("op", sorted(TYPES))
def test_kernel_gives_what_the_cpu_gives(op: str, driver: Any, record_property: Any) -> None:
    """Every call of the registry's cases, and the same bits twice."""
    found = calls(TYPES)[op]
    served, refused, worst = 0, [], 0.0
    for call in found:
        try:
            worst = max(worst, compare(driver, call))
            served += 1
        except Unsupported as reason:
            refused.append(f"{call}: {reason}")
    record_property("ulp", worst)
    assert served, f"no call of {op} is served: {refused}"
