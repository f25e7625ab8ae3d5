"""What constants, conversions and casts make of Python's and NumPy's values.

Each case is a program and what TensorFlow 2.21 prints for it, or the type of its exception.
"""

from __future__ import annotations

import enum

import pytest

import gradtape as tf
from tests.core.support.agreement import check

CASES = [
    ("tf.constant(3.0)", "<tf.Tensor: shape=(), dtype=float32, numpy=3.0>"),
    ("tf.constant(3)", "<tf.Tensor: shape=(), dtype=int32, numpy=3>"),
    ("tf.constant(True)", "<tf.Tensor: shape=(), dtype=bool, numpy=True>"),
    ('tf.constant("a")', "<tf.Tensor: shape=(), dtype=string, numpy=b'a'>"),
    ('tf.constant(b"a\\xff")', "<tf.Tensor: shape=(), dtype=string, numpy=b'a\\xff'>"),
    ('tf.constant("ü")', "<tf.Tensor: shape=(), dtype=string, numpy=b'\\xc3\\xbc'>"),
    ("tf.constant(1+2j)", "<tf.Tensor: shape=(), dtype=complex128, numpy=(1+2j)>"),
    ('tf.constant(float("nan"))', "<tf.Tensor: shape=(), dtype=float32, numpy=nan>"),
    ('tf.constant(float("-inf"))', "<tf.Tensor: shape=(), dtype=float32, numpy=-inf>"),
    ("tf.constant(1e10)", "<tf.Tensor: shape=(), dtype=float32, numpy=10000000000.0>"),
    ("tf.constant(0.1)", "<tf.Tensor: shape=(), dtype=float32, numpy=0.10000000149011612>"),
    ("tf.constant(0.1, tf.float64)", "<tf.Tensor: shape=(), dtype=float64, numpy=0.1>"),
    ("tf.constant(0.1, tf.float16)", "<tf.Tensor: shape=(), dtype=float16, numpy=0.0999755859375>"),
    ("tf.constant(1e-7)", "<tf.Tensor: shape=(), dtype=float32, numpy=1.0000000116860974e-07>"),
    ("tf.constant([])", "<tf.Tensor: shape=(0,), dtype=float32, numpy=array([], dtype=float32)>"),
    (
        "tf.constant([[]])",
        "<tf.Tensor: shape=(1, 0), dtype=float32, numpy=array([], shape=(1, 0), dtype=float32)>",
    ),
    (
        "tf.constant([1.,2.])",
        "<tf.Tensor: shape=(2,), dtype=float32, numpy=array([1., 2.], dtype=float32)>",
    ),
    (
        "tf.constant([True,False])",
        "<tf.Tensor: shape=(2,), dtype=bool, numpy=array([ True, False])>",
    ),
    (
        'tf.constant(["a","bc"])',
        "<tf.Tensor: shape=(2,), dtype=string, numpy=array([b'a', b'bc'], dtype=object)>",
    ),
    (
        "tf.constant([1+2j,3])",
        "<tf.Tensor: shape=(2,), dtype=complex128, numpy=array([1.+2.j, 3.+0.j])>",
    ),
    (
        'tf.constant([float("nan"),float("inf")])',
        "<tf.Tensor: shape=(2,), dtype=float32, numpy=array([nan, inf], dtype=float32)>",
    ),
    (
        "tf.constant([1,2],tf.int8)",
        "<tf.Tensor: shape=(2,), dtype=int8, numpy=array([1, 2], dtype=int8)>",
    ),
    (
        "tf.constant([1,2],tf.uint64)",
        "<tf.Tensor: shape=(2,), dtype=uint64, numpy=array([1, 2], dtype=uint64)>",
    ),
    ("tf.constant(np.float32(2))", "<tf.Tensor: shape=(), dtype=float32, numpy=2.0>"),
    ("tf.constant(np.array(5))", "<tf.Tensor: shape=(), dtype=int64, numpy=5>"),
    ("tf.constant([1e300])", "!ValueError"),
    ("tf.constant([1e300,1])", "!ValueError"),
    (
        "tf.constant(3.4028235e38)",
        "<tf.Tensor: shape=(), dtype=float32, numpy=3.4028234663852886e+38>",
    ),
    ("tf.constant(3.4028236e38)", "!ValueError"),
    ("tf.constant(-1e39)", "!ValueError"),
    (
        "tf.constant([1.5, np.int32(2)])",
        "<tf.Tensor: shape=(2,), dtype=float32, numpy=array([1.5, 2. ], dtype=float32)>",
    ),
    (
        "tf.constant([np.int32(2), 1.5])",
        "<tf.Tensor: shape=(2,), dtype=float32, numpy=array([2. , 1.5], dtype=float32)>",
    ),
    (
        "tf.constant([np.int32(2), np.float32(1.5)])",
        "<tf.Tensor: shape=(2,), dtype=float32, numpy=array([2. , 1.5], dtype=float32)>",
    ),
    (
        "tf.constant([np.float32(2), np.float64(1.5)])",
        "<tf.Tensor: shape=(2,), dtype=float32, numpy=array([2. , 1.5], dtype=float32)>",
    ),
    (
        "tf.constant([np.float64(2), np.float32(1.5)])",
        "<tf.Tensor: shape=(2,), dtype=float64, numpy=array([2. , 1.5])>",
    ),
    (
        "tf.constant([np.float16(2), 1.5])",
        "<tf.Tensor: shape=(2,), dtype=float16, numpy=array([2. , 1.5], dtype=float16)>",
    ),
    (
        "tf.constant([np.float32(2), 1.5])",
        "<tf.Tensor: shape=(2,), dtype=float32, numpy=array([2. , 1.5], dtype=float32)>",
    ),
    (
        "tf.constant([np.int64(2), 3])",
        "<tf.Tensor: shape=(2,), dtype=int32, numpy=array([2, 3], dtype=int32)>",
    ),
    (
        "tf.constant([3, np.int64(2)])",
        "<tf.Tensor: shape=(2,), dtype=int32, numpy=array([3, 2], dtype=int32)>",
    ),
    (
        "tf.constant([np.int8(2), 300])",
        "<tf.Tensor: shape=(2,), dtype=int32, numpy=array([  2, 300], dtype=int32)>",
    ),
    (
        "tf.constant([np.bool_(True), True])",
        "<tf.Tensor: shape=(2,), dtype=bool, numpy=array([ True,  True])>",
    ),
    (
        "tf.constant([2j, 1.5])",
        "<tf.Tensor: shape=(2,), dtype=complex128, numpy=array([0. +2.j, 1.5+0.j])>",
    ),
    ("tf.constant([True, 2j])", "!ValueError"),
    ("tf.constant(True, tf.int8)", "!TypeError"),
    ("tf.constant(True, tf.int16)", "!TypeError"),
    ("tf.constant(True, tf.uint32)", "!TypeError"),
    ("tf.constant(True, tf.complex128)", "<tf.Tensor: shape=(), dtype=complex128, numpy=(1+0j)>"),
    ("tf.constant([np.float32(1)], tf.int32)", "!TypeError"),
    (
        "tf.constant([np.int64(1)], tf.int32)",
        "<tf.Tensor: shape=(1,), dtype=int32, numpy=array([1], dtype=int32)>",
    ),
    (
        "tf.constant([np.int64(1)], tf.float32)",
        "<tf.Tensor: shape=(1,), dtype=float32, numpy=array([1.], dtype=float32)>",
    ),
    (
        "tf.constant([np.float64(1)], tf.float32)",
        "<tf.Tensor: shape=(1,), dtype=float32, numpy=array([1.], dtype=float32)>",
    ),
    (
        "tf.constant([np.array([1,2])], tf.float32)",
        "<tf.Tensor: shape=(1, 2), dtype=float32, numpy=array([[1., 2.]], dtype=float32)>",
    ),
    (
        "tf.constant([np.float64(1.5)], tf.complex64)",
        "<tf.Tensor: shape=(1,), dtype=complex64, numpy=array([1.5+0.j], dtype=complex64)>",
    ),
    (
        "tf.constant(np.array([1.5]), tf.bool)",
        "<tf.Tensor: shape=(1,), dtype=bool, numpy=array([ True])>",
    ),
    (
        "tf.constant([[1,2],[3,4]], shape=[4])",
        "<tf.Tensor: shape=(4,), dtype=int32, numpy=array([1, 2, 3, 4], dtype=int32)>",
    ),
    ("tf.constant([1,2,3], shape=[2,2])", "!TypeError"),
    (
        "tf.constant([], shape=[0,3])",
        "<tf.Tensor: shape=(0, 3), dtype=float32, numpy=array([], shape=(0, 3), dtype=float32)>",
    ),
    ("tf.constant([1,2], shape=[None])", "!TypeError"),
    ("tf.constant([1,2], shape=[-1])", "!ValueError"),
    (
        "tf.constant(1, shape=tf.TensorShape([2]))",
        "<tf.Tensor: shape=(2,), dtype=int32, numpy=array([1, 1], dtype=int32)>",
    ),
    (
        "tf.constant(1, shape=2)",
        "<tf.Tensor: shape=(2,), dtype=int32, numpy=array([1, 1], dtype=int32)>",
    ),
    ("tf.constant(1, shape=())", "<tf.Tensor: shape=(), dtype=int32, numpy=1>"),
    ('tf.constant(1, shape="a")', "!TypeError"),
    ("tf.constant(1, shape=1.5)", "!TypeError"),
    ('tf.constant(1, dtype="foo")', "!TypeError"),
    ("tf.constant(1, dtype=int)", "!TypeError"),
    ("tf.constant(1, dtype=5.5)", "!TypeError"),
    ("tf.constant(1, dtype=object)", "!TypeError"),
    ('tf.constant(1, name="x")', "<tf.Tensor: shape=(), dtype=int32, numpy=1>"),
    ("tf.constant(1, foo=2)", "!TypeError"),
    ("tf.constant()", "!TypeError"),
    ("tf.constant(tf.constant(1.), tf.float64)", "!TypeError"),
    (
        "tf.cast(tf.constant([1.7,-1.7]), tf.int32)",
        "<tf.Tensor: shape=(2,), dtype=int32, numpy=array([ 1, -1], dtype=int32)>",
    ),
    (
        "tf.cast(tf.constant([float('nan')]), tf.int32)",
        "<tf.Tensor: shape=(1,), dtype=int32, numpy=array([-2147483648], dtype=int32)>",
    ),
    (
        "tf.cast(tf.constant([300.]), tf.uint8)",
        "<tf.Tensor: shape=(1,), dtype=uint8, numpy=array([44], dtype=uint8)>",
    ),
    (
        "tf.cast(tf.constant([-1.]), tf.uint8)",
        "<tf.Tensor: shape=(1,), dtype=uint8, numpy=array([255], dtype=uint8)>",
    ),
    ('tf.cast(tf.constant(["1"]), tf.float32)', "!UnimplementedError"),
    ("tf.cast(tf.constant([1]), tf.string)", "!UnimplementedError"),
    (
        "tf.cast(tf.constant([1+2j]), tf.float32)",
        "<tf.Tensor: shape=(1,), dtype=float32, numpy=array([1.], dtype=float32)>",
    ),
    (
        "tf.cast(tf.constant([0.,2.]), tf.bool)",
        "<tf.Tensor: shape=(2,), dtype=bool, numpy=array([False,  True])>",
    ),
    (
        "tf.cast(tf.constant([300]), tf.int8)",
        "<tf.Tensor: shape=(1,), dtype=int8, numpy=array([44], dtype=int8)>",
    ),
    ('tf.cast(1.5, "int32")', "<tf.Tensor: shape=(), dtype=int32, numpy=1>"),
    ('tf.cast("a", tf.int32)', "!UnimplementedError"),
    ("tf.cast(None, tf.int32)", "!ValueError"),
    ("tf.cast([1,[2]], tf.int32)", "!ValueError"),
    ('tf.cast(tf.constant(1.), "foo")', "!TypeError"),
    ("tf.cast(tf.constant(1.), None)", "!TypeError"),
    (
        "tf.cast(tf.constant([True]), tf.float32)",
        "<tf.Tensor: shape=(1,), dtype=float32, numpy=array([1.], dtype=float32)>",
    ),
    (
        "tf.saturate_cast(tf.constant([1e20,-5.]), tf.uint8)",
        "<tf.Tensor: shape=(2,), dtype=uint8, numpy=array([255,   0], dtype=uint8)>",
    ),
    ("tf.convert_to_tensor(tf.constant(1.), tf.float64)", "!ValueError"),
    (
        "tf.convert_to_tensor(tf.constant(1), dtype_hint=tf.float32)",
        "<tf.Tensor: shape=(), dtype=int32, numpy=1>",
    ),
    (
        "tf.convert_to_tensor(1.5, dtype_hint=tf.int32)",
        "<tf.Tensor: shape=(), dtype=float32, numpy=1.5>",
    ),
    ("tf.constant([True])+tf.constant([True])", "!InvalidArgumentError"),
]


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize(("program", "expected"), CASES, ids=[p for p, _ in CASES])
def test_as_tensorflow(program: str, expected: str) -> None:
    check(program, expected)


def test_subclasses_of_numbers_are_the_numbers_they_are() -> None:
    class Count(enum.IntEnum):
        THREE = 3

    class Length(float):
        pass

    assert tf.constant(Count.THREE).dtype == tf.int32
    assert tf.constant([Length(1.5), 2.0]).dtype == tf.float32
    with pytest.raises(TypeError, match=r"Cannot convert 1\.5 to EagerTensor of dtype int32"):
        tf.constant(Length(1.5), tf.int32)
    with pytest.raises(ValueError, match="unsupported type"):
        tf.constant(object())


def test_an_empty_shape_is_one_of_integers() -> None:
    for value in (tf.TensorShape([]), range(0)):
        x = tf.convert_to_tensor(value)
        assert x.dtype is tf.int32
        assert x.shape == 0
    assert tf.convert_to_tensor(tf.TensorShape([]), tf.int64).dtype is tf.int64
    assert tf.concat([tf.TensorShape([]), [3]], 0).numpy().tolist() == [3]
    assert tf.convert_to_tensor([]).dtype is tf.float32
