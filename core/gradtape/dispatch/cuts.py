"""Values that are computed from tensors outside any op, of which a tape should know.

A draw, an order or a count is made with NumPy, and no gradient passes; the recorders are told what
it was made of, so that an explanation can name it.
"""

from __future__ import annotations

from typing import Any

from gradtape.primitives.op import Op
from gradtape.runtime.call_sites import user_frame
from gradtape.runtime.recorders import state
from gradtape.tensors.tensor import EagerTensor

_ops: dict[str, Op] = {}


def without_gradient(op_type: str, xs: tuple[Any, ...], y: EagerTensor) -> EagerTensor:
    """`y`, which an op of this name makes of `xs` without a gradient."""
    for recorder in state.recorders:
        if op_type not in _ops:
            _ops[op_type] = Op(op_type, without_gradient, kind="nondifferentiable")
        recorder.record_cut(_ops[op_type], xs, y, user_frame(2))
    return y
