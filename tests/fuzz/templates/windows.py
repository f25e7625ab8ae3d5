"""Functions with a window: convolutions and pooling."""

from tests.fuzz.call import Call
from tests.fuzz.drawing import ABSENT, COMPLEX, FLOATS, NUMBERS, Drawing
from tests.fuzz.templates import template

FORMATS = {1: ("NWC", "NCW"), 2: ("NHWC", "NCHW"), 3: ("NDHWC", "NCDHW")}


def number_or_list(d: Drawing, n: int, largest: int = 3) -> object:
    """One number for all axes, or one for each."""
    if d.chance(4):
        return d.one_of([0, -1, [1] * (n + 3), "two"])
    return d.integer(1, largest) if d.flag() else [d.integer(1, largest) for _ in range(n)]


def padding(d: Drawing) -> str:
    """A known name, mostly."""
    return str(d.one_of(["VALID", "SAME"]) if d.chance(96) else d.one_of(["same", "FULL"]))


def image(d: Drawing, n: int, channels: int, dtype: str | None = None):  # type: ignore[no-untyped-def]
    """A batch of signals of n axes, the channels last."""
    places = [0 if d.chance(4) else d.integer(1, 5) for _ in range(n)]
    rows = 0 if d.chance(4) else d.integer(1, 2)
    shape = (rows, *places, channels) if d.chance(96) else d.shape()
    return d.tensor(
        dtype or d.dtype_of(FLOATS, NUMBERS), shape, plain=True, wild=None if d.chance(15) else 0
    )


@template("nn.conv1d", "nn.conv2d", "nn.conv3d", "nn.convolution")
def convolution(d: Drawing) -> Call:
    """A signal and filters."""
    n = d.integer(1, 3) if d.function == "nn.convolution" else int(d.function[7])
    channels, groups = d.integer(1, 2), 2 if d.chance(8) else 1
    x = image(d, n, channels * groups)
    filters = d.like(x, (*(d.integer(1, 3) for _ in range(n)), channels, groups), wild=0)
    more = {
        "dilations": d.maybe(number_or_list, d, n, 2, percent=25),
        "data_format": d.one_of(FORMATS[n]) if d.chance(10) else ABSENT,
    }
    if d.function == "nn.convolution":
        strides = d.maybe(number_or_list, d, n, 2)
        return d.call(x, filters, strides=strides, padding=padding(d), **more)
    return d.call(x, filters, number_or_list(d, n, 2), padding(d), **more)


@template("nn.conv1d_transpose", "nn.conv2d_transpose", "nn.conv3d_transpose")
def transposed(d: Drawing) -> Call:
    """The same turned around."""
    n = int(d.function[7])
    channels, out = d.integer(1, 2), d.integer(1, 2)
    x = image(d, n, channels)
    windows = [d.integer(1, 3) for _ in range(n)]
    filters = d.like(x, (*windows, out, channels), wild=0)
    stride, same = d.integer(1, 2), d.flag()
    places = x.shape[1:-1] if x.rank == n + 2 else (2,) * n
    lengths = [
        p * stride if same else (p - 1) * stride + w for p, w in zip(places, windows, strict=True)
    ]
    if d.chance(8):
        lengths[0] += 1
    shape = [x.shape[0] if x.rank else 1, *lengths, out]
    return d.call(x, filters, shape, stride, padding="SAME" if same else "VALID")


@template("nn.depthwise_conv2d", "nn.separable_conv2d")
def depthwise(d: Drawing) -> Call:
    """Each channel alone."""
    channels, times = d.integer(1, 2), d.integer(1, 2)
    x = image(d, 2, channels)
    filters = [d.like(x, (d.integer(1, 3), d.integer(1, 3), channels, times), wild=0)]
    if d.function == "nn.separable_conv2d":
        filters.append(d.like(x, (1, 1, channels * times, d.integer(1, 2)), wild=0))
    stride = d.integer(1, 2)
    return d.call(
        x,
        *filters,
        [1, stride, stride, 1],
        padding(d),
        dilations=d.maybe(lambda: [1, 2], percent=20) if stride == 1 else ABSENT,
    )


@template(
    "nn.max_pool1d",
    "nn.max_pool2d",
    "nn.max_pool3d",
    "nn.avg_pool1d",
    "nn.avg_pool2d",
    "nn.avg_pool3d",
    "nn.max_pool",
    "nn.avg_pool",
)
def pool(d: Drawing) -> Call:
    """The largest or the mean of every window."""
    n = int(d.function[-2]) if d.function.endswith("d") else d.integer(1, 3)
    x = image(d, n, d.integer(1, 2))
    return d.call(
        x,
        number_or_list(d, n),
        number_or_list(d, n, 2),
        padding(d),
        data_format=d.one_of(FORMATS[n]) if d.chance(10) else ABSENT,
    )


@template("nn.pool")
def general_pool(d: Drawing) -> Call:
    """Either, by name."""
    n = d.integer(1, 3)
    return d.call(
        image(d, n, 1),
        [d.integer(1, 3) for _ in range(n)],
        d.one_of(["MAX", "AVG", "SUM"]) if d.chance(10) else d.one_of(["MAX", "AVG"]),
        strides=d.maybe(lambda: [d.integer(1, 2) for _ in range(n)]),
        padding=d.maybe(padding, d),
        dilations=d.maybe(lambda: [d.integer(1, 2) for _ in range(n)], percent=25),
    )


@template("nn.depth_to_space", "nn.space_to_depth")
def blocks(d: Drawing) -> Call:
    """Blocks of pixels as channels, and back."""
    block = d.integer(2, 3) if d.chance(95) else d.integer(0, 1)
    times = block if d.chance(92) else 1
    shape = [d.integer(0 if d.chance(8) else 1, 2) for _ in range(3)]
    inner = d.integer(1, 2)
    if d.function == "nn.depth_to_space":
        full = (*shape, inner * times * times)
    else:
        full = (shape[0], shape[1] * times, shape[2] * times, inner)
    return d.call(d.tensor(d.dtype_of(FLOATS, NUMBERS, COMPLEX), full), block)


@template("nn.conv_transpose")
def general_transposed(d: Drawing) -> Call:
    """Of any number of axes."""
    n = d.integer(1, 3)
    x = image(d, n, 1)
    windows = [d.integer(1, 2) for _ in range(n)]
    places = x.shape[1:-1] if x.rank == n + 2 else (2,) * n
    shape = [
        x.shape[0] if x.rank else 1,
        *(p + w - 1 for p, w in zip(places, windows, strict=True)),
        1,
    ]
    return d.call(x, d.like(x, (*windows, 1, 1), wild=0), shape, 1, padding="VALID")
