"""tf.math, element by element: algebra, exponentials, angles, logic, complex numbers."""

from math import inf, nan

from tests.core.ops.cases import (
    boolean,
    case,
    complex_,
    distinct,
    dtype,
    exactly,
    integers,
    normal,
    positive,
    uniform,
    unit,
)  # fmt: skip

_UNARY = {
    "abs": distinct(2, 4), "negative": normal(3), "square": normal(2, 3), "sqrt": positive(2, 3),
    "math.rsqrt": positive(2, 3), "math.reciprocal": positive(2, 3),
    "math.reciprocal_no_nan": positive(4), "exp": normal(3, 4), "math.expm1": normal(2, 3),
    "math.log": positive(2, 3), "math.log1p": positive(2, 3), "math.log_sigmoid": normal(2, 3),
    "sigmoid": normal(3, 4), "tanh": normal(3, 4), "sin": normal(2, 3), "cos": normal(2, 3),
    "tan": unit(2, 3), "asin": unit(2, 3), "acos": unit(2, 3), "atan": normal(2, 3),
    "sinh": normal(2, 3), "cosh": normal(2, 3), "asinh": normal(2, 3),
    "acosh": uniform(1.2, 3.0, 2, 3), "atanh": unit(2, 3), "sign": distinct(4),
    "math.softplus": normal(2, 3), "floor": normal(4), "math.ceil": normal(4), "round": normal(4),
    "math.rint": normal(4), "math.is_nan": normal(3), "math.is_inf": normal(3),
    "math.is_finite": normal(3),
}  # fmt: skip

_BINARY = [
    "add", "subtract", "multiply", "divide", "truediv", "maximum", "minimum", "atan2",
    "math.squared_difference", "math.divide_no_nan", "math.multiply_no_nan", "math.floormod",
    "math.mod", "math.floordiv", "math.xdivy",
]  # fmt: skip

_COMPARISONS = [
    "equal", "not_equal", "less", "less_equal", "greater", "greater_equal",
]  # fmt: skip

_COMPLEX = [
    "abs", "negative", "square", "sqrt", "math.rsqrt", "math.reciprocal", "exp", "math.expm1",
    "math.log", "math.log1p", "sigmoid", "tanh", "sin", "cos", "tan", "asin", "acos", "atan",
    "sinh", "cosh", "asinh", "acosh", "atanh", "math.real", "math.imag", "math.conj", "math.angle",
]  # fmt: skip

#: Where derivatives are conventions: (function, points).
_POINTS = {
    "abs": [0.0, -0.0, inf, nan], "sign": [0.0, -inf, nan], "sqrt": [0.0, -1.0, inf],
    "math.rsqrt": [0.0, -1.0, inf], "math.reciprocal": [0.0, inf],
    "math.reciprocal_no_nan": [0.0, inf, 2.0], "exp": [1000.0, -1000.0, -inf, inf, nan],
    "math.log": [0.0, -1.0, inf], "math.log1p": [-1.0, -2.0, 1e-18],
    "math.expm1": [1e-18, -1000.0], "sigmoid": [-1000.0, -40.0, 40.0, 1000.0, -inf, inf],
    "tanh": [-inf, 0.0, 100.0], "asin": [-1.0, 1.0, 2.0], "acos": [-1.0, 1.0, 2.0],
    "atan": [inf, -inf], "acosh": [1.0, 0.5], "atanh": [-1.0, 1.0, 2.0], "sin": [inf],
    "math.softplus": [0.0, -1000.0, 1000.0, -40.0],
    "math.log_sigmoid": [0.0, -1000.0, 1000.0, 40.0],
    "round": [0.5, 1.5, -0.5, 2.5], "math.rint": [0.5, 1.5, -0.5], "floor": [-0.5, inf],
}  # fmt: skip

_PAIRS = {
    "maximum": ([0.0, nan, 1.0, 2.0], [0.0, 1.0, nan, 1.0]),
    "minimum": ([0.0, nan, 1.0, 2.0], [0.0, 1.0, nan, 1.0]),
    "divide": ([1.0, -1.0, 0.0], [0.0, 0.0, 0.0]),
    "math.divide_no_nan": ([1.0, 0.0, inf], [0.0, 0.0, 0.0]),
    "math.xlogy": ([0.0, 0.0, 1.0, 0.0], [0.0, -1.0, 0.0, nan]),
    "math.xlog1py": ([0.0, 0.0, 1.0, 0.0], [-1.0, -2.0, -1.0, nan]),
    "math.xdivy": ([0.0, 1.0, 0.0], [0.0, 0.0, nan]),
    "pow": ([0.0, 0.0, 0.0, 0.0, -2.0, -2.0, 1.0], [2.0, 0.0, 0.5, -1.0, 2.0, 0.5, 0.0]),
    "atan2": ([0.0, 0.0, -0.0, 1.0], [0.0, -1.0, -1.0, 0.0]),
    "math.floormod": ([-3.0, 3.0, -3.0], [2.0, -2.0, 2.5]),
    "math.floordiv": ([-3.0, 3.0, 1.0], [2.0, -2.0, 0.0]),
    "equal": ([nan, 1.0], [nan, 1.0]),
}  # fmt: skip

CASES = [
    *(case(name, draw) for name, draw in _UNARY.items()),
    *(case(name, normal(2, 4), positive(1, 4)) for name in _BINARY),
    case("add", normal(2, 1), normal(3)),
    case("multiply", normal(), normal(2, 2)),
    case("pow", positive(2, 3), normal(3)),
    case("pow", normal(4), 3.0),
    case("math.pow", positive(3), exactly(-1.5)),
    case("math.xlogy", positive(2, 3), positive(3)),
    case("math.xlog1py", positive(2, 3), positive(3)),
    # the derivative with respect to the second number is 0 here, as TensorFlow has it
    case("math.nextafter", normal(3), exactly([9.0, 9.0, 9.0]), _numeric=False),
    *(case(name, integers(0, 3, 4), integers(0, 3, 4)) for name in _COMPARISONS),
    *(case(name, normal(3), exactly(0.1)) for name in _COMPARISONS),
    case("logical_and", boolean(4), boolean(4)),
    case("logical_or", boolean(4), boolean(4)),
    case("math.logical_xor", boolean(4), boolean(4)),
    case("logical_not", boolean(4)),
    case("bitwise.bitwise_and", integers(0, 99, 4), integers(0, 99, 4)),
    case("bitwise.bitwise_or", integers(0, 99, 4), integers(0, 99, 4)),
    case("bitwise.bitwise_xor", integers(0, 99, 4), integers(0, 99, 4)),
    case("bitwise.invert", integers(-99, 99, 4)),
    case("bitwise.left_shift", integers(-9, 9, 4), integers(0, 9, 4)),
    case("bitwise.right_shift", integers(-99, 99, 4), integers(0, 5, 4)),
    # integers
    *(
        case(name, integers(-9, 9, 5), integers(1, 5, 5))
        for name in (
            "add",
            "subtract",
            "multiply",
            "divide",
            "math.floordiv",
            "math.floormod",
            "maximum",
            "minimum",
            "pow",
            "math.squared_difference",
        )
    ),
    *(case(name, integers(-9, 9, 5)) for name in ("abs", "negative", "square", "sign", "round")),
    # what TensorFlow refuses
    case("sin", integers(0, 3, 2)),
    case("exp", boolean(2)),
    case("add", boolean(2), boolean(2)),
    case("logical_and", integers(0, 2, 2), integers(0, 2, 2)),
    case("add", normal(3), normal(2)),
    case("maximum", normal(3), integers(0, 9, 3)),
    case("math.floordiv", integers(0, 9, 3), exactly([1, 0, 2], "int32")),
    case("pow", integers(1, 9, 2), exactly([1, -1], "int32")),
    case("atan2", complex_(2), complex_(2)),
    # complex numbers
    *(case(name, complex_(2, 3)) for name in _COMPLEX),
    *(
        case(name, complex_(2, 3), complex_(3))
        for name in (
            "add",
            "subtract",
            "multiply",
            "divide",
            "pow",
            "math.divide_no_nan",
        )
    ),
    *(
        case(
            name,
            complex_(2, 3),
            complex_(3),
            _differs="TensorFlow forgets to conjugate, as it does for multiply and divide",
        )
        for name in ("math.multiply_no_nan", "math.xlogy", "math.xlog1py", "math.xdivy")
    ),
    case("complex", normal(2, 3), normal(3)),
    case("math.real", normal(3)),
    case("math.imag", normal(3)),
    case("math.conj", normal(3)),
    case("math.angle", distinct(4)),
    case("equal", complex_(3), complex_(3)),
    case("abs", exactly([0j, 1j], "complex128"), _numeric=False),
    # several tensors
    case("add_n", [normal(2, 3), normal(2, 3), normal(2, 3)]),
    case("add_n", [normal(3), normal(2)]),
    case("math.add_n", [complex_(2), complex_(2)]),
    case("math.accumulate_n", [normal(2, 3), normal(2, 3)]),
    case("math.accumulate_n", [normal(2), normal(3)]),
    case("math.polyval", [normal(2, 3), normal(2, 3), normal(2, 3)], normal(2, 3)),
    case("math.polyval", [normal()], normal(3)),
    case("math.polyval", [2.0, -1.0, 0.5], normal(3)),
    case("math.scalar_mul", normal(), normal(2, 3)),
    # dtypes
    case("cast", normal(3), dtype=dtype("float32"), _tol=1e-6, _numeric=False),  # rounds to float32
    case("cast", uniform(-9.0, 9.0, 5), dtype=dtype("int32")),
    case("cast", integers(-3, 3, 4), dtype=dtype("float64")),
    case("cast", normal(3), dtype=dtype("complex128")),
    case("cast", normal(3), dtype=dtype("bool")),
    case("cast", complex_(3), dtype=dtype("float64")),
    case("saturate_cast", exactly([-3.0, 2.7, 400.0]), dtype=dtype("uint8")),
    case("saturate_cast", exactly([-3e9, 2.5, 3e9]), dtype=dtype("int32")),
    case("saturate_cast", exactly([-300, 7, 300], "int32"), dtype=dtype("int8")),
    case(
        "saturate_cast",
        exactly([1e300, 0.5]),
        dtype=dtype("float32"),
        _numeric=False,
        _float32=False,
    ),
    # Special points: ties, zeros, infinities. There is no finite difference there.
    *(case(name, exactly(points), _numeric=False) for name, points in _POINTS.items()),
    *(case(n, exactly(a), exactly(b), _numeric=False) for n, (a, b) in _PAIRS.items()),
    case(
        "math.multiply_no_nan", exactly([inf, nan, 2.0]), exactly([0.0, 0.0, 3.0]), _numeric=False
    ),
]
