"""Functions that move elements about: shapes, joining, padding, diagonals, creation."""

import math

from tests.fuzz.call import Call, Input
from tests.fuzz.drawing import ABSENT, ALL, COMPLEX, FLOATS, INTEGERS, NUMBERS, Drawing, Text
from tests.fuzz.templates import template


def any_tensor(d: Drawing, low: int = 0, high: int = 3) -> Input:
    """A tensor of any dtype."""
    return d.tensor(d.dtype_of(FLOATS, NUMBERS, ALL), d.shape(low, high))


def integers(d: Drawing, numbers: list[int]) -> object:
    """Whole numbers as a list, a tuple or a tensor."""
    kind = d.integer(0, 5)
    if kind == 4:
        return tuple(numbers)
    return Text(f"tf.constant({numbers}, tf.int{d.one_of([32, 64])})") if kind == 5 else numbers


@template("reshape")
def reshape(d: Drawing) -> Call:
    """Factors of the size, one of them perhaps −1; sometimes what does not fit."""
    x = any_tensor(d)
    size = math.prod(x.shape)
    wanted = d.one_of([[size], [1, size], list(reversed(x.shape)), [size, 1, 1], [-1], [-1, 1]])
    if d.chance(20):
        wanted = d.one_of([[-1, 2], [2, -1], [0, -1], [-1, -1], [], [3], [-2], [0], [2, 0]])
    return d.call(x, integers(d, wanted))


@template("transpose")
def transpose(d: Drawing) -> Call:
    """Axes in another order."""
    x = any_tensor(d, 0, 4)
    perm = d.permutation(x.rank) if d.flag() else ABSENT
    if perm and d.chance(15):
        perm = [d.axis(x.rank) for _ in range(x.rank)]
    return d.call(x, perm=perm, conjugate=d.maybe(d.flag, percent=20))


@template("expand_dims")
def expand_dims(d: Drawing) -> Call:
    """One axis more."""
    x = any_tensor(d)
    return d.call(x, d.integer(-x.rank - 2, x.rank + 1))


@template("squeeze")
def squeeze(d: Drawing) -> Call:
    """Without the axes of length one."""
    x = d.tensor(d.dtype_of(FLOATS, ALL), [d.one_of([1, 2, 1, 0]) for _ in range(d.integer(0, 4))])
    return d.call(x, axis=d.maybe(d.axes, x.rank))


@template("broadcast_to")
def broadcast_to(d: Drawing) -> Call:
    """To a larger shape."""
    x = any_tensor(d)
    wanted = [*d.shape(0, 1), *(d.integer(0, 3) if n == 1 else n for n in x.shape)]
    if d.chance(10):
        wanted = list(d.shape())
    return d.call(x, integers(d, wanted))


@template("tile")
def tile(d: Drawing) -> Call:
    """Repeated along every axis."""
    x = any_tensor(d)
    count = x.rank if d.chance(92) else d.integer(0, 3)
    return d.call(x, integers(d, [d.integer(0, 3) for _ in range(count)]))


@template("repeat")
def repeat(d: Drawing) -> Call:
    """Every element so often."""
    x = any_tensor(d)
    axis = d.maybe(d.axis, x.rank)
    count = math.prod(x.shape)
    if isinstance(axis, int) and x.rank and -x.rank <= axis < x.rank:
        count = x.shape[axis]
    several = [d.integer(0, 3) for _ in range(count if d.chance(92) else 1)]
    return d.call(x, d.integer(0, 3) if d.flag() else several, axis=axis)


@template("reverse")
def reverse(d: Drawing) -> Call:
    """Along several axes."""
    x = any_tensor(d)
    return d.call(x, integers(d, [d.axis(x.rank) for _ in range(d.integer(0, min(x.rank, 2)))]))


@template("roll")
def roll(d: Drawing) -> Call:
    """Shifted around."""
    x = any_tensor(d)
    if d.flag():
        return d.call(x, d.integer(-4, 4), d.axis(x.rank))
    count = d.integer(0, 3)
    return d.call(
        x, [d.integer(-4, 4) for _ in range(count)], [d.axis(x.rank) for _ in range(count)]
    )


@template("pad")
def pad(d: Drawing) -> Call:
    """In every mode."""
    x = any_tensor(d)
    wide = 3 if d.chance(20) else 2
    paddings = [[d.integer(0, wide), d.integer(0, wide)] for _ in range(x.rank)]
    if not paddings:
        paddings = Text("np.zeros((0, 2), np.int32)")  # type: ignore[assignment]
    mode = d.maybe(d.one_of, ["CONSTANT", "REFLECT", "SYMMETRIC", "reflect", "EDGE"])
    value = d.maybe(d.one_of, [1, 0, 2.5, float("nan")], percent=30)
    return d.call(x, paddings, mode=mode, constant_values=value)


@template("concat")
def concat(d: Drawing) -> Call:
    """Along an axis."""
    x = any_tensor(d, 0 if d.chance(8) else 1)
    axis = d.axis(x.rank)
    several = [x]
    for _ in range(d.integer(0, 2)):
        shape = list(x.shape)
        if x.rank and -x.rank <= axis < x.rank:
            shape[axis] = d.integer(0, 3)
        several.append(d.like(x, d.shape() if d.chance(6) else shape))
    return d.call(several, axis)


@template("stack", "meshgrid", "identity_n", "shape_n", "tuple")
def stack(d: Drawing) -> Call:
    """Several alike tensors."""
    x = any_tensor(d, 0, 1 if d.function == "meshgrid" else 3)
    more = d.integer(0, 2)
    several = [x, *(d.like(x, d.shape() if d.chance(6) else None) for _ in range(more))]
    if d.function == "stack":
        return d.call(several, axis=d.maybe(d.axis, x.rank + 1))
    if d.function == "meshgrid":
        return d.call(*several, indexing=d.maybe(d.one_of, ["ij", "xy", "no"]))
    return d.call(several)


@template("unstack")
def unstack(d: Drawing) -> Call:
    """The slices along an axis."""
    x = any_tensor(d)
    return d.call(x, axis=d.maybe(d.axis, x.rank), num=d.maybe(d.integer, 0, 3, percent=15))


@template("split")
def split(d: Drawing) -> Call:
    """Into equal parts, or parts of these sizes."""
    x = any_tensor(d)
    axis = d.maybe(d.axis, x.rank)
    place = axis if isinstance(axis, int) else 0
    length = x.shape[place] if -x.rank <= place < x.rank else 2
    if d.flag():
        return d.call(x, d.one_of([1, max(length, 1), 2, 3, 0, -1]), axis=axis)
    first = d.integer(0, length)
    sizes = d.one_of([[first, length - first], [-1, first], [length], [first, 1], [-1, -1]])
    return d.call(x, sizes, axis=axis, num=d.maybe(d.integer, 1, 3, percent=10))


@template("reverse_sequence")
def reverse_sequence(d: Drawing) -> Call:
    """The beginning of every sequence."""
    x = any_tensor(d, 2)
    batch = d.maybe(d.integer, 0, 1)
    sequence = d.one_of([1, 0, -1]) if batch is ABSENT or batch == 0 else d.one_of([0, 1, 2])
    rows = x.shape[0 if batch is ABSENT else batch]
    lengths = d.tensor(d.one_of(["int32", "int64"]), (rows,), values=[1, 0, 2, 3], plain=True)
    return d.call(x, lengths, seq_axis=sequence, batch_axis=batch)


@template("ensure_shape")
def ensure_shape(d: Drawing) -> Call:
    """Checked, with unknown lengths."""
    x = any_tensor(d)
    wanted = [None if d.chance(30) else n for n in x.shape]
    return d.call(x, wanted if d.chance(85) else d.one_of([None, [2], [None, None], []]))


@template("shape", "size")
def shape(d: Drawing) -> Call:
    """As a tensor."""
    return d.call(any_tensor(d), out_type=d.maybe(d.dtype, "int64", "int32", percent=30))


@template("zeros", "ones")
def zeros(d: Drawing) -> Call:
    """Of this shape."""
    return d.call(integers(d, list(d.shape())), dtype=d.maybe(d.dtype, *ALL))


@template("zeros_like", "ones_like")
def zeros_like(d: Drawing) -> Call:
    """Of another dtype."""
    return d.call(any_tensor(d), dtype=d.maybe(d.dtype, *ALL))


@template("fill")
def fill(d: Drawing) -> Call:
    """One number everywhere."""
    value = d.tensor(d.dtype_of(FLOATS, ALL), () if d.chance(95) else (2,))
    return d.call(integers(d, list(d.shape())), value)


@template("eye")
def eye(d: Drawing) -> Call:
    """The unit matrix."""
    return d.call(
        d.integer(-1 if d.chance(5) else 0, 3),
        num_columns=d.maybe(d.integer, 0, 4, percent=30),
        batch_shape=d.maybe(lambda: list(d.shape(0, 2)), percent=30),
        dtype=d.maybe(d.dtype, *ALL, percent=40),
    )


@template("range")
def range_(d: Drawing) -> Call:
    """Whole and other steps."""
    numbers = [3, 0, 5, 1, -2, 2.5, 0.5, -1.0, 10, 1e-3 * 250]
    count = d.integer(1, 3)
    several = [d.one_of(numbers) for _ in range(count)]
    if d.chance(20):
        several[0] = Text(repr(d.tensor(d.dtype_of(FLOATS, ALL), ())))
    return d.call(*several, dtype=d.maybe(d.dtype, *ALL, percent=25))


@template("linspace")
def linspace(d: Drawing) -> Call:
    """Numbers at equal distances."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(0, 2))
    last = d.like(x, d.other_shape(x.shape))
    return d.call(x, last, d.integer(0, 5), axis=d.maybe(d.axis, x.rank + 1, percent=30))


@template("one_hot")
def one_hot(d: Drawing) -> Call:
    """Ones at these places."""
    indices = d.tensor(
        d.dtype_of(("int32", "int64", "uint8"), ALL), d.shape(), values=[0, 1, 2, -1, 3], plain=True
    )
    pair = d.flag()
    return d.call(
        indices,
        d.integer(0, 4),
        on_value=d.one_of([1.0, 2, 3.5, True]) if pair else ABSENT,
        off_value=d.one_of([0.0, -1, 0.5, False]) if pair and d.flag() else ABSENT,
        axis=d.maybe(d.axis, indices.rank + 1, percent=30),
        dtype=d.maybe(d.dtype, *ALL, percent=30),
    )


@template("sequence_mask")
def sequence_mask(d: Drawing) -> Call:
    """True up to these lengths."""
    lengths = d.tensor(d.dtype_of(INTEGERS, ALL), d.shape(0, 2), plain=True, wild=1)
    return d.call(
        lengths,
        maxlen=d.maybe(d.integer, 0, 5),
        dtype=d.maybe(d.dtype, *ALL, percent=30),
    )


@template("constant")
def constant(d: Drawing) -> Call:
    """A value of a given dtype and shape."""
    value = d.one_of([1, 2.5, True, [1, 2], [1.5, 2], [[1], [2]], [], "a", 1j, 300, -1, [True, 0]])
    return d.call(
        value, dtype=d.maybe(d.dtype, *ALL, percent=60), shape=d.maybe(lambda: list(d.shape()))
    )


@template("linalg.diag")
def diag(d: Drawing) -> Call:
    """A matrix of these diagonals."""
    k = d.one_of([0, 1, -1, 2])
    x = any_tensor(d, 1)
    sizes = d.maybe(d.integer, 1, 5, percent=25)
    return d.call(
        x,
        k=d.one_of([k, (k, k + max(x.shape[-2] - 1, 0))]) if x.rank > 1 else k,
        num_rows=sizes,
        num_cols=d.maybe(d.integer, 1, 5, percent=20),
        padding_value=d.maybe(d.one_of, [1, 2.5, -1], percent=20),
        align=d.maybe(d.one_of, ["LEFT_LEFT", "RIGHT_RIGHT", "LEFT_RIGHT"], percent=20),
    )


@template("linalg.diag_part")
def diag_part(d: Drawing) -> Call:
    """The diagonals of a matrix."""
    x = any_tensor(d, 2)
    low = d.integer(-3, 3)
    return d.call(
        x,
        k=d.one_of([0, low, (low, low + d.integer(0, 2)), (1, 0)]),
        padding_value=d.maybe(d.one_of, [1, 2.5, -1], percent=20),
        align=d.maybe(d.one_of, ["LEFT_LEFT", "RIGHT_RIGHT", "LEFT_RIGHT"], percent=30),
    )


@template("linalg.set_diag")
def set_diag(d: Drawing) -> Call:
    """Other numbers on the diagonal."""
    x = any_tensor(d, 2)
    k = d.one_of([0, 0, 1, -1, 2])
    length = max(min(x.shape[-2] + min(k, 0), x.shape[-1] - max(k, 0)), 0)
    if d.chance(6):
        length += 1
    return d.call(x, d.like(x, (*x.shape[:-2], length)), k=k)


@template("linalg.band_part")
def band_part(d: Drawing) -> Call:
    """A band about the diagonal."""
    return d.call(any_tensor(d, 2), d.integer(-2, 4), d.integer(-2, 4))


@template(
    "linalg.tensor_diag",
    "linalg.tensor_diag_part",
    "linalg.trace",
    "linalg.adjoint",
    "linalg.matrix_transpose",
)
def of_matrix(d: Drawing) -> Call:
    """One tensor of several axes."""
    shape = d.shape(0 if d.chance(8) else 1, 2)
    if d.function in ("linalg.tensor_diag_part", "linalg.trace") and d.chance(85):
        shape = (*shape, *shape)
    elif d.function != "linalg.tensor_diag":
        shape = d.shape(2, 4)
    return d.call(d.tensor(d.dtype_of(FLOATS, COMPLEX, ALL), shape))


@template("broadcast_dynamic_shape", "broadcast_static_shape")
def broadcast_shape(d: Drawing) -> Call:
    """The shape of two, broadcast."""
    a = d.shape()
    b = d.other_shape(a)
    if d.function.endswith("static_shape"):
        return d.call(Text(f"tf.TensorShape({list(a)})"), Text(f"tf.TensorShape({list(b)})"))
    return d.call(*(Text(f"tf.constant({list(s)}, tf.int32)") for s in (a, b)))
