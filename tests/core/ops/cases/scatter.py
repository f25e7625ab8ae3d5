"""Writing at coordinates, with coordinates that stand twice, and ties."""

from tests.core.ops.cases import case, exactly, normal

_ROWS = exactly([[1], [3]], "int32")
_TWICE = exactly([[1], [3], [1]], "int32")
_PLACES = exactly([[0, 1], [2, 3]], "int64")

CASES = [
    case("scatter_nd", _ROWS, normal(2), [5]),
    case("scatter_nd", _TWICE, normal(3, 2), [4, 2]),
    case("scatter_nd", _PLACES, normal(2), exactly([3, 4], "int64")),
    case("scatter_nd", exactly([[[0], [1]], [[1], [1]]], "int32"), normal(2, 2), [3]),
    case("scatter_nd", exactly([[5]], "int32"), normal(1), [5]),
    case("scatter_nd", _ROWS, normal(3), [5]),
    *(
        case(f"tensor_scatter_nd_{name}", *arguments)
        for name in ("update", "add", "sub", "max", "min")
        for arguments in (
            (normal(5), _ROWS, normal(2)),
            (normal(4, 2), _ROWS, normal(2, 2)),
            (normal(3, 4), _PLACES, normal(2)),
            (normal(3), exactly([[3]], "int32"), normal(1)),
            (normal(5), _ROWS, normal(3)),
        )
    ),
    *(
        case(f"tensor_scatter_nd_{name}", normal(4), _TWICE, normal(3))
        for name in ("add", "sub", "max", "min")
    ),
    case("tensor_scatter_nd_update", normal(4), _TWICE, normal(3),
         _differs="TensorFlow also gives a gradient to the update that was written over"),
    # ties share the gradient
    case("tensor_scatter_nd_max", exactly([1.0, 2.0]), exactly([[1]], "int32"), exactly([2.0]),
         _numeric=False),
    case("tensor_scatter_nd_min", exactly([1.0, 2.0]), exactly([[1], [1]], "int32"),
         exactly([2.0, 2.0]), _numeric=False),
]  # fmt: skip
