"""When a function is traced anew."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.core.tracing.rules.rule import rule, traces


@rule
def same_shape_and_dtype(tf: Any) -> Any:
    return traces(tf, [(tf.constant([1.0, 2.0]),), (tf.constant([3.0, 4.0]),)])


@rule
def another_shape(tf: Any) -> Any:
    return traces(tf, [(tf.zeros([2]),), (tf.zeros([3]),), (tf.zeros([2]),)])


@rule
def another_dtype(tf: Any) -> Any:
    return traces(tf, [(tf.constant(1.0),), (tf.constant(1),), (tf.constant(2.0),)])


@rule
def another_rank(tf: Any) -> Any:
    return traces(tf, [(tf.zeros([1]),), (tf.zeros([1, 1]),), (tf.zeros([]),)])


@rule
def python_numbers_by_value(tf: Any) -> Any:
    return traces(tf, [(1,), (2,), (1,), (3,)])


@rule
def strings_by_value(tf: Any) -> Any:
    return traces(tf, [("a",), ("b",), ("a",)])


@rule
def none_is_a_value(tf: Any) -> Any:
    return traces(tf, [(None,), (None,)])


@rule
def an_int_is_no_float(tf: Any) -> Any:
    return traces(tf, [(1,), (1.0,)])


@rule
def truth_is_no_int(tf: Any) -> Any:
    return traces(tf, [(1,), (True,)])


@rule
def numpy_arrays_are_tensors(tf: Any) -> Any:
    return traces(tf, [(np.ones(2, "float32"),), (np.zeros(2, "float32"),), (tf.zeros([2]),)])


@rule
def numpy_scalars_are_tensors(tf: Any) -> Any:
    return traces(tf, [(np.float32(1),), (np.float32(2),), (np.int64(1),), (np.int64(2),)])


@rule
def lists_by_structure(tf: Any) -> Any:
    a, b = tf.constant(1.0), tf.constant(2.0)
    return traces(tf, [([a, b],), ([b, a],), ([a],), ((a, b),)])


@rule
def dictionaries_by_structure(tf: Any) -> Any:
    a, b = tf.constant(1.0), tf.constant(2.0)
    return traces(tf, [({"a": a},), ({"a": b},), ({"b": a},), ({"a": a, "b": b},)])


@rule
def numbers_in_structures(tf: Any) -> Any:
    return traces(tf, [({"a": 1},), ({"a": 2},), ([1, 2],), ([1, 2],)])


@rule
def objects_by_identity(tf: Any) -> Any:
    class Thing:
        pass

    a, b = Thing(), Thing()
    return traces(tf, [(a,), (b,), (a,)])


@rule
def functions_by_identity(tf: Any) -> Any:
    def f() -> None: ...
    def g() -> None: ...

    return traces(tf, [(f,), (g,), (f,)])


@rule
def variables_by_shape(tf: Any) -> Any:
    a, b, c = tf.Variable(1.0), tf.Variable(2.0), tf.Variable([1.0])
    return traces(tf, [(a,), (b,), (c,)])


@rule
def one_variable_twice(tf: Any) -> Any:
    a, b = tf.Variable(1.0), tf.Variable(2.0)
    return traces(tf, [(a, a), (a, b), (b, a), (b, b)])


@rule
def a_variable_is_no_tensor(tf: Any) -> Any:
    return traces(tf, [(tf.Variable(1.0),), (tf.constant(1.0),)])


@rule
def keywords_and_defaults(tf: Any) -> Any:
    log = []

    @tf.function
    def f(x: Any, n: int = 2) -> Any:
        log.append(n)
        return x

    x = tf.constant(1.0)
    for call in (lambda: f(x), lambda: f(x, 2), lambda: f(x, n=2), lambda: f(x=x), lambda: f(x, 3)):
        call()
    return log


@rule
def keyword_order(tf: Any) -> Any:
    log = []

    @tf.function
    def f(**kwargs: Any) -> Any:
        log.append(sorted(kwargs))
        return kwargs["a"]

    f(a=tf.constant(1.0), b=tf.constant(2.0))
    f(b=tf.constant(1.0), a=tf.constant(2.0))
    return log


@rule
def reduce_retracing(tf: Any) -> Any:
    counts = traces(tf, [(tf.zeros([n]),) for n in range(1, 6)], reduce_retracing=True)
    return counts[1]


@rule
def reduce_retracing_keeps_dtypes(tf: Any) -> Any:
    calls = [(tf.zeros([1]),), (tf.zeros([2], tf.int32),), (tf.zeros([3]),), (tf.zeros([4]),)]
    return traces(tf, calls, reduce_retracing=True)[1]


@rule
def input_signature(tf: Any) -> Any:
    spec = [tf.TensorSpec([2], tf.float32)]
    f = tf.function(lambda x: x * 2, input_signature=spec)
    return [f(tf.constant([1.0, 2.0])), f([3.0, 4.0]), f.experimental_get_tracing_count()]


@rule
def input_signature_of_any_size(tf: Any) -> Any:
    f = tf.function(lambda x: x * 2, input_signature=[tf.TensorSpec([None], tf.float32)])
    return [f(tf.constant([1.0, 2.0])), f([3.0]), f.experimental_get_tracing_count()]


@rule
def input_signature_refuses_a_shape(tf: Any) -> Any:
    f = tf.function(lambda x: x * 2, input_signature=[tf.TensorSpec([2], tf.float32)])
    return f(tf.constant([1.0]))


@rule
def input_signature_refuses_a_dtype(tf: Any) -> Any:
    f = tf.function(lambda x: x * 2, input_signature=[tf.TensorSpec([2], tf.float32)])
    return f(tf.constant([1, 2]))


@rule
def a_missing_argument(tf: Any) -> Any:
    return tf.function(lambda x: x)()


@rule
def an_unknown_keyword(tf: Any) -> Any:
    return tf.function(lambda x: x)(tf.constant(1.0), y=2)
