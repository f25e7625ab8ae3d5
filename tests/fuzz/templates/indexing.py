"""Functions that take by index, put by index, and count."""

import math

from tests.fuzz.call import Call
from tests.fuzz.drawing import ALL, FLOATS, INTEGERS, NUMBERS, SIGNED, Drawing, Text
from tests.fuzz.templates import template
from tests.fuzz.templates.shaping import any_tensor, integers


@template("gather")
def gather(d: Drawing) -> Call:
    """Slices along an axis."""
    x = any_tensor(d, 0 if d.chance(5) else 1)
    batch = d.maybe(d.integer, 0, max(x.rank - 1, 0), percent=30)
    axis = d.maybe(d.axis, x.rank, percent=40)
    place = axis if isinstance(axis, int) else batch if isinstance(batch, int) else 0
    count = x.shape[place] if -x.rank <= place < x.rank else 1
    lead = x.shape[:batch] if isinstance(batch, int) else ()
    return d.call(x, d.indices(count, (*lead, *d.shape(0, 2))), axis=axis, batch_dims=batch)


@template("gather_nd")
def gather_nd(d: Drawing) -> Call:
    """Slices at coordinates."""
    x = any_tensor(d, 0 if d.chance(5) else 1)
    depth = d.integer(0 if d.chance(8) else 1, max(x.rank, 1))
    batch = d.maybe(d.integer, 0, 1, percent=15)
    lead = x.shape[:batch] if isinstance(batch, int) else ()
    count = min([*x.shape[:depth], 3])
    return d.call(x, d.indices(count, (*lead, *d.shape(0, 2), depth)), batch_dims=batch)


@template("scatter_nd")
def scatter_nd(d: Drawing) -> Call:
    """Updates added up in zeros."""
    shape = d.shape(1)
    depth = d.integer(1, len(shape))
    places = d.shape(0, 2)
    indices = d.indices(min(shape[:depth]), (*places, depth))
    rows = (*places, *shape[depth:]) if d.chance(93) else d.shape()
    updates = d.tensor(d.dtype_of(FLOATS, NUMBERS, ALL), rows)
    return d.call(indices, updates, integers(d, list(shape)))


@template(
    "tensor_scatter_nd_add",
    "tensor_scatter_nd_max",
    "tensor_scatter_nd_min",
    "tensor_scatter_nd_sub",
    "tensor_scatter_nd_update",
)
def tensor_scatter(d: Drawing) -> Call:
    """Updates put into a tensor."""
    x = any_tensor(d, 1)
    depth = d.integer(0 if d.chance(5) else 1, x.rank)
    places = d.shape(0, 2)
    indices = d.indices(min([*x.shape[:depth], 3]), (*places, depth))
    rows = (*places, *x.shape[depth:]) if d.chance(93) else d.shape()
    return d.call(x, indices, d.like(x, rows))


@template("boolean_mask")
def boolean_mask(d: Drawing) -> Call:
    """What a mask lets through."""
    x = any_tensor(d, 0 if d.chance(5) else 1)
    axis = d.maybe(d.integer, 0, max(x.rank - 1, 0), percent=30)
    start = axis if isinstance(axis, int) else 0
    stop = d.integer(start + 1, max(x.rank, start + 1))
    shape = x.shape[start:stop] if d.chance(93) else d.shape()
    mask = d.tensor("bool" if d.chance(97) else "int32", shape)
    return d.call(x, mask, axis=axis)


@template("slice")
def slice_(d: Drawing) -> Call:
    """From here, so many."""
    x = any_tensor(d)
    begin = [d.integer(0, n) for n in x.shape]
    size = [d.one_of([-1, 0, max(n - b, 0)]) for n, b in zip(x.shape, begin, strict=True)]
    if d.chance(8):
        size = [n + 1 for n in x.shape]
    return d.call(x, integers(d, begin), integers(d, size))


@template("strided_slice")
def strided_slice(d: Drawing) -> Call:
    """Python's slices, with masks."""
    x = any_tensor(d, 1)
    count = d.integer(1, x.rank)
    begin, end = ([d.integer(-3, 3) for _ in range(count)] for _ in range(2))
    strides = [d.one_of([1, 2, -1, -2]) for _ in range(count)]
    if d.chance(4):
        strides[0] = 0
    masks = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")
    chosen = {mask: d.maybe(d.integer, 0, 2**count - 1, percent=20) for mask in masks}
    return d.call(x, begin, end, strides=strides, **chosen)


@template("Tensor.__getitem__")
def getitem(d: Drawing) -> Call:
    """A tensor in brackets."""
    x = d.tensor(d.dtype_of(FLOATS, ALL), d.shape())
    numbers = ["0", "-1", "1", "2", "tf.constant(0)", "np.int64(1)"]
    slices = [":", "1:", ":-1", "::2", "::-1", "0:0", "tf.newaxis", "...", "2:0:-1", "-2:"]
    several = [d.one_of(slices if d.flag() else numbers) for _ in range(d.integer(1, 3))]
    return d.expression(f"{x!r}[{', '.join(several)}]")


@template(
    "math.segment_sum",
    "math.segment_mean",
    "math.segment_prod",
    "math.segment_max",
    "math.segment_min",
)
def segment(d: Drawing) -> Call:
    """Rows of one segment together; the numbers ascend."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(0 if d.chance(5) else 1))
    ids = sorted(d.integer(0, 4) for _ in range(x.shape[0] if x.rank else 1))
    if d.chance(6):
        ids = [*reversed(ids), *([0] if d.flag() else [])]
    return d.call(x, Text(f"tf.constant({ids}, tf.{d.one_of(['int32', 'int64'])})"))


@template(
    "math.unsorted_segment_sum",
    "math.unsorted_segment_mean",
    "math.unsorted_segment_prod",
    "math.unsorted_segment_max",
    "math.unsorted_segment_min",
    "math.unsorted_segment_sqrt_n",
)
def unsorted_segment(d: Drawing) -> Call:
    """Elements of one segment together, in any order; negative ones are dropped."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(0 if d.chance(5) else 1))
    shape = x.shape[: d.integer(min(1, x.rank), x.rank)] if d.chance(94) else d.shape()
    ids = d.tensor(d.one_of(["int32", "int64"]), shape, values=[0, 1, 2, -1, 3], plain=True)
    return d.call(x, ids, d.integer(0, 4))


@template("dynamic_partition")
def dynamic_partition(d: Drawing) -> Call:
    """Rows dealt out."""
    x = any_tensor(d)
    shape = x.shape[: d.integer(0, x.rank)] if d.chance(94) else d.shape()
    return d.call(x, d.indices(2, shape, "int32"), 2 if d.chance(93) else d.integer(0, 3))


@template("dynamic_stitch")
def dynamic_stitch(d: Drawing) -> Call:
    """Rows put together; TensorFlow leaves open what stands where none is written."""
    first, second = d.integer(0, 3), d.integer(0, 2)
    row = d.shape(0, 2)
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS, ALL), (first, *row))
    y = d.like(x, (second, *row))
    order = [(k * 2 + 1) % (first + second) for k in range(first + second)]
    if len(set(order)) != len(order):
        order = list(range(first + second))
    parts = [Text(f"tf.constant({part}, tf.int32)") for part in (order[:first], order[first:])]
    return d.call(parts, [x, y])


@template("searchsorted")
def searchsorted(d: Drawing) -> Call:
    """Where values belong."""
    shape = d.shape(1, 2)
    dtype = d.dtype_of(FLOATS, NUMBERS)
    whole = dtype in INTEGERS
    rows = [
        sorted(d.integer(0, 5) / (1 if whole else 2) for _ in range(shape[-1]))
        for _ in range(math.prod(shape[:-1]))
    ]
    flat = [int(x) if whole else x for row in rows for x in row]
    x = Text(f"tf.reshape(tf.constant({flat}, tf.{dtype}), {list(shape)})")
    lead = shape[:-1] if d.chance(94) else d.shape(0, 1)
    values = d.tensor(dtype, (*lead, d.integer(0, 3)), values=[0, 1, 2, 3, 9])
    return d.call(
        x, values, side=d.maybe(d.one_of, ["right", "left", "middle"]),
        out_type=d.maybe(d.dtype, "int64", "int32", percent=20),
    )  # fmt: skip


@template("unique", "unique_with_counts")
def unique(d: Drawing) -> Call:
    """Each once."""
    x = d.tensor(d.dtype_of(NUMBERS, ALL), d.shape(0 if d.chance(5) else 1, 1, largest=6))
    return d.call(x, out_idx=d.maybe(d.dtype, "int64", "int32", percent=25))


@template("math.bincount")
def bincount(d: Drawing) -> Call:
    """How often each number comes."""
    x = d.tensor(d.dtype_of(("int32", "int64"), INTEGERS, ALL), d.shape(0, 2),
                 values=[0, 1, 2, 3, 5] if d.chance(92) else [-1, 0, 1], plain=True)  # fmt: skip
    weights = d.maybe(
        lambda: d.tensor(d.dtype_of(FLOATS, NUMBERS), x.shape if d.chance(95) else d.shape()),
        percent=35,
    )
    return d.call(
        x,
        weights=weights,
        minlength=d.maybe(d.integer, 0, 4, percent=20),
        maxlength=d.maybe(d.integer, 0, 4, percent=20),
        dtype=d.maybe(d.dtype, "int64", "float32", "int32", "uint8", percent=20),
        axis=d.maybe(d.one_of, [0, -1, 1], percent=30),
        binary_output=d.maybe(d.flag, percent=20),
    )


@template("math.confusion_matrix")
def confusion_matrix(d: Drawing) -> Call:
    """Labels against predictions."""
    n = d.integer(0, 4)
    dtype = d.dtype_of(SIGNED, ALL)
    labels, predictions = (
        d.tensor(dtype, (n,) if d.chance(95) else d.shape(), values=[0, 1, 2, 3], plain=True)
        for _ in range(2)
    )
    return d.call(
        labels,
        predictions,
        num_classes=d.maybe(d.integer, 1, 5, percent=35),
        weights=d.maybe(lambda: d.tensor(d.dtype_of(FLOATS, NUMBERS), (n,)), percent=30),
        dtype=d.maybe(d.dtype, "float32", "int64", "uint8", percent=20),
    )


@template("nn.embedding_lookup")
def embedding_lookup(d: Drawing) -> Call:
    """Rows of a table, at most so long."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(1), plain=True)
    return d.call(
        x, d.indices(x.shape[0], d.shape(0, 2)), max_norm=d.maybe(d.one_of, [1.0, 0.5, 3.0])
    )


@template("math.invert_permutation")
def invert_permutation(d: Drawing) -> Call:
    """Whole numbers in another order, mostly."""
    order = d.permutation(d.integer(0, 4))
    if d.chance(10):
        order = [d.integer(-1, 3) for _ in order]
    dtype = d.dtype_of(("int32", "int64"), ALL)
    return d.call(Text(f"tf.cast({order}, tf.{dtype})"))
