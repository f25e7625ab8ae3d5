"""What Python does, and what comes back."""

from __future__ import annotations

from typing import Any

from tests.core.tracing.rules.rule import rule


@rule
def side_effects_once(tf: Any) -> Any:
    log = []

    @tf.function
    def f(x: Any) -> Any:
        log.append("ran")
        return x + 1.0

    return [f(tf.constant(1.0)), f(tf.constant(2.0)), log]


@rule
def a_python_counter(tf: Any) -> Any:
    count = [0]

    @tf.function
    def f(x: Any) -> Any:
        count[0] += 1
        return x + float(count[0])

    return [f(tf.constant(0.0)), f(tf.constant(0.0)), count]


@rule
def a_global_is_read_when_traced(tf: Any) -> Any:
    scale = [2.0]
    f = tf.function(lambda x: x * scale[0])
    first = f(tf.constant(1.0))
    scale[0] = 5.0
    return [first, f(tf.constant(1.0)), f(tf.constant([1.0]))]


@rule
def a_captured_tensor_is_kept(tf: Any) -> Any:
    held = [tf.constant(2.0)]
    f = tf.function(lambda x: x * held[0])
    first = f(tf.constant(1.0))
    held[0] = tf.constant(5.0)
    return [first, f(tf.constant(1.0))]


@rule
def python_loops_unroll(tf: Any) -> Any:
    log = []

    @tf.function
    def f(x: Any, n: int) -> Any:
        for k in range(n):
            log.append(k)
            x = x * 2.0
        return x

    return [f(tf.constant(1.0), 3), f(tf.constant(2.0), 3), log]


@rule
def executing_eagerly_inside(tf: Any) -> Any:
    return tf.function(lambda: tf.executing_eagerly())()


@rule
def run_functions_eagerly(tf: Any) -> Any:
    log = []

    @tf.function
    def f(x: Any) -> Any:
        log.append(1)
        return x

    tf.config.run_functions_eagerly(True)
    try:
        f(tf.constant(1.0))
        f(tf.constant(1.0))
        state = tf.config.functions_run_eagerly()
    finally:
        tf.config.run_functions_eagerly(False)
    f(tf.constant(1.0))
    f(tf.constant(1.0))
    return [len(log), state]


@rule
def the_python_function(tf: Any) -> Any:
    f = tf.function(lambda x: x + 1)
    return f.python_function(1)


@rule
def a_leaked_tensor(tf: Any) -> Any:
    leaked = []

    @tf.function
    def f(x: Any) -> Any:
        leaked.append(x + 1.0)
        return x

    f(tf.constant(1.0))
    return leaked[0] * 2.0


@rule
def an_error_while_tracing(tf: Any) -> Any:
    @tf.function
    def f(x: Any) -> Any:
        raise KeyError("mine")

    return f(tf.constant(1.0))


@rule
def structures_come_back(tf: Any) -> Any:
    f = tf.function(lambda x: {"a": [x, (x + 1.0, None)], "b": 3})
    return [f(tf.constant(1.0)), f(tf.constant(5.0))]


@rule
def a_number_comes_back_as_a_tensor(tf: Any) -> Any:
    y = tf.function(lambda: 2.5)()
    return [y, str(y.dtype)]


@rule
def none_comes_back(tf: Any) -> Any:
    return tf.function(lambda x: None)(tf.constant(1.0))


@rule
def text_comes_back_as_a_tensor(tf: Any) -> Any:
    return tf.function(lambda: "text")()


@rule
def a_variable_comes_back_as_its_value(tf: Any) -> Any:
    v = tf.Variable(3.0)
    y = tf.function(lambda: v)()
    v.assign(4.0)
    return y


@rule
def an_object_does_not_come_back(tf: Any) -> Any:
    return tf.function(lambda: object())()


@rule
def an_argument_comes_back(tf: Any) -> Any:
    f = tf.function(lambda x: (x, x))
    return [f(tf.constant(1.0)), f(tf.constant(2.0))]
