"""copy.deepcopy and pickle of everything public: the copy goes on with the same bits, by itself."""

from __future__ import annotations

import copy
import inspect
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import gradtape as tf

K = tf.keras
WAYS: dict[str, Callable[[Any], Any]] = {
    "deepcopy": copy.deepcopy,
    **{
        f"pickle{p}": lambda x, p=p: pickle.loads(pickle.dumps(x, p))
        for p in range(2, pickle.HIGHEST_PROTOCOL + 1)
    },
}
NAMESPACES = {
    "layers": K.layers,
    "losses": K.losses,
    "metrics": K.metrics,
    "optimizers": K.optimizers,
    "schedules": K.optimizers.schedules,
    "initializers": K.initializers,
    "regularizers": K.regularizers,
    "constraints": K.constraints,
    "random": K.random,
    "callbacks": K.callbacks,
}

#: how a class is made that needs arguments
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "layers.Activation": ("tanh",),
    "layers.AveragePooling1D": (2,),
    "layers.AveragePooling2D": (2,),
    "layers.Bidirectional": (K.layers.LSTM(2),),
    "layers.Dense": (2,),
    "layers.Dropout": (0.5,),
    "layers.Embedding": (5, 2),
    "layers.GaussianNoise": (0.5,),
    "layers.Lambda": (tf.abs,),
    "layers.Permute": ((2, 1),),
    "layers.RNN": (K.layers.LSTMCell(2),),
    "layers.StackedRNNCells": ([K.layers.LSTMCell(2), K.layers.GRUCell(2)],),
    "layers.RepeatVector": (2,),
    "layers.Rescaling": (2.0,),
    "layers.Reshape": ((-1,),),
    "layers.InputLayer": ((2,),),
    "callbacks.BackupAndRestore": ("kept",),
    "callbacks.CSVLogger": ("log.csv",),
    "callbacks.LearningRateScheduler": (abs,),
    "callbacks.ModelCheckpoint": ("model.keras",),
    "metrics.MeanMetricWrapper": (K.losses.mse,),
    "optimizers.LossScaleOptimizer": (K.optimizers.SGD(0.1, momentum=0.9),),
    **{f"metrics.{kind}": (0.5,) for kind in ("PrecisionAtRecall", "RecallAtPrecision")},
    **{
        f"metrics.S{kind}": (0.5,)
        for kind in ("ensitivityAtSpecificity", "pecificityAtSensitivity")
    },
    **{f"metrics.{kind}IoU": (2,) for kind in ("Mean", "OneHotMean")},
    **{f"metrics.{kind}IoU": (2, [0]) for kind in ("", "OneHot")},
    "optimizers.Optimizer": (0.1,),
    "schedules.CosineDecay": (0.1, 3),
    "schedules.CosineDecayRestarts": (0.1, 3),
    "schedules.ExponentialDecay": (0.1, 3, 0.5),
    "schedules.InverseTimeDecay": (0.1, 3, 0.5),
    "schedules.PiecewiseConstantDecay": ([2, 4], [0.1, 0.2, 0.3]),
    "schedules.PolynomialDecay": (0.1, 3),
    **{f"layers.{kind}": (2,) for kind in ("GRU", "GRUCell", "LSTM", "LSTMCell", "SimpleRNN")},
    "layers.SimpleRNNCell": (2,),
    **{f"layers.Adaptive{kind}Pooling{n}D": (2,) for kind in ("Average", "Max") for n in (1, 2, 3)},
    **{f"layers.SpatialDropout{n}D": (0.5,) for n in (1, 2, 3)},
    **{f"layers.{kind}Dropout": (0.5,) for kind in ("Alpha", "Gaussian")},
    **{f"layers.{kind}": (K.layers.Dense(2),) for kind in ("TimeDistributed", "Wrapper")},
    **{f"layers.SeparableConv{n}D": (2, 2) for n in (1, 2)},
    **{f"layers.DepthwiseConv{n}D": (2,) for n in (1, 2)},
    **{f"layers.Conv{n}DTranspose": (2, 2) for n in (1, 2, 3)},
    "layers.Conv3D": (2, 2),
    "layers.CategoryEncoding": (3,),
    "layers.Discretization": ([0.0, 1.0],),
    "layers.Hashing": (3,),
    **{f"layers.{kind}": (3, 2) for kind in ("CenterCrop", "RandomCrop", "Resizing")},
    **{f"layers.Random{k}": (0.3,) for k in ("Brightness", "Contrast", "Rotation", "Zoom")},
    "layers.RandomTranslation": (0.3, 0.2),
    "layers.AveragePooling3D": (2,),
    "layers.Dot": (1,),
    "layers.EinsumDense": ("abc,cd->abd", (None, 2)),
    "layers.GroupNormalization": (1,),
    "layers.GroupQueryAttention": (2, 2, 1),
    "layers.MultiHeadAttention": (2, 2),
    "layers.SpectralNormalization": (K.layers.Dense(2),),
    **{f"layers.{kind}1D": (2, 2) for kind in ("Conv", "Convolution")},
    **{f"layers.{kind}2D": (2, 2) for kind in ("Conv", "Convolution")},
}


def public() -> dict[str, type]:
    """Every public class of `tf.keras`, under the first of its names."""
    found: dict[str, type] = {}
    for namespace, module in NAMESPACES.items():
        for name, kind in vars(module).items():
            public = inspect.isclass(kind) and kind.__module__.startswith("gradtape.keras")
            if public and not name.startswith("_") and kind not in found.values():
                found[f"{namespace}.{name}"] = kind
    return {name: kind for name, kind in found.items() if not name.endswith(".Registry")}


PUBLIC = public()


def seen(x: Any) -> Any:
    """The state that an object has, as arrays and plain values, to compare."""
    if isinstance(x, tf.Variable):
        return (
            x.numpy().tolist(), x.name, x.trainable, tuple(x.shape), x.dtype.name,
            getattr(x, "path", None),
        )  # fmt: skip
    if tf.is_tensor(x):
        return np.asarray(x).tolist(), x.dtype.name
    if isinstance(x, np.ndarray):
        return x.tolist(), x.dtype.name
    if isinstance(x, dict):
        return {key: seen(value) for key, value in x.items()}
    if isinstance(x, (list, tuple)):
        return [seen(value) for value in x]
    if isinstance(x, (set, frozenset)):
        return len(x)
    if isinstance(x, (int, float, str, bytes, type(None), type)) or inspect.isroutine(x):
        return x
    state = {key: v for key, v in getattr(x, "__dict__", {}).items() if key not in PRIVATE}
    return type(x).__name__, {key: seen(value) for key, value in state.items()}


#: what belongs to one object alone: places by identity, room for intermediate values, a lock
PRIVATE = {"_places", "_rooms", "_copied", "_lock", "_last_call", "_inbound_nodes"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", PUBLIC)
def test_every_class(name: str, way: str) -> None:
    made = PUBLIC[name](*ARGUMENTS.get(name, ()))
    again = WAYS[way](made)
    assert type(again) is type(made)
    assert seen(again) == seen(made)


#: what a layer is called with: by its name, else by the axes that its name tells
SHAPES: dict[str, Any] = {
    "RepeatVector": (2, 3), "CenterCrop": (2, 5, 5, 1), "Resizing": (2, 5, 5, 1),
    **dict.fromkeys("CategoryEncoding Embedding Hashing IntegerLookup".split(), np.array([[1, 2]])),
    **{
        f"Random{kind}": (2, 5, 5, 1)
        for kind in "Brightness Contrast Crop Flip Rotation Translation Zoom".split()
    },
}  # fmt: skip
SPACES = {"1D": (2, 4, 3), "2D": (2, 5, 5, 1), "3D": (2, 4, 4, 4, 1)}


def shape_of(kind: str) -> Any:
    return (
        SHAPES[kind]
        if kind in SHAPES
        else SPACES.get(kind.removesuffix("Transpose")[-2:], (2, 4, 3))
    )


MERGING = {"Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract"}
MERGING |= {"Attention", "AdditiveAttention"}
#: called with two arguments
PAIRED = {"GroupQueryAttention", "MultiHeadAttention"}
UNCALLED = {
    "Layer",
    "InputLayer",
    "InputSpec",
    "GRUCell",
    "LSTMCell",
    "SimpleRNNCell",
    "RNN",
    "StackedRNNCells",
    "StringLookup",
    "TextVectorization",
    "Wrapper",
}


@pytest.mark.parametrize("way", ["deepcopy", "pickle5"])
@pytest.mark.parametrize(
    "name",
    [n for n in PUBLIC if n.startswith("layers.") and n.rpartition(".")[2] not in UNCALLED],
)
def test_a_layer_goes_on_with_the_same_bits(name: str, way: str) -> None:
    kind = name.rpartition(".")[2]
    layer = PUBLIC[name](*ARGUMENTS.get(name, ()))
    shape = shape_of(kind)
    given = shape if isinstance(shape, np.ndarray) else np.random.default_rng(0).normal(size=shape)
    x = tf.constant(given if given.dtype.kind == "i" else given.astype(np.float32))
    arguments = {} if kind in MERGING else {"training": True}
    inputs = [[x, 2.0 * x]] if kind in MERGING else [x, 2.0 * x] if kind in PAIRED else [x]
    layer(*inputs, **arguments)
    again = WAYS[way](layer)
    for _ in range(3):
        ours, copied = layer(*inputs, **arguments), again(*inputs, **arguments)
        np.testing.assert_array_equal(ours, copied)
    assert seen(again.weights) == seen(layer.weights)
    assert not {id(v) for v in again.weights} & {id(v) for v in layer.weights}


def model() -> tf.keras.Sequential:
    K.utils.set_random_seed(5)
    made = K.Sequential(
        [
            K.layers.Dense(4, activation="tanh", kernel_regularizer=K.regularizers.L2(0.01)),
            K.layers.BatchNormalization(),
            K.layers.Dropout(0.3),
            K.layers.Dense(1, kernel_constraint=K.constraints.MaxNorm(1.0)),
        ]
    )
    made(tf.ones((2, 3)))
    return made


OPTIMIZERS: dict[str, Callable[[], Any]] = {
    "sgd": lambda: K.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    "adam": lambda: K.optimizers.Adam(K.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)),
    "amsgrad": lambda: K.optimizers.Adam(0.1, amsgrad=True, clipnorm=1.0),
    "adamw": lambda: K.optimizers.AdamW(0.1),
    "rmsprop": lambda: K.optimizers.RMSprop(0.01, momentum=0.5, centered=True),
    "adagrad": lambda: K.optimizers.Adagrad(0.1, weight_decay=0.1),
    "nadam": lambda: K.optimizers.Nadam(0.1),
    "adafactor": lambda: K.optimizers.Adafactor(0.1),
    "muon": lambda: K.optimizers.Muon(0.1),
}
X = np.random.default_rng(1).normal(size=(8, 3)).astype(np.float32)


def train(trained: Any, optimizer: Any, steps: int) -> None:
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((trained(tf.constant(X), training=True) - 1.0) ** 2)
            loss += tf.add_n(trained.losses)
        variables = trained.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_a_resumed_run_has_the_same_bits(kind: str, way: str) -> None:
    trained, optimizer = model(), OPTIMIZERS[kind]()
    train(trained, optimizer, 3)
    other, other_optimizer = WAYS[way]((trained, optimizer))
    train(trained, optimizer, 4)
    assert seen(other.weights) != seen(trained.weights), "a copy is by itself"
    train(other, other_optimizer, 4)
    assert seen(other.weights) == seen(trained.weights)
    assert seen(other_optimizer.variables) == seen(optimizer.variables)


@pytest.mark.parametrize("way", ["deepcopy", "pickle5"])
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_model_and_optimizer_may_be_copied_apart(kind: str, way: str) -> None:
    trained, optimizer = model(), OPTIMIZERS[kind]()
    train(trained, optimizer, 3)
    other, other_optimizer = WAYS[way](trained), WAYS[way](optimizer)
    train(trained, optimizer, 4)
    train(other, other_optimizer, 4)
    assert seen(other.weights) == seen(trained.weights)
    with pytest.raises(ValueError, match="Unknown variable"):
        train(model(), other_optimizer, 1)


def test_a_copied_optimizer_goes_on_with_the_variables_of_its_original() -> None:
    v, w = tf.Variable([1.0, 2.0], name="v"), tf.Variable([1.0, 2.0], name="w")
    optimizer = K.optimizers.Adam(0.1)
    optimizer.apply_gradients([(tf.ones(2), v), (-tf.ones(2), w)])
    expected = copy.deepcopy([optimizer, v, w])
    expected[0].apply_gradients([(tf.ones(2), expected[1]), (tf.ones(2), expected[2])])
    again = copy.deepcopy(optimizer)
    again.apply_gradients([(tf.ones(2), v), (tf.ones(2), w)])
    np.testing.assert_array_equal(v, expected[1])
    np.testing.assert_array_equal(w, expected[2])
    one = copy.deepcopy(optimizer)  # fewer variables are known by their names
    one.apply_gradients([(tf.ones(2), w)])
    assert one._trained[1] is w and one._trained[0] is not v


def test_what_weight_decay_leaves_out_stays_left_out() -> None:
    v, w = tf.Variable([1.0], name="v"), tf.Variable([1.0], name="w")
    optimizer = K.optimizers.SGD(0.1, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_list=[v])
    optimizer.build([v, w])
    again = pickle.loads(pickle.dumps(optimizer))
    again.apply_gradients([(tf.zeros(1), v), (tf.zeros(1), w)])
    np.testing.assert_allclose([v[0], w[0]], [1.0, 0.95])


@pytest.mark.parametrize("way", WAYS)
def test_plain_variables_keep_all_that_they_are(way: str) -> None:
    loose = tf.Variable([1.0], shape=tf.TensorShape([None]), trainable=False, name="loose")
    again = WAYS[way](loose)
    assert seen(again.numpy()) == seen(loose.numpy())
    assert (again.name, again.trainable, again.shape.as_list()) == ("loose:0", False, [None])
    again.assign([1.0, 2.0, 3.0])
    for value in (["a", "b"], [True], [1 + 2j], 3, [[1.5]]):
        v = tf.Variable(value)
        assert seen(WAYS[way](v)) == seen(v)
    with tf.name_scope("outer"):
        scoped = tf.Variable(1.0, name="w")
    assert WAYS[way](scoped).name == scoped.name


@pytest.mark.parametrize("way", WAYS)
def test_generators_go_on(way: str) -> None:
    generator = tf.random.Generator.from_seed(3)
    generator.normal([2])
    again = WAYS[way](generator)
    for _ in range(2):
        np.testing.assert_array_equal(generator.normal([3]), again.normal([3]))
    seeds = K.random.SeedGenerator(4)
    K.random.normal([3], seed=seeds)
    copied = WAYS[way](seeds)
    ours, theirs = (K.random.normal([3], seed=each) for each in (seeds, copied))
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("way", WAYS)
def test_values(way: str) -> None:
    slices = tf.IndexedSlices(tf.ones((1, 2)), tf.constant([0]), tf.constant([3, 2]))
    again = WAYS[way](slices)
    assert [seen(again.values), seen(again.indices), seen(again.dense_shape)] == [
        seen(slices.values), seen(slices.indices), seen(slices.dense_shape),
    ]  # fmt: skip
    for value in (
        tf.constant([1.0, 2.0]), tf.constant("text"), tf.constant(1 + 1j), tf.zeros((0, 3)),
    ):  # fmt: skip
        assert seen(WAYS[way](value)) == seen(value)
    for value in (tf.TensorShape([1, None]), tf.TensorShape(None), tf.UnconnectedGradients.ZERO):
        assert repr(WAYS[way](value)) == repr(value)
    for name in ("float32", "int64", "complex64", "string", "bool"):
        assert WAYS[way](getattr(tf, name)) is getattr(tf, name)


def test_metrics_go_on_from_what_they_have_seen() -> None:
    for name, kind in PUBLIC.items():
        if not name.startswith("metrics.") or name == "metrics.Metric":
            continue
        metric = kind(*ARGUMENTS.get(name, ()))
        data = ([1.0, 0.0],) if name in ("metrics.Mean", "metrics.Sum") else ([[1.0]], [[0.3]])
        if "Sparse" in name:
            data = (np.array([1]), np.array([[0.2, 0.8]], np.float32))
        elif name in ("metrics.IoU", "metrics.MeanIoU"):
            data = (np.array([1, 0]), np.array([1, 1]))
        elif "TopK" in name or "Categorical" in name or "OneHot" in name:
            data = (np.array([[0.0, 1.0]]), np.array([[0.2, 0.8]], np.float32))
        metric.update_state(*data)
        again = pickle.loads(pickle.dumps(metric))
        metric.update_state(*data)
        again.update_state(*data)
        np.testing.assert_array_equal(again.result(), metric.result(), err_msg=name)


def test_keras_variables_are_made_first_of_all() -> None:
    program = "import gradtape as tf; print(tf.keras.Variable([1.0], name='a').value().numpy())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "[1.]\n", done.stderr
