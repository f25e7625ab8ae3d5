"""Functional models: shared layers, several inputs and outputs, models in models, Grad-CAM."""

from typing import Any

import numpy as np

from tests.core.keras.cases import set_weights
from tests.core.keras.fitted import IMAGES, X, program


def shapes(model: Any) -> dict[str, Any]:
    """What a model says of itself, as numbers: shapes with −1 for None."""
    flat = [-1 if n is None else n for layer in model.layers for n in layer.output.shape]
    return {"shapes": flat, "count": model.count_params()}


@program
def a_shared_layer_and_operators(tf: Any) -> dict[str, Any]:
    keras = tf.keras
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    shared = keras.layers.Dense(3, activation="tanh")
    left, right = shared(a), shared(b)
    both = keras.layers.Concatenate()([left * 2.0 - 1.0, -right, abs(left) / (right**2 + 1.0)])
    out = keras.layers.Dense(2, name="out")(both[:, 1:])
    model = keras.Model([a, b], [out, both])
    set_weights(model)
    y, z = model([X[:5], X[5:10]])
    return {"y": y, "z": z, **shapes(model)}


@program
def dictionaries_in_and_out(tf: Any) -> dict[str, Any]:
    keras = tf.keras
    inputs = {"one": keras.Input((4,), name="one"), "two": keras.Input((4,), name="two")}
    x = keras.layers.Multiply()([inputs["one"], inputs["two"]])
    outputs = {"sum": keras.layers.Dense(1)(x), "product": x}
    model = keras.Model(inputs, outputs)
    set_weights(model)
    result = model({"two": X[:3], "one": X[3:6]})
    return {**{k: result[k] for k in ("sum", "product")}, **shapes(model)}


@program
def a_model_in_a_model_twice(tf: Any) -> dict[str, Any]:
    keras = tf.keras
    i = keras.Input((4,))
    inner = keras.Model(i, keras.layers.Dense(2, activation="relu")(i), name="inner")
    a, b = keras.Input((4,)), keras.Input((4,))
    y = keras.layers.Add()([inner(a), inner(b)])
    model = keras.Model([a, b], keras.layers.Dense(1)(y))
    set_weights(model)
    return {"y": model([X[:5], X[5:10]]), **shapes(model)}


@program
def the_middle_of_a_model(tf: Any) -> dict[str, Any]:
    keras = tf.keras
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(3, 3, activation="relu", name="last"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(4),
        ]
    )
    set_weights(model)
    grad_cam = keras.Model(model.inputs, [model.get_layer("last").output, model.outputs[0]])
    with tf.GradientTape() as tape:
        maps, scores = grad_cam(tf.constant(IMAGES[:2]))
        best = tf.reduce_max(scores, axis=1)
    weights = tf.reduce_mean(tape.gradient(best, maps), axis=(1, 2), keepdims=True)
    return {"heat": tf.nn.relu(tf.reduce_sum(maps * weights, -1)), "scores": scores}


@program
def unknown_sizes(tf: Any) -> dict[str, Any]:
    keras = tf.keras
    i = keras.Input((None, None, 2))
    x = keras.layers.Conv2D(3, 3, strides=2, padding="same")(i)
    y = keras.layers.UpSampling2D()(x)
    z = keras.layers.GlobalAveragePooling2D()(y)
    model = keras.Model(i, keras.layers.Reshape((3, 1))(z))
    set_weights(model)
    steps = keras.Input((None, 3))
    hidden, state = keras.layers.GRU(4, return_sequences=True, return_state=True)(steps)
    words = keras.Model(steps, [hidden, state])
    set_weights(words)
    sequences = words(np.linspace(-1, 1, 30, dtype=np.float32).reshape(2, 5, 3))
    y = model(np.linspace(-1, 1, 2 * 6 * 8 * 2, dtype=np.float32).reshape(2, 6, 8, 2))
    flat = [-1 if n is None else n for t in words.outputs for n in t.shape]
    return {"y": y, "hidden": sequences[0], "state": sequences[1], "words": flat, **shapes(model)}


@program
def moments_of_a_frozen_and_a_training_part(tf: Any) -> dict[str, Any]:
    keras = tf.keras
    i = keras.Input((4,))
    x = keras.layers.BatchNormalization()(i)
    model = keras.Model(i, keras.layers.BatchNormalization(name="always")(x, training=True))
    first = model(X[:6])
    second = model(X[:6], training=True)
    return {"first": first, "second": second, "moving": model.get_layer("always").moving_mean}
