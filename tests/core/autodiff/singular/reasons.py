"""Why each op's derivatives at its singular points are what they are; the table prints it."""

_LINEAR = (
    "a cotangent or tangent of 0 gives 0, in every order and both modes: the derivative is linear "
    "in it; TensorFlow has it in ∂0 alone"
)
_THROUGH_RECIPROCAL = (
    "∂0 is 0 · ∞ as in TensorFlow: a nan shows that a mask came too late; ∂∂0 goes through "
    "a reciprocal, which keeps 0"
)
_PRODUCT = "the derivative is infinite there, and 0 · ∞ is nan, as in TensorFlow"
_FIRST = "where both are equal the first input takes all, as in TensorFlow"
_FORMULA = "the formula of the derivative is used as it stands, as in TensorFlow"
_FLAT = "the slope jumps; at the jump it is TensorFlow's, and its derivative is 0"
_OUTSIDE = "the function has no value there; the formula of the derivative has, as in TensorFlow"
_ORDER = "the order has no derivative (None); at poles the sign is not defined, hence nan"

#: op type → why
REASONS = {
    "Sqrt": _LINEAR,
    "Rsqrt": _LINEAR,
    "Reciprocal": _LINEAR,
    "Exp": _PRODUCT,
    "Expm1": _PRODUCT,
    "Log": f"{_THROUGH_RECIPROCAL}; below 0 {_OUTSIDE}",
    "Log1p": f"{_THROUGH_RECIPROCAL}; below −1 {_OUTSIDE}",
    "Square": _PRODUCT,
    "Abs": "0, the middle of −1 and 1, as in TensorFlow and PyTorch",
    "Erf": "the second derivative holds x · e^(−x²), which is ∞ · 0",
    "Erfc": "the second derivative holds x · e^(−x²), which is ∞ · 0",
    "Erfinv": _PRODUCT,
    "Ndtri": _PRODUCT,
    "BesselI0e": "0, the middle of −1 and 1: its factor e^(−abs x) has a kink",
    "Lgamma": "at a pole the derivative has no sign, hence nan; at ∞ it is infinite",
    "Digamma": "at a pole the value has no sign, hence nan; its derivative is +∞ from both sides",
    "Asin": _THROUGH_RECIPROCAL,
    "Acos": _THROUGH_RECIPROCAL,
    "Atan": "the second derivative holds x / (1 + x²)², which is ∞ / ∞",
    "Sinh": _PRODUCT,
    "Cosh": _PRODUCT,
    "Asinh": "the second derivative holds a quotient of infinities",
    "Acosh": _PRODUCT,
    "Atanh": f"{_THROUGH_RECIPROCAL}; beyond ±1 {_OUTSIDE}",
    "Relu": _FLAT,
    "Relu6": _FLAT,
    "Selu": "the slope at 0 is that of the upper side, as in TensorFlow",
    "Elu": "the slope at 0 is that of the upper side, as in TensorFlow",
    "LeakyRelu": _FLAT,
    "Softsign": "the value is ∞ / ∞",
    "RealDiv": _FORMULA,
    "Pow": f"{_FORMULA}; 0⁰ is 1 and its derivative 0 · 0⁻¹",
    "Maximum": _FIRST,
    "Minimum": _FIRST,
    "FloorMod": f"the remainder by 0 has no value; {_FORMULA}",
    "Xlogy": f"0 where the first input is 0; elsewhere {_FORMULA}",
    "Xlog1py": f"0 where the first input is 0; elsewhere {_FORMULA}",
    "Xdivy": f"0 where the first input is 0; elsewhere {_FORMULA}",
    "Polygamma": _ORDER,
    "Zeta": _ORDER,
    "Atan2": "the origin has no angle, and from each side another",
    "Prod": "the product of the other elements, in every order; 0 · ∞ is nan",
    "EuclideanNorm": "x / ‖x‖ at 0 is 0 / 0, as in TensorFlow; tf.norm keeps a cotangent of 0",
    "LogSumExp": "the shares e^(x − y) are e^(∞ − ∞)",
    "CumulativeLogsumexp": "nothing passes through what is infinite; TensorFlow's is nan",
    "L2Loss": _PRODUCT,
    "MatrixDeterminant": "the rule needs the inverse, as in TensorFlow",
    "LogMatrixDeterminant": "the rule needs the inverse, as in TensorFlow",
}
