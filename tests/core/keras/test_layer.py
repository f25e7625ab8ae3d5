"""Layers: when weights are made, what they are called, which are found, and what is refused."""

import copy
import pickle
import threading

import numpy as np
import pytest

import gradtape as tf

keras = tf.keras
layers = tf.keras.layers


@pytest.fixture(autouse=True)
def first_names():
    keras.utils.clear_session()


class Line(layers.Layer):
    def build(self, input_shape):
        self.seen = input_shape
        self.w = self.add_weight(shape=(input_shape[-1], 1), initializer="ones")
        self.b = self.add_weight(shape=(1,), initializer="zeros", name="b", trainable=False)

    def call(self, inputs):
        return tf.matmul(inputs, self.w) + self.b


def test_weights_are_made_by_the_first_call_and_watched_by_the_tape():
    layer = Line()
    assert not layer.built and layer.weights == []
    with tf.GradientTape() as tape:
        y = layer(tf.ones((2, 3)))
    assert layer.built and layer.seen == (2, 3)
    assert tape.gradient(y, layer.trainable_variables)[0].shape == [3, 1]


def test_names_and_paths():
    first, second = layers.Dense(2), layers.Dense(2)
    assert (first.name, second.name, layers.Conv2D(2, 3).name) == ("dense", "dense_1", "conv2d")
    assert layers.GlobalAveragePooling2D().name == "global_average_pooling2d"
    assert (layers.ReLU().name, layers.SimpleRNN(1).name, layers.LSTM(1).name) == (
        "re_lu", "simple_rnn", "lstm",
    )  # fmt: skip
    first.build((None, 3))
    assert [(v.name, v.path) for v in first.weights] == [
        ("kernel", "dense/kernel"), ("bias", "dense/bias"),
    ]  # fmt: skip
    layer = layers.LSTM(2, name="memory")
    layer(tf.ones((1, 2, 3)))
    assert [v.path for v in layer.weights] == [
        "memory/lstm_cell/kernel",
        "memory/lstm_cell/recurrent_kernel",
        "memory/lstm_cell/bias",
    ]  # fmt: skip
    keras.utils.clear_session()
    assert layers.Dense(2).name == "dense"
    with pytest.raises(ValueError, match="cannot contain character `/`"):
        layers.Dense(2, name="a/b")


def test_a_weight_prints_its_path():
    layer = layers.Dense(1, kernel_initializer="ones")
    layer.build((None, 2))
    assert repr(layer.kernel) == (
        "<Variable path=dense/kernel, shape=(2, 1), dtype=float32, value=[[1.]\n [1.]]>"
    )
    assert isinstance(layer.kernel, tf.Variable) and type(layer.kernel).__name__ == "Variable"
    assert repr(layer) == "<Dense name=dense, built=True>"
    assert keras.Variable([1.0], name="q").path == "q"


def test_before_build():
    with pytest.raises(AttributeError, match="You must build the layer before accessing `kernel`"):
        _ = layers.Dense(2).kernel
    with pytest.raises(AttributeError, match="'Dense' object has no attribute 'kernle'"):
        _ = layers.Dense(2).kernle


def test_weights_of_attributes_lists_dictionaries_modules_and_plain_variables():
    class Part(tf.Module):
        def __init__(self):
            super().__init__()
            self.v = tf.Variable(1.0, name="module")

    class Whole(layers.Layer):
        def __init__(self):
            super().__init__()
            self.parts = [Line(name="one"), (Line(name="two"),)]
            self.named = {"x": tf.Variable(2.0, name="plain")}
            self.module = Part()
            self.again = self.parts[0]
            self.itself = self

        def build(self, input_shape):
            self.late = self.add_weight(shape=(), trainable=False, name="late")
            self.own = self.add_weight(shape=(), name="own")

        def call(self, inputs):
            return self.parts[0](inputs) + self.parts[1][0](inputs)

    whole = Whole()
    whole(tf.ones((1, 2)))
    assert [v.name for v in whole.weights] == [
        "own", "plain:0", "module:0", "late", "variable", "b", "variable_1", "b",
    ]  # fmt: skip
    assert len(whole.trainable_variables) == 5 and len(whole.non_trainable_variables) == 3
    assert isinstance(whole.trainable_variables, list)
    assert whole.trainable_variables[3].path == "whole/one/variable"
    holder = tf.Module()
    holder.layer = whole
    assert [v.name for v in holder.trainable_variables] == [
        v.name for v in whole.trainable_variables
    ]


def test_freezing():
    layer = layers.BatchNormalization()
    layer.build((None, 2))
    before = [v.name for v in layer.weights]
    layer.trainable = False
    assert layer.trainable_variables == [] and len(layer.non_trainable_variables) == 4
    assert [v.name for v in layer.weights] == before
    with tf.GradientTape() as tape:
        y = layer(tf.ones((1, 2)))
    assert tape.gradient(y, layer.gamma) is None
    layer.trainable = True
    assert [v.name for v in layer.trainable_variables] == ["gamma", "beta"]
    layer.beta.trainable = False
    layer.trainable = False
    layer.trainable = True
    assert [v.name for v in layer.trainable_variables] == ["gamma"]
    late = layers.Dense(1, trainable=False)
    late(tf.ones((1, 2)))
    assert late.trainable_variables == [] and not late.kernel.trainable


def test_training_is_handed_down():
    seen = []

    class Inner(layers.Layer):
        def call(self, inputs, training=None):
            seen.append(training)
            return inputs

    class Outer(layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = Inner()

        def call(self, inputs):
            return self.inner(inputs)

    x = tf.ones((1, 1))
    Outer()(x)
    Outer()(x, training=True)
    Outer()(x, training=False)
    keras.Sequential([Outer()])(x, training=True)
    Inner()(x)
    assert seen == [None, True, False, True, None]


def test_inputs_become_tensors_of_the_layers_dtype():
    layer = layers.Dense(2)
    for inputs in (np.ones((1, 3)), tf.ones((1, 3), tf.float64), tf.ones((1, 3), tf.int32)):
        assert layer(inputs).dtype == tf.float32
    assert layers.Dense(2, dtype="float64")(tf.ones((1, 3))).dtype == tf.float64
    keras.config.set_floatx("float64")
    try:
        assert layers.Dense(2)(tf.ones((1, 3))).dtype == tf.float64
    finally:
        keras.config.set_floatx("float32")
    with pytest.raises(ValueError, match="Unknown `floatx` value: int32"):
        keras.config.set_floatx("int32")


def test_forgotten_super_init():
    class Forgetful(layers.Layer):
        def __init__(self):
            self.units = 3

        def call(self, inputs):
            return inputs

    with pytest.raises(RuntimeError, match=r"forgot to call `super\(\).__init__\(\)`"):
        Forgetful()(tf.ones((1,)))


def test_losses_are_those_of_the_last_call():
    class Penalised(layers.Layer):
        def call(self, inputs):
            self.add_loss(tf.reduce_sum(inputs))
            return inputs

    class Outer(layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = Penalised()
            self.use = True

        def call(self, inputs):
            return self.inner(self.inner(inputs)) if self.use else inputs

    outer = Outer()
    outer(tf.ones((2,)))
    assert [float(x) for x in outer.losses] == [2.0, 2.0]
    outer(2 * tf.ones((2,)))
    assert [float(x) for x in outer.losses] == [4.0, 4.0]
    outer.use = False
    outer(tf.ones((2,)))
    assert outer.losses == []


def test_copies_have_weights_of_their_own():
    layer = layers.Dense(2)
    layer.build((None, 3))
    twin = copy.deepcopy(layer)
    twin.kernel.assign(tf.zeros((3, 2)))
    assert float(tf.reduce_sum(tf.abs(layer.kernel))) > 0
    assert twin.kernel.path == layer.kernel.path == "dense/kernel"
    assert twin.weights[0] is twin.kernel
    loaded = pickle.loads(pickle.dumps(layer.kernel))
    assert loaded.path == "dense/kernel" and np.array_equal(loaded, layer.kernel)


def test_output_shape_by_a_call_on_zeros():
    assert layers.Conv2D(4, 3).compute_output_shape((None, 8, 8, 1)) == (None, 6, 6, 4)
    assert layers.Dense(2).compute_output_shape((5, 3)) == (5, 2)


def test_what_keras_has_and_gradtape_has_not():
    with pytest.raises(AttributeError, match=r"no attribute 'no'. Instead: use the functions"):
        _ = keras.ops.no
    with pytest.raises(
        AttributeError, match=r"no attribute 'foo'. Instead: write it with tf.keras"
    ):
        _ = keras.foo
    assert "layers" in dir(keras) and keras.backend.set_floatx is keras.config.set_floatx
    for name in keras.__all__:
        assert getattr(keras, name) is not None


@pytest.fixture
def float64():
    """Layers compute in double precision."""
    keras.config.set_floatx("float64")
    yield
    keras.config.set_floatx("float32")


def test_derivatives_of_every_sort_pass_through_layers(float64):
    # 1e-9 is far above what any order of adding loses there
    model = keras.Sequential(
        [layers.Dense(3, activation="tanh"), layers.LayerNormalization(), layers.Dense(2)]
    )
    x = tf.constant(np.random.default_rng(0).normal(size=(4, 3)))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = model(x)
    whole, diagonal = tape.jacobian(y, x), tape.batch_jacobian(y, x)
    assert whole.shape == (4, 2, 4, 3) and whole.dtype == tf.float64
    near = {"rtol": 1e-9, "atol": 1e-9}
    for i in range(4):
        np.testing.assert_allclose(whole[i, :, i], diagonal[i], **near)
    direction = tf.ones_like(x)
    with tf.autodiff.ForwardAccumulator(x, direction) as accumulator:
        y = model(x)
    pushed = np.einsum("bij,bj->bi", diagonal, direction)
    np.testing.assert_allclose(accumulator.jvp(y), pushed, **near)
    rows = tf.vectorized_map(lambda row: model(row[None])[0], x)
    np.testing.assert_allclose(rows, model(x), **near)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            loss = tf.reduce_sum(model(x) ** 2)
        gradient = inner.gradient(loss, model.layers[0].kernel)
    assert outer.jacobian(gradient, model.layers[0].kernel).shape == (3, 3, 3, 3)


def test_two_threads_call_one_layer():
    layer = layers.Dense(2)
    layer(tf.ones((1, 3)))
    found = {}

    def work(training):
        with tf.GradientTape() as tape:
            y = layer(tf.ones((1, 3)), training=training)
        found[training] = tape.gradient(y, layer.bias)

    threads = [threading.Thread(target=work, args=(flag,)) for flag in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[flag].numpy().tolist() for flag in (True, False)] == [[1, 1], [1, 1]]


def test_an_embedding_counts_from_the_end_below_zero() -> None:
    table = tf.constant([[1.0], [2.0], [3.0]])
    layer = layers.Embedding(3, 1, weights=[table])
    with tf.GradientTape() as tape:
        y = layer(tf.constant([[-1, 0], [-3, 2]]))
    assert y.numpy().ravel().tolist() == [3.0, 1.0, 1.0, 3.0]
    (rows,) = tape.gradient(y, layer.trainable_weights)
    assert tf.convert_to_tensor(rows).numpy().ravel().tolist() == [2.0, 0.0, 2.0]
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"is not in \[0, 3\)"):
        layer(tf.constant([-4]))
