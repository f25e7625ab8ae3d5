"""Variables and indexed slices: names, values, changes, copies, refusals.

Each case is a program and what TensorFlow 2.21 prints for it, or the type of its exception.
"""

from __future__ import annotations

import numpy as np
import pytest

import gradtape as tf
from tests.core.support.agreement import check

CASES = [
    ("tf.Variable(3.0)", "<tf.Variable 'Variable:0' shape=() dtype=float32, numpy=3.0>"),
    ('tf.Variable(3.0, name="x")', "<tf.Variable 'x:0' shape=() dtype=float32, numpy=3.0>"),
    (
        'tf.Variable([1.,2.], name="x")',
        "<tf.Variable 'x:0' shape=(2,) dtype=float32, numpy=array([1., 2.], dtype=float32)>",
    ),
    ('tf.Variable("a")', "<tf.Variable 'Variable:0' shape=() dtype=string, numpy=b'a'>"),
    ("tf.Variable(True)", "<tf.Variable 'Variable:0' shape=() dtype=bool, numpy=True>"),
    ("tf.Variable(1+2j)", "<tf.Variable 'Variable:0' shape=() dtype=complex128, numpy=(1+2j)>"),
    (
        "tf.Variable([])",
        "<tf.Variable 'Variable:0' shape=(0,) dtype=float32, numpy=array([], dtype=float32)>",
    ),
    ('tf.Variable(float("nan"))', "<tf.Variable 'Variable:0' shape=() dtype=float32, numpy=nan>"),
    (
        "tf.Variable(0.1, dtype=tf.float16)",
        "<tf.Variable 'Variable:0' shape=() dtype=float16, numpy=0.0999755859375>",
    ),
    (
        "str(tf.Variable(3.0))",
        "str \"<tf.Variable 'Variable:0' shape=() dtype=float32, numpy=3.0>\"",
    ),
    (
        'f"{tf.Variable(3.0)}"',
        "str \"<tf.Variable 'Variable:0' shape=() dtype=float32, numpy=3.0>\"",
    ),
    ('f"{tf.Variable(3.0):.2f}"', "!TypeError"),
    (
        '"%s" % tf.Variable(3.0)',
        "str \"<tf.Variable 'Variable:0' shape=() dtype=float32, numpy=3.0>\"",
    ),
    ('"%.2f" % tf.Variable(3.0)', "str '3.00'"),
    (
        "type(tf.constant(1.)).__name__, type(tf.Variable(1.)).__name__",
        "tuple[str 'EagerTensor', str 'ResourceVariable']",
    ),
    ("hash(tf.Variable(1))", "!TypeError"),
    (
        "tf.constant([1.,2.]) == tf.Variable([1.,2.])",
        "<tf.Tensor: shape=(2,), dtype=bool, numpy=array([ True,  True])>",
    ),
    (
        "n=np.array([1.,2.]) ;; x=tf.Variable(n) ;; n.__setitem__(0,9.) ;; x",
        "<tf.Variable 'Variable:0' shape=(2,) dtype=float64, numpy=array([1., 2.])>",
    ),
    (
        'tf.Variable(1., name="x").name, tf.Variable(1.).name, tf.Variable(1., name="a/b").name',
        "tuple[str 'x:0', str 'Variable:0', str 'a/b:0']",
    ),
    ("tf.Variable()", "!ValueError"),
    ("tf.Variable(None)", "!ValueError"),
    ("tf.Variable(lambda: 2.)", "<tf.Variable 'Variable:0' shape=() dtype=float32, numpy=2.0>"),
    (
        "tf.Variable(lambda: 2, dtype=tf.float64)",
        "<tf.Variable 'Variable:0' shape=() dtype=float64, numpy=2.0>",
    ),
    ("tf.Variable(lambda x: x)", "!TypeError"),
    ("tf.Variable(tf.constant(1), dtype=tf.float32)", "!ValueError"),
    (
        "tf.Variable(np.array([1.5]), dtype=tf.float32)",
        "<tf.Variable 'Variable:0' shape=(1,) dtype=float32, numpy=array([1.5], dtype=float32)>",
    ),
    (
        "tf.Variable([1,2], shape=[2])",
        "<tf.Variable 'Variable:0' shape=(2,) dtype=int32, numpy=array([1, 2], dtype=int32)>",
    ),
    ("tf.Variable([1,2], shape=[3])", "!ValueError"),
    ("tf.Variable([1,2], shape=tf.TensorShape(None)).shape", "TensorShape(None)"),
    ("v=tf.Variable([1,2], shape=[None]) ;; v.assign([[1]])", "!ValueError"),
    (
        "tf.Variable(1).trainable, tf.Variable(1., trainable=False).trainable",
        "tuple[bool True, bool False]",
    ),
    ('v=tf.Variable(1.) ;; setattr(v,"trainable",False)', "!AttributeError"),
    ("tf.Variable(1., trainable=None).trainable", "bool True"),
    ("tf.Variable(1., constraint=5)", "!ValueError"),
    ("tf.Variable(1., constraint=lambda x: x).constraint is None", "bool False"),
    ("v=tf.Variable([1.,2.]) ;; v.assign([3.,4.], read_value=False)", "NoneType None"),
    ("v=tf.Variable([1.,2.]) ;; v.assign_sub([3.,4.], read_value=False)", "NoneType None"),
    ("v=tf.Variable([1.,2.]) ;; v.assign(1.)", "!ValueError"),
    ("v=tf.Variable([1.,2.]) ;; v.assign([1.,2.,3.])", "!ValueError"),
    ("v=tf.Variable([1.,2.]) ;; v.assign_add(1.)", "!InvalidArgumentError"),
    ("v=tf.Variable([1.,2.]) ;; v.assign_sub([1.,2.,3.])", "!InvalidArgumentError"),
    ("v=tf.Variable([1.,2.]) ;; v.assign(tf.constant([1,2]))", "!ValueError"),
    ("v=tf.Variable([1,2]) ;; v.assign([1.,2.])", "!TypeError"),
    ("v=tf.Variable([1,2]) ;; v.assign_add([1.,2.])", "!TypeError"),
    (
        "v=tf.Variable([1,2]) ;; v.assign(np.array([1.5,2.5])) ;; v",
        "<tf.Variable 'Variable:0' shape=(2,) dtype=int32, numpy=array([1, 2], dtype=int32)>",
    ),
    ('v=tf.Variable([1.,2.]) ;; v.assign("a")', "!TypeError"),
    ("v=tf.Variable([1.,2.]) ;; v.assign(None)", "!ValueError"),
    ("v=tf.Variable([1.,2.]) ;; v.assign([[1],[2,3]])", "!ValueError"),
    ("v=tf.Variable([True]) ;; v.assign_add([True])", "!InvalidArgumentError"),
    ('v=tf.Variable(["a"]) ;; v.assign_add(["b"]) ;; v', "!InvalidArgumentError"),
    ("v=tf.Variable([1.,2.,3.]) ;; v[1:].assign([1.,2.,3.])", "!InvalidArgumentError"),
    ("v=tf.Variable([1.,2.,3.]) ;; v[5].assign(1.)", "!InvalidArgumentError"),
    ('v=tf.Variable([1.,2.,3.]) ;; v[0].assign("a")', "!TypeError"),
    ("v=tf.Variable([1.,2.,3.]) ;; v.scatter_add([1.])", "!TypeError"),
    (
        "v=tf.Variable([1.,2.,3.]) ;; v.sparse_read([2,0])",
        "<tf.Tensor: shape=(2,), dtype=float32, numpy=array([3., 1.], dtype=float32)>",
    ),
    (
        "v=tf.Variable([1.,2.,3.]) ;; v.gather_nd([[2]])",
        "<tf.Tensor: shape=(1,), dtype=float32, numpy=array([3.], dtype=float32)>",
    ),
    ("v=tf.Variable([1.,2.]) ;; v.initial_value", "!RuntimeError"),
    ("v=tf.Variable([1.,2.]) ;; v.eval()", "!RuntimeError"),
    ("v=tf.Variable([1.,2.]) ;; v.op", "!AttributeError"),
    ("v=tf.Variable([1.,2.]) ;; v.graph", "!AttributeError"),
    (
        "v=tf.Variable([1.,2.]) ;; v.handle is None, v.initializer, v.device",
        "tuple[bool False, NoneType None, str '/job:localhost/replica:0/task:0/device:CPU:0']",
    ),
    (
        "v=tf.Variable([1.,2.]) ;; v.is_initialized()",
        "<tf.Tensor: shape=(), dtype=bool, numpy=True>",
    ),
    ("v=tf.Variable([1.,2.]) ;; v.ref().deref() is v", "bool True"),
    ("v=tf.Variable([1.,2.]) ;; len(v)", "!TypeError"),
    (
        "v=tf.Variable([1.,2.]) ;; v == [1.,3.]",
        "<tf.Tensor: shape=(2,), dtype=bool, numpy=array([ True, False])>",
    ),
    ("v=tf.Variable(2.) ;; float(v), int(v), bool(v)", "tuple[float 2.0, int 2, bool True]"),
    ("v=tf.Variable(2.) ;; tf.convert_to_tensor(v, tf.float64)", "!ValueError"),
    (
        "v=tf.Variable([1.]) ;; v.assign([2.]).assign([3.]) ;; v",
        "<tf.Variable 'Variable:0' shape=(1,) dtype=float32, numpy=array([3.], dtype=float32)>",
    ),
    ('tf.Variable("a", dtype=tf.float32)', "!TypeError"),
    ("tf.Variable([[1],[2,3]])", "!ValueError"),
    ("tf.Variable({})", "!ValueError"),
    ('tf.Variable(1., dtype="foo")', "!TypeError"),
    (
        "s=tf.IndexedSlices(tf.constant([[1.,2.]]),tf.constant([1])) ;; tf.convert_to_tensor(s)",
        "!ValueError",
    ),
    (
        "s=tf.IndexedSlices(tf.constant([[1.,2.]]),tf.constant([1])) ;; (-s).values",
        "<tf.Tensor: shape=(1, 2), dtype=float32, numpy=array([[-1., -2.]], dtype=float32)>",
    ),
    (
        "s=tf.IndexedSlices(tf.constant([[1.,2.]]),tf.constant([1]),tf.constant([3,2])) ;; s+1",
        "!TypeError",
    ),
    (
        "s=tf.IndexedSlices(tf.constant([[1.,2.]]),tf.constant([1]),tf.constant([3,2])) ;; s*2.",
        "!TypeError",
    ),
    ("tf.constant(tf.Variable(1.))", "<tf.Tensor: shape=(), dtype=float32, numpy=1.0>"),
    (
        "tf.cast(tf.IndexedSlices(tf.constant([1.]), tf.constant([0])), tf.float64).dtype",
        "tf.float64",
    ),
    ("tf.convert_to_tensor(tf.Variable(1.), tf.float64)", "!ValueError"),
]


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize(("program", "expected"), CASES, ids=[p for p, _ in CASES])
def test_as_tensorflow(program: str, expected: str) -> None:
    check(program, expected)


def test_how_copies_are_joined() -> None:
    mode, joined = tf.VariableSynchronization, tf.VariableAggregation
    for one in mode:
        v = tf.Variable(1.0, synchronization=one)
        assert v.synchronization is one
        assert v.trainable is (one is not mode.ON_READ)
    v = tf.Variable(1.0, synchronization=mode.ON_READ, trainable=True, aggregation=joined.SUM)
    assert v.trainable
    assert v.aggregation is joined.SUM
    assert tf.Variable(1.0).synchronization is mode.AUTO
    assert not tf.Variable(1.0, synchronization=3).trainable
    for option in ("synchronization", "aggregation"):
        with pytest.raises(ValueError, match=f"Invalid variable {option} mode"):
            tf.Variable(1.0, **{option: "ON_READ"})


def test_value_is_tensorflows_method_and_keras_property() -> None:
    v = tf.Variable([1.0, 2.0], name="v")
    assert type(v.value()).__name__ == "EagerTensor" and v.value().numpy().tolist() == [1.0, 2.0]
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(v.value * v.value) + tf.reduce_sum(v.value())
    assert tape.gradient(y, v).numpy().tolist() == [3.0, 5.0]
    assert (v.value.shape, v.value.dtype, v.value.name) == (v.shape, v.dtype, v.name)
    v.value.assign([3.0, 4.0])
    assert v.numpy().tolist() == [3.0, 4.0]
    assert tf.convert_to_tensor(v.value).numpy().tolist() == [3.0, 4.0]
    assert np.asarray(v.value).tolist() == [3.0, 4.0]


@pytest.mark.parametrize("dtype", ["int8", "int32", "int64"])
def test_integers_are_divided_as_integers(dtype: str) -> None:
    ends = np.iinfo(dtype)
    v = tf.Variable(np.array([ends.max, 7, ends.min, 9], dtype))
    by = tf.constant([1, -2, 3, -2], dtype)
    v.scatter_div(tf.IndexedSlices(by, tf.constant([0, 1, 2, 1])))
    assert v.numpy().tolist() == [ends.max, 1, -(-int(ends.min) // 3), 9]


def test_complex_numbers_have_no_extremum_in_a_variable() -> None:
    one = tf.IndexedSlices(tf.constant([1j], tf.complex64), tf.constant([0]))
    for name in ("scatter_max", "scatter_min"):
        with pytest.raises(tf.errors.InvalidArgumentError, match="no order"):
            getattr(tf.Variable(one.values), name)(one)


def test_rows_for_no_indices_are_refused_and_no_rows_are_none() -> None:
    for name in ("add", "sub", "mul", "div", "max", "min", "update"):
        v = tf.Variable([1.0])
        with pytest.raises(tf.errors.InvalidArgumentError, match="nothing was changed"):
            rows = tf.IndexedSlices(tf.ones((1, 1)), tf.zeros((0,), tf.int32))
            getattr(v, f"scatter_{name}")(rows)
    nothing = tf.Variable(tf.zeros((1, 0)))
    assert nothing.scatter_nd_add(tf.zeros((0, 1), tf.int32), tf.zeros((0, 0))).shape == (1, 0)
