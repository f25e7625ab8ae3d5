"""Losses from logits, normalisation, biases."""

from tests.fuzz.call import Call
from tests.fuzz.drawing import FLOATS, NUMBERS, Drawing
from tests.fuzz.templates import template


@template("nn.softmax_cross_entropy_with_logits")
def softmax_cross_entropy(d: Drawing) -> Call:
    """Distributions and logits."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(1 if d.chance(95) else 0))
    labels = d.like(x, x.shape if d.chance(90) else d.other_shape(x.shape))
    return d.call(labels, x, axis=d.maybe(d.axis, x.rank, percent=30))


@template("nn.sparse_softmax_cross_entropy_with_logits")
def sparse_softmax_cross_entropy(d: Drawing) -> Call:
    """Classes and logits."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(1))
    labels = x.shape[:-1] if d.chance(93) else d.shape()
    return d.call(d.indices(x.shape[-1], labels), x)


@template(
    "nn.sigmoid_cross_entropy_with_logits",
    "nn.weighted_cross_entropy_with_logits",
    "nn.log_poisson_loss",
)
def of_two(d: Drawing) -> Call:
    """Targets and logits of one shape."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape())
    targets = d.like(x, x.shape if d.chance(93) else d.other_shape(x.shape))
    if d.function == "nn.weighted_cross_entropy_with_logits":
        return d.call(targets, x, d.one_of([1.0, 2.0, 0.5, d.like(x)]))
    if d.function == "nn.log_poisson_loss":
        return d.call(targets, x, compute_full_loss=d.maybe(d.flag))
    return d.call(targets, x)


@template("nn.bias_add")
def bias_add(d: Drawing) -> Call:
    """A bias for every channel."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(1 if d.chance(95) else 0, 4))
    channel = d.maybe(d.one_of, ["N..C", "NHWC", "NC..", "NCHW", "x"], percent=30)
    place = 1 if channel in ("NC..", "NCHW") and x.rank > 1 else -1
    count = x.shape[place] if x.rank else 1
    return d.call(x, d.like(x, (count if d.chance(95) else count + 1,)), data_format=channel)


@template("nn.batch_normalization")
def batch_normalization(d: Drawing) -> Call:
    """By a mean and a variance."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(1))
    mean, variance, offset, scale = (d.like(x, x.shape[-1:]) for _ in range(4))
    return d.call(
        x,
        mean,
        variance,
        d.one_of([offset, None]),
        d.one_of([scale, None]),
        d.one_of([1e-3, 0.0, 0.5]),
    )


@template("nn.compute_average_loss", "nn.scale_regularization_loss")
def averaged(d: Drawing) -> Call:
    """Losses of a batch."""
    x = d.tensor(d.dtype_of(FLOATS), d.shape(0 if d.chance(8) else 1), plain=True)
    if d.function.endswith("regularization_loss"):
        return d.call(x)
    return d.call(x, global_batch_size=d.maybe(d.integer, 1, 6))
