"""Sorting, the largest elements, searching, distinct values."""

from tests.core.ops.cases import case, distinct, dtype, exactly, integers, normal

CASES = [
    case("math.top_k", distinct(2, 6), k=3),
    case("math.top_k", distinct(5)),
    case("math.top_k", distinct(2, 3, 4), k=4),
    case("math.top_k", distinct(4), k=2, sorted=True),
    case("math.top_k", exactly([2.0, 3.0, 3.0, 1.0]), k=2, _numeric=False),  # a tie: the first
    case("math.top_k", exactly([2.0, 3.0, 3.0, 3.0]), k=2, _numeric=False),  # at the edge of k
    case("math.top_k", normal(3), k=4),
    case("math.top_k", normal(), k=1),
    case("math.top_k", integers(0, 5, 6), k=6),
    case("nn.top_k", distinct(2, 4), k=2),
    case("sort", distinct(2, 6)),
    case("sort", distinct(2, 6), axis=0),
    case("sort", distinct(2, 6), direction="DESCENDING"),
    case("sort", exactly([2.0, 1.0, 2.0, 1.0]), _numeric=False),  # ties: the first comes first
    case("sort", exactly([3, -(2**31), 7, 2**31 - 1], "int32")),
    case("sort", exactly([3, 0, 255], "uint8")),
    case("sort", normal(3), direction="UP"),
    case("sort", normal(3), axis=1),
    case("argsort", distinct(2, 6)),
    case("argsort", distinct(2, 6), axis=0, direction="DESCENDING"),
    case("argsort", exactly([2, 1, 2, 1], "int32"), stable=True),
    case("searchsorted", exactly([1.0, 3.0, 3.0, 5.0]), exactly([3.0, 0.0, 6.0, 4.0])),
    case("searchsorted", exactly([1.0, 3.0, 3.0, 5.0]), exactly([3.0, 4.0]), side="right"),
    case("searchsorted", exactly([[1.0, 3.0], [2.0, 4.0]]), exactly([[3.0, 0.0], [3.0, 9.0]]),
         out_type=dtype("int64")),
    case("searchsorted", exactly([1.0, 3.0]), exactly([[3.0]]), side="left"),
    case("searchsorted", exactly([1.0, 3.0]), exactly([3.0]), side="middle"),
    case("unique", exactly([7.0, 5.0, 7.0, 1.0])),
    case("unique", exactly([7, 5, 7], "int32"), out_idx=dtype("int64")),
    case("unique", normal(2, 2)),
    case("unique_with_counts", exactly([7, 5, 7], "int32")),
    case("math.invert_permutation", exactly([2, 0, 1], "int32")),
    case("math.invert_permutation", exactly([2, 0, 0], "int32")),
]  # fmt: skip
