"""Reductions, scans, norms and clipping."""

from math import inf, nan

from tests.core.ops.cases import (
    boolean,
    case,
    complex_,
    distinct,
    exactly,
    integers,
    normal,
    positive,
    uniform,
)  # fmt: skip

_REDUCTIONS = [
    "reduce_sum", "reduce_mean", "reduce_prod", "reduce_logsumexp", "math.reduce_euclidean_norm",
    "math.reduce_variance", "math.reduce_std", "reduce_max", "reduce_min",
]  # fmt: skip
_SCANS = ["cumsum", "math.cumprod", "math.cumulative_logsumexp"]

CASES = [
    *(case(name, normal(2, 4)) for name in _REDUCTIONS),
    *(case(name, distinct(2, 4), axis=1) for name in _REDUCTIONS),
    *(case(name, normal(2, 2, 2), axis=[0, -1], keepdims=True) for name in _REDUCTIONS),
    *(case(name, distinct(2, 2, 2), axis=(2, 0)) for name in _REDUCTIONS),
    *(case(name, distinct(4), axis=-1, keepdims=True) for name in _REDUCTIONS),
    *(case(name, normal()) for name in _REDUCTIONS[:3]),
    *(case(name, distinct(4), axis=[]) for name in ("reduce_sum", "reduce_prod", "reduce_max")),
    # of nothing: nan, −inf, inf
    *(case(name, normal(0, 3), axis=0, _numeric=False) for name in _REDUCTIONS[:5]),
    *(case(name, distinct(2, 4), axis=2) for name in _REDUCTIONS),
    case("reduce_sum", normal(2, 3), axis=[0, 0]),
    case("reduce_max", normal(0), _numeric=False),
    case("reduce_min", normal(0), _numeric=False),
    *(case(name, integers(-9, 9, 2, 5), axis=1) for name in _REDUCTIONS),
    *(case(name, complex_(2, 3), axis=1) for name in _REDUCTIONS[:3]),
    case("math.reduce_variance", complex_(2, 3), axis=1),
    case("math.reduce_std", complex_(2, 3), axis=1),
    case("reduce_any", boolean(3, 3), axis=1),
    case("reduce_all", boolean(3, 2), axis=1, keepdims=True),
    case("reduce_any", boolean(0)),
    case("reduce_all", normal(3)),
    *(case(name, distinct(3, 4), axis=1) for name in ("argmax", "argmin")),
    *(case(name, exactly([[1, 3, 3], [2, 2, 1]], "int32")) for name in ("argmax", "argmin")),
    case("argmax", normal(0)),
    case("argmax", normal(2, 3), axis=2),
    case("math.count_nonzero", integers(0, 2, 3, 4), axis=1),
    case("math.count_nonzero", exactly([[0.0, 1.0], [2.0, 3.0]])),
    case("math.zero_fraction", exactly([0.0, 1.0, 0.0])),
    case("math.l2_normalize", normal(2, 3), axis=1),
    case("math.l2_normalize", normal(2, 3)),
    case("math.l2_normalize", normal(2, 3), axis=[0, 1], epsilon=1e-3),
    case("math.l2_normalize", complex_(2, 3), axis=1),
    case("math.l2_normalize", exactly([0.0, 0.0]), _numeric=False),
    # norms
    *(case("norm", normal(2, 4), ord=p) for p in ("euclidean", 1, 2, 3, 2.5, inf)),
    *(case("norm", distinct(2, 4), ord=p, axis=1, keepdims=True) for p in (1, 2, 3, inf)),
    *(case("norm", distinct(3, 2, 4), ord=p, axis=[0, 2]) for p in ("fro", "euclidean", 1, inf)),
    case("norm", complex_(2, 3)),
    case("norm", normal(3, 2), ord=2, axis=[0, 1]),
    case("norm", normal(3, 2, 4), ord=2, axis=[2, 0], keepdims=True),
    case("linalg.global_norm", [normal(2, 3), normal(3)]),
    case("norm", normal(3), ord=0),
    case("norm", normal(3), ord="fro"),
    case("norm", normal(2, 3), ord=3, axis=[0, 1]),
    case("norm", integers(0, 9, 3)),
    # clipping
    case("clip_by_value", normal(3, 3), -0.5, 0.7),
    case("clip_by_value", normal(2, 3), uniform(-0.9, -0.3, 3), positive(2, 1)),
    case("clip_by_value", integers(-9, 9, 5), -3, 4),
    case("clip_by_value", normal(2), normal(2, 1), 3.0),
    case("clip_by_norm", normal(2, 3), 0.5),
    case("clip_by_norm", normal(2, 3), 100.0),
    case("clip_by_norm", normal(2, 3), uniform(0.3, 0.6), axes=[1]),
    case("clip_by_norm", integers(1, 9, 3), 2),
    case("clip_by_global_norm", [normal(2, 3), normal(3)], 0.7),
    case("clip_by_global_norm", [normal(2, 3), normal(3)], 100.0),
    case("clip_by_global_norm", [normal(2), normal(3)], 0.7, use_norm=positive()),
    # scans
    *(case(name, normal(3, 4), axis=1) for name in _SCANS),
    *(case(name, normal(3, 2), exclusive=True) for name in ("cumsum", "math.cumprod")),
    *(case(name, normal(3, 4), axis=-1, reverse=True) for name in _SCANS),
    *(
        case(name, normal(5), exclusive=True, reverse=True) for name in ("cumsum", "math.cumprod")
    ),
    # the first element of an exclusive running logsumexp is −inf: no finite difference
    case("math.cumulative_logsumexp", normal(4), exclusive=True, _numeric=False),
    case("math.cumulative_logsumexp", normal(4), exclusive=True, reverse=True, _numeric=False),
    case("cumsum", integers(0, 9, 4)),
    case("math.cumprod", integers(1, 4, 4)),
    case("cumsum", complex_(4)),
    case("math.cumprod", complex_(4), _differs="TensorFlow forgets to conjugate the elements"),
    case("cumsum", normal(3), axis=1),
    case("cumsum", normal(0)),
    case("math.cumprod", normal(0)),
    case("math.cumprod", normal(37)),
    # a product with zeros in it
    case("reduce_prod", exactly([[0.0, 3.0, 2.0], [0.0, 0.0, 2.0]]), axis=1),
    case("reduce_prod", exactly([[0.0, 3.0], [0.5, 2.0]])),
    *(
        case(
            "math.cumprod", exactly([0.5, 0.0, 3.0, 0.0, 2.0]), exclusive=e, reverse=r,
            _differs="TensorFlow divides by the elements and gives 0 or nan where one is 0",
        )
        for e in (False, True)
        for r in (False, True)
    ),
    # ties, zeros and infinities: there is no finite difference
    *(
        case(name, exactly(points), _numeric=False)
        for name in ("reduce_max", "reduce_min")
        for points in ([1.0, 3.0, 3.0, 1.0], [[2.0, 2.0], [2.0, 2.0]], [nan, 1.0], [inf, -inf])
    ),
    case("reduce_logsumexp", exactly([-inf, -inf]), _numeric=False),
    case("reduce_logsumexp", exactly([-inf, 1.0]), _numeric=False),
    case("reduce_logsumexp", exactly([1000.0, 1000.0, -1000.0]), _numeric=False),
    *(
        case(name, exactly([0.0, 0.0]), _numeric=False)
        for name in ("norm", "math.reduce_euclidean_norm", "math.reduce_std")
    ),
    case("norm", exactly([0.0, 1.0, -2.0]), ord=1, _numeric=False),
    case("norm", exactly([2.0, 1.0, -2.0]), ord=inf, _numeric=False),
    case("clip_by_value", exactly([0.0, 1.0, 0.5, 2.0]), 0.0, 1.0, _numeric=False),
    case(
        "clip_by_value", exactly([0.0, 1.0, 0.5, 2.0]), exactly(0.0), exactly(1.0),
        _numeric=False, _id=" bounds",
    ),
    case("clip_by_norm", exactly([0.0, 0.0]), 1.0, _numeric=False),
    case("clip_by_global_norm", [exactly([inf, 1.0])], 1.0, _numeric=False),
]  # fmt: skip
