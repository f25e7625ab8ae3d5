"""How far a float32 result may be from the exact one, in units in the last place, per op.

0.5 is correct rounding, 0 stands for the very bits of the CPU. Measured on software GPUs; a GPU
that rounds quotients and roots worse than IEEE (WebGPU allows 2.5 units) is further off by that.
Results below the smallest normal number may be 0, and an operand below it may count as 0: devices
flush such numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: op type → the largest error in units in the last place of the exact result
ULP: dict[str, float] = {
    **dict.fromkeys(("AddV2", "BiasAdd", "Sub", "Mul", "RealDiv", "Reciprocal", "Square"), 0.5),
    **dict.fromkeys(("Sqrt", "DivNoNan", "MulNoNan", "Xdivy"), 0.5),
    "Rsqrt": 1.5,
    "Exp": 1.5,
    "Expm1": 1.5,
    "SigmoidCrossEntropyWithLogits": 2.5,
    "Xlogy": 2.0,
    "Xlog1py": 2.0,
    "Log": 1.0,
    "Log1p": 1.0,
    "Sigmoid": 2.5,
    "Softplus": 2.5,
    "Tanh": 1.5,
    "Sinh": 1.5,
    "Cosh": 1.5,
    "Asinh": 2.0,
    "Acosh": 2.0,
    "Atanh": 2.0,
    "Elu": 1.5,
    "Selu": 2.0,
    "Softsign": 1.5,
    # the bits of the CPU
    **dict.fromkeys(("Neg", "Abs", "Sign", "Maximum", "Minimum", "Relu", "Relu6", "LeakyRelu"), 0),
    **dict.fromkeys(("Floor", "Ceil", "Round", "Rint", "NextAfter", "FloorDiv", "FloorMod"), 0),
    **dict.fromkeys(("SquaredDifference", "SelectV2", "Conj"), 0),
    **dict.fromkeys(("Identity", "ReadVariableOp", "StopGradient", "GuaranteeConst"), 0),
}

#: op type → operands → the size below which the unit of error shrinks no further: where terms of
#: that size cancel
FLOORS: dict[str, Callable[..., Any]] = {
    "SigmoidCrossEntropyWithLogits": lambda x, z: abs(x * z) + abs(x),
}
