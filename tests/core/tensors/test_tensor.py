"""Tensors: how they print, compare, leave for Python and NumPy, and are sliced.

Each case is a program and what TensorFlow 2.21 prints for it, or the type of its exception.
"""

from __future__ import annotations

import numpy as np
import pytest

import gradtape as tf
from tests.core.support.agreement import check

CASES = [
    (
        "tf.zeros([0,3])",
        "<tf.Tensor: shape=(0, 3), dtype=float32, numpy=array([], shape=(0, 3), dtype=float32)>",
    ),
    ("str(tf.constant(3.0))", "str 'tf.Tensor(3.0, shape=(), dtype=float32)'"),
    ('str(tf.constant("a"))', "str \"tf.Tensor(b'a', shape=(), dtype=string)\""),
    ("str(tf.constant(True))", "str 'tf.Tensor(True, shape=(), dtype=bool)'"),
    ("str(tf.constant(1+2j))", "str 'tf.Tensor((1+2j), shape=(), dtype=complex128)'"),
    ("str(tf.constant([1.,2.]))", "str 'tf.Tensor([1. 2.], shape=(2,), dtype=float32)'"),
    (
        "str(tf.constant([[1.,2.],[3.,4.]]))",
        "str 'tf.Tensor(\\n[[1. 2.]\\n [3. 4.]], shape=(2, 2), dtype=float32)'",
    ),
    ('str(tf.constant(["a","b"]))', "str \"tf.Tensor([b'a' b'b'], shape=(2,), dtype=string)\""),
    ("str(tf.constant([]))", "str 'tf.Tensor([], shape=(0,), dtype=float32)'"),
    ("str(tf.zeros([0,3]))", "str 'tf.Tensor([], shape=(0, 3), dtype=float32)'"),
    ('str(tf.constant(float("nan")))', "str 'tf.Tensor(nan, shape=(), dtype=float32)'"),
    (
        "str(tf.range(2000))",
        "str 'tf.Tensor([   0    1    2 ... 1997 1998 1999], shape=(2000,), dtype=int32)'",
    ),
    ('f"{tf.constant(3.0)}"', "str '3.0'"),
    ('f"{tf.constant([1.,2.])}"', "str '[1. 2.]'"),
    ('f"{tf.constant([[1.,2.],[3.,4.]])}"', "str '[[1. 2.]\\n [3. 4.]]'"),
    ('f"{tf.constant(3.14159):.2f}"', "str '3.14'"),
    ('f"{tf.constant(3):5d}"', "str '    3'"),
    ("f\"{tf.constant('a')}\"", "str \"b'a'\""),
    ('f"{tf.constant(True)}"', "str 'True'"),
    ('f"{tf.constant([1.,2.]):.2f}"', "!TypeError"),
    ('f"{tf.constant([1.]):.2f}"', "!TypeError"),
    ('f"{tf.constant([1.]):>20}"', "!TypeError"),
    ('f"{tf.constant(3.0)!s}"', "str 'tf.Tensor(3.0, shape=(), dtype=float32)'"),
    ('"%s" % tf.constant(3.0)', "str 'tf.Tensor(3.0, shape=(), dtype=float32)'"),
    ('"%.2f" % tf.constant(3.0)', "str '3.00'"),
    ('"%d" % tf.constant(3)', "str '3'"),
    ('"%s" % tf.constant([1.,2.])', "str 'tf.Tensor([1. 2.], shape=(2,), dtype=float32)'"),
    ('"{}".format(tf.constant([1]))', "str '[1]'"),
    ('{"a": tf.constant(1.0)}', "{'a': <tf.Tensor: shape=(), dtype=float32, numpy=1.0>}"),
    ("tf.constant(1.0).shape", "TensorShape([])"),
    ("tf.constant(1.0).dtype", "tf.float32"),
    ("str(tf.float32), repr(tf.float32)", "tuple[str \"<dtype: 'float32'>\", str 'tf.float32']"),
    ("tf.constant([1.,2.]).numpy()", "ndarray float32 array([1., 2.], dtype=float32) w=True"),
    ("tf.constant(1.).numpy()", "np.float32 np.float32(1.0)"),
    ('tf.constant("a").numpy()', "bytes b'a'"),
    ('tf.constant(["a"]).numpy()', "ndarray object array([b'a'], dtype=object) w=True"),
    ("tf.constant(True).numpy()", "np.bool np.True_"),
    ("tf.constant(1.).device", "str '/job:localhost/replica:0/task:0/device:CPU:0'"),
    ("tf.constant(1.).backing_device", "str '/job:localhost/replica:0/task:0/device:CPU:0'"),
    ("tf.constant(1.).ndim", "int 0"),
    ("tf.constant([1.]).get_shape()", "TensorShape([1])"),
    ("tf.constant([1.]).set_shape([1])", "NoneType None"),
    ("tf.constant([1.]).set_shape([2])", "!ValueError"),
    ("tf.constant([1.]).value_index", "!AttributeError"),
    ("tf.constant([1.]).name", "!AttributeError"),
    ("tf.constant([1.]).op", "!AttributeError"),
    ("tf.constant([1.]).graph", "!AttributeError"),
    ("tf.constant([1.]).itemsize", "!AttributeError"),
    ("tf.constant([1.]).is_tensor", "!AttributeError"),
    ("tf.Tensor(1)", "!TypeError"),
    ("type(tf.constant(1.))(1)", "!TypeError"),
    ("x=tf.constant(1.) ;; x.foo=3 ;; x.foo", "int 3"),
    ("bytes(tf.constant(3))", "bytes b'\\x00\\x00\\x00'"),
    ("divmod(tf.constant(3),2)", "!TypeError"),
    ("+tf.constant(3)", "!TypeError"),
    (
        "V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[0]",
        "<tf.Tensor: shape=(3,), dtype=float32, numpy=array([1., 2., 3.], dtype=float32)>",
    ),
    (
        "V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[-1, -1]",
        "<tf.Tensor: shape=(), dtype=float32, numpy=6.0>",
    ),
    (
        "V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[..., 0]",
        "<tf.Tensor: shape=(2,), dtype=float32, numpy=array([1., 4.], dtype=float32)>",
    ),
    ("V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[tf.newaxis, 0].shape", "TensorShape([1, 3])"),
    ("V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[0, ..., None].shape", "TensorShape([3, 1])"),
    (
        "V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[tf.constant(1)]",
        "<tf.Tensor: shape=(3,), dtype=float32, numpy=array([4., 5., 6.], dtype=float32)>",
    ),
    (
        "V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[tf.constant(0):tf.constant(1)]",
        "<tf.Tensor: shape=(1, 3), dtype=float32, numpy=array([[1., 2., 3.]], dtype=float32)>",
    ),
    (
        "V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[np.int64(1)]",
        "<tf.Tensor: shape=(3,), dtype=float32, numpy=array([4., 5., 6.], dtype=float32)>",
    ),
    (
        "V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[np.array(1)]",
        "<tf.Tensor: shape=(3,), dtype=float32, numpy=array([4., 5., 6.], dtype=float32)>",
    ),
    ("V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[tf.constant(1,tf.uint8)]", "!TypeError"),
    (
        "V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[[0, 1]]",
        "<tf.Tensor: shape=(), dtype=float32, numpy=2.0>",
    ),
    ("V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[5]", "!InvalidArgumentError"),
    ("V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[0, 3]", "!InvalidArgumentError"),
    ("V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[-3]", "!InvalidArgumentError"),
    ("V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[0, 0, 0]", "!InvalidArgumentError"),
    ("V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[1.0]", "!TypeError"),
    ('V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V["a"]', "!TypeError"),
    ("V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[tf.constant([0,1])]", "!TypeError"),
    ("V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[np.array([0,1])]", "!TypeError"),
    ("V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[tf.constant(1.)]", "!TypeError"),
    ("V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[..., ...]", "!InvalidArgumentError"),
    ("V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[::0]", "!InvalidArgumentError"),
    ('V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V["a":]', "!TypeError"),
    ("V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[1.5:]", "!TypeError"),
    ("V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[{}]", "!TypeError"),
    (
        "V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[V > 2]",
        "<tf.Tensor: shape=(4,), dtype=float32, numpy=array([3., 4., 5., 6.], dtype=float32)>",
    ),
    (
        "V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[tf.constant([True, False])]",
        "<tf.Tensor: shape=(1, 3), dtype=float32, numpy=array([[1., 2., 3.]], dtype=float32)>",
    ),
    (
        "V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[np.array([True, False])]",
        "<tf.Tensor: shape=(1, 3), dtype=float32, numpy=array([[1., 2., 3.]], dtype=float32)>",
    ),
    (
        "V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[tf.constant([True, False, True])]",
        "!ValueError",
    ),
    ("V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[tf.constant(True)]", "!ValueError"),
    (
        "V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[5:9]",
        "<tf.Tensor: shape=(0, 3), dtype=float32, numpy=array([], shape=(0, 3), dtype=float32)>",
    ),
    ("V=tf.constant([[1.,2.,3.],[4.,5.,6.]]) ;; V[2**40]", "!InvalidArgumentError"),
    ("tf.constant(1.)[0]", "!InvalidArgumentError"),
    ("tf.constant(1.)[...]", "<tf.Tensor: shape=(), dtype=float32, numpy=1.0>"),
    ('tf.constant("abc")[0]', "!InvalidArgumentError"),
    ("bool(tf.constant([]))", "bool False"),
    ("bool(tf.constant([1,2]))", "!ValueError"),
    (
        "int(tf.constant(1.7)), float(tf.constant(2)), complex(tf.constant(2.))",
        "tuple[int 1, float 2.0, complex (2+0j)]",
    ),
    ("int(tf.constant([1]))", "!TypeError"),
    ("float(tf.constant([1.]))", "!TypeError"),
    ('float(tf.constant("a"))', "!ValueError"),
    ('float(tf.constant("1.5"))', "float 1.5"),
    ('int(tf.constant(float("nan")))', "!ValueError"),
    ("float(tf.constant(1j))", "float 0.0"),
    ("operator.index(tf.constant(3))", "int 3"),
    ("operator.index(tf.constant([3]))", "!TypeError"),
    (
        "list(range(tf.constant(3))), [1,2,3][tf.constant(1)]",
        "tuple[list[int 0, int 1, int 2], int 2]",
    ),
    ("len(tf.constant([1,2])), len(tf.zeros([0,3]))", "tuple[int 2, int 0]"),
    ("len(tf.constant(1))", "!TypeError"),
    ("list(tf.constant(1))", "!TypeError"),
    ("list(tf.zeros([0,3]))", "list[]"),
    ("a,b=tf.constant([1,2]) ;; a", "<tf.Tensor: shape=(), dtype=int32, numpy=1>"),
    ("1 in tf.constant([1,2]), 3 in tf.constant([1,2])", "tuple[bool True, bool False]"),
    ("1 in tf.constant(1)", "!TypeError"),
    ('"a" in tf.constant(["a"])', "bool True"),
    ('"a" in tf.constant([1.])', "!TypeError"),
    ("hash(tf.constant(1))", "!TypeError"),
    ("{tf.constant(1): 1}", "!TypeError"),
    (
        "tf.constant(1) == None, tf.constant(1) != None, None == tf.constant([1,2])",
        "tuple[bool False, bool True, bool False]",
    ),
    (
        "tf.constant([1,2]) == [1,3]",
        "<tf.Tensor: shape=(2,), dtype=bool, numpy=array([ True, False])>",
    ),
    ("tf.constant([1,2]) == [1,2,3]", "<tf.Tensor: shape=(), dtype=bool, numpy=False>"),
    ("tf.constant([1,2]) != tf.constant([1,2,3])", "<tf.Tensor: shape=(), dtype=bool, numpy=True>"),
    ('tf.constant([1,2]) == "a"', "!TypeError"),
    ("tf.constant([1,2]) == 1.5", "!TypeError"),
    (
        'tf.constant([1.,float("nan")]) == tf.constant([1.,float("nan")])',
        "<tf.Tensor: shape=(2,), dtype=bool, numpy=array([ True, False])>",
    ),
    ("1. < tf.constant(2.) < 3.", "<tf.Tensor: shape=(), dtype=bool, numpy=True>"),
    ("not tf.constant(1.)", "bool False"),
    (
        "pickle.loads(pickle.dumps(tf.constant([1.,2.])))",
        "<tf.Tensor: shape=(2,), dtype=float32, numpy=array([1., 2.], dtype=float32)>",
    ),
    (
        'pickle.loads(pickle.dumps(tf.constant("a")))',
        "<tf.Tensor: shape=(), dtype=string, numpy=b'a'>",
    ),
    ("x=tf.constant([1.]) ;; copy.deepcopy(x) is x", "bool True"),
    ("np.asarray(tf.constant([1.,2.])).flags.writeable", "bool False"),
    ("np.array(tf.constant([1.,2.])).flags.writeable", "bool True"),
    ("np.array(tf.constant([1.,2.]), np.float64)", "ndarray float64 array([1., 2.]) w=True"),
    (
        "np.asarray(tf.constant([1.,2.]), dtype=np.int32)",
        "ndarray int32 array([1, 2], dtype=int32) w=True",
    ),
    ('np.asarray(tf.constant("a"))', "ndarray object array(b'a', dtype=object) w=False"),
    ("np.sin(tf.constant([0.]))", "ndarray float32 array([0.], dtype=float32) w=True"),
    (
        "np.add(tf.constant([1.]), tf.constant([2.]))",
        "ndarray float32 array([3.], dtype=float32) w=True",
    ),
    (
        "np.array([1.,2.])*tf.constant([1.,2.])",
        "<tf.Tensor: shape=(2,), dtype=float32, numpy=array([1., 4.], dtype=float32)>",
    ),
    ("np.float32(2)*tf.constant(1.)", "<tf.Tensor: shape=(), dtype=float32, numpy=2.0>"),
    ("np.mean(tf.constant([1.,3.]))", "np.float32 np.float32(2.0)"),
    (
        "np.stack([tf.constant([1.]),tf.constant([2.])])",
        "ndarray float32 array([[1.],\n       [2.]], dtype=float32) w=True",
    ),
    (
        "x=tf.constant([1.,2.]) ;; n=x.numpy() ;; n.__setitem__(0,9.) ;; x",
        "<tf.Tensor: shape=(2,), dtype=float32, numpy=array([1., 2.], dtype=float32)>",
    ),
    (
        "n=np.array([1.,2.]) ;; x=tf.constant(n) ;; n.__setitem__(0,9.) ;; x",
        "<tf.Tensor: shape=(2,), dtype=float64, numpy=array([1., 2.])>",
    ),
    (
        "n=np.array([1.,2.]) ;; x=tf.convert_to_tensor(n) ;; n.__setitem__(0,9.) ;; x",
        "<tf.Tensor: shape=(2,), dtype=float64, numpy=array([1., 2.])>",
    ),
    ("tf.constant(1) // 0", "!InvalidArgumentError"),
    ("tf.constant(1) % 0", "!InvalidArgumentError"),
    ("tf.constant(2) ** -1", "!InvalidArgumentError"),
    ("tf.constant([2,3]) ** tf.constant([1,-1])", "!InvalidArgumentError"),
    ("tf.constant(1.) / 0", "<tf.Tensor: shape=(), dtype=float32, numpy=inf>"),
    ("tf.constant(1) / 0", "<tf.Tensor: shape=(), dtype=float64, numpy=inf>"),
    ("tf.constant(2**31-1) + 1", "<tf.Tensor: shape=(), dtype=int32, numpy=-2147483648>"),
    ("tf.constant(250,tf.uint8) + 10", "<tf.Tensor: shape=(), dtype=uint8, numpy=4>"),
    ("-tf.constant(True)", "!InvalidArgumentError"),
    ('-tf.constant("a")', "!InvalidArgumentError"),
    ('abs(tf.constant("a"))', "!InvalidArgumentError"),
    ("~tf.constant([1.])", "!InvalidArgumentError"),
    ("tf.constant([1.,2.]) + tf.constant([1.,2.,3.])", "!InvalidArgumentError"),
    (
        "tf.constant([[1.]]) @ tf.constant([[1.,2.]])",
        "<tf.Tensor: shape=(1, 2), dtype=float32, numpy=array([[1., 2.]], dtype=float32)>",
    ),
    ("tf.constant([1.]) @ tf.constant([1.])", "!InvalidArgumentError"),
    ("tf.zeros([2,2]) @ tf.zeros([3,3])", "!InvalidArgumentError"),
    ("x=tf.constant(1.) ;; tf.constant(x) is x", "bool True"),
    ("x=tf.constant(1.) ;; tf.convert_to_tensor(x) is x", "bool True"),
    ("x=tf.constant(1.) ;; tf.cast(x, tf.float32) is x", "bool True"),
    ("tf.add(tf.constant([1]), 1.5)", "!InvalidArgumentError"),
    ("tf.constant([1]) + 1.5", "!InvalidArgumentError"),
    ("tf.subtract(tf.constant([1]), 1.5)", "!TypeError"),
    ("tf.subtract(1.5, tf.constant([1]))", "!TypeError"),
    ("tf.multiply(tf.constant([1]), 1.5)", "!TypeError"),
    ("tf.multiply(1.5,tf.constant([1]))", "!TypeError"),
    ("tf.maximum(tf.constant([1]), 1.5)", "!TypeError"),
    ("tf.maximum(1.5,tf.constant([1]))", "!TypeError"),
    ("tf.equal(tf.constant([1]), 1.5)", "!TypeError"),
    ("tf.equal(1.5,tf.constant([1]))", "!TypeError"),
    ("tf.less(tf.constant([1]), 1.5)", "!TypeError"),
    ("tf.less(1.5,tf.constant([1]))", "!TypeError"),
    ("tf.pow(tf.constant([1]), 1.5)", "!TypeError"),
    ("tf.pow(1.5,tf.constant([1]))", "!TypeError"),
    ("tf.divide(tf.constant([1]), 1.5)", "!TypeError"),
    ("tf.divide(1.5,tf.constant([1]))", "!TypeError"),
    ("tf.truediv(tf.constant([1]), 1.5)", "!TypeError"),
    ("tf.atan2(1j, tf.constant([1.]))", "!TypeError"),
    ("tf.math.floormod(tf.constant([1]), 1.5)", "!TypeError"),
    ("tf.math.squared_difference(tf.constant([1]), 1.5)", "!TypeError"),
    ("tf.math.squared_difference(1.5,tf.constant([1]))", "!TypeError"),
    ("tf.maximum(1,2.)", "!TypeError"),
    (
        "tf.maximum(tf.constant([1.]),np.array([2.]))",
        "<tf.Tensor: shape=(1,), dtype=float32, numpy=array([2.], dtype=float32)>",
    ),
    (
        "tf.maximum(np.array([2.]),tf.constant([1.]))",
        "<tf.Tensor: shape=(1,), dtype=float32, numpy=array([2.], dtype=float32)>",
    ),
    (
        "tf.add(tf.constant([1.]),np.array([2.]))",
        "<tf.Tensor: shape=(1,), dtype=float32, numpy=array([3.], dtype=float32)>",
    ),
    ("tf.pow(tf.constant([2],tf.uint8), 2)", "!InvalidArgumentError"),
    ("tf.pow(tf.constant([2],tf.uint16), tf.constant([2],tf.uint16))", "!InvalidArgumentError"),
    (
        "tf.pow(tf.constant([2],tf.int8), tf.constant([2],tf.int8))",
        "<tf.Tensor: shape=(1,), dtype=int8, numpy=array([4], dtype=int8)>",
    ),
    (
        "tf.pow(tf.constant([2],tf.int16), tf.constant([2],tf.int16))",
        "<tf.Tensor: shape=(1,), dtype=int16, numpy=array([4], dtype=int16)>",
    ),
]


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize(("program", "expected"), CASES, ids=[p for p, _ in CASES])
def test_as_tensorflow(program: str, expected: str) -> None:
    check(program, expected)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int64", "float16", "float32", "complex64"])
@pytest.mark.parametrize("shape", [(), (3,), (0, 2), (2, 2)])
def test_other_libraries_take_a_copy_by_dlpack(dtype: str, shape: tuple[int, ...]) -> None:
    x = tf.cast(tf.ones(shape), dtype)
    for value in (x, tf.Variable(x)):
        assert value.__dlpack_device__() == (1, 0)
        assert not hasattr(value, "__array_namespace__")  # the names are TensorFlow's
        array = np.from_dlpack(value)
        assert array.dtype == dtype
        assert np.array_equal(array, np.ones(shape))
        if array.size and array.flags.writeable:
            array[...] = 0
    assert np.all(x.numpy())


def test_text_is_not_exchanged() -> None:
    with pytest.raises((BufferError, TypeError)):
        np.from_dlpack(tf.constant("a"))


def test_approximately_equal() -> None:
    x = tf.constant([1.0, 2.0])
    assert x == pytest.approx([1, 2])
    assert x == pytest.approx(np.array([1.0, 2.0 + 1e-9]))
    assert x != pytest.approx([1, 2.1])
    assert pytest.approx(2.0) == x[1]
    assert tf.Variable(1.0) == pytest.approx(1.0)
    assert tf.constant(1.0) != pytest.approx(1.1)
    with pytest.raises((TypeError, ValueError)):
        _ = x == object()
