"""Functions along axes: reductions, scans, norms, softmax, order."""

from tests.fuzz.call import Call
from tests.fuzz.drawing import ALL, FLOATS, NUMBERS, Drawing
from tests.fuzz.templates import template


@template(
    "math.reduce_sum", "math.reduce_prod", "math.reduce_mean", "math.reduce_max", "math.reduce_min",
    "math.reduce_std", "math.reduce_variance", "math.reduce_logsumexp",
    "math.reduce_euclidean_norm", "math.count_nonzero",
)  # fmt: skip
def reduction(d: Drawing) -> Call:
    """A tensor and the axes that vanish."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS, ALL), d.shape())
    return d.call(x, axis=d.maybe(d.axes, x.rank), keepdims=d.maybe(d.flag, percent=30))


@template("math.reduce_all", "math.reduce_any")
def of_truth(d: Drawing) -> Call:
    """The same of truth values."""
    x = d.tensor(d.dtype_of(("bool",), ALL), d.shape())
    return d.call(x, axis=d.maybe(d.axes, x.rank), keepdims=d.maybe(d.flag, percent=30))


@template("math.cumsum", "math.cumprod", "math.cumulative_logsumexp")
def scan(d: Drawing) -> Call:
    """Along one axis, from either end, with or without the own element."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape())
    return d.call(
        x,
        axis=d.maybe(d.axis, x.rank),
        exclusive=d.maybe(d.flag, percent=30),
        reverse=d.maybe(d.flag, percent=30),
    )


@template("math.argmax", "math.argmin")
def arg(d: Drawing) -> Call:
    """The place of the largest and of the smallest."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS, ALL), d.shape())
    kinds = ("int32", "int64", "uint16", "int16", "float32")
    return d.call(x, axis=d.maybe(d.axis, x.rank), output_type=d.maybe(d.dtype, *kinds, percent=20))


@template("sort", "argsort")
def sort(d: Drawing) -> Call:
    """In either direction."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS, ALL), d.shape())
    ways = ["DESCENDING", "ASCENDING", "down"]
    return d.call(
        x,
        axis=d.maybe(d.axis, x.rank),
        direction=d.maybe(d.one_of, ways, percent=40),
        **({"stable": d.maybe(d.flag)} if d.function == "argsort" else {}),
    )


@template("math.top_k")
def top_k(d: Drawing) -> Call:
    """The k largest of the last axis."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape())
    return d.call(
        x,
        k=d.maybe(d.integer, 0, 4),
        sorted=d.maybe(d.flag, percent=20),
        index_type=d.maybe(d.dtype, "int64", "int32", "int16", percent=20),
    )


@template("math.in_top_k")
def in_top_k(d: Drawing) -> Call:
    """Whether the class is among the k likeliest."""
    x = d.tensor(d.dtype_of(FLOATS), d.shape(2, 2))
    targets = d.indices(x.shape[1] if d.chance(90) else 5, x.shape[:1])
    return d.call(targets, x, d.integer(-1, 4))


@template("norm")
def norm(d: Drawing) -> Call:
    """Of vectors and matrices."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape())
    orders = ["euclidean", 1, 2, float("inf"), "fro", 3, 0.5, -1, 0]
    axes = d.axes(x.rank) if d.flag() else [-2, -1]
    return d.call(
        x,
        ord=d.maybe(d.one_of, orders),
        axis=axes if d.flag() else tuple(axes) if isinstance(axes, list) else axes,
        keepdims=d.maybe(d.flag, percent=30),
    )


@template("math.l2_normalize")
def l2_normalize(d: Drawing) -> Call:
    """By the root of the sum of squares."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape())
    return d.call(
        x, axis=d.maybe(d.axes, x.rank), epsilon=d.maybe(d.one_of, [1e-3, 0.0], percent=20)
    )


@template("clip_by_norm")
def clip_by_norm(d: Drawing) -> Call:
    """At most so long."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape())
    return d.call(x, d.one_of([1.0, 2, 0.0, 100.0, -1.0]), axes=d.maybe(d.axes, x.rank))


@template("clip_by_global_norm", "linalg.global_norm")
def global_norm(d: Drawing) -> Call:
    """Of several tensors together."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape())
    several = [x, *(d.like(x, d.shape()) for _ in range(d.integer(0, 2)))]
    if d.function.startswith("linalg"):
        return d.call(several)
    return d.call(several, d.one_of([1.0, 2, 0.0, 100.0]))


@template("nn.softmax", "nn.log_softmax")
def softmax(d: Drawing) -> Call:
    """Along one axis."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape())
    return d.call(x, axis=d.maybe(d.axis, x.rank))


@template("nn.crelu")
def crelu(d: Drawing) -> Call:
    """Both halves of a tensor."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape())
    return d.call(x, axis=d.maybe(d.axis, x.rank))


@template("nn.moments")
def moments(d: Drawing) -> Call:
    """Mean and variance."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape())
    return d.call(x, d.axes(x.rank), keepdims=d.maybe(d.flag))


@template("nn.weighted_moments")
def weighted_moments(d: Drawing) -> Call:
    """The same with weights."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape())
    w = d.like(x, d.other_shape(x.shape))
    return d.call(x, d.axes(x.rank), w, keepdims=d.maybe(d.flag))
