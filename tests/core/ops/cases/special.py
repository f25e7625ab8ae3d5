"""The error function, the gamma function and their kin."""

from math import inf, nan

from tests.core.ops.cases import case, exactly, normal, positive, uniform, unit

#: TensorFlow's own functions are a few units in the last place from the truth here, and more where
#: the function crosses zero; ours are checked against fifty digits by test_special.py.
_LOOSE = {"_tol": 1e-8, "_tol32": 2e-5}

CASES = [
    case("math.erf", normal(2, 4)),
    case("math.erf", uniform(-7.0, 7.0, 20)),
    case("math.erfc", normal(2, 4)),
    case("math.erfc", uniform(0.0, 9.0, 20), _tol32=1e-4),  # float32: TensorFlow is the rougher one
    case("math.erfinv", unit(2, 4)),
    case("math.erfcinv", uniform(0.1, 1.9, 5)),
    case("math.ndtri", uniform(0.05, 0.95, 5)),
    case("math.ndtri", exactly([1e-12, 1e-5, 1.0 - 1e-5]), _numeric=False),
    case("math.lgamma", positive(2, 4)),
    case("math.lgamma", uniform(2.0, 40.0, 9), **_LOOSE),
    case("math.lgamma", exactly([-0.5, -1.3, -2.7]), **_LOOSE),
    case("math.digamma", positive(2, 4), **_LOOSE),
    case("math.digamma", uniform(2.0, 40.0, 9), **_LOOSE),
    case("math.digamma", exactly([-0.5, -1.3, -2.7]), **_LOOSE),
    # far apart from one element to the next, so that a finite difference has few digits
    case("math.polygamma", exactly([1.0, 2.0, 3.0]), positive(2, 3), _at=(1,), **_LOOSE),
    case("math.polygamma", exactly([0.0, 1.0]), exactly([-0.5, -1.25]), _at=(1,), **_LOOSE),
    case("math.zeta", exactly([1.5, 2.0, 4.0]), positive(2, 3), _at=(1,), **_LOOSE),
    case("math.lbeta", positive(2, 3), **_LOOSE),
    # poles, ends and infinities: there is no finite difference
    case("math.erf", exactly([0.0, nan, 30.0]), _numeric=False),
    case("math.erfc", exactly([0.0, inf, -inf, nan, 30.0, -30.0]), _numeric=False),
    case("math.erfinv", exactly([-1.0, 0.0, 1.0, 2.0]), _numeric=False),
    case("math.ndtri", exactly([0.0, 0.5, 1.0, 2.0]), _numeric=False),
    case("math.lgamma", exactly([0.0, -1.0, 1.0, 2.0, inf, -inf]), _numeric=False, **_LOOSE),
    case("math.digamma", exactly([0.0, -1.0, 1.0, inf, -inf]), _numeric=False, **_LOOSE),
    case(
        "math.polygamma", exactly([1.0, 1.0, 1.0, 1.5]), exactly([0.0, -1.0, inf, 1.0]),
        _at=(1,), _numeric=False, **_LOOSE,
    ),
    case(
        "math.zeta", exactly([1.0, 2.0, 2.0, 0.5]), exactly([0.5, 0.0, inf, 1.0]),
        _numeric=False, _at=(1,), **_LOOSE,
    ),
]  # fmt: skip
