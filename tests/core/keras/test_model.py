"""Sequential and Model: building, layers, summary, files of weights, refusals."""

import numpy as np
import pytest

import gradtape as tf
from tests.support.exact import assert_sum, widened

keras = tf.keras
layers = tf.keras.layers


@pytest.fixture(autouse=True)
def first_names():
    keras.utils.clear_session()


class Two(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Dense(4, activation="relu")
        self.rest = [layers.Dense(2)]

    def call(self, inputs):
        return self.rest[0](self.first(inputs))


def test_a_sequential_model_is_built_by_its_input_or_its_first_call():
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    assert model.built and model.output_shape == (None, 2) and model.input_shape == (None, 3)
    assert [v.path for v in model.weights] == ["sequential/dense/kernel", "sequential/dense/bias"]
    later = keras.Sequential([layers.Dense(2), layers.Dense(1)])
    assert not later.built and later.weights == []
    with pytest.raises(AttributeError, match="has no defined output shape yet"):
        _ = later.output_shape
    later(tf.ones((5, 3)))
    assert [tuple(v.shape) for v in later.weights] == [(3, 2), (2,), (2, 1), (1,)]
    assert later.output_shape == (5, 1)


def test_add_pop_and_look_up():
    model = keras.Sequential()
    model.add(layers.Dense(2))
    model.add(layers.Dense(1))
    model.build((None, 4))
    assert model.count_params() == 13
    assert model.pop().name == "dense_1" and [layer.name for layer in model.layers] == ["dense"]
    assert model.get_layer("dense") is model.get_layer(index=0) is model.layers[0]
    grown = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    grown.add(layers.Dense(5))
    assert [tuple(v.shape) for v in grown.weights] == [(3, 2), (2,), (2, 5), (5,)]


def test_a_model_in_a_model():
    inner = keras.Sequential([layers.Dense(2)], name="inner")
    outer = keras.Sequential([inner, layers.Dense(1)], name="outer")
    outer(tf.ones((1, 2)))
    assert outer.weights[0].path == "outer/inner/dense/kernel"
    assert len(outer.trainable_variables) == 4


def test_an_input_of_unknown_length():
    model = keras.Sequential([keras.Input((None, 3)), layers.GRU(2)])
    assert model.built and model.output_shape == (None, 2)
    assert model(tf.ones((2, 7, 3))).shape == (2, 2)
    words = keras.Sequential([keras.Input((4,), dtype="int32"), layers.Embedding(9, 2)])
    assert words.output_shape == (None, 4, 2)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (
            lambda: keras.Sequential([3]),
            ValueError,
            "Only instances of `keras.Layer` can be added to a Sequential model. Received: 3",
        ),
        (
            lambda: keras.Sequential([tf.nn.relu]),
            ValueError,
            "Wrap a function as keras.layers.Lambda(f)",
        ),
        (lambda: keras.Sequential(layers.Dense(1)), TypeError, "Sequential takes a list of layers"),
        (
            lambda: keras.Sequential([layers.Dense(1, name="a"), layers.Dense(1, name="a")]),
            ValueError,
            "should have unique names. Name 'a' is already the name",
        ),
        (
            lambda: keras.Sequential([layers.Dense(1), keras.Input((2,))]),
            ValueError,
            "can only be the first entry",
        ),
        (lambda: keras.Input(shape=3), ValueError, "Write (3,)."),
        (
            lambda: keras.Sequential().get_layer("x"),
            ValueError,
            "No such layer: x. Existing layers are: [].",
        ),
        (
            lambda: keras.Model(inputs=keras.Input((3,)), outputs=None),
            ValueError,
            "both inputs and outputs",
        ),
        (
            lambda: keras.Model(keras.Input((3,)), layers.Dense(1)(keras.Input((3,)))),
            ValueError,
            "`inputs` not connected to `outputs`",
        ),
        (
            lambda: keras.Model(inputs=np.ones((2, 3)), outputs=keras.Input((3,))),
            ValueError,
            "All `inputs` values must be KerasTensors",
        ),
        (lambda: Two().fit(1, 2), ValueError, "You must call `compile()` before calling `fit()`"),
        (lambda: Two().evaluate(1, 2), ValueError, "before calling `evaluate()`"),
        (lambda: Two().outputs, AttributeError, "has no symbolic outputs"),
        (lambda: Two().save_weights("m.weights.npz"), ValueError, "'two' has no weights yet"),
        (
            lambda: Two().save_weights("m.h5"),
            ValueError,
            "The filename must end in `.weights.npz`. Received: filepath=m.h5. HDF5",
        ),
        (lambda: Two().load_weights("absent.keras"), FileNotFoundError, "absent.keras"),
        (lambda: Two().load_weights("absent.weights.npz"), FileNotFoundError, "absent.weights.npz"),
    ],
)
def test_refusals(call, error, text):
    with pytest.raises(error) as caught:
        call()
    assert text in str(caught.value)


def test_weights_go_to_a_file_and_come_back(tmp_path):
    first, second = Two(), Two()
    x = tf.constant(np.random.default_rng(0).normal(size=(2, 3)).astype(np.float32))
    expected = first(x)
    assert not np.allclose(second(x), expected)
    path = tmp_path / "two.weights.npz"
    first.save_weights(path)
    second.load_weights(path)
    np.testing.assert_array_equal(second(x), expected)
    with pytest.raises(FileExistsError, match="overwrite=False"):
        first.save_weights(path, overwrite=False)
    with np.load(path) as archive:
        assert archive.files == ["0000/kernel", "0001/bias", "0002/kernel", "0003/bias"]


def test_a_file_that_does_not_fit_changes_nothing(tmp_path):
    model = Two()
    model(tf.ones((1, 3)))
    path = tmp_path / "two.weights.npz"
    model.save_weights(path)
    wider, longer = Two(), keras.Sequential([*model.rest, layers.Dense(1)])
    wider(tf.ones((1, 5)))
    before = wider.get_weights()
    with pytest.raises(ValueError, match=r"weight 0000/kernel of shape \(5, 4\) meets 0000/kernel"):
        wider.load_weights(path)
    for a, b in zip(before, wider.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    longer(tf.ones((1, 4)))
    with pytest.raises(ValueError, match="Nothing was changed"):
        longer.load_weights(path)
    with pytest.raises(ValueError, match="has no weights yet"):
        Two().load_weights(path)


def test_summary(capsys):
    model = keras.Sequential([keras.Input((3,)), layers.Dense(2), layers.BatchNormalization()])
    model.summary()
    out = capsys.readouterr().out
    assert 'Model: "sequential"' in out
    assert "│ dense (Dense)" in out and "│ (None, 2)" in out
    assert " Total params: 16 (64.00 B)" in out
    assert " Non-trainable params: 4 (16.00 B)" in out
    unbuilt = []
    keras.Sequential([layers.Dense(1)]).summary(print_fn=unbuilt.append)
    assert "0 (unbuilt)" in unbuilt[0] and "│ ?" in unbuilt[0]


def test_predict_goes_in_batches():
    model = Two()
    x = np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32)
    whole, batches = model(x), model.predict(x, batch_size=3, verbose=0)
    a, b, c, d = (widened(w) for w in model.weights)
    exact = np.maximum(x @ a + b, 0) @ c + d
    size = (np.abs(x) @ np.abs(a) + np.abs(b)) @ np.abs(c) + np.abs(d)
    for y in (whole, batches):
        assert_sum(y, exact, size, terms=3 + 1 + 4 + 1)


def test_the_tape_explains_a_frozen_weight_and_fills_a_used_one():
    model = Two()
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(model(tf.ones((2, 3))) ** 2)
    gradients = tape.gradient(loss, model.trainable_variables)
    assert [g.shape for g in gradients] == [v.shape for v in model.trainable_variables]
