"""How far a float32 result may be from the exact one, in units in the last place, per op.

0.5 is correct rounding, 0 stands for the very bits of the CPU. Measured on software GPUs; a GPU
that rounds quotients and roots worse than IEEE (WebGPU allows 2.5 units) is further off by that.
Results below the smallest normal number may be 0, and an operand below it may count as 0: devices
flush such numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

#: op type → the largest error in units in the last place of the exact result
ULP: dict[str, float] = {
    **dict.fromkeys(("AddV2", "BiasAdd", "Sub", "Mul", "RealDiv", "Reciprocal", "Square"), 0.5),
    **dict.fromkeys(("Sqrt", "DivNoNan", "MulNoNan", "Xdivy"), 0.5),
    "Rsqrt": 1.5,
    "Pow": 1.0,
    "Exp": 1.0,
    "Expm1": 1.5,
    "SigmoidCrossEntropyWithLogits": 2.5,
    "Xlogy": 2.0,
    "Xlog1py": 2.0,
    "Log": 1.0,
    "Log1p": 1.0,
    "Sigmoid": 2.5,
    "Softplus": 2.5,
    "Tanh": 2.5,
    "Sinh": 1.5,
    "Cosh": 1.5,
    "Asinh": 2.0,
    "Acosh": 2.0,
    "Atanh": 2.0,
    "Elu": 1.5,
    "Selu": 2.0,
    "Softsign": 1.5,
    "Sin": 1.0,
    "Cos": 1.0,
    "Tan": 3.0,
    "Asin": 2.5,
    "Acos": 1.5,
    "Atan": 2.0,
    "Atan2": 3.0,
    "Erf": 1.5,
    "Erfc": 4.0,
    "Erfinv": 3.0,
    "Ndtri": 3.5,
    "Lgamma": 4.0,
    "Digamma": 4.0,
    # the bits of the CPU
    **dict.fromkeys(("Neg", "Abs", "Sign", "Maximum", "Minimum", "Relu", "Relu6", "LeakyRelu"), 0),
    **dict.fromkeys(("Floor", "Ceil", "Round", "Rint", "NextAfter", "FloorDiv", "FloorMod"), 0),
    **dict.fromkeys(("SquaredDifference", "SelectV2", "Conj"), 0),
}

#: op type → operands → the size below which the unit of error shrinks no further: where terms of
#: that size cancel
FLOORS: dict[str, Callable[..., Any]] = {
    # below 0 the terms of the reflection formulas
    "Lgamma": lambda x: np.where(x < 0, 2.0 * np.log(np.maximum(abs(x), 2.0)) * abs(x), 0.0),
    "Digamma": lambda x: np.where(x < 0, 4.0 * np.log(np.maximum(abs(x), 2.0)), 0.0),
    "SigmoidCrossEntropyWithLogits": lambda x, z: abs(x * z) + abs(x),
}
