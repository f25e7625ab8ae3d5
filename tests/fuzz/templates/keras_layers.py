"""Keras: layers with constant weights, and optimizers over a few steps."""

from tests.fuzz.call import Call
from tests.fuzz.drawing import FLOATS, NUMBERS, Drawing
from tests.fuzz.templates import template

LAYERS = {
    "ELU": ["", "alpha=0.5"], "ReLU": ["", "max_value=1.0, negative_slope=0.5", "threshold=1.0"],
    "LeakyReLU": ["", "negative_slope=0.5"], "Softmax": ["", "axis=0"], "Activation": ["'tanh'"],
    "Flatten": [""], "Reshape": ["(-1,)", "(1, -1)", "(2, 3)"], "Permute": ["(2, 1)", "(1, 2)"],
    "RepeatVector": ["2"], "Rescaling": ["2.0", "0.5, offset=1.0"], "Identity": [""],
    "LayerNormalization": ["", "axis=1", "epsilon=0.1, center=False"], "Dropout": ["0.5"],
    "BatchNormalization": ["", "axis=1", "scale=False, momentum=0.5"], "GaussianNoise": ["1.0"],
    "Dense": ["2, kernel_initializer='ones'", "1, kernel_initializer='ones', activation='relu'",
              "2, kernel_initializer='ones', use_bias=False"],
}  # fmt: skip
SEQUENCES = {
    "Conv1D": ["2, 2, kernel_initializer='ones'",
               "1, 3, strides=2, padding='same', kernel_initializer='ones'",
               "1, 2, padding='causal', dilation_rate=2, kernel_initializer='ones'"],
    "MaxPooling1D": ["", "3, strides=1, padding='same'"], "AveragePooling1D": ["", "3, 1, 'same'"],
    "GlobalAveragePooling1D": ["", "keepdims=True"], "GlobalMaxPooling1D": ["", "keepdims=True"],
    "SimpleRNN": ["2, kernel_initializer='ones', recurrent_initializer='ones'"],
    "LSTM": ["2, kernel_initializer='ones', recurrent_initializer='ones'",
             "1, kernel_initializer='ones', recurrent_initializer='ones', return_sequences=True"],
    "GRU": ["2, kernel_initializer='ones', recurrent_initializer='ones'",
            "1, kernel_initializer='ones', recurrent_initializer='ones', reset_after=False",
            "1, kernel_initializer='ones', recurrent_initializer='ones', go_backwards=True"],
}  # fmt: skip
IMAGES = {
    "Conv2D": ["2, 2, kernel_initializer='ones'",
               "1, (3, 1), strides=2, padding='same', kernel_initializer='ones'",
               "1, 2, dilation_rate=2, kernel_initializer='ones'"],
    "MaxPooling2D": ["", "3, strides=1, padding='same'"], "AveragePooling2D": ["", "3, 1, 'same'"],
    "GlobalAveragePooling2D": ["", "keepdims=True"], "GlobalMaxPooling2D": ["", "keepdims=True"],
    "UpSampling2D": ["", "(2, 3)", "2, interpolation='bilinear'"],
    "ZeroPadding2D": ["", "((1, 0), (0, 2))"],
}  # fmt: skip
MERGING = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Concatenate")
OPTIMIZERS = {
    "SGD": ["0.1", "0.1, momentum=0.9", "0.1, momentum=0.9, nesterov=True", "0.1, clipnorm=0.5",
            "0.1, clipvalue=0.25", "0.1, global_clipnorm=0.5", "0.1, weight_decay=0.1"],
    "Adam": ["0.1", "0.1, beta_1=0.5, epsilon=1e-3", "0.1, amsgrad=True"],
    "AdamW": ["0.1", "0.1, weight_decay=0.1"],
    "RMSprop": ["0.1", "0.1, rho=0.5, momentum=0.5", "0.1, centered=True"],
    "Adagrad": ["0.1", "0.1, initial_accumulator_value=0.5"],
}  # fmt: skip


@template(*(f"keras.layers.{name}" for name in LAYERS))
def layer(d: Drawing) -> Call:
    """A layer of any input; what only acts in training does nothing here."""
    arguments = d.one_of(LAYERS[d.function.rsplit(".", 1)[1]])
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(1 if d.chance(93) else 0))
    training = f", training={d.flag()}" if d.function.endswith("BatchNormalization") else ""
    return d.expression(f"tf.{d.function}({arguments})({x!r}{training})")


@template(*(f"keras.layers.{name}" for name in SEQUENCES))
def of_sequence(d: Drawing) -> Call:
    """A layer of sequences."""
    arguments = d.one_of(SEQUENCES[d.function.rsplit(".", 1)[1]])
    shape = (d.integer(0 if d.chance(5) else 1, 2), d.integer(1, 4), d.integer(1, 2))
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), shape if d.chance(94) else d.shape())
    return d.expression(f"tf.{d.function}({arguments})({x!r})")


@template(*(f"keras.layers.{name}" for name in IMAGES))
def of_image(d: Drawing) -> Call:
    """A layer of images."""
    arguments = d.one_of(IMAGES[d.function.rsplit(".", 1)[1]])
    shape = (d.integer(0 if d.chance(5) else 1, 2), d.integer(1, 4), d.integer(1, 4), 2)
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), shape if d.chance(94) else d.shape())
    return d.expression(f"tf.{d.function}({arguments})({x!r})")


@template(*(f"keras.layers.{name}" for name in MERGING))
def merging(d: Drawing) -> Call:
    """A layer of two inputs."""
    x = d.tensor(d.dtype_of(FLOATS, NUMBERS), d.shape(1), plain=True)
    shape = None
    if d.chance(25):  # the batch alone has to agree
        shape = (*x.shape[:1], *x.shape[d.integer(1, max(x.rank, 1)) :])
    elif d.chance(10):
        shape = d.other_shape(x.shape)
    y = d.like(x, shape, plain=True)
    return d.expression(f"tf.{d.function}()([{x!r}, {y!r}])")


@template("keras.layers.Embedding")
def embedding(d: Drawing) -> Call:
    """Rows by number."""
    i = d.indices(3, d.shape(0, 2))
    return d.expression(f"tf.keras.layers.Embedding(3, 2, 'ones')({i!r})")


@template(*(f"keras.optimizers.{name}" for name in OPTIMIZERS))
def optimizer(d: Drawing) -> Call:
    """A variable after a few steps of one gradient."""
    arguments = d.one_of(OPTIMIZERS[d.function.rsplit(".", 1)[1]])
    x = d.tensor(d.dtype_of(("float32", "float64")), d.shape(), plain=True, differentiable=False)
    g = d.like(x, plain=True, differentiable=False)
    steps = f"[o.apply([{g!r}, ], [v]) for _ in range({d.integer(1, 4)})]"
    return d.expression(
        f"(lambda o, v: ({steps}, v.read_value())[1])"
        f"(tf.{d.function}({arguments}), tf.Variable({x!r}))"
    )
