"""Branches, loops, assertions."""

from __future__ import annotations

from typing import Any

from tests.core.tracing.rules.rule import rule


@rule
def a_branch_on_a_tensor(tf: Any) -> Any:
    @tf.function
    def f(x: Any) -> Any:
        if x > 0.0:
            y = x * 2.0
        else:
            y = -x
        return y

    return [f(tf.constant(v)) for v in (1.0, -3.0, 2.0, -4.0)] + [
        f.experimental_get_tracing_count()
    ]


@rule
def branches_in_branches(tf: Any) -> Any:
    @tf.function
    def f(x: Any) -> Any:
        if x > 0.0:
            if x > 10.0:
                return x - 10.0
            return x
        return x * x

    return [f(tf.constant(v)) for v in (1.0, -3.0, 12.0, 2.0, -4.0, 20.0)]


@rule
def a_loop_while_a_tensor_says(tf: Any) -> Any:
    @tf.function
    def f(x: Any) -> Any:
        n = tf.constant(0)
        while x < 100.0:
            x = x * 2.0
            n = n + 1
        return x, n

    return [f(tf.constant(v)) for v in (1.0, 50.0, 1000.0)]


@rule
def a_loop_over_a_range_of_a_tensor(tf: Any) -> Any:
    @tf.function
    def f(n: Any) -> Any:
        s = tf.constant(0)
        for k in tf.range(n):
            s = s + k
        return s

    return [f(tf.constant(v)) for v in (3, 5, 100)]


@rule
def break_and_continue(tf: Any) -> Any:
    @tf.function
    def f(x: Any) -> Any:
        s = tf.constant(0.0)
        for k in tf.range(10):
            if k % 2 == 0:
                continue
            if k > 6:
                break
            s = s + x
        return s

    return [f(tf.constant(1.0)), f(tf.constant(2.0))]


@rule
def and_or_not(tf: Any) -> Any:
    @tf.function
    def f(x: Any) -> Any:
        if (x > 0.0 and not x > 5.0) or x < -5.0:
            return x
        return -x

    return [f(tf.constant(v)) for v in (1.0, 7.0, -7.0, -1.0)]


@rule
def a_cond(tf: Any) -> Any:
    @tf.function
    def f(x: Any) -> Any:
        return tf.cond(x > 0.0, lambda: x * 2.0, lambda: x - 1.0)

    return [f(tf.constant(v)) for v in (1.0, -1.0, 3.0)]


@rule
def a_while_loop(tf: Any) -> Any:
    @tf.function
    def f(x: Any) -> Any:
        return tf.while_loop(lambda i, y: i < 5, lambda i, y: (i + 1, y * 2.0), (0, x))[1]

    return [f(tf.constant(1.0)), f(tf.constant(3.0))]


@rule
def a_scan_and_a_map(tf: Any) -> Any:
    @tf.function
    def f(x: Any) -> Any:
        return tf.scan(lambda a, b: a + b, x), tf.map_fn(lambda v: v * v, x)

    return [f(tf.constant([1.0, 2.0, 3.0])), f(tf.constant([3.0, 2.0, 1.0]))]


@rule
def an_assertion_that_fails(tf: Any) -> Any:
    @tf.function
    def f(x: Any) -> Any:
        tf.debugging.assert_positive(x)
        return x

    f(tf.constant(1.0))
    return f(tf.constant(-1.0))


@rule
def an_error_of_an_op_at_run_time(tf: Any) -> Any:
    f = tf.function(lambda x, i: tf.gather(x, i))
    f(tf.constant([1.0, 2.0]), tf.constant(1))
    return f(tf.constant([1.0, 2.0]), tf.constant(7))


@rule
def a_loop_over_the_rows_of_a_tensor(tf: Any) -> Any:
    @tf.function
    def f(x: Any) -> Any:
        s = tf.zeros([2])
        for row in x:
            if tf.reduce_sum(row) < 0.0:
                continue
            s = s * 0.5 + row
        return s

    return [f(tf.constant([[1.0, 2.0], [s, 4.0], [5.0, s]])) for s in (3.0, -9.0, 1.0)]


@rule
def a_loop_whose_turns_a_tensor_gives(tf: Any) -> Any:
    @tf.function
    def f(x: Any, n: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            for k in tf.range(n):
                y = y * x + tf.cast(k, tf.float32)
        return y, tape.gradient(y, x)

    return [f(tf.constant(1.5), tf.constant(n)) for n in (2, 5, 0, 2)]


@rule
def a_loop_that_tensors_end(tf: Any) -> Any:
    @tf.function
    def root(x: Any) -> Any:
        y = x
        for _ in tf.range(50):
            z = 0.5 * (y + x / y)
            if tf.abs(z - y) < 1e-4:
                break
            y = z
        return y

    return [root(tf.constant(v)) for v in (2.0, 100.0, 4.0, 1e4)]


@rule
def a_long_loop_while_a_tensor_says(tf: Any) -> Any:
    @tf.function
    def f(n: Any) -> Any:
        k = tf.constant(0)
        while k < n:
            k += 1
        return k

    return [f(tf.constant(n)) for n in (500, 3, 500)]


@rule
def an_array_of_tensors_in_a_loop(tf: Any) -> Any:
    @tf.function
    def f(x: Any) -> Any:
        n = tf.shape(x)[0]
        states = tf.TensorArray(tf.float32, size=n)
        h = tf.zeros([2])
        with tf.GradientTape() as tape:
            tape.watch(x)
            for t in tf.range(n):
                h = tf.tanh(x[t] + 0.5 * h)
                states = states.write(t, h)
            y = tf.reduce_sum(states.stack() ** 2)
        return states.size(), y, tape.gradient(y, x)

    return [f(k * tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])) for k in (0.1, 0.2, -0.1)]


@rule
def as_many_as_a_tensor_says(tf: Any) -> Any:
    @tf.function
    def f(x: Any, n: Any) -> Any:
        return tf.gather(x, tf.range(n)), tf.range(1, n, 2), tf.reduce_sum(tf.range(n))

    x = tf.constant([1.0, 2.0, 3.0, 4.0])
    return [f(x, tf.constant(n)) for n in (2, 4, 1, 2)]


@rule
def too_many_ways(tf: Any) -> Any:
    @tf.function
    def f(n: Any) -> Any:
        s = tf.constant(0)
        for k in tf.range(n):
            s += k
        return s

    return [f(tf.constant(n)) for n in range(20)]


@rule
def assertions_of_many_kinds(tf: Any) -> Any:
    v = tf.Variable(0.0)

    @tf.function
    def f(x: Any, y: Any) -> Any:
        tf.debugging.assert_less(x, y)
        tf.debugging.assert_near(x, x + 1e-9)
        v.assign_add(1.0)
        tf.debugging.assert_non_negative(x * v)
        if x > 1.0:
            return x
        return -x

    def tried(x: float, y: float) -> Any:
        try:
            return f(tf.constant(x), tf.constant(y))
        except tf.errors.InvalidArgumentError:
            return "refused"

    return [tried(1.0, 2.0), tried(2.0, 3.0), tried(3.0, 2.0), tried(1.5, 2.0)]
