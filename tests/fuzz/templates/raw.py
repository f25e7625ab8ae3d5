"""`tf.raw_ops`: operations under their own names, with keywords alone."""

from tests.fuzz.call import Call
from tests.fuzz.drawing import ALL, FLOATS, INTEGERS, NUMBERS, Drawing
from tests.fuzz.templates import template

#: keyword of the operand → ops of one operand
UNARY = {
    "x": "Abs Acos Acosh Asin Asinh Atan Atanh Ceil ComplexAbs Cos Cosh Digamma Erf Erfc Erfinv Exp"
    " Expm1 Floor Invert IsFinite IsInf IsNan Lgamma Log Log1p LogicalNot Ndtri Neg OnesLike"
    " Reciprocal Rint Round Rsqrt Sigmoid Sign Sin Sinh Sqrt Square Tan Tanh ZerosLike",
    "features": "Elu Relu Relu6 Selu Softplus Softsign LeakyRelu",
    "input": "Angle Conj Identity Imag MatrixDeterminant MatrixInverse Rank Real Shape Size"
    " StopGradient Cholesky",
    "logits": "Softmax LogSoftmax",
    "t": "L2Loss",
}
#: keywords of the operands → ops of two operands
BINARY = {
    "x y": "Add AddV2 BitwiseAnd BitwiseOr BitwiseXor Div DivNoNan Equal FloorDiv FloorMod Greater"
    " GreaterEqual LeftShift Less LessEqual LogicalAnd LogicalOr Maximum Minimum Mul MulNoNan"
    " NotEqual Pow RealDiv RightShift SquaredDifference Sub Xdivy Xlog1py Xlogy",
    "y x": "Atan2",
    "x1 x2": "NextAfter",
    "real imag": "Complex",
}
REDUCTIONS = "Sum Mean Prod Max Min"
WHOLE = ("Invert", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "LeftShift", "RightShift")
TRUTHS = ("LogicalNot", "LogicalAnd", "LogicalOr")
#: Those that need a matrix.
MATRICES = ("MatrixDeterminant", "MatrixInverse", "Cholesky")


def operand_dtype(d: Drawing, op: str) -> str:
    """A dtype that the op takes, mostly."""
    if op in WHOLE:
        return d.dtype_of(INTEGERS, ALL)
    if op in ("Angle", "ComplexAbs", "Conj", "Imag", "Real"):
        return d.dtype_of(("complex64", "complex128"), ALL)
    return d.dtype_of(("bool",), ALL) if op in TRUTHS else d.dtype_of(FLOATS, NUMBERS, ALL)


@template(*(f"raw_ops.{op}" for ops in UNARY.values() for op in ops.split()))
def unary(d: Drawing) -> Call:
    """One operand by its keyword; rarely by another one."""
    op = d.function.split(".")[1]
    (keyword,) = (key for key, ops in UNARY.items() if op in ops.split())
    shape = (2, 2) if op in MATRICES and d.chance(80) else d.shape()
    x = d.tensor(operand_dtype(d, op), shape)
    if d.chance(4):
        keyword = d.one_of(["x", "input", "a"])
    return d.call(**{keyword: x})


@template(*(f"raw_ops.{op}" for ops in BINARY.values() for op in ops.split()))
def binary(d: Drawing) -> Call:
    """Two operands by their keywords, in either order; rarely by others."""
    op = d.function.split(".")[1]
    (keywords,) = (key.split() for key, ops in BINARY.items() if op in ops.split())
    x = d.tensor(operand_dtype(d, op), d.shape())
    y = d.like(x, d.other_shape(x.shape))
    if op.endswith("Shift"):
        y = d.like(x, d.other_shape(x.shape), values=[0, 1, 2, 5, 7])
    if d.chance(4):
        keywords = d.one_of([["x", "y"], ["a", "b"], ["b", "a"], ["x"]])
    operands = dict(zip(keywords, (x, y), strict=False))
    if d.flag():
        operands = dict(reversed(operands.items()))
    return d.call(**operands)


@template(*(f"raw_ops.{op}" for op in REDUCTIONS.split()))
def reduction(d: Drawing) -> Call:
    """With the axes as a list."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape())
    axes = [d.axis(x.rank) for _ in range(d.integer(0, min(x.rank, 2)))]
    return d.call(input=x, axis=axes, keep_dims=d.maybe(d.flag))


@template("raw_ops.All")
def of_truth(d: Drawing) -> Call:
    """The same of truth values."""
    x = d.tensor("bool" if d.chance(92) else "float32", d.shape())
    return d.call(input=x, axis=[d.axis(x.rank)] if x.rank else [], keep_dims=d.maybe(d.flag))


@template("raw_ops.Cumsum", "raw_ops.Cumprod")
def scan(d: Drawing) -> Call:
    """Along an axis."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(1))
    return d.call(x=x, axis=d.axis(x.rank), exclusive=d.maybe(d.flag), reverse=d.maybe(d.flag))


@template("raw_ops.MatMul")
def matmul(d: Drawing) -> Call:
    """Two matrices."""
    n, k = d.integer(1, 3), d.integer(0 if d.chance(10) else 1, 3)
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), (n, k))
    turned = d.maybe(d.flag)
    y = d.like(x, (2, k) if turned is True else (k, 2))
    return d.call(a=x, b=y, transpose_b=turned)


@template("raw_ops.SoftmaxCrossEntropyWithLogits")
def cross_entropy(d: Drawing) -> Call:
    """The loss and its gradient."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(2, 2))
    return d.call(features=x, labels=d.like(x, differentiable=False))


@template("raw_ops.SparseSoftmaxCrossEntropyWithLogits")
def sparse_cross_entropy(d: Drawing) -> Call:
    """The same with classes."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(2, 2))
    return d.call(features=x, labels=d.indices(x.shape[1], x.shape[:1]))


@template(
    "raw_ops.Reshape",
    "raw_ops.Tile",
    "raw_ops.BroadcastTo",
    "raw_ops.Transpose",
    "raw_ops.ReverseV2",
    "raw_ops.ExpandDims",
    "raw_ops.Squeeze",
    "raw_ops.Cast",
    "raw_ops.ArgMax",
    "raw_ops.ArgMin",
    "raw_ops.TopKV2",
    "raw_ops.Unpack",
    "raw_ops.Pad",
    "raw_ops.InvertPermutation",
    "raw_ops.Where",
    "raw_ops.Bitcast",
)
def moved(d: Drawing) -> Call:
    """One tensor, and what is done with it."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(1))
    op = d.function.split(".")[1]
    arguments = {
        "Reshape": {"tensor": x, "shape": [-1]},
        "Tile": {"input": x, "multiples": [2] * x.rank},
        "BroadcastTo": {"input": x, "shape": [2, *x.shape]},
        "Transpose": {"x": x, "perm": d.permutation(x.rank)},
        "ReverseV2": {"tensor": x, "axis": [d.axis(x.rank)]},
        "ExpandDims": {"input": x, "axis": d.axis(x.rank)},
        "Squeeze": {"input": x, "axis": d.one_of([[], [0], [-1]])},
        "Cast": {"x": x, "DstT": d.dtype(*NUMBERS), "Truncate": d.maybe(d.flag)},
        "ArgMax": {"input": x, "dimension": d.axis(x.rank)},
        "ArgMin": {"input": x, "dimension": d.axis(x.rank)},
        "TopKV2": {"input": x, "k": d.integer(0, 2)},
        "Unpack": {"value": x, "num": x.shape[0], "axis": 0},
        "Pad": {"input": x, "paddings": [[1, d.integer(0, 2)] for _ in range(x.rank)]},
        "InvertPermutation": {"x": d.permutation(3)},
        "Where": {"condition": x},
        "Bitcast": {"input": x, "type": d.dtype(*NUMBERS)},
    }[op]
    return d.call(**arguments)


@template("raw_ops.AddN", "raw_ops.Pack", "raw_ops.ConcatV2", "raw_ops.IdentityN")
def joined(d: Drawing) -> Call:
    """Several alike tensors."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(1), plain=True)
    several = [x, *(d.like(x, plain=True) for _ in range(d.integer(0, 2)))]
    op = d.function.split(".")[1]
    return d.call(**{
        "AddN": {"inputs": several},
        "Pack": {"values": several, "axis": d.axis(x.rank)},
        "ConcatV2": {"values": several, "axis": d.axis(x.rank)},
        "IdentityN": {"input": several},
    }[op])  # fmt: skip


@template("raw_ops.GatherV2", "raw_ops.Gather", "raw_ops.GatherNd")
def gathered(d: Drawing) -> Call:
    """By index."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(1))
    if d.function.endswith("GatherNd"):
        return d.call(params=x, indices=d.indices(x.shape[0], (*d.shape(0, 1), 1)))
    i = d.indices(x.shape[0], d.shape(0, 2))
    axis = {"axis": 0} if d.function.endswith("V2") else {}
    return d.call(params=x, indices=i, **axis)


@template(
    "raw_ops.SelectV2",
    "raw_ops.ClipByValue",
    "raw_ops.Fill",
    "raw_ops.Range",
    "raw_ops.LinSpace",
    "raw_ops.OneHot",
)
def mixed(d: Drawing) -> Call:
    """Several operands."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape())
    op = d.function.split(".")[1]
    arguments = {
        "SelectV2": lambda: {"condition": d.tensor("bool", d.other_shape(x.shape)), "t": x,
                             "e": d.like(x, d.other_shape(x.shape))},
        "ClipByValue": lambda: {"t": x, "clip_value_min": d.like(x, ()),
                                "clip_value_max": d.like(x, ())},
        "Fill": lambda: {"dims": list(d.shape()), "value": d.like(x, ())},
        "Range": lambda: {"start": 0, "limit": d.integer(0, 4), "delta": d.integer(1, 2)},
        "LinSpace": lambda: {"start": d.like(x, ()), "stop": d.like(x, ()), "num": d.integer(0, 4)},
        "OneHot": lambda: {"indices": [0, d.integer(-1, 3)], "depth": d.integer(0, 3),
                           "on_value": 1.0, "off_value": d.one_of([0.0, 2.5])},
    }[op]()  # fmt: skip
    return d.call(**arguments)
