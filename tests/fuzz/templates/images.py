"""Images: size, colours, measures."""

from tests.fuzz.call import Call, Input
from tests.fuzz.drawing import ALL, FLOATS, NUMBERS, Drawing
from tests.fuzz.templates import template


def image(d: Drawing, channels: int | None = None, largest: int = 4) -> Input:
    """One image or a batch of them."""
    lead = (d.integer(0 if d.chance(8) else 1, 2),) if d.chance(60) else ()
    if channels is None:
        channels = 3 if d.flag() else d.integer(1, 2)
    places = [0 if d.chance(4) else d.integer(1, largest) for _ in range(2)]
    shape = (*lead, *places, channels) if d.chance(95) else d.shape()
    return d.tensor(d.dtype_of(FLOATS, NUMBERS), shape, plain=True, wild=None if d.flag() else 0)


@template(
    "image.flip_left_right",
    "image.flip_up_down",
    "image.transpose",
    "image.per_image_standardization",
    "image.sobel_edges",
    "image.total_variation",
    "image.image_gradients",
)
def of_one(d: Drawing) -> Call:
    """One image."""
    return d.call(image(d))


@template(
    "image.hsv_to_rgb",
    "image.rgb_to_hsv",
    "image.rgb_to_yiq",
    "image.rgb_to_yuv",
    "image.yiq_to_rgb",
    "image.yuv_to_rgb",
)
def colours(d: Drawing) -> Call:
    """Three channels."""
    return d.call(image(d, 3 if d.chance(95) else 2))


@template("image.grayscale_to_rgb", "image.rgb_to_grayscale")
def grey(d: Drawing) -> Call:
    """Of one or of three channels."""
    return d.call(image(d, 1 if d.function.startswith("image.gray") else 3))


@template("image.rot90")
def rot90(d: Drawing) -> Call:
    """By quarters."""
    return d.call(image(d), d.maybe(d.integer, -3, 5))


@template("image.adjust_brightness", "image.adjust_contrast")
def adjust(d: Drawing) -> Call:
    """By a number."""
    return d.call(image(d), d.one_of([0.5, 2.0, 0.0, -1.0, 1]))


@template("image.adjust_hue", "image.adjust_saturation")
def adjust_colour(d: Drawing) -> Call:
    """Three channels, by a number."""
    return d.call(image(d, 3 if d.chance(95) else 2), d.one_of([0.5, 0.0, -0.25, 1.0, 2.0, -1.5]))


@template("image.adjust_gamma")
def adjust_gamma(d: Drawing) -> Call:
    """By a power and a factor."""
    return d.call(image(d), d.maybe(d.one_of, [2, 0.5, 0, -1]), d.maybe(d.one_of, [2, 0.5, 0]))


@template("image.central_crop")
def central_crop(d: Drawing) -> Call:
    """The middle."""
    return d.call(image(d), d.one_of([0.5, 1.0, 0.3, 0.75, 0.0, 1.5, -0.5]))


@template("image.convert_image_dtype")
def convert(d: Drawing) -> Call:
    """Scaled to the range of another dtype."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS, ALL), d.shape())
    return d.call(x, d.dtype(*NUMBERS), saturate=d.maybe(d.flag))


@template("image.crop_to_bounding_box", "image.pad_to_bounding_box")
def box(d: Drawing) -> Call:
    """A part, or a frame."""
    x = image(d)
    height, width = (x.shape[-3], x.shape[-2]) if x.rank >= 3 else (2, 2)
    top, left = d.integer(-1 if d.chance(5) else 0, 2), d.integer(0, 2)
    if d.function == "image.pad_to_bounding_box":
        return d.call(x, top, left, height + top + d.integer(0, 2), width + left + d.integer(0, 1))
    return d.call(x, top, left, max(height - top, 0), max(width - left, 0))


@template("image.resize")
def resize(d: Drawing) -> Call:
    """By any method."""
    methods = ["bilinear", "nearest", "bicubic", "area", "gaussian", "lanczos3", "lanczos5",
               "mitchellcubic"]  # fmt: skip
    return d.call(
        image(d),
        [d.integer(0 if d.chance(5) else 1, 5), d.integer(1, 5)],
        method=d.maybe(d.one_of, methods, percent=80),
        preserve_aspect_ratio=d.maybe(d.flag, percent=20),
        antialias=d.maybe(d.flag, percent=30),
    )


@template("image.resize_with_crop_or_pad")
def crop_or_pad(d: Drawing) -> Call:
    """To this size."""
    return d.call(image(d), d.integer(0, 5), d.integer(1, 5))


@template("image.psnr")
def psnr(d: Drawing) -> Call:
    """How alike two images are."""
    x = image(d)
    return d.call(x, d.like(x, None if d.chance(93) else d.shape()), d.one_of([1.0, 255, 2]))
