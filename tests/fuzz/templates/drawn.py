"""Random numbers of a given seed, whose bits are the same in both libraries."""

from tests.fuzz.call import Call
from tests.fuzz.drawing import FLOATS, Drawing
from tests.fuzz.templates import template


def seed(d: Drawing) -> list[int]:
    """Two numbers."""
    return [d.integer(0, 99), d.integer(-5, 5)]


@template("random.stateless_normal", "random.stateless_truncated_normal")
def normal(d: Drawing) -> Call:
    """With a mean and a width."""
    return d.call(
        list(d.shape()),
        seed=seed(d),
        mean=d.maybe(d.one_of, [0.0, 2, -1.5], percent=30),
        stddev=d.maybe(d.one_of, [1.0, 2, 0], percent=30),
        dtype=d.maybe(d.dtype, *FLOATS, "int32", percent=40),
    )


@template("random.stateless_uniform")
def uniform(d: Drawing) -> Call:
    """Between two numbers."""
    dtype = d.one_of(["float32", "float64", "float16", "int32", "int64", "uint32", "uint64"])
    whole = "int" in dtype
    return d.call(
        list(d.shape()),
        seed=seed(d),
        minval=d.one_of([0, -3, 2]) if whole else d.one_of([0.0, -1.5, 2]),
        maxval=d.one_of([5, 1, 100, None]) if whole else d.one_of([1.0, 3, None]),
        dtype=d.dtype(dtype),
    )


@template("random.stateless_categorical")
def categorical(d: Drawing) -> Call:
    """Classes by their logits."""
    x = d.tensor(d.dtype_of(FLOATS), d.shape(2, 2), wild=0)
    return d.call(x, d.integer(0, 4), seed(d), dtype=d.maybe(d.dtype, "int32", "int64", percent=30))


@template("random.split", "random.fold_in")
def seeds(d: Drawing) -> Call:
    """Seeds from a seed."""
    return d.call(seed(d), d.integer(0, 5))
