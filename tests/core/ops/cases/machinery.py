"""Operators, as users write them: broadcasting in every direction."""

from tests.core.ops.cases import case, normal, positive

CASES = [
    case("Tensor.__add__", normal(3, 1), normal(4)),
    case("Tensor.__sub__", normal(2, 3), normal(2, 1)),
    case("Tensor.__mul__", normal(), normal(2, 3)),
    case("Tensor.__truediv__", normal(2, 3), positive(3)),
    case("Tensor.__pow__", positive(2, 3), normal(3)),
    case("Tensor.__matmul__", normal(2, 3), normal(3, 4)),
    case("Tensor.__matmul__", normal(5, 2, 3), normal(3, 4)),
    case("Tensor.__neg__", normal(3)),
    case("Tensor.__abs__", normal(3)),
]
