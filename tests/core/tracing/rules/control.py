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
