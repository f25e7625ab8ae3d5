"""Keras's older functions give what TensorFlow's Keras gave, and refuse what it refuses."""

from pathlib import Path

import numpy as np
import pytest

import gradtape as tf
from tests.core.keras.older import CALLS, OLDER, X
from tests.core.keras.support import check

K = tf.keras.backend

with np.load(Path(__file__).parents[2] / "goldens" / "keras_backend.npz") as archive:
    RECORDED = {name: archive[name] for name in archive.files}

#: what the programs of variables and draws call, and Keras's settings, which have their own tests
ELSEWHERE = set(
    "update update_add update_sub moving_average_update get_value eval set_value batch_set_value "
    "batch_get_value dtype int_shape ndim count_params cast_to_floatx random_uniform "
    "random_bernoulli dropout random_normal truncated_normal clear_session epsilon floatx "
    "image_data_format set_epsilon set_floatx set_image_data_format is_sparse name_scope".split()
)


def test_every_function_is_compared():
    assert set(K.__all__) == CALLS.keys() | ELSEWHERE
    assert {name.partition("/")[0] for name in RECORDED} == set(OLDER)


@pytest.mark.parametrize("name", OLDER)
def test_gives_what_keras_gave(name):
    check(name, OLDER[name](tf), RECORDED, lambda dtype: 1e-9 if dtype == np.float64 else 2e-5)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: K.repeat(tf.ones([2]), 2), "rank 2"),
        (lambda: K.softmax(tf.ones([2])), "1D"),
        (lambda: K.bias_add(tf.ones([2, 3, 4, 5]), tf.ones([4, 5])), "Unexpected bias"),
        (lambda: K.bias_add(tf.ones([2, 3]), tf.ones([3]), "other"), "data_format"),
        (lambda: K.pool2d(tf.ones([1, 2, 2, 1]), (2, 2), pool_mode="sum"), "pooling mode"),
        (lambda: K.temporal_padding(X, (1, 2, 3)), "2 integers"),
        (lambda: K.spatial_2d_padding(X, ((1, 1),)), "2 tuples"),
        (lambda: K.resize_images(tf.ones([1, 2, 2, 1]), 2, 2, "other"), "data_format"),
        (lambda: K.resize_images(tf.ones([1, 2, 2, 1]), 2, 2, "channels_last", "x"), "should be"),
        (lambda: K.switch(tf.constant([[True]]), tf.ones([1]), tf.ones([1])), "Rank of"),
        (lambda: K.batch_dot(tf.ones([2]), tf.ones([2])), "rank < 2"),
    ],
)
def test_what_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_functions_are_called_by_switch():
    def never():
        raise AssertionError("the other branch was called")

    assert float(K.switch(tf.constant(True), lambda: tf.constant(3.0), never)) == 3.0
    found = K.switch(tf.constant([True, False]), lambda: tf.ones([2]), lambda: tf.zeros([2]))
    assert found.numpy().tolist() == [1.0, 0.0]


def test_sparse_tensors_and_plain_values():
    sparse = tf.sparse.from_dense([[0.0, 2.0]])
    assert K.is_sparse(sparse) and not K.is_sparse(tf.ones([1]))
    assert K.eval(sparse).tolist() == K.concatenate([sparse], 0).numpy().tolist() == [[0.0, 2.0]]
    assert K.get_value(3) == 3
    assert K.cast_to_floatx(tf.constant([1])).dtype == "float32"
    assert [each.numpy() for each in K.stop_gradient([tf.constant(1)])] == [1]
    with K.name_scope("part"):
        assert K.variable(1.0).dtype == "float32"


def test_a_loss_of_ones_own():
    """As programs write them."""

    def dice(y_true, y_pred, smooth=1.0):
        a, b = K.flatten(y_true), K.flatten(y_pred)
        return 1 - (2 * K.sum(a * b) + smooth) / (K.sum(a) + K.sum(b) + smooth)

    model = tf.keras.Sequential([tf.keras.layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", dice)
    x = np.linspace(-1, 1, 8, dtype=np.float32)[:, None]
    history = model.fit(x, (x > 0).astype(np.float32), epochs=5, verbose=0, shuffle=False)
    losses = history.history["loss"]
    assert losses[-1] < losses[0]
