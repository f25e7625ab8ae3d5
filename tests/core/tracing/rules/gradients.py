"""Gradients through functions, concrete functions, Python at run time."""

from __future__ import annotations

from typing import Any

from tests.core.tracing.rules.rule import rule


@rule
def a_tape_outside(tf: Any) -> Any:
    f = tf.function(lambda x: x * x * x)
    out = []
    for v in (2.0, 3.0):
        x = tf.Variable(v)
        with tf.GradientTape() as tape:
            y = f(x)
        out.append(tape.gradient(y, x))
    return out


@rule
def a_tape_inside(tf: Any) -> Any:
    @tf.function
    def f(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.sin(x) * x
        return tape.gradient(y, x)

    return [f(tf.constant(v)) for v in (1.0, 2.0)]


@rule
def a_captured_variable(tf: Any) -> Any:
    v = tf.Variable(3.0)
    f = tf.function(lambda x: x * v * v)
    f(tf.constant(1.0))
    with tf.GradientTape() as tape:
        y = f(tf.constant(2.0))
    return tape.gradient(y, v)


@rule
def a_captured_tensor(tf: Any) -> Any:
    c = tf.constant(3.0)
    f = tf.function(lambda x: x * c * c)
    f(tf.constant(1.0))
    with tf.GradientTape() as tape:
        tape.watch(c)
        y = f(tf.constant(2.0))
    return tape.gradient(y, c)


@rule
def second_order_through(tf: Any) -> Any:
    f = tf.function(lambda x: x**4)
    x = tf.Variable(2.0)
    out = []
    for _ in range(2):
        with tf.GradientTape() as outer:
            with tf.GradientTape() as tape:
                y = f(x)
            g = tape.gradient(y, x)
        out.append([g, outer.gradient(g, x)])
    return out


@rule
def a_jacobian_through(tf: Any) -> Any:
    f = tf.function(lambda x: x * x)
    x = tf.constant([1.0, 2.0])
    out = []
    for _ in range(2):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = f(x)
        out.append(tape.jacobian(y, x))
    return out


@rule
def forward_mode_through(tf: Any) -> Any:
    f = tf.function(lambda x: tf.exp(x) * x)
    x = tf.constant(1.0)
    out = []
    for _ in range(2):
        with tf.autodiff.ForwardAccumulator(x, tf.constant(2.0)) as acc:
            y = f(x)
        out.append(acc.jvp(y))
    return out


@rule
def a_gradient_that_is_none(tf: Any) -> Any:
    f = tf.function(lambda x, z: (x * 2.0, tf.stop_gradient(z)))
    x, z = tf.Variable(1.0), tf.Variable(2.0)
    out = []
    for _ in range(2):
        with tf.GradientTape() as tape:
            y, w = f(x, z)
            s = y + w
        out.append(tape.gradient(s, [x, z]))
    return out


@rule
def a_custom_gradient(tf: Any) -> Any:
    @tf.custom_gradient
    def clipped(x: Any) -> Any:
        return x * 1.0, lambda g: g * 100.0

    f = tf.function(lambda x: clipped(x) * 2.0)
    x = tf.Variable(1.0)
    out = []
    for _ in range(2):
        with tf.GradientTape() as tape:
            y = f(x)
        out.append(tape.gradient(y, x))
    return out


@rule
def a_training_step(tf: Any) -> Any:
    w, b = tf.Variable([[1.0], [2.0]]), tf.Variable([0.5])
    x, y = tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant([[1.0], [2.0]])

    @tf.function
    def step() -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x @ w + b - y) ** 2)
        for v, g in zip((w, b), tape.gradient(loss, (w, b)), strict=True):
            v.assign_sub(0.01 * g)
        return loss

    return [[step() for _ in range(4)], w, b]


@rule
def tf_gradients(tf: Any) -> Any:
    @tf.function
    def f(x: Any) -> Any:
        return tf.gradients(x * x * x, x)

    return [f(tf.constant(2.0)), f(tf.constant(3.0))]


@rule
def a_concrete_function(tf: Any) -> Any:
    f = tf.function(lambda x, n: x * n)
    concrete = f.get_concrete_function(tf.TensorSpec([None], tf.float32), 3)
    return [
        concrete(tf.constant([1.0, 2.0])),
        concrete(tf.constant([5.0])),
        f.experimental_get_tracing_count(),
    ]


@rule
def its_input_signature(tf: Any) -> Any:
    f = tf.function(lambda x, n: x * n)
    concrete = f.get_concrete_function(tf.TensorSpec([None, 2], tf.float32), 3)
    (spec, n), kwargs = concrete.structured_input_signature
    return [spec.shape.as_list(), str(spec.dtype), spec.name, n, kwargs]


@rule
def its_outputs(tf: Any) -> Any:
    f = tf.function(lambda x: {"a": x * 2.0, "b": tf.reduce_sum(x)})
    outputs = f.get_concrete_function(tf.TensorSpec([None, 2])).structured_outputs
    return {k: [v.shape.as_list(), str(v.dtype)] for k, v in outputs.items()}


@rule
def it_refuses_a_dtype(tf: Any) -> Any:
    f = tf.function(lambda x: x * 2)
    return f.get_concrete_function(tf.TensorSpec([1], tf.float32))(tf.constant([1]))


@rule
def it_refuses_another_python_value(tf: Any) -> Any:
    f = tf.function(lambda x, n: x * n)
    return f.get_concrete_function(tf.TensorSpec([1]), 3)(tf.constant([1.0]), 4)


@rule
def it_is_traced_at_once(tf: Any) -> Any:
    log = []
    f = tf.function(lambda x: log.append(1) or x)
    f.get_concrete_function(tf.TensorSpec([1]))
    before = len(log)
    f(tf.constant([1.0]))
    return [before, len(log)]


@rule
def it_changes_nothing_before_it_is_called(tf: Any) -> Any:
    v = tf.Variable(1.0)
    f = tf.function(lambda: v.assign_add(1.0))
    concrete = f.get_concrete_function()
    before = v.numpy()
    concrete()
    return [before, v]


@rule
def a_py_function(tf: Any) -> Any:
    log = []

    @tf.function
    def f(x: Any) -> Any:
        return tf.py_function(lambda v: log.append(float(v)) or v * 2.0, [x], tf.float32) + 1.0

    return [f(tf.constant(1.0)), f(tf.constant(2.0)), log]


@rule
def a_numpy_function(tf: Any) -> Any:
    log = []

    @tf.function
    def f(x: Any) -> Any:
        return tf.numpy_function(lambda v: log.append(1) or v * v, [x], tf.float32) + 1.0

    return [f(tf.constant(3.0)), f(tf.constant(2.0)), log]


@rule
def a_print_writes_on_every_call(tf: Any) -> Any:
    import os
    import tempfile

    handle, path = tempfile.mkstemp()
    os.close(handle)

    @tf.function
    def f(x: Any) -> None:
        tf.print("x is", x, output_stream="file://" + path)

    f(tf.constant(1.0))
    f(tf.constant([2.0, 3.0]))
    f(tf.constant(4.0))
    with open(path, encoding="utf-8") as file:
        text = file.read()
    os.unlink(path)
    return text
