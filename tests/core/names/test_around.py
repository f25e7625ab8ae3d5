"""Names that stand around programs: averages over a batch, CTC, test cases, older names."""

import logging
import unittest

import numpy as np
import pytest

import gradtape as tf

#: what TensorFlow gives
CTC = {
    "loss": [5.881061553955078, 3.8595528602600098],
    "gradient": [
        0.292204, -0.480855, 0.120671, 0.067981, -0.50469, 0.201651,
        0.396647, -0.093609, 0.041326, -0.185888, -0.227011, 0.371572,
    ],
}  # fmt: skip


def test_losses_of_a_global_batch():
    losses = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape(persistent=True) as tape:
        mean = tf.nn.compute_average_loss(losses)
        part = tf.nn.compute_average_loss(losses, sample_weight=[1, 0, 2], global_batch_size=4)
    assert (float(mean), float(part)) == (2.0, 1.75)
    assert tape.gradient(part, losses).numpy().tolist() == [0.25, 0.0, 0.5]
    rows = tf.nn.compute_average_loss(tf.ones([2, 3]), sample_weight=[1.0, 3.0])
    assert float(rows) == 6.0
    assert float(tf.nn.scale_regularization_loss([0.5, 1.0])) == 1.5
    with pytest.raises(ValueError, match="at least rank 1"):
        tf.nn.compute_average_loss(1.0)
    with pytest.raises(TypeError, match="int scalar"):
        tf.nn.compute_average_loss([1.0], global_batch_size=2.5)


def test_ctc_beside_recorded_values():
    """Values and gradients of TensorFlow, of logits that are a cosine."""
    logits = tf.Variable(np.cos(np.arange(5 * 2 * 4, dtype=np.float32)).reshape(5, 2, 4))
    labels = np.array([[1, 2, 2], [3, 0, 0]])
    with tf.GradientTape() as tape:
        loss = tf.nn.ctc_loss(labels, logits, [3, 1], [5, 4], blank_index=0)
    assert loss.numpy() == pytest.approx(CTC["loss"], rel=1e-5)
    gradient = tape.gradient(loss, logits).numpy()
    assert gradient.reshape(-1)[:12] == pytest.approx(CTC["gradient"], abs=1e-5)
    sparse = tf.SparseTensor([[0, 0], [0, 1], [0, 2], [1, 0]], [1, 2, 2, 3], [2, 3])
    again = tf.nn.ctc_loss(
        sparse, np.swapaxes(logits.numpy(), 0, 1), None, [5, 4], False, blank_index=-4
    )
    assert again.numpy() == pytest.approx(CTC["loss"], rel=1e-5)
    with pytest.raises(ValueError, match="blank_index"):
        tf.nn.ctc_loss(sparse, logits, None, [5, 4])


class Example(tf.test.TestCase):
    __test__ = False  # run below, one by one

    def test_equal(self):
        self.assertAllEqual(tf.constant([1, 2]), [1, 2])
        self.assertAllClose({"a": [tf.constant(1.0), 2.0]}, {"a": [1.0, 2.0 + 1e-9]})
        self.assertNotAllClose([1.0], [1.1])
        self.assertAllInRange(tf.constant([0.0, 1.0]), 0, 1)
        self.assertShapeEqual(np.zeros((2, 3)), tf.zeros([2, 3]))
        self.assertNear(1.0, 1.05, 0.1)
        with self.session():
            self.assertDTypeEqual(self.evaluate(tf.constant(1.0)), np.float32)

    def test_unequal(self):
        self.assertAllEqual(tf.constant([1, 2]), [1, 3])

    def test_far(self):
        self.assertAllClose([[1.0]], [1.0])

    def test_outside(self):
        self.assertAllLess(tf.constant([1, 5]), 5)

    def test_seed_first(self):
        self.assertEqual(float(tf.random.uniform([])), FIRST)

    def test_seed_second(self):
        self.assertEqual(float(tf.random.uniform([])), FIRST)


tf.random.set_seed(87654321)
FIRST = float(tf.random.uniform([]))


@pytest.mark.parametrize(
    ("name", "passes"),
    [
        ("test_equal", True),
        ("test_unequal", False),
        ("test_far", False),
        ("test_outside", False),
        ("test_seed_first", True),
        ("test_seed_second", True),
    ],
)
def test_a_test_case_says_what_holds(name, passes):
    result = unittest.TestResult()
    Example(name).run(result)
    assert result.wasSuccessful() is passes


def test_older_names(caplog):
    caplog.set_level(logging.NOTSET, "tensorflow")  # puts the level back that is set below
    v1 = tf.compat.v1
    assert tf.compat.v2 is tf and v1.GradientTape is tf.GradientTape
    assert tf.compat.as_bytes("é") == b"\xc3\xa9" and tf.compat.as_str_any(3) == "3"
    v1.enable_eager_execution()
    assert v1.executing_eagerly()
    v1.logging.set_verbosity(v1.logging.ERROR)
    assert v1.logging.get_verbosity() == v1.logging.ERROR
    v1.logging.set_verbosity(v1.logging.WARN)
    with pytest.raises(tf.errors.UnimplementedError, match="eager execution alone"):
        v1.disable_eager_execution()
    with pytest.raises(AttributeError, match="means the same"):
        v1.__getattr__("placeholder")
    with pytest.raises(TypeError, match="binary or unicode"):
        tf.compat.as_text(3)


def test_what_is_accepted_and_what_is_refused():
    @tf.autograph.experimental.do_not_convert
    def double(x):
        return 2 * x

    assert double(2) == 4 and tf.autograph.experimental.do_not_convert()(double) is double
    with pytest.raises(tf.errors.UnimplementedError, match="no other code"):
        tf.autograph.to_code(double)
    with pytest.raises(tf.errors.UnimplementedError, match="pure Python"):
        tf.sysconfig.get_include()
    assert tf.sysconfig.get_build_info()["is_cuda_build"] is False
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape, tf.init_scope():
        y = x * x
    assert float(tape.gradient(y, x)) == 6.0
    assert tf.test.is_built_with_cuda() is False
