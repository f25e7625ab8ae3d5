"""The WGSL expression of every element-wise op of the registry, and why some have none.

`EXPRESSIONS[op type][dtype]` has a template with `{0}`, `{1}`, … for the operands, each once, and
`{name}` for a number from the parameter block. The dtype is that of the operands (of the last one
for SelectV2, whose mask is a bool): f32, i32, u32 or bool; for Cast it is "f32->i32" and so on.
Bools are WGSL bools inside expressions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from gradtape_webgpu.wgsl.library import FUNCTIONS


class Expression(NamedTuple):
    """`result` is "same" (the dtype of the operands), "bool", or for casts the dtype itself."""

    template: str
    functions: tuple[str, ...]
    result: str


class Guarded(NamedTuple):
    """An expression that is right only where its last operand `is_harmless`.

    Where those are not known before the kernel runs, the op belongs on the CPU, which raises.
    """

    expression: Expression
    is_harmless: Callable[[np.ndarray], bool]


_NAMES = re.compile(r"\b([a-z_]\w*)\(")


def _expression(template: str, result: str = "same") -> Expression:
    functions = tuple(name for name in _NAMES.findall(template) if name in FUNCTIONS)
    return Expression(template, functions, result)


def _same(template: str, *dtypes: str) -> dict[str, Expression]:
    return {dtype: _expression(template) for dtype in dtypes}


def _question(f32: str | None, template: str, *dtypes: str) -> dict[str, Expression]:
    answers = {} if f32 is None else {"f32": _expression(f32, "bool")}
    return answers | {dtype: _expression(template, "bool") for dtype in dtypes}


def _unary(function: str) -> dict[str, Expression]:
    return {"f32": _expression(function + "({0})")}


def _binary(function: str) -> dict[str, Expression]:
    return {"f32": _expression(function + "({0}, {1})")}


def _arithmetic(sign: str) -> dict[str, Expression]:
    return _same(f"({{0}} {sign} {{1}})", "i32", "u32") | _same(
        f"barrier({{0}} {sign} {{1}})", "f32"
    )


_INTEGERS = ("i32", "u32")
_NUMBERS = ("f32", "i32", "u32")
_ALL = ("f32", "i32", "u32", "bool")

EXPRESSIONS: dict[str, dict[str, Expression]] = {
    # arithmetic
    "AddV2": _arithmetic("+"),
    "BiasAdd": _arithmetic("+"),
    # what is subtracted is opaque, or x - x would be taken for 0 where x is infinite
    "Sub": _arithmetic("-") | {"f32": _expression("barrier({0} - barrier({1}))")},
    "Mul": _arithmetic("*"),
    "RealDiv": _binary("divided"),
    "Reciprocal": {"f32": _expression("divided(1.0, {0})")},
    "Neg": _same("negated({0})", "f32") | _same("(-{0})", "i32") | _same("(0u - {0})", "u32"),
    "Abs": _same("absolute({0})", "f32") | _same("abs({0})", "i32") | _same("{0}", "u32"),
    "Sign": _same("sign_of({0})", "f32") | _same("sign({0})", "i32") | _same("min({0}, 1u)", "u32"),
    "Square": _unary("squared")
    | _same("squared_i32({0})", "i32")
    | _same("squared_u32({0})", "u32"),
    "SquaredDifference": _binary("squared_difference")
    | _same("squared_i32({0} - {1})", "i32"),  # of unsigned numbers it is refused, by the CPU
    "Sqrt": _unary("square_root"),
    "Rsqrt": _unary("reciprocal_root"),
    "DivNoNan": _binary("divided_or_zero"),
    "MulNoNan": _binary("product_or_zero"),
    "AnnihilatingMul": _binary("product_unless_zero"),
    "AnnihilatingDiv": _binary("divided_unless_zero"),
    "Maximum": _binary("larger_of") | _same("max({0}, {1})", *_INTEGERS),
    "Minimum": _binary("smaller_of") | _same("min({0}, {1})", *_INTEGERS),
    "FloorDiv": _binary("floor_quotient"),
    "FloorMod": _binary("floor_remainder"),
    "Pow": _binary("power"),
    # exponentials
    "Exp": _unary("exponential"),
    "Expm1": _unary("exponential_less_one"),
    "Log": _unary("logarithm"),
    "Log1p": _unary("logarithm_of_one_plus"),
    "Sigmoid": _unary("sigmoid"),
    "Softplus": _unary("softplus"),
    "Xlogy": _binary("times_logarithm"),
    "Xlog1py": _binary("times_logarithm_of_one_plus"),
    "Xdivy": _binary("divided_unless_zero"),
    "SigmoidCrossEntropyWithLogits": _binary("sigmoid_cross_entropy"),
    # circular and hyperbolic
    "Sin": _unary("sine"),
    "Cos": _unary("cosine"),
    "Tan": _unary("tangent"),
    "Asin": _unary("arcsine"),
    "Acos": _unary("arccosine"),
    "Atan": _unary("arctangent"),
    "Atan2": _binary("arctangent_of_point"),
    "Tanh": _unary("hyperbolic_tangent"),
    "Sinh": _unary("hyperbolic_sine"),
    "Cosh": _unary("hyperbolic_cosine"),
    "Asinh": _unary("inverse_hyperbolic_sine"),
    "Acosh": _unary("inverse_hyperbolic_cosine"),
    "Atanh": _unary("inverse_hyperbolic_tangent"),
    # special functions
    "Erf": _unary("error_function"),
    "Erfc": _unary("complementary_error_function"),
    "Erfinv": _unary("inverse_error_function"),
    "Ndtri": _unary("normal_quantile"),
    "Lgamma": _unary("log_gamma"),
    "Digamma": _unary("digamma"),
    # activations
    "Relu": _unary("rectified") | _same("max({0}, 0)", "i32") | _same("{0}", "u32"),
    "Relu6": _unary("rectified_six")
    | _same("clamp({0}, 0, 6)", "i32")
    | _same("min({0}, 6u)", "u32"),
    "Elu": _unary("exponential_linear"),
    "Selu": _unary("scaled_exponential_linear"),
    "Softsign": _unary("softsign"),
    "LeakyRelu": {"f32": _expression("leaky({0}, {alpha})")},
    "ReluGrad": {"f32": _expression("select(0.0, {0}, less(0.0, {1}))")},
    "Relu6Grad": _binary("through_rectified_six"),
    "LeakyReluGrad": {"f32": _expression("leaky_gradient({0}, {1}, {alpha})")},
    # rounding
    "Floor": _unary("rounded_down"),
    "Ceil": _unary("rounded_up"),
    "Round": _unary("rounded_to_even") | _same("{0}", *_INTEGERS),
    "Rint": _unary("rounded_to_even"),
    "NextAfter": _binary("next_after"),
    # questions
    "Equal": _question("equals({0}, {1})", "({0} == {1})", "i32", "u32", "bool"),
    "NotEqual": _question("!equals({0}, {1})", "({0} != {1})", "i32", "u32", "bool"),
    "Less": _question("less({0}, {1})", "({0} < {1})", *_INTEGERS),
    "LessEqual": _question("less_or_equal({0}, {1})", "({0} <= {1})", *_INTEGERS),
    "Greater": _question("less({1}, {0})", "({0} > {1})", *_INTEGERS),
    "GreaterEqual": _question("less_or_equal({1}, {0})", "({0} >= {1})", *_INTEGERS),
    "IsNan": _question("is_nan({0})", ""),
    "IsInf": _question("is_infinite({0})", ""),
    "IsFinite": _question("is_finite({0})", ""),
    "LogicalAnd": _question(None, "(({0}) & ({1}))", "bool"),
    "LogicalOr": _question(None, "(({0}) | ({1}))", "bool"),
    "LogicalNot": _question(None, "(!{0})", "bool"),
    # bits
    "BitwiseAnd": _same("({0} & {1})", *_INTEGERS),
    "BitwiseOr": _same("({0} | {1})", *_INTEGERS),
    "BitwiseXor": _same("({0} ^ {1})", *_INTEGERS),
    "Invert": _same("(~{0})", *_INTEGERS),
    "LeftShift": _same("shifted_left_i32({0}, {1})", "i32")
    | _same("({0} << min({1}, 31u))", "u32"),
    "RightShift": _same("shifted_right_i32({0}, {1})", "i32")
    | _same("({0} >> min({1}, 31u))", "u32"),
    # choosing and passing on
    "SelectV2": _same("select({2}, {1}, {0})", *_ALL),
    "Conj": _same("{0}", "f32"),
    # casts
    "Cast": {
        "f32->i32": _expression("to_i32({0})", "i32"),
        "f32->u32": _expression("to_u32({0})", "u32"),
        "f32->bool": _expression("!is_zero({0})", "bool"),
        "i32->f32": _expression("from_i32({0})", "f32"),
        "i32->u32": _expression("bitcast<u32>({0})", "u32"),
        "i32->bool": _expression("({0} != 0)", "bool"),
        "u32->f32": _expression("from_u32({0})", "f32"),
        "u32->i32": _expression("bitcast<i32>({0})", "i32"),
        "u32->bool": _expression("({0} != 0u)", "bool"),
        "bool->f32": _expression("select(0.0, 1.0, {0})", "f32"),
        "bool->i32": _expression("select(0, 1, {0})", "i32"),
        "bool->u32": _expression("select(0u, 1u, {0})", "u32"),
    }
    | {f"{dtype}->{dtype}": _expression("{0}", dtype) for dtype in _ALL},
    "Bitcast": {
        f"{a}->{b}": _expression("{0}" if a == b else f"bitcast<{b}>({{0}})", b)
        for a in _NUMBERS
        for b in _NUMBERS
    },
}


def _no_zero(values: np.ndarray) -> bool:
    return bool(np.all(values != 0))


def _not_negative(values: np.ndarray) -> bool:
    return bool(np.all(values >= 0))


#: op type → dtype → what is right where the second operand is known to be harmless
GUARDED: dict[str, dict[str, Guarded]] = {
    "FloorDiv": {
        "i32": Guarded(_expression("floor_quotient_i32({0}, {1})"), _no_zero),
        "u32": Guarded(_expression("({0} / {1})"), _no_zero),
    },
    "FloorMod": {
        "i32": Guarded(_expression("floor_remainder_i32({0}, {1})"), _no_zero),
        "u32": Guarded(_expression("({0} % {1})"), _no_zero),
    },
    "Pow": {"i32": Guarded(_expression("integer_power_i32({0}, {1})"), _not_negative)},
}

#: op type → why it stays on the CPU
CPU: dict[str, str] = {
    "Polygamma": "the sum that gives it needs float64: its terms cancel below 0",
    "Zeta": "the sum that gives it needs float64: a power of 45 bits for each of 25 terms",
}
