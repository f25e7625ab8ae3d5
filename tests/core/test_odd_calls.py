"""Odd calls, which random ones beside TensorFlow brought up, and what TensorFlow 2.21 prints."""

from __future__ import annotations

import numpy as np
import pytest

import gradtape as tf
from tests.core.support.agreement import check

CASES = [
    # the rounded quotient is cut off
    ("tf.math.floordiv(1.0, 0.1).numpy().item()", "float 10.0"),
    (
        "tf.math.floordiv(tf.constant([100., -100., np.inf, 6.]), [-np.inf, np.inf, 2., .1])"
        ".numpy().tolist()",
        "list[float -0.0, float -0.0, float inf, float 60.0]",
    ),
    ("(tf.constant([7, -7]) // 2).numpy().tolist()", "list[int 3, int -4]"),
    # nan comes through
    ("tf.math.polygamma(1.0, np.nan).numpy().item()", "float nan"),
    ("tf.math.zeta(2.0, np.nan).numpy().item()", "float nan"),
    (
        "tf.math.zeta([np.inf] * 3, [2.0, 1.0, 0.5]).numpy().tolist()",
        "list[float 0.0, float 1.0, float inf]",
    ),
    # scalars and empty tensors
    ("tf.repeat(5.0, 3, axis=0).numpy().tolist()", "list[float 5.0, float 5.0, float 5.0]"),
    ("tf.repeat(5.0, 3, axis=1)", "!ValueError"),
    ("tf.repeat([5.0, 6.0], [1, 2, 3], axis=0)", "!ValueError"),
    ("tf.repeat([5.0, 6.0], -1, axis=0)", "!InvalidArgumentError"),
    ("tf.pad(1.0, np.zeros((0, 2), np.int32), constant_values=1).numpy().item()", "float 1.0"),
    ("tf.pad(1.0, np.zeros((0, 2), np.int32), 'REFLECT').numpy().item()", "float 1.0"),
    ("tf.searchsorted([0.0], np.zeros(0, np.float32)).shape.as_list()", "list[int 0]"),
    (
        "tf.searchsorted(tf.zeros([2, 0]), tf.zeros([2, 1])).numpy().tolist()",
        "list[list[int 0], list[int 0]]",
    ),
    ("tf.math.bincount(1, axis=-1).numpy().tolist()", "list[int 0, int 1]"),
    ("tf.math.bincount(1, weights=2.0, axis=-1).numpy().tolist()", "list[float 0.0, float 2.0]"),
    ("tf.math.bincount([[[1]]], axis=-1)", "!InvalidArgumentError"),
    ("tf.math.bincount([1], dtype=tf.uint8)", "!InvalidArgumentError"),
    ("tf.math.bincount([1], weights=tf.constant([1], tf.uint8))", "!InvalidArgumentError"),
    (
        "[m.numpy().item() for m in tf.nn.moments([[1.0, 2.0], [3.0, 5.0]], None)]",
        "list[float 2.75, float 2.1875]",
    ),
    (
        "[m.numpy().item() for m in tf.nn.weighted_moments([1.0, 3.0], None, 2.0)]",
        "list[float 2.0, float 1.0]",
    ),
    # a dtype is meant for the values too; text has zeros
    (
        "tf.one_hot([0], 2, on_value=3, dtype=tf.float64)",
        "<tf.Tensor: shape=(1, 2), dtype=float64, numpy=array([[3., 0.]])>",
    ),
    ("tf.one_hot([0], 2, on_value=2.5, dtype=tf.int32)", "!TypeError"),
    ("tf.one_hot([0], 2, on_value=tf.constant(2.0), dtype=tf.float64)", "!TypeError"),
    ("tf.zeros_like(1.0, tf.string).numpy()", "bytes b''"),
    ("tf.zeros_like('a', tf.float32).numpy().item()", "float 0.0"),
    ("tf.ones_like('a', tf.float32).numpy().item()", "float 1.0"),
    ("tf.ones_like(1.0, tf.string)", "!TypeError"),
    # text
    ("tf.strings.as_string('a').numpy()", "bytes b'a'"),
    ("tf.strings.as_string('a', width=3).numpy()", "bytes b'  a'"),
    ("tf.strings.as_string(1 + 2j, precision=1).numpy()", "bytes b'(1.0,2.0)'"),
    (
        "tf.strings.as_string([-3, 3], width=5, fill='0').numpy().tolist()",
        "list[bytes b'-0003', bytes b'00003']",
    ),
    ("tf.strings.as_string(tf.constant(3, tf.uint8), width=3, fill='+').numpy()", "bytes b'  3'"),
    (
        "tf.strings.as_string([np.nan, 3.0], width=5, precision=1, fill='0').numpy().tolist()",
        "list[bytes b'  nan', bytes b'003.0']",
    ),
    ("tf.strings.as_string(3, fill='x')", "!InvalidArgumentError"),
    ("tf.strings.as_string(3, fill='00')", "!InvalidArgumentError"),
    ("tf.strings.as_string(3, precision=1)", "!InvalidArgumentError"),
    ("tf.strings.as_string(True, shortest=True)", "!InvalidArgumentError"),
    ("tf.strings.as_string(3.0, scientific=True, shortest=True)", "!InvalidArgumentError"),
    ("tf.strings.upper('aé').numpy().decode()", "str 'Aé'"),
    ("tf.strings.upper('aé', encoding='utf-8').numpy().decode()", "str 'AÉ'"),
    ("tf.strings.lower('A', encoding='latin-1')", "!InvalidArgumentError"),
    ("tf.strings.length(b'a\\xff', unit='UTF8_CHAR').numpy().item()", "int 2"),
    ("tf.strings.length('a', unit='x')", "!InvalidArgumentError"),
    ("tf.strings.upper(1)", "!TypeError"),
    ("tf.strings.to_number('1_0')", "!InvalidArgumentError"),
    ("tf.strings.to_number('0x1F').numpy().item()", "float 31.0"),
    ("tf.strings.to_number(' -0x1p3 ').numpy().item()", "float -8.0"),
    ("tf.strings.to_number('0x1F', tf.int32)", "!InvalidArgumentError"),
    ("tf.strings.to_number('99999999999', tf.int32)", "!InvalidArgumentError"),
    ("tf.strings.to_number('-1', tf.uint32)", "!InvalidArgumentError"),
    ("tf.strings.to_number('1', tf.float16)", "!InvalidArgumentError"),
    ("tf.strings.join([]).numpy()", "bytes b''"),
    # choosing, and going through nothing
    ("tf.cond([False], lambda: 1, lambda: 2)", "int 2"),
    ("tf.cond(0.5, lambda: 1, lambda: 2)", "int 1"),
    ("tf.cond('a', lambda: 1, lambda: 2)", "!TypeError"),
    ("tf.switch_case(tf.constant(1, tf.int64), [lambda: 1, lambda: 2])", "int 2"),
    ("tf.switch_case(tf.constant(1, tf.uint8), [lambda: 1, lambda: 2])", "int 2"),
    ("tf.switch_case(tf.constant(1.0), [lambda: 1, lambda: 2])", "!TypeError"),
    ("tf.switch_case(tf.constant([1]), [lambda: 1, lambda: 2])", "!InvalidArgumentError"),
    (
        "tf.scan(lambda a, x: a + x, tf.zeros([0, 1]), initializer=tf.ones([1])).shape.as_list()",
        "list[int 0, int 1]",
    ),
    # rows of a variable
    (
        "tf.Variable([1.0]).scatter_add(tf.IndexedSlices(tf.zeros([1]), tf.zeros([0], tf.int32)))"
        ".numpy().tolist()",
        "list[float 1.0]",
    ),
    (
        "tf.Variable([[1.0]])"
        ".scatter_add(tf.IndexedSlices(tf.zeros([1]), tf.zeros([0], tf.int32)))",
        "!InvalidArgumentError",
    ),
    (
        "tf.Variable([1.0]).scatter_add(tf.IndexedSlices(tf.zeros([1]), tf.zeros([1], tf.uint8)))",
        "!InvalidArgumentError",
    ),
    # Keras: complex and integer inputs, and a weight that is no number
    (
        "tf.keras.layers.Dense(1, kernel_initializer='ones')(tf.constant([[1 + 2j, 3j]]))"
        ".numpy().tolist()",
        "list[list[complex (1+5j)]]",
    ),
    (
        "tf.keras.layers.GlobalAveragePooling1D()(tf.constant([[[1, 2], [0, 2]]]))"
        ".numpy().tolist()",
        "list[list[float 0.5, float 2.0]]",
    ),
    (
        "tf.keras.layers.Average()([tf.constant([[1, 2]]), tf.constant([[2, 2]])])",
        "<tf.Tensor: shape=(1, 2), dtype=float64, numpy=array([[1.5, 2. ]])>",
    ),
    (
        "tf.keras.constraints.NonNeg()(tf.constant([np.nan, -1.0])).numpy().tolist()",
        "list[float nan, float 0.0]",
    ),
    (
        "[tf.keras.activations.tanh(tf.constant([0])), tf.keras.activations.exponential(0)]",
        "list[<tf.Tensor: shape=(1,), dtype=float32, numpy=array([0.], dtype=float32)>, "
        "<tf.Tensor: shape=(), dtype=float32, numpy=1.0>]",
    ),
    (
        "tf.keras.layers.Add()([tf.constant([1]), tf.constant([1.5])]).numpy().tolist()",
        "list[float 2.5]",
    ),
    (
        "tf.keras.layers.Add()([tf.constant([1], tf.uint8), tf.constant([1], tf.int8)]).dtype",
        "tf.int16",
    ),
    ("tf.keras.layers.Add()([tf.constant([1], tf.uint64), tf.constant([1])]).dtype", "tf.float32"),
    ("tf.keras.layers.Concatenate()([tf.constant([1]), tf.constant([1j])]).dtype", "tf.complex128"),
    ("tf.keras.layers.Permute((2, 1))(tf.ones([2]))", "!ValueError"),
    (
        "tf.keras.layers.UpSampling2D((1, 2), interpolation='bilinear')"
        "(tf.constant([[[[0.0], [4.0]]]])).numpy().ravel().tolist()",
        "list[float 0.0, float 1.0, float 3.0, float 4.0]",
    ),
    (
        "tf.keras.layers.UpSampling2D((1, 2), interpolation='bilinear', "
        "data_format='channels_first')(tf.constant([[[[0, 3]]]])).numpy().ravel().tolist()",
        "list[int 0, int 1, int 2, int 3]",
    ),
    ("tf.keras.layers.UpSampling2D(2, interpolation='x')", "!ValueError"),
    (
        "tf.keras.losses.msle(tf.ones([1], tf.float16), tf.ones([1], tf.float16)).dtype",
        "tf.float32",
    ),
    (
        "tf.keras.losses.categorical_crossentropy(tf.zeros([2, 0]), tf.zeros([2, 0]), "
        "label_smoothing=0.2).numpy().tolist()",
        "list[float -0.0, float -0.0]",
    ),
    (
        "tf.keras.metrics.binary_accuracy(tf.constant([0, 1]), tf.constant([1, 1]))"
        ".numpy().tolist()",
        "list[float 0.0, float 1.0]",
    ),
    (
        "tf.keras.utils.to_categorical(tf.constant([0]), 2)",
        "<tf.Tensor: shape=(1, 2), dtype=float32, numpy=array([[1., 0.]], dtype=float32)>",
    ),
    ("tf.keras.constraints.NonNeg()(tf.constant([-np.inf])).numpy().tolist()", "list[float 0.0]"),
    ("tf.keras.losses.mse([1j], [2 + 1j]).numpy().item()", "complex (4+0j)"),
    ("tf.keras.losses.binary_crossentropy([1j], [2 + 1j])", "!InvalidArgumentError"),
    (
        "tf.keras.losses.hinge([[1.0], [1.0]], [-0.5, 1.0]).numpy().tolist()",
        "list[float 0.75, float 0.75]",
    ),
    ("tf.keras.metrics.Mean()(tf.ones([3]), sample_weight=[1.0, 2.0])", "!InvalidArgumentError"),
    (
        "tf.keras.metrics.sparse_top_k_categorical_accuracy([0], [[0.5]], k=1).numpy().tolist()",
        "list[float 1.0]",
    ),
    (
        "tf.keras.metrics.sparse_top_k_categorical_accuracy([1], [[0.5]]).numpy().tolist()",
        "list[float 0.0]",
    ),
    (
        "tf.math.sigmoid(tf.constant([-200 + 1j, 100 + 1j], tf.complex64)).numpy().real.tolist()",
        "list[float 0.0, float 1.0]",
    ),
    ("tf.keras.layers.Concatenate()([tf.ones([1, 1, 1]), tf.ones([1, 1])])", "!ValueError"),
    # one kind of number where TensorFlow has one
    ("tf.linalg.global_norm([tf.constant(1j)])", "!InvalidArgumentError"),
    ("tf.math.argmin([1.0], output_type=tf.uint16)", "!InvalidArgumentError"),
    ("tf.math.argmax([1.0], output_type=tf.uint16).dtype", "tf.uint16"),
    ("tf.math.argmax([1.0], output_type=tf.float32)", "!InvalidArgumentError"),
    # numbers that are not finite, integers
    (
        "tf.math.segment_max([-np.inf, 1.0], [0, 2]).numpy().tolist()",
        "list[float -inf, float 0.0, float 1.0]",
    ),
    (
        "tf.math.segment_min([np.inf, 1.0], [0, 2]).numpy().tolist()",
        "list[float inf, float 0.0, float 1.0]",
    ),
    ("tf.math.divide_no_nan([3, 1], [2, 0]).numpy().tolist()", "list[float 1.5, float 0.0]"),
    ("tf.math.divide_no_nan(tf.constant(3, tf.int8), 2).dtype", "tf.float32"),
    (
        "tf.nn.conv1d(tf.zeros([1, 0, 1]), tf.ones([2, 1, 1]), 1, 'VALID', data_format='NCW')",
        "!InvalidArgumentError",
    ),
    ("tf.image.image_gradients(tf.zeros([1, 0, 2, 1]))", "!InvalidArgumentError"),
    ("tf.math.zeta(1.0, np.nan).numpy().item()", "float inf"),
    (
        "[m.numpy().item() for m in tf.nn.weighted_moments([1.0, 2.0], [0], 0.0)]",
        "list[float 0.0, float 0.0]",
    ),
    (
        "tf.image.convert_image_dtype(tf.constant([1.0, -1.0], tf.float16), tf.uint16, True)"
        ".numpy().tolist()",
        "list[int 65504, int 0]",
    ),
    # what is not finite in one segment is no matter of the others
    (
        "x = tf.Variable([np.inf, 0., np.nan, 3., 2.]) ;; tape = tf.GradientTape() ;; "
        "tape.__enter__() ;; y = tf.math.unsorted_segment_prod(x, [2, 1, 2, 0, 0], 4)[:2] ;; "
        "tape.__exit__(None, None, None) ;; tape.gradient(y, x).numpy()[[1, 3, 4]].tolist()",
        "list[float 1.0, float 2.0, float 3.0]",
    ),
    # a norm below 0 counts as 0, and one of another dtype is cast
    ("tf.clip_by_norm([3.0, 4.0], -1.0).numpy().tolist()", "list[float 0.0, float 0.0]"),
    ("tf.clip_by_norm([3.0, 4.0], tf.constant(-1)).numpy().tolist()", "list[float 0.0, float 0.0]"),
    (
        "tf.clip_by_norm([3.0, 4.0], tf.constant(10, tf.int64)).numpy().tolist()",
        "list[float 3.0, float 4.0]",
    ),
    # every uint64 is a constant
    ("tf.constant(2**64 - 1, tf.uint64).numpy().item()", "int 18446744073709551615"),
    ("(tf.constant(1, tf.uint64) + 2**63).numpy().item()", "int 9223372036854775809"),
    ("tf.constant([0, 2**63])", "!ValueError"),
]


@pytest.mark.parametrize(("program", "expected"), CASES, ids=[c[0][:50] for c in CASES])
def test_as_tensorflow(program: str, expected: str) -> None:
    check(program, expected)


@pytest.mark.parametrize("value", [-1, 2**64, [-1, 2**63]])
def test_what_no_uint64_holds_is_refused(value: object) -> None:
    """TensorFlow raises a SystemError."""
    check(f"tf.constant({value}, tf.uint64)", "!ValueError")


@pytest.mark.parametrize(
    "layer", ["Conv1D(1, 1)", "LSTM(1)", "BatchNormalization()", "LayerNormalization()"]
)
def test_layers_of_real_numbers_refuse_complex_ones(layer: str) -> None:
    """Keras drops imaginary parts in those that normalise."""
    check(f"tf.keras.layers.{layer}(tf.constant([[[1j, 2j]]]))", "!InvalidArgumentError")


def test_the_second_derivative_of_moments_is_the_derivative() -> None:
    """TensorFlow, which takes the mean for a constant there, has another."""
    x = tf.constant([1.0, 1.0, 1.375], tf.float64)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            variance = tf.nn.moments(x, 0)[1] ** 2
        first = inner.gradient(variance, x)
    second = outer.jacobian(first, x).numpy()
    mean = x.numpy().mean()
    d = 2 / 3 * (x.numpy() - mean)
    spread = np.mean((x.numpy() - mean) ** 2)
    assert np.allclose(second, 2 * np.outer(d, d) + 2 * spread * 2 / 3 * (np.eye(3) - 1 / 3))


def test_the_gradient_of_a_complex_determinant_is_conjugated() -> None:
    """TensorFlow multiplies with the determinant where its conjugate belongs."""
    x = tf.constant([[2 + 1j]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.linalg.det(x)
    assert np.allclose(tape.gradient(y, x), [[1.0]])


def test_softmax_is_nan_all_along_where_a_logit_is_no_number() -> None:
    """TensorFlow has 0 beside it in float32, and nan in float64."""
    assert np.isnan(tf.nn.softmax([0.0, np.nan])).all()
    assert np.isnan(tf.nn.softmax([0.0, np.inf])).all()


def test_a_weight_of_0_is_not_held_back_by_non_neg() -> None:
    """The derivative of max(w, 0), with TensorFlow's slope of 1 at 0."""
    w = tf.Variable([0.0, -1.0, np.nan])
    with tf.GradientTape() as tape:
        y = tf.keras.constraints.NonNeg()(w)
    assert tape.gradient(y, w).numpy().tolist() == [1.0, 0.0, 0.0]
