"""How far a float32 result may be, and is, from the exact one, in units in the last place.

0.5 is correct rounding, 0 stands for the very bits of the CPU. Measured on software GPUs; a GPU
that rounds quotients and roots worse than IEEE (WebGPU allows 2.5 units) is further off by that.
Results below the smallest normal number may be 0, and an operand below it may count as 0: devices
flush such numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

SMALLEST_NORMAL = float(np.finfo(np.float32).tiny)
LARGEST = float(np.finfo(np.float32).max)

#: op type → the largest error in units in the last place of the exact result
ULP: dict[str, float] = {
    **dict.fromkeys(("AddV2", "BiasAdd", "Sub", "Mul", "RealDiv", "Reciprocal", "Square"), 0.5),
    **dict.fromkeys(("Sqrt", "DivNoNan", "MulNoNan", "Xdivy"), 0.5),
    **dict.fromkeys(("AnnihilatingMul", "AnnihilatingDiv"), 0.5),
    "Rsqrt": 1.5,
    "Pow": 0.75,
    "Exp": 1.0,
    "Expm1": 1.5,
    "SigmoidCrossEntropyWithLogits": 2.5,
    "Xlogy": 1.75,
    "Xlog1py": 1.75,
    "Log": 1.0,
    "Log1p": 0.9,
    "Sigmoid": 2.5,
    "Softplus": 1.75,
    "Tanh": 2.5,
    "Sinh": 1.5,
    "Cosh": 1.25,
    "Asinh": 1.75,
    "Acosh": 2.0,
    "Atanh": 1.75,
    "Elu": 1.0,
    "Selu": 1.75,
    "Softsign": 1.5,
    "Sin": 0.9,
    "Cos": 0.9,
    "Tan": 2.5,
    "Asin": 2.5,
    "Acos": 1.25,
    "Atan": 1.75,
    "Atan2": 2.25,
    "Erf": 1.5,
    "Erfc": 3.75,
    "Erfinv": 2.75,
    "Ndtri": 3.5,
    "Lgamma": 3.5,
    "Digamma": 3.0,
    # the bits of the CPU
    **dict.fromkeys(("Neg", "Abs", "Sign", "Maximum", "Minimum", "Relu", "Relu6", "LeakyRelu"), 0),
    **dict.fromkeys(("Floor", "Ceil", "Round", "Rint", "NextAfter", "FloorDiv", "FloorMod"), 0),
    **dict.fromkeys(("SquaredDifference", "SelectV2", "Conj"), 0),
    **dict.fromkeys(("ReluGrad", "Relu6Grad", "LeakyReluGrad"), 0),
}

#: op type → operands → the size below which the unit of error shrinks no further: where terms of
#: that size cancel
FLOORS: dict[str, Callable[..., Any]] = {
    # below 0 the terms of the reflection formulas
    "Lgamma": lambda x: np.where(x < 0, 2.0 * np.log(np.maximum(abs(x), 2.0)) * abs(x), 0.0),
    "Digamma": lambda x: np.where(x < 0, 4.0 * np.log(np.maximum(abs(x), 2.0)), 0.0),
    "SigmoidCrossEntropyWithLogits": lambda x, z: abs(x * z) + abs(x),
}


def distances(got: Any, wanted: Any, floor: Any = 0.0) -> Any:
    """|got − wanted| in units in the last place of the float64 `wanted`, 0.5 being rounding alone.

    Below the smallest normal number the unit stays what it is there and flushing to 0 is no error.
    Where the two are not numbers of one kind (nan, an infinity, finite) the distance is inf. The
    unit is at least that of `floor`.
    """
    got64 = got.astype(np.float64)
    with np.errstate(all="ignore"):
        rounded = wanted.astype(np.float32).astype(np.float64)
        size = np.maximum(np.maximum(np.abs(wanted), floor), SMALLEST_NORMAL)
        unit = np.exp2(np.floor(np.log2(np.minimum(np.nan_to_num(size), 3.4e38))) - 23)
        apart = np.abs(got64 - wanted) / unit
    tiny = np.abs(wanted) < SMALLEST_NORMAL
    apart = np.where(tiny & (np.abs(got64) <= SMALLEST_NORMAL), 0.0, apart)
    infinite = np.isinf(rounded) | np.isinf(got64)
    apart = np.where(infinite, np.where(got64 == rounded, 0.0, np.inf), apart)
    # the last finite number and infinity are neighbours
    edge = infinite & (np.abs(got64) >= 3.4028e38) & (np.abs(wanted) >= 3.4028e38)
    apart = np.where(edge & (np.sign(got64) == np.sign(wanted)), 0.5, apart)
    apart = np.where(np.abs(floor) > LARGEST, 0.0, apart)  # an intermediate overflows
    nan = np.isnan(wanted) | np.isnan(got64)
    return np.where(nan, np.where(np.isnan(wanted) & np.isnan(got64), 0.0, np.inf), apart)


def distance(got: Any, wanted: Any, floor: Any = 0.0) -> float:
    """The largest of them."""
    return float(np.max(distances(got, np.asarray(wanted, np.float64), floor)))
