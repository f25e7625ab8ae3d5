"""Reductions over groups of rows, counts and ranks."""

from tests.core.ops.cases import case, distinct, dtype, exactly, integers, normal

_KINDS = ["sum", "mean", "max", "min", "prod"]
_SORTED = exactly([0, 0, 1, 3, 3], "int32")
_MIXED = exactly([2, 0, -1, 1, 0], "int32")
_SCORES = [[0.1, 0.5, 0.5, 0.2], [0.9, 0.1, 0.3, 0.4], [0.0, 1.0, 2.0, 3.0]]

CASES = [
    *(case(f"math.segment_{k}", normal(5, 2), _SORTED) for k in _KINDS),
    *(case(f"math.segment_{k}", normal(5), exactly([0, 1, 1, 1, 2], "int64")) for k in _KINDS),
    *(case(f"math.segment_{k}", integers(1, 5, 5), _SORTED) for k in _KINDS),
    *(case(f"math.unsorted_segment_{k}", normal(5, 2), _MIXED, 3) for k in [*_KINDS, "sqrt_n"]),
    *(
        case(f"math.unsorted_segment_{k}", normal(2, 3, 2), integers(0, 3, 2, 3), num_segments=3)
        for k in [*_KINDS, "sqrt_n"]
    ),
    *(case(f"math.unsorted_segment_{k}", integers(1, 5, 5), _MIXED, 3) for k in _KINDS[::2]),
    # products with zeros
    case("math.segment_prod", exactly([0.0, 3.0, 0.5, 0.0, 0.0]), _SORTED),
    case("math.unsorted_segment_prod", exactly([0.0, 3.0, 2.0, 0.0, 2.0]), _MIXED, 3),
    # ties: there is no finite difference
    *(
        case(f"math.{f}_{k}", exactly([1.0, 1.0, 2.0, 3.0, 3.0]), _SORTED, *more, _numeric=False)
        for k in ("max", "min")
        for f, more in (("segment", ()), ("unsorted_segment", (4,)))
    ),
    # what TensorFlow refuses
    case("math.segment_sum", normal(3), exactly([0, 2, 1], "int32")),
    case("math.segment_max", normal(3), exactly([-1, 0, 1], "int32")),
    case("math.segment_prod", normal(3), exactly([0, 1], "int32")),
    case("math.segment_mean", normal(1, 3), exactly([[0, 1, 1]], "int32")),
    case("math.unsorted_segment_sum", normal(3), exactly([0, 2, 1], "int32"), 2),
    case("math.unsorted_segment_max", normal(3), exactly([0, 2, 1], "int32"), 2),
    case("math.unsorted_segment_prod", normal(3), exactly([0, 1], "int32"), 2),
    case("math.segment_sum", normal(0, 2), exactly([], "int32")),
    # counts and ranks
    case("math.in_top_k", integers(0, 4, 3), exactly(_SCORES, "float32"), 2, _at=()),
    case("math.bincount", integers(0, 5, 8)),
    case("math.bincount", integers(0, 5, 8), minlength=7),
    case("math.bincount", integers(0, 5, 8), maxlength=3),
    case("math.bincount", integers(0, 5, 2, 8), axis=-1),
    case("math.bincount", integers(0, 5, 2, 8), axis=-1, binary_output=True),
    case("math.bincount", integers(0, 5, 8), weights=normal(8)),
    case("math.bincount", exactly([-1], "int32")),
    case("math.top_k", distinct(3, 4), 2),
    case("math.top_k", distinct(4), k=1),
    case("math.top_k", normal(3), 4),
    case("math.confusion_matrix", integers(0, 3, 6), integers(0, 3, 6)),
    case("math.confusion_matrix", integers(0, 3, 6), integers(0, 3, 6), 4, dtype=dtype("int64")),
    case(
        "math.confusion_matrix", integers(0, 3, 6), integers(0, 3, 6), num_classes=3,
        weights=normal(6), dtype=dtype("float64"),
    ),
    case("math.confusion_matrix", integers(0, 3, 6), integers(0, 3, 6), num_classes=1),
    case("math.is_non_decreasing", exactly([1.0, 1.0, 2.0])),
    case("math.is_strictly_increasing", exactly([1.0, 1.0, 2.0])),
    case("math.is_strictly_increasing", integers(0, 9, 2, 3)),
    case("math.is_non_decreasing", normal(1)),
]  # fmt: skip
