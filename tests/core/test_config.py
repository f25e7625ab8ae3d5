"""What programs ask of `tf.config` before they begin, and the older names of Keras's parts."""

import pytest

import gradtape as tf


def test_the_usual_preamble_of_a_script_runs():
    for gpu in tf.config.experimental.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)
    tf.config.threading.set_intra_op_parallelism_threads(2)
    assert tf.config.threading.get_intra_op_parallelism_threads() == 2
    tf.config.threading.set_intra_op_parallelism_threads(0)
    tf.config.set_soft_device_placement(True)
    assert tf.config.list_logical_devices("CPU")[0].name == "/device:CPU:0"
    with tf.device(tf.config.list_logical_devices("CPU")[0].name):
        assert float(tf.constant(1.0) + 1.0) == 2.0
    assert tf.version.VERSION == tf.__version__
    with pytest.raises(ValueError, match="non-GPU"):
        tf.config.experimental.set_memory_growth(tf.config.list_physical_devices("CPU")[0], True)
    with pytest.raises(AttributeError):
        tf.config.nothing_of_that_name  # noqa: B018


def test_keras_parts_have_their_short_names():
    assert tf.optimizers.Adam is tf.keras.optimizers.Adam
    assert tf.losses.MeanSquaredError is tf.keras.losses.MeanSquaredError
    assert tf.metrics.Mean is tf.keras.metrics.Mean
    assert tf.initializers.GlorotUniform is tf.keras.initializers.GlorotUniform


def test_initializers_draw_tensorflows_numbers():
    normal = tf.random_normal_initializer(seed=3)
    expected = [
        [-0.03357924148440361, 0.08380252122879028],
        [-0.04721227288246155, 0.030396947637200356],
    ]
    assert normal([2, 2]).numpy().tolist() == normal([2, 2]).numpy().tolist() == expected
    uniform = tf.random_uniform_initializer(-1, 1, seed=3)
    assert uniform([3]).numpy().tolist() == [
        -0.6081743240356445, 0.8786904811859131, 0.06455039978027344
    ]  # fmt: skip
    tf.random.set_seed(5)
    assert tf.random_normal_initializer()([2]).numpy().tolist() == [
        -0.009015332907438278, -0.04751431569457054
    ]  # fmt: skip
    assert tf.random_uniform_initializer()([2]).numpy().tolist() == [
        0.020170751959085464, -0.04566321521997452
    ]  # fmt: skip
    assert type(normal).from_config(normal.get_config())([2]).numpy().tolist() == expected[0]
    assert tf.constant_initializer([1, 2])([2]).dtype == tf.int32
    assert tf.zeros_initializer()([2]).numpy().tolist() == [0, 0]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: tf.constant_initializer([1, 2])([3]), TypeError),
        (lambda: tf.ones_initializer()([2], tf.string), ValueError),
        (lambda: tf.random_normal_initializer()([2], tf.int32), ValueError),
        (lambda: tf.random_uniform_initializer()([2], tf.int32), TypeError),
    ],
)
def test_initializers_refuse_what_tensorflow_refuses(call, error):
    with pytest.raises(error):
        call()
