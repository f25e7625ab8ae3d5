"""Keras: activations, losses, metrics and regularizers, as functions and as objects."""

from tests.fuzz.call import Call
from tests.fuzz.drawing import FLOATS, NUMBERS, Drawing
from tests.fuzz.templates import template

ACTIVATIONS = ("celu", "elu", "exponential", "gelu", "hard_sigmoid", "hard_silu", "hard_tanh",
               "leaky_relu", "linear", "log_sigmoid", "log_softmax", "mish", "relu", "relu6",
               "selu", "sigmoid", "silu", "softmax", "softplus", "softsign", "tanh",
               "tanh_shrink")  # fmt: skip
ARGUMENTS = {
    "celu": ["alpha=2.0"], "elu": ["alpha=0.5"], "gelu": ["approximate=True"],
    "leaky_relu": ["negative_slope=0.5"], "log_softmax": ["axis=0"], "softmax": ["axis=0"],
    "relu": ["negative_slope=0.5", "max_value=1.0", "threshold=0.5",
             "negative_slope=0.5, max_value=2.0, threshold=-1.0"],
}  # fmt: skip
REGRESSIONS = ("mse", "mae", "mape", "msle", "huber", "logcosh", "poisson", "hinge",
               "squared_hinge", "categorical_hinge", "kld", "cosine_similarity",
               "binary_crossentropy", "categorical_crossentropy")  # fmt: skip
CLASSES = ("MeanSquaredError", "MeanAbsoluteError", "MeanAbsolutePercentageError",
           "MeanSquaredLogarithmicError", "Huber", "LogCosh", "Poisson", "Hinge", "SquaredHinge",
           "CategoricalHinge", "KLDivergence", "CosineSimilarity", "BinaryCrossentropy",
           "CategoricalCrossentropy")  # fmt: skip
OPTIONS = {
    "huber": ["delta=0.5"], "cosine_similarity": ["axis=0"],
    "binary_crossentropy": ["from_logits=True", "label_smoothing=0.2", "axis=0"],
    "categorical_crossentropy": ["from_logits=True", "label_smoothing=0.2", "axis=0"],
}  # fmt: skip
METRICS = ("Accuracy", "BinaryAccuracy", "BinaryCrossentropy", "CategoricalAccuracy",
           "CategoricalCrossentropy", "MeanAbsoluteError", "MeanSquaredError",
           "RootMeanSquaredError", "TopKCategoricalAccuracy")  # fmt: skip


def pair(d: Drawing, low: int = 1) -> str:
    """Targets and predictions, as the first two arguments."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(low), wild=d.one_of([0, 1]))
    other = x.shape if d.chance(92) else d.other_shape(x.shape)
    return f"{d.like(x, other, differentiable=False)!r}, {x!r}"


def more(d: Drawing, options: list[str]) -> str:
    """One of the options, or none."""
    return f", {d.one_of(options)}" if options and d.chance(40) else ""


@template(*(f"keras.activations.{name}" for name in ACTIVATIONS))
def activation(d: Drawing) -> Call:
    """One tensor."""
    name = d.function.rsplit(".", 1)[1]
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape())
    return d.expression(f"tf.{d.function}({x!r}{more(d, ARGUMENTS.get(name, []))})")


@template(*(f"keras.losses.{name}" for name in REGRESSIONS))
def loss(d: Drawing) -> Call:
    """Targets and predictions of one shape."""
    name = d.function.rsplit(".", 1)[1]
    return d.expression(f"tf.{d.function}({pair(d)}{more(d, OPTIONS.get(name, []))})")


@template(*(f"keras.losses.{name}" for name in CLASSES))
def loss_object(d: Drawing) -> Call:
    """The same as an object: reduced, with weights."""
    reductions = ["", "reduction='sum'", "reduction=None", "reduction='mean'"]
    arguments = pair(d)
    x = d.inputs[0]
    weight = ""
    if d.chance(40):
        shapes = [(), x.shape[:1], x.shape[:-1], (*x.shape[:-1], 1)]
        w = d.like(x, d.one_of(shapes), differentiable=False)
        weight = f", sample_weight={w!r}"
    return d.expression(f"tf.{d.function}({d.one_of(reductions)})({arguments}{weight})")


@template(
    "keras.losses.sparse_categorical_crossentropy", "keras.losses.SparseCategoricalCrossentropy"
)
def sparse(d: Drawing) -> Call:
    """Classes and predictions."""
    x = d.tensor(d.dtype_of(FLOATS), d.shape(1), wild=d.one_of([0, 1]))
    labels = d.indices(x.shape[-1], x.shape[:-1] if d.flag() else (*x.shape[:-1], 1))
    option = more(d, ["from_logits=True", "ignore_class=0", "ignore_class=-1"])
    if d.function.endswith("SparseCategoricalCrossentropy"):
        return d.expression(f"tf.{d.function}({option[2:]})({labels!r}, {x!r})")
    return d.expression(f"tf.{d.function}({labels!r}, {x!r}{option})")


@template("keras.metrics.binary_accuracy", "keras.metrics.categorical_accuracy")
def accuracy(d: Drawing) -> Call:
    """Right or not."""
    return d.expression(f"tf.{d.function}({pair(d)})")


@template(
    "keras.metrics.sparse_categorical_accuracy",
    "keras.metrics.sparse_top_k_categorical_accuracy",
    "keras.metrics.top_k_categorical_accuracy",
)
def class_accuracy(d: Drawing) -> Call:
    """Whether the class is right, or among the likeliest."""
    x = d.tensor(d.dtype_of(FLOATS), d.shape(2, 2))
    if ".top_k" in d.function:
        first = repr(d.like(x))
    else:
        first = repr(d.indices(x.shape[-1], x.shape[:-1]))
    k = f", k={d.integer(1, 3)}" if "top_k" in d.function else ""
    return d.expression(f"tf.{d.function}({first}, {x!r}{k})")


@template(*(f"keras.metrics.{name}" for name in METRICS))
def metric(d: Drawing) -> Call:
    """Two batches, one after another."""
    first = pair(d)
    weight = ""
    if d.chance(25):
        w = d.like(d.inputs[0], d.inputs[0].shape[:1], differentiable=False)
        weight = f", sample_weight={w!r}"
    text = f"(lambda m: (m.update_state({first}), m.update_state({first}{weight}), m.result())[2])"
    return d.expression(f"{text}(tf.{d.function}())")


@template("keras.metrics.Mean", "keras.metrics.Sum")
def mean(d: Drawing) -> Call:
    """Numbers, with and without weights."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape())
    w = f", {d.like(x, d.other_shape(x.shape))!r}" if d.chance(40) else ""
    text = f"(lambda m: (m.update_state({x!r}{w}), m.result())[1])"
    return d.expression(f"{text}(tf.{d.function}())")


@template(
    "keras.regularizers.L1",
    "keras.regularizers.L2",
    "keras.regularizers.L1L2",
    "keras.constraints.MaxNorm",
    "keras.constraints.NonNeg",
    "keras.constraints.UnitNorm",
)
def regularizer(d: Drawing) -> Call:
    """What a weight costs, or what it is bound to."""
    x = d.tensor(d.dtype_of(FLOATS), d.shape(1))
    return d.expression(f"tf.{d.function}()({x!r})")


@template("keras.utils.to_categorical")
def to_categorical(d: Drawing) -> Call:
    """Classes as rows of zeros and a one."""
    x = d.tensor(d.dtype_of(("int32", "int64"), NUMBERS), d.shape(0, 2), values=[0, 1, 2, 3])
    count = f", {d.integer(1, 5)}" if d.flag() else ""
    return d.expression(f"tf.{d.function}({x!r}{count})")
