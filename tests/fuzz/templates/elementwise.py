"""Functions that act on each element: of one, two or three operands."""

from tests.fuzz.call import Call
from tests.fuzz.drawing import ALL, COMPLEX, FLOATS, INTEGERS, NUMBERS, Drawing
from tests.fuzz.templates import template


@template(
    "abs", "math.acos", "math.acosh", "math.angle", "math.asin", "math.asinh", "math.atan",
    "math.atanh", "math.ceil", "math.conj", "math.cos", "math.cosh", "math.exp", "math.expm1",
    "math.floor", "math.imag", "math.is_finite", "math.is_inf", "math.is_nan", "math.log",
    "math.log1p", "math.log_sigmoid", "math.negative", "math.real", "math.reciprocal",
    "math.reciprocal_no_nan", "math.rint", "math.round", "math.rsqrt", "math.sigmoid", "math.sign",
    "math.sin", "math.sinh", "math.softplus", "math.softsign", "math.sqrt", "math.square",
    "math.tan", "math.tanh", "nn.relu", "nn.relu6", "nn.elu", "nn.selu", "nn.l2_loss",
    "identity", "stop_gradient", "guarantee_const", "math.is_non_decreasing",
    "math.is_strictly_increasing", "math.zero_fraction", "math.lbeta",
    "rank", "convert_to_tensor",
)  # fmt: skip
def of_one(d: Drawing) -> Call:
    """One operand of any dtype."""
    return d.call(d.tensor(d.dtype_of(FLOATS, ALL, COMPLEX), d.shape()))


@template(
    "math.bessel_i0", "math.bessel_i0e", "math.bessel_i1", "math.bessel_i1e", "math.digamma",
    "math.erf", "math.erfc", "math.erfcinv", "math.erfinv", "math.lgamma", "math.ndtri",
)  # fmt: skip
def special(d: Drawing) -> Call:
    """One float, with the poles and the ends of the domain."""
    points = [0.5, 1.0, 0.0, -1.0, 2.0, 0.25, -0.5, -2.0, 1.5, float("inf"), float("nan"), 30.0]
    values = None if d.flag() else [*points, -float("inf"), 1e-6, -3.5, 170.0, 1e10]
    return d.call(d.tensor(d.dtype_of(FLOATS, ALL), d.shape(), values=values))


@template(
    "math.add", "math.subtract", "math.multiply", "math.divide", "math.truediv", "math.floordiv",
    "math.floormod", "math.mod", "math.pow", "math.maximum", "math.minimum",
    "math.squared_difference", "math.divide_no_nan", "math.multiply_no_nan", "math.xdivy",
    "math.xlogy", "math.xlog1py", "math.atan2", "math.nextafter", "math.equal", "math.not_equal",
    "math.less", "math.less_equal", "math.greater", "math.greater_equal",
)  # fmt: skip
def of_two(d: Drawing) -> Call:
    """Two operands that are broadcast."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS, ALL), d.shape())
    return d.call(x, d.like(x, d.other_shape(x.shape)))


@template("math.polygamma", "math.zeta")
def zeta(d: Drawing) -> Call:
    """A whole order, mostly, and a point."""
    a = d.tensor(d.dtype_of(FLOATS), d.shape(), values=[1.0, 2.0, 3.0, 0.0, 1.5, 5.0, -1.0])
    points = [0.5, 1.0, 2.0, 3.5, 0.0, -1.0, -0.5, -1.5, 30.0, float("nan")]
    return d.call(a, d.like(a, d.other_shape(a.shape), values=points))


@template("math.logical_and", "math.logical_or", "math.logical_xor")
def logical(d: Drawing) -> Call:
    """Two truth values."""
    x = d.tensor(d.dtype_of(("bool",), ALL), d.shape())
    return d.call(x, d.like(x, d.other_shape(x.shape)))


@template("math.logical_not")
def logical_not(d: Drawing) -> Call:
    """One truth value."""
    return d.call(d.tensor(d.dtype_of(("bool",), ALL), d.shape()))


@template("bitwise.bitwise_and", "bitwise.bitwise_or", "bitwise.bitwise_xor")
def bitwise(d: Drawing) -> Call:
    """Two integers."""
    x = d.tensor(d.dtype_of(INTEGERS, ALL), d.shape())
    return d.call(x, d.like(x, d.other_shape(x.shape)))


@template("bitwise.left_shift", "bitwise.right_shift")
def shift(d: Drawing) -> Call:
    """An integer, and by how much: TensorFlow leaves open what is beyond its bits."""
    x = d.tensor(d.dtype_of(INTEGERS, ALL), d.shape())
    return d.call(x, d.like(x, d.other_shape(x.shape), values=[0, 1, 2, 5, 7]))


@template("bitwise.invert")
def invert(d: Drawing) -> Call:
    """One integer."""
    return d.call(d.tensor(d.dtype_of(INTEGERS, ALL), d.shape()))


@template("nn.gelu")
def gelu(d: Drawing) -> Call:
    """With and without the approximation."""
    return d.call(d.tensor(d.dtype_of(FLOATS, ALL), d.shape()), approximate=d.maybe(d.flag))


@template("nn.leaky_relu", "nn.silu")
def with_factor(d: Drawing) -> Call:
    """A slope or a sharpness."""
    x = d.tensor(d.dtype_of(FLOATS, ALL), d.shape())
    return d.call(x, d.maybe(d.one_of, [0.5, 0.2, 0.0, -1.0, 1.0, 2, 1.5]))


@template("clip_by_value")
def clip_by_value(d: Drawing) -> Call:
    """A tensor between two numbers or tensors."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape())
    if d.flag():
        return d.call(x, d.one_of([0, -1, 0.5, 1]), d.one_of([1, 2, 0.75, 0]))
    return d.call(x, d.like(x, d.other_shape(x.shape)), d.like(x, d.other_shape(x.shape)))


@template("complex")
def complex_(d: Drawing) -> Call:
    """Two parts."""
    x = d.tensor(d.dtype_of(FLOATS, ALL), d.shape())
    return d.call(x, d.like(x, d.other_shape(x.shape)))


@template("cast", "saturate_cast")
def cast(d: Drawing) -> Call:
    """Any dtype to any other."""
    return d.call(d.tensor(d.dtype_of(NUMBERS, ALL), d.shape()), d.dtype(*ALL))


@template("bitcast")
def bitcast(d: Drawing) -> Call:
    """The same bits, read as another dtype."""
    return d.call(d.tensor(d.dtype_of(NUMBERS, ALL), d.shape()), d.dtype(*NUMBERS))


@template("math.scalar_mul")
def scalar_mul(d: Drawing) -> Call:
    """A number times a tensor."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape())
    return d.call(d.one_of([2, 0.5, d.like(x, ()), d.like(x, d.shape(0, 1))]), x)


@template("where")
def where(d: Drawing) -> Call:
    """One of two by a third, or the places where it is true."""
    c = d.tensor(d.dtype_of(("bool",), ("bool",), ALL), d.shape())
    if d.chance(20):
        return d.call(c)
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS, ALL), d.other_shape(c.shape))
    return d.call(c, x, d.like(x, d.other_shape(x.shape)))


@template("math.polyval")
def polyval(d: Drawing) -> Call:
    """Coefficients and a point."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape())
    return d.call([d.like(x, d.other_shape(x.shape)) for _ in range(d.integer(0, 3))], x)


@template("math.accumulate_n", "math.add_n")
def add_n(d: Drawing) -> Call:
    """A list of alike tensors."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape())
    more = [d.like(x, x.shape if d.chance(90) else d.shape()) for _ in range(d.integer(0, 2))]
    return d.call([x, *more])
