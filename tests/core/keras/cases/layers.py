"""Layers without recurrence: outputs, gradients, and what training leaves behind."""

from typing import Any

import numpy as np

from tests.core.keras.cases import built_and_differentiated, numbers, program, programs

IMAGES = numbers(2, 5, 6, 4, seed=1)
ROWS = numbers(4, 3, seed=2)
SEQUENCES = numbers(2, 7, 3, seed=3)


@programs(
    plain={},
    relu={"activation": "relu"},
    softmax_without_bias={"activation": "softmax", "use_bias": False},
)
def dense(tf: Any, settings: Any) -> list[Any]:
    return built_and_differentiated(tf, tf.keras.layers.Dense(2, **settings), ROWS)


@program
def dense_on_three_axes(tf: Any) -> list[Any]:
    return built_and_differentiated(tf, tf.keras.layers.Dense(2, activation="tanh"), SEQUENCES)


@program
def dense_in_float64(tf: Any) -> list[Any]:
    layer = tf.keras.layers.Dense(2, dtype="float64")
    return built_and_differentiated(tf, layer, ROWS.astype(np.float64))


@programs(
    valid={"kernel_size": 3},
    same={"kernel_size": (3, 2), "padding": "same", "activation": "relu"},
    strided={"kernel_size": 2, "strides": (2, 1), "padding": "same"},
    dilated={"kernel_size": 2, "dilation_rate": 2, "use_bias": False},
    grouped={"kernel_size": 3, "groups": 2},
)
def conv2d(tf: Any, settings: Any) -> list[Any]:
    return built_and_differentiated(tf, tf.keras.layers.Conv2D(6, **settings), IMAGES)


@programs(
    valid={"kernel_size": 3},
    causal={"kernel_size": 3, "padding": "causal", "dilation_rate": 2},
    same={"kernel_size": 2, "padding": "same", "strides": 2},
)
def conv1d(tf: Any, settings: Any) -> list[Any]:
    return built_and_differentiated(tf, tf.keras.layers.Conv1D(2, **settings), SEQUENCES)


@programs(
    max_default=("MaxPooling2D", {}),
    max_same=("MaxPooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}),
    average_valid=("AveragePooling2D", {"pool_size": 2}),
    average_same=("AveragePooling2D", {"pool_size": (2, 3), "padding": "same"}),
    global_average=("GlobalAveragePooling2D", {}),
    global_average_kept=("GlobalAveragePooling2D", {"keepdims": True}),
    global_max=("GlobalMaxPooling2D", {}),
)
def pooling(tf: Any, variant: Any) -> list[Any]:
    kind, settings = variant
    return built_and_differentiated(tf, getattr(tf.keras.layers, kind)(**settings), IMAGES)


@programs(
    max_default=("MaxPooling1D", {}),
    average=("AveragePooling1D", {"pool_size": 3, "strides": 1}),
    global_average=("GlobalAveragePooling1D", {}),
    global_max=("GlobalMaxPooling1D", {}),
)
def pooling1d(tf: Any, variant: Any) -> list[Any]:
    kind, settings = variant
    return built_and_differentiated(tf, getattr(tf.keras.layers, kind)(**settings), SEQUENCES)


@programs(
    rows=({}, ROWS),
    images=({"momentum": 0.7, "epsilon": 0.01}, IMAGES),
    first_axis=({"axis": 1}, IMAGES),
    plain=({"center": False, "scale": False}, ROWS),
)
def batch_normalization(tf: Any, variant: Any) -> list[Any]:
    settings, inputs = variant
    results = []
    for training in (True, False):
        layer = tf.keras.layers.BatchNormalization(**settings)
        results += built_and_differentiated(tf, layer, inputs, training=training)
    return results


@program
def frozen_batch_normalization(tf: Any) -> list[Any]:
    layer = tf.keras.layers.BatchNormalization()
    layer.trainable = False
    return built_and_differentiated(tf, layer, ROWS, training=True)


@programs(
    rows=({}, ROWS),
    two_axes=({"axis": [1, 2], "epsilon": 0.1}, SEQUENCES),
    middle=({"axis": 1}, SEQUENCES),
    plain=({"center": False, "scale": False}, SEQUENCES),
)
def layer_normalization(tf: Any, variant: Any) -> list[Any]:
    settings, inputs = variant
    return built_and_differentiated(tf, tf.keras.layers.LayerNormalization(**settings), inputs)


@program
def embedding(tf: Any) -> list[Any]:
    layer = tf.keras.layers.Embedding(5, 3)
    rows = np.array([[0, 2, 2], [4, 2, 0]], np.int32)
    layer(rows)
    layer.set_weights([numbers(5, 3, seed=4)])
    with tf.GradientTape() as tape:
        y = layer(rows)
        loss = tf.reduce_sum(y * tf.constant(numbers(2, 3, 3, seed=5)))
    slices = tape.gradient(loss, layer.embeddings)
    return [y, tf.convert_to_tensor(slices)]


@programs(
    flatten=("Flatten", {}),
    reshape=("Reshape", {"target_shape": (-1, 4)}),
    permute=("Permute", {"dims": (3, 1, 2)}),
    padding=("ZeroPadding2D", {"padding": ((1, 0), (2, 1))}),
    enlarging=("UpSampling2D", {"size": (2, 3)}),
    rescaling=("Rescaling", {"scale": 2.0, "offset": -1.0}),
    activation=("Activation", {"activation": "silu"}),
    relu=("ReLU", {"max_value": 0.6, "negative_slope": 0.1, "threshold": 0.2}),
    leaky_relu=("LeakyReLU", {}),
    elu=("ELU", {"alpha": 0.7}),
    softmax=("Softmax", {"axis": 1}),
    dropout_at_rest=("Dropout", {"rate": 0.5}),
)
def shaping(tf: Any, variant: Any) -> list[Any]:
    kind, settings = variant
    return built_and_differentiated(tf, getattr(tf.keras.layers, kind)(**settings), IMAGES)


@program
def merging(tf: Any) -> list[Any]:
    a, b, c = (tf.constant(numbers(2, 3, seed=s)) for s in (6, 7, 8))
    kinds = ("Add", "Multiply", "Average", "Maximum", "Concatenate")
    merged = [getattr(tf.keras.layers, kind)()([a, b, c]) for kind in kinds]
    return [*merged, tf.keras.layers.Subtract()([a, b])]


@program
def merging_of_other_ranks(tf: Any) -> list[Any]:
    rows, sequences = numbers(2, 3, seed=6), numbers(2, 4, 3, seed=7)
    first = numbers(2, seed=8)
    results = []
    for kind in ("Add", "Multiply", "Average", "Maximum", "Subtract"):
        for inputs in ((rows, sequences), (sequences, rows), (rows, first)):
            xs = [tf.constant(x) for x in inputs]
            with tf.GradientTape() as tape:
                tape.watch(xs)
                y = getattr(tf.keras.layers, kind)()(xs)
            results += [y, *tape.gradient(y, xs)]
    one = [getattr(tf.keras.layers, k)()([tf.constant(rows)]) for k in ("Add", "Average")]
    return [*results, *one, tf.keras.layers.Concatenate()([tf.constant(rows)])]


@program
def activations_of_integers(tf: Any) -> list[Any]:
    x = tf.constant([-3, 0, 1, 2, 7, 30])
    arguments = (
        {"threshold": 1.0}, {"max_value": 2.0}, {"max_value": 6.0}, {"max_value": 2.5},
        {"threshold": 1.0, "max_value": 3.0}, {"threshold": 1.5},
    )  # fmt: skip
    at_nan = tf.constant([np.nan, np.inf, -np.inf, 0.5])
    spoilt = [tf.keras.layers.ReLU(threshold=t)(at_nan) for t in (0.0, 0.5)]
    return [*(tf.keras.layers.ReLU(**settings)(x) for settings in arguments), *spoilt]


@program
def rescaling_of_numbers(tf: Any) -> list[Any]:
    return [tf.keras.layers.Rescaling(2.0, 1.0)(x) for x in (1.0, [1.0], [[1, 2], [3, 4]])]


@program
def activations(tf: Any) -> list[Any]:
    names = (
        "relu leaky_relu relu6 softmax log_softmax elu selu celu softplus softsign silu swish gelu "
        "tanh sigmoid log_sigmoid exponential hard_sigmoid hard_silu hard_tanh tanh_shrink mish"
    )
    x = tf.constant(numbers(3, 8, seed=9, low=-7.0, high=7.0))
    results = []
    for name in names.split():
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.keras.activations.get(name)(x)
            loss = tf.reduce_sum(y * tf.constant(numbers(3, 8, seed=10)))
        results += [y, tape.gradient(loss, x)]
    relu = tf.keras.activations.relu
    return [
        *results,
        relu(x, negative_slope=0.2, max_value=3.0, threshold=1.5),
        relu(x, max_value=6),
        relu(x, threshold=-1.0),
        tf.keras.activations.gelu(x, approximate=True),
        tf.keras.activations.elu(x, alpha=0.3),
    ]


@program
def dropout_draws(tf: Any) -> list[Any]:
    x = tf.constant(numbers(4, 6, seed=11))
    layer = tf.keras.layers.Dropout(0.4, seed=3)
    wide = tf.keras.layers.Dropout(0.5, noise_shape=(4, 1), seed=3)
    noise = tf.keras.layers.GaussianNoise(0.3, seed=5)
    return [layer(x, training=True), layer(x, training=True), layer(x), wide(x, training=True)] + [
        noise(x, training=True),
        noise(x),
        tf.keras.layers.Dropout(1.0)(x, training=True),
    ]


@program
def penalties(tf: Any) -> list[Any]:
    regularizers = tf.keras.regularizers
    layer = tf.keras.layers.Dense(
        2,
        kernel_regularizer=regularizers.L1L2(0.1, 0.2),
        bias_regularizer="l2",
        activity_regularizer=regularizers.L1(0.3),
    )
    layer(ROWS)
    layer.set_weights([numbers(3, 2, seed=12), numbers(2, seed=13)])
    with tf.GradientTape() as tape:
        layer(ROWS)
        loss = sum(layer.losses)
    gradients = tape.gradient(loss, layer.trainable_variables)
    return [*layer.losses, *gradients, regularizers.l2(0.5)(tf.constant([1.0, 2.0]))]


@program
def projections(tf: Any) -> list[Any]:
    w = tf.constant(numbers(4, 3, seed=14, low=-2.0, high=2.0))
    make = tf.keras.constraints
    return [make.NonNeg()(w), make.MaxNorm(1.5)(w), make.UnitNorm(axis=1)(w)]
