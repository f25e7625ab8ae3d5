"""Models that go to files and come back, here and in Keras, as functions of `tf`.

Each gives a model, trained for a step or two, and inputs for it. Keras writes one file of each
(tests/goldens/record_keras_files.py), which gradtape reads; the same script has
Keras read what gradtape writes, and records what such a file is like.
"""

import importlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

MODELS: dict[str, Callable[[Any], tuple[Any, Any]]] = {}
_RNG = np.random.default_rng(0)
X = _RNG.normal(size=(12, 4)).astype(np.float32)
IMAGES = _RNG.normal(size=(6, 8, 8, 1)).astype(np.float32)
STEPS = _RNG.normal(size=(6, 5, 3)).astype(np.float32)


def model(function: Callable[[Any], tuple[Any, Any]]) -> Callable[[Any], tuple[Any, Any]]:
    """Enter `function` under its name."""
    MODELS[function.__name__] = function
    return function


@model
def sequential(tf: Any) -> tuple[Any, Any]:
    keras = tf.keras
    made = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(3, "tanh", kernel_regularizer=keras.regularizers.L2(0.1)),
            keras.layers.BatchNormalization(momentum=0.9),
            keras.layers.Dropout(0.3, seed=1),
            keras.layers.Dense(2, kernel_constraint="non_neg", use_bias=False),
        ],
        name="chain",
    )
    made.compile(keras.optimizers.Adam(0.01, beta_1=0.8), "mse", metrics=["mae"])
    made.fit(X, X[:, :2], epochs=2, verbose=0)
    return made, X


@model
def functional(tf: Any) -> tuple[Any, Any]:
    keras = tf.keras
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    shared = keras.layers.Dense(3, activation="relu", name="shared")
    both = keras.layers.Concatenate(name="both")([shared(a), shared(b)])
    inner_input = keras.Input((6,))
    inner = keras.Model(inner_input, keras.layers.Dense(6)(inner_input), name="inner")
    x = inner(both) * 2.0 - both
    x = keras.layers.LayerNormalization(name="norm")(x[:, 1:])
    made = keras.Model([a, b], {"y": keras.layers.Dense(1, name="y")(x), "x": x}, name="graph")
    made.compile(
        keras.optimizers.SGD(
            keras.optimizers.schedules.ExponentialDecay(0.1, 3, 0.5), momentum=0.9
        ),
        loss={"y": "mse", "x": keras.losses.Huber(0.5)},
        loss_weights={"y": 1.0, "x": 0.5},
    )
    made.fit([X, X[::-1]], {"y": X[:, :1], "x": np.zeros((12, 5), np.float32)}, verbose=0)
    return made, [X, X[::-1]]


@model
def images(tf: Any) -> tuple[Any, Any]:
    keras = tf.keras
    made = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Rescaling(0.5, offset=0.1),
            keras.layers.Conv2D(3, (3, 2), strides=2, padding="same", activation="elu"),
            keras.layers.ZeroPadding2D(1),
            keras.layers.MaxPooling2D(2),
            keras.layers.Flatten(),
            keras.layers.Reshape((3, -1)),
            keras.layers.Permute((2, 1)),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.LeakyReLU(0.2),
            keras.layers.Dense(2),
            keras.layers.Softmax(),
        ]
    )
    return made, IMAGES


@model
def sequences(tf: Any) -> tuple[Any, Any]:
    keras = tf.keras
    i = keras.Input((None, 3))
    x = keras.layers.Bidirectional(keras.layers.LSTM(2, return_sequences=True))(i)
    x = keras.layers.GRU(3, return_sequences=True, dropout=0.1)(x)
    x = keras.layers.RNN([keras.layers.SimpleRNNCell(2), keras.layers.LSTMCell(2)])(x)
    made = keras.Model(i, keras.layers.Dense(1, activation="sigmoid")(x))
    made.compile(
        keras.optimizers.RMSprop(0.01), keras.losses.BinaryCrossentropy(label_smoothing=0.1)
    )
    made.fit(STEPS, np.arange(6)[:, None] % 2, verbose=0)
    return made, STEPS


@model
def words(tf: Any) -> tuple[Any, Any]:
    keras = tf.keras
    made = keras.Sequential(
        [
            keras.layers.Embedding(9, 3),
            keras.layers.Flatten(),
            keras.layers.Activation("relu"),
            keras.layers.RepeatVector(2),
            keras.layers.Dense(2, kernel_initializer=keras.initializers.HeNormal(seed=3)),
        ]
    )
    x = np.arange(12).reshape(3, 4) % 9
    made.compile("adamw", loss="mse")
    made.fit(x, np.zeros((3, 2, 2), np.float32), verbose=0)
    return made, x


@model
def lookups(tf: Any) -> tuple[Any, Any]:
    keras, layers = tf.keras, tf.keras.layers
    numbers, text = keras.Input((2,), name="numbers"), keras.Input((), dtype="string", name="text")
    colour = keras.Input((1,), dtype="string", name="colour")
    moments = layers.Normalization()
    moments.adapt(X[:, :2])
    bins = layers.Discretization(num_bins=3, output_mode="multi_hot")
    bins.adapt(X[:, :2])
    words = layers.TextVectorization(output_sequence_length=4)
    words.adapt(["The cat sat.", "The dog!"])
    weighted = layers.TextVectorization(output_mode="tf_idf", ngrams=2)
    weighted.adapt(["The cat sat.", "The dog!"])
    kind = layers.StringLookup(output_mode="one_hot")
    kind.adapt(["red", "blue", "red"])
    given = layers.StringLookup(vocabulary=["red", "green"], mask_token="")
    embedded = layers.Flatten()(layers.Embedding(8, 2)(words(text)))
    other = layers.Flatten()(layers.Embedding(5, 2)(given(colour)))
    parts = [moments(numbers), bins(numbers), embedded, weighted(text), kind(colour), other]
    flat = [layers.Reshape((-1,))(part) if len(part.shape) > 2 else part for part in parts]
    made = keras.Model([numbers, text, colour], flat)
    texts = np.array(["the dog sat", "cat", "a b c d the"], object)
    colours = np.array([["red"], ["blue"], ["none"]], object)
    return made, [X[:3, :2], tf.constant(texts), tf.constant(colours)]


def of_ones_own(tf: Any) -> dict[str, Any]:
    """A layer and a model of one's own, by name."""
    keras = tf.keras

    class Scale(keras.layers.Layer):
        def __init__(self, by: float = 1.0, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.by = by

        def build(self, input_shape: Any) -> None:
            self.factor = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="f")

        def call(self, inputs: Any) -> Any:
            return inputs * self.factor * self.by

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "by": self.by}

    class Own(keras.Model):
        def __init__(self, units: int, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.units = units
            self.blocks = [keras.layers.Dense(units), Scale(0.5), keras.layers.Dense(units)]
            self.last = keras.layers.Dense(1)

        def call(self, inputs: Any) -> Any:
            for block in self.blocks:
                inputs = block(inputs)
            return self.last(inputs)

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "units": self.units}

    return {"Scale": Scale, "Own": Own}


@model
def own_classes(tf: Any) -> tuple[Any, Any]:
    made = of_ones_own(tf)["Own"](3)
    made.compile("sgd", "mse")
    made.fit(X, X[:, :1], verbose=0)
    return made, X


def written(model: Any, folder: Any) -> dict[str, Any]:
    """What the files are like that gradtape writes: configuration, and layout of the weights."""
    path = Path(folder) / "model.keras"
    model.save(path)
    layout: dict[str, Any] = {}
    with zipfile.ZipFile(path) as archive:
        config = json.loads(archive.read("config.json"))
        content = io.BytesIO(archive.read("model.weights.h5"))

    def note(name: str, entry: Any) -> None:
        shape = getattr(entry, "shape", None)
        layout[name] = None if shape is None else [list(shape), str(entry.dtype)]

    with importlib.import_module("h5py").File(content) as file:
        file.visititems(note)
    return {"config": config, "layout": layout}
