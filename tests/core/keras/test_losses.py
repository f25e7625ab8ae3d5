"""Losses and metrics: refusals, look-up by name, and what TensorFlow's Keras does not do."""

import numpy as np
import pytest

import gradtape as tf
from tests.support.exact import assert_near, widened

losses = tf.keras.losses
metrics = tf.keras.metrics


@pytest.fixture(autouse=True)
def first_names():
    tf.keras.utils.clear_session()


Y = np.array([[0.0, 1.0], [1.0, 0.0]], np.float32)
P = np.array([[0.2, 0.9], [0.6, 0.3]], np.float32)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (
            lambda: losses.MeanSquaredError(reduction="foo"),
            ValueError,
            "Invalid value for argument `reduction`. Expected one of",
        ),
        (
            lambda: losses.CategoricalCrossentropy()(Y, P[:, :1]),
            ValueError,
            "Arguments `target` and `output` must have the same shape. Received: "
            "target.shape=(2, 2), output.shape=(2, 1)",
        ),
        (
            lambda: losses.SparseCategoricalCrossentropy()(Y, P),
            ValueError,
            "Argument `output` must have rank (ndim) `target.ndim - 1`",
        ),
        (
            lambda: losses.SparseCategoricalCrossentropy(from_logits=True)([2, 0], P),
            tf.errors.InvalidArgumentError,
            "outside the valid range of [0, 2)",
        ),
        (
            lambda: losses.BinaryCrossentropy(label_smoothing=2.0),
            ValueError,
            "label_smoothing is a share from 0 to 1",
        ),
        (
            lambda: losses.MeanSquaredError()(Y, P, sample_weight=[0.3, 0.7, 0.2]),
            tf.errors.InvalidArgumentError,
            "Incompatible shapes: [2] vs. [3]",
        ),
        (
            lambda: losses.MeanSquaredError()(None, P),
            ValueError,
            "unsupported type (<class 'NoneType'>)",
        ),
        (
            lambda: losses.Loss()(Y, P),
            NotImplementedError,
            "Loss needs a method call(y_true, y_pred)",
        ),
        (lambda: losses.get("foo"), ValueError, "Could not interpret loss identifier: foo"),
        (lambda: metrics.get("foo"), ValueError, "Could not interpret metric identifier: foo"),
        (
            lambda: metrics.BinaryAccuracy(threshold=2.0),
            ValueError,
            "Expected a value in interval [0, 1]",
        ),
        (lambda: metrics.Metric().result(), NotImplementedError, "Metric needs a method result"),
        (
            lambda: tf.keras.utils.to_categorical([0, 2], 2),
            ValueError,
            "the class number 2, which is not in [0, 2)",
        ),
        (lambda: tf.keras.utils.to_categorical([0, -1]), ValueError, "the class number -1"),
        (lambda: tf.keras.utils.to_categorical([]), ValueError, "give num_classes="),
        (
            lambda: tf.keras.utils.set_random_seed("a"),
            ValueError,
            "Expected `seed` argument to be an integer",
        ),
        (
            lambda: tf.keras.utils.set_random_seed(-1),
            ValueError,
            "Seed must be between 0 and 2**32 - 1",
        ),
    ],
)
def test_refusals(call, error, text):
    with pytest.raises(error) as caught:
        call()
    assert text in str(caught.value)


def test_one_class_is_suspicious():
    with pytest.warns(SyntaxWarning, match="Consider using 'binary_crossentropy'"):
        losses.CategoricalCrossentropy()([[1.0]], [[1.0]])


def test_lists_of_labels():
    expected = -np.mean(np.log([0.9 / 1.1, 0.6 / 0.9]))
    assert float(losses.SparseCategoricalCrossentropy()([1, 0], P)) == pytest.approx(expected)
    each = losses.sparse_categorical_crossentropy([1, 0], P)
    assert each.shape == (2,)


def test_classes_along_another_axis():
    logits = np.random.default_rng(0).normal(size=(2, 3, 4)).astype(np.float32)
    labels = np.array([[0, 2, 1, 0], [1, 1, 2, 0]])
    for from_logits, scores in ((True, logits), (False, np.abs(logits) / 4)):
        loss = losses.sparse_categorical_crossentropy(labels, scores, from_logits, axis=1)
        exact = losses.sparse_categorical_crossentropy(
            labels, widened(scores.transpose(0, 2, 1)), from_logits
        )
        # of −log p or of two logits: as large as the largest of them
        size = np.maximum(np.abs(exact), np.abs(scores).max())
        assert_near(loss, exact, units=16, size=size)


def test_names():
    assert losses.get("mse") is losses.mse is losses.MSE
    assert isinstance(losses.get("MeanSquaredError"), losses.MeanSquaredError)
    assert losses.get(None) is None
    assert losses.MeanSquaredError().name == "mean_squared_error"
    assert losses.Huber().name == "huber_loss"
    assert losses.Huber(0.5).get_config()["delta"] == 0.5
    assert isinstance(metrics.get("binary_accuracy"), metrics.BinaryAccuracy)
    assert repr(metrics.Mean()) == "<Mean name=mean>"


def test_a_loss_of_your_own():
    class Largest(losses.Loss):
        def call(self, y_true, y_pred):
            return tf.reduce_max(tf.abs(y_true - y_pred), axis=-1)

    assert float(Largest()(Y, P)) == pytest.approx((0.2 + 0.4) / 2)
    assert float(Largest(reduction="sum")(Y, P)) == pytest.approx(0.6)


def test_a_metric_of_your_own():
    class Largest(metrics.Metric):
        def __init__(self):
            super().__init__()
            self.value = self.add_weight(name="value", initializer="zeros")

        def update_state(self, values):
            self.value.assign(tf.maximum(self.value, tf.reduce_max(values)))

        def result(self):
            return self.value.read_value()

    largest = Largest()
    assert [float(largest([1.0, 3.0])), float(largest([2.0]))] == [3.0, 3.0]
    largest.reset_state()
    assert float(largest.result()) == 0.0
    assert largest.variables[0].path == "largest/value"


def test_gradients_flow_through_both_arguments():
    y, p = tf.constant(Y), tf.constant(P)
    with tf.GradientTape() as tape:
        tape.watch([y, p])
        loss = losses.MeanSquaredError()(y, p)
    towards_y, towards_p = tape.gradient(loss, [y, p])
    np.testing.assert_allclose(towards_y, -np.asarray(towards_p))


def test_what_a_metric_gathers_is_not_recorded():
    v = tf.Variable([1.0, 2.0])
    mean = metrics.Mean()
    with tf.GradientTape() as tape:
        result = mean(v * v)
    assert tape.gradient(result, v) is None


def test_an_initializer_gives_the_same_numbers_each_time():
    initializer = tf.keras.initializers.HeNormal()
    np.testing.assert_array_equal(initializer((3, 2)), initializer((3, 2)))
    again = tf.keras.initializers.get({"class_name": "HeNormal", "config": {"seed": 3}})
    np.testing.assert_array_equal(again((2,)), tf.keras.initializers.HeNormal(seed=3)((2,)))
    generator = tf.keras.random.SeedGenerator(1)
    moving = tf.keras.initializers.RandomNormal(seed=generator)
    assert not np.array_equal(moving((3,)), moving((3,)))


def test_orthogonal_matrices():
    for shape in ((4, 4), (5, 3), (3, 5), (2, 2, 3)):
        q = np.asarray(tf.keras.initializers.Orthogonal(2.0, seed=1)(shape)).reshape(-1, shape[-1])
        small = q @ q.T if q.shape[0] < q.shape[1] else q.T @ q
        np.testing.assert_allclose(small, 4 * np.eye(len(small)), atol=1e-5)


def test_a_prediction_of_one_more_axis_meets_the_labels_in_every_loss() -> None:
    for kind in ("Hinge", "SquaredHinge", "CategoricalHinge", "Poisson", "MeanSquaredError"):
        loss = getattr(tf.keras.losses, kind)(reduction=None)
        assert loss(tf.zeros((2, 3)), tf.ones((2, 3, 1))).shape == (2,), kind


def test_the_cosine_of_one_number() -> None:
    loss = tf.keras.losses.CosineSimilarity()
    assert loss(tf.constant(3.0), tf.constant(2.0)).numpy() == -1.0
    y = loss(tf.constant(3), tf.constant([[4, 0], [6, 2], [0, 4]])).numpy()
    np.testing.assert_allclose(y, -1.0883037, rtol=1e-6)


def test_sparse_top_k_takes_the_numbers_of_classes_already_in_order():
    metric = metrics.SparseTopKCategoricalAccuracy(k=2, from_sorted_ids=True)
    assert float(metric([2, 2], [[1, 2, 0], [0, 1, 2]])) == 0.5


def test_the_metric_of_sparse_crossentropy_leaves_a_class_out():
    given = {"from_logits": True, "ignore_class": 1}
    values = losses.sparse_categorical_crossentropy([0, 1], P, **given)
    metric = metrics.SparseCategoricalCrossentropy(**given)
    assert float(metric([0, 1], P)) == pytest.approx(float(values[0]) / 2)


LOSSES = [
    ("sigmoid", losses.BinaryCrossentropy(), [[0.0]], [[30.0]], 30.0, [[1.0]]),
    (
        "softmax",
        losses.CategoricalCrossentropy(),
        [[0.0, 1.0]],
        [[30.0, -5.0]],
        35.0,
        [[1.0, -1.0]],
    ),
    ("softmax", losses.SparseCategoricalCrossentropy(), [1], [[30.0, -5.0]], 35.0, [[1.0, -1.0]]),
]


@pytest.mark.parametrize(("name", "loss", "labels", "logits", "value", "gradient"), LOSSES)
@pytest.mark.parametrize("made", ["by a function", "by a layer", "in a model"])
def test_probabilities_remember_their_logits(name, loss, labels, logits, value, gradient, made):
    x = tf.constant(logits)
    layer = tf.keras.layers.Activation(name)
    entry = tf.keras.Input(x.shape[1:])
    activations = {
        "by a function": tf.keras.activations.get(name),
        "by a layer": layer,
        "in a model": tf.keras.Model(entry, layer(entry)),
    }
    with tf.GradientTape() as tape:
        tape.watch(x)
        computed = loss(tf.constant(labels), activations[made](x))
    assert float(computed) == value  # TensorFlow's, where a probability of 1 alone gives 15.94
    assert tape.gradient(computed, x).numpy().tolist() == gradient


def test_probabilities_that_are_said_to_be_logits():
    x = tf.constant([[30.0, -5.0]])
    with pytest.warns(UserWarning, match="those behind them are taken"):
        value = losses.sparse_categorical_crossentropy([1], tf.keras.activations.softmax(x), True)
    assert value.numpy().tolist() == [35.0]


def test_a_model_keeps_what_a_layer_was_told_when_it_was_built():
    base = tf.keras.Sequential([tf.keras.Input((3,)), tf.keras.layers.BatchNormalization()])
    entry = tf.keras.Input((3,))
    model = tf.keras.Model(entry, base(entry, training=False))
    x = tf.random.normal([5, 3])
    assert np.array_equal(model(x, training=True), base(x, training=False))
