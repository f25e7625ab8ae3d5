"""Functions that take functions, and those that are not compared at all."""

from tests.fuzz.call import Call
from tests.fuzz.drawing import ABSENT, FLOATS, NUMBERS, Drawing, Text
from tests.fuzz.templates import NOT_CALLED, template

NOT_CALLED.update(
    dict.fromkeys(
        ("random.all_candidate_sampler", "random.log_uniform_candidate_sampler",
         "random.uniform_candidate_sampler", "nn.all_candidate_sampler", "nn.nce_loss",
         "nn.compute_accidental_hits", "nn.sampled_softmax_loss",
         "random.categorical", "random.normal", "random.shuffle", "random.truncated_normal",
         "random.uniform", "nn.dropout", "random.create_rng_state", "random.get_global_generator",
         "random.set_global_generator", "random.set_seed"),
        "draws from a state that other calls share; tests/core/random compares the bits",
    )
)  # fmt: skip
NOT_CALLED.update(
    dict.fromkeys(
        (
            *(f"image.{name}" for name in (
                "adjust_jpeg_quality", "decode_and_crop_jpeg", "decode_bmp", "decode_gif",
                "decode_image", "decode_jpeg", "decode_png", "encode_jpeg", "encode_png",
                "extract_jpeg_shape", "is_jpeg")),
        ),
        "bytes of files; tests/core/io compares with TensorFlow's own",
    )
)  # fmt: skip
NOT_CALLED.update(
    dict.fromkeys(
        (
            *(f"image.{stateless}random_{name}" for stateless in ("", "stateless_") for name in (
                "brightness", "contrast", "crop", "flip_left_right", "flip_up_down", "hue",
                "saturation")),
            *(f"image.{name}" for name in (
                "crop_and_resize", "draw_bounding_boxes", "extract_patches",
                "non_max_suppression", "resize_with_pad", "ssim", "ssim_multiscale")),
            "nn.ctc_loss",
        ),
        "compared with recorded values and gradients: tests/core/functions/test_image_goldens.py, "
        "tests/core/names/test_around.py",
    )
)  # fmt: skip
NOT_CALLED.update(
    dict.fromkeys(
        ("control_dependencies", "custom_gradient", "device", "executing_eagerly", "function",
         "init_scope", "get_logger", "grad_pass_through", "gradients", "group", "hessians",
         "no_gradient",
         "no_op", "print", "recompute_grad", "as_dtype", "is_tensor", "get_static_value"),
        "no function of tensors to tensors",
    )
)  # fmt: skip

NOT_CALLED.update(
    dict.fromkeys(
        (
            *(f"keras.layers.{name}" for name in (
                "RNN", "Bidirectional", "StackedRNNCells", "GRUCell", "LSTMCell", "SimpleRNNCell",
                "Lambda", "Layer",
                "Input", "InputLayer", "InputSpec")),
            "keras.losses.Loss", "keras.losses.get", "keras.metrics.Metric", "keras.metrics.get",
            "keras.metrics.MeanMetricWrapper", "keras.optimizers.Optimizer",
            "keras.optimizers.get", "keras.activations.get",
            "keras.metrics.SparseCategoricalAccuracy",
            "keras.metrics.SparseCategoricalCrossentropy",
            "keras.metrics.SparseTopKCategoricalAccuracy",
        ),
        "a base class, or made of others that are compared",
    )
)  # fmt: skip

FUNCTIONS = ("lambda x: x * x", "lambda x: tf.reduce_sum(x)", "lambda x: x[..., None] + x",
             "lambda x: tf.exp(x)", "lambda x: (x, -x)", "lambda x: 2.0")  # fmt: skip
FOLDS = ("lambda a, x: a + x", "lambda a, x: a * x + x", "lambda a, x: tf.maximum(a, x)")


@template("map_fn", "vectorized_map")
def map_(d: Drawing) -> Call:
    """A function of every row."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(0 if d.chance(8) else 1), plain=True)
    return d.call(Text(d.one_of(FUNCTIONS[:4] if d.chance(80) else FUNCTIONS)), x)


@template("foldl", "foldr", "scan")
def fold(d: Drawing) -> Call:
    """A function of the rows so far and the next."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(1), plain=True)
    first = d.like(x, x.shape[1:]) if d.flag() else ABSENT
    back = d.maybe(d.flag, percent=20) if d.function == "scan" else ABSENT
    return d.call(Text(d.one_of(FOLDS)), x, initializer=first, reverse=back)


@template("cond")
def cond(d: Drawing) -> Call:
    """One of two functions."""
    p = d.tensor("bool" if d.chance(92) else "int32", () if d.chance(92) else (1,))
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(), plain=True)
    return d.expression(f"tf.cond({p!r}, lambda: {x!r} * {x!r}, lambda: -{x!r})")


@template("case", "switch_case")
def case(d: Drawing) -> Call:
    """One of several functions."""
    x = d.tensor(d.dtype_of(FLOATS), d.shape(), plain=True)
    if d.function == "case":
        p, q = (d.tensor("bool", (), plain=True) for _ in range(2))
        rest = f"default=lambda: {x!r}" if d.flag() else f"exclusive={d.flag()}"
        pairs = f"[({p!r}, lambda: {x!r} * 2), ({q!r}, lambda: {x!r} * {x!r})]"
        return d.expression(f"tf.case({pairs}, {rest})")
    which = d.tensor("int32" if d.chance(92) else "int64", (), values=[0, 1, -1, 2, 5], plain=True)
    return d.expression(f"tf.switch_case({which!r}, [lambda: {x!r} * 2, lambda: {x!r} * {x!r}])")


@template("while_loop")
def while_loop(d: Drawing) -> Call:
    """While a number is small."""
    x = d.tensor(d.dtype_of(FLOATS), d.shape(0, 1), plain=True)
    limit = d.maybe(d.integer, 0, 3)
    more = "" if limit is ABSENT else f", maximum_iterations={limit}"
    return d.expression(
        f"tf.while_loop(lambda i, x: i < {d.integer(0, 4)}, lambda i, x: (i + 1, x * x + 1),"
        f" (0, {x!r}){more})"
    )


@template("numpy_function", "py_function")
def python_function(d: Drawing) -> Call:
    """A function of arrays."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(), plain=True)
    texts = ["lambda x: x * 2", "lambda x: x.shape[0]", "lambda x: 1.5", "lambda x: (x, x)"]
    return d.call(Text(d.one_of(texts)), [x], d.dtype(x.dtype, "float32", "int64"))


@template("Assert")
def assert_(d: Drawing) -> Call:
    """A condition, and what is shown when it fails."""
    p = d.tensor("bool" if d.chance(90) else "int32", d.shape(0, 1), plain=True)
    return d.call(p, [p])
