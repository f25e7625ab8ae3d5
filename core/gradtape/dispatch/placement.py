"""Whether an op is worth a GPU: what it costs, when to look for one, and where it then runs.

The backend itself says which of the two devices is quicker (`is_quicker`); here stands what keeps
cheap ops and small programs from asking.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from gradtape.primitives.op import Op
from gradtape.runtime import devices
from gradtape.runtime.recorders import state

#: heavy ops with less work than this (multiplications) do not ask for a GPU
LEAST_WORK = 1 << 21

#: Looking for a GPU takes most of a second natively: a program that multiplies less never looks.
PATIENCE = 1 << 26 if sys.platform == "emscripten" else 1 << 34

#: element-wise ops that compute enough for a GPU to be worth the way; the rest are bound by memory
FUNCTIONS = frozenset(
    "Exp Expm1 Log Log1p Sin Cos Tan Asin Acos Atan Sinh Cosh Tanh Asinh Atanh Sigmoid "
    "Softplus Elu Selu Erf Erfc Lgamma Digamma".split()
)
#: multiplications of a matrix product that take as long as one of these on the CPU
FUNCTION_WORK = 8 if sys.platform == "emscripten" else 50


def _function_work(x: Any, **_: Any) -> int:
    return int(x.size) * FUNCTION_WORK


def _product_work(a: Any, b: Any) -> int:
    return int(a.size) * int(b.shape[-1]) if b.ndim else 0


def _convolution_work(a: Any, b: Any, **_: Any) -> int:
    """Near enough, whichever two of image, filter and result are at hand."""
    return int(a.size) * int(b.size) // max(int(min(a.shape[-1], b.shape[-1])), 1) // 8


#: op type → function of the op's inputs and parameters
WORK: dict[str, Callable[..., int]] = {
    "MatMul": _product_work,
    "Conv2D": _convolution_work,
    "Conv2DBackpropInput": _convolution_work,
    "Conv2DBackpropFilter": _convolution_work,
    **dict.fromkeys(FUNCTIONS, _function_work),
}


def worth_asking(work: int) -> bool:
    """Whether a heavy op with this many multiplications should ask where it is quicker."""
    if devices.gpu_state.backend is not None:
        return not devices.gpu_state.hidden
    if devices.gpu_state.why is not None or devices.gpu_state.hidden:
        return False
    devices.gpu_state.work += work
    return devices.gpu_state.work >= PATIENCE and _may_be_one() and devices.backend() is not None


def _may_be_one() -> bool:
    """Whether looking for a GPU unasked is worth the memory that its libraries take."""
    if sys.platform != "linux":
        return True
    return any(name.startswith("nvidia") for name in os.listdir("/dev")) or (
        os.path.isdir("/dev/dri") and any(n.startswith("render") for n in os.listdir("/dev/dri"))
    )


def run_where_quicker(op: Op, values: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """The op where it is to run: what the block says, else where it is quicker."""
    device = state.device
    if device is None and op.work is not None:
        work = op.work(*values, **params)
        if work >= LEAST_WORK and worth_asking(work):
            device = "GPU" if devices.backend().is_quicker(op, values, params) else None
    if devices.gpu_state.logged:
        devices.log(op.type, f"{device or 'CPU'}:0")
    if device == "GPU":
        return devices.entered().apply(op, values, params)
    return op.kernel(*values, **params)
