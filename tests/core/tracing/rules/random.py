"""Random numbers."""

from __future__ import annotations

from typing import Any

from tests.core.tracing.rules.rule import rule


@rule
def drawn_anew_on_every_call(tf: Any) -> Any:
    tf.random.set_seed(1)
    f = tf.function(lambda: (tf.random.uniform([2]), tf.random.normal([2])))
    return [f(), f(), f()]


@rule
def drawn_with_a_seed(tf: Any) -> Any:
    tf.random.set_seed(1)
    f = tf.function(lambda: (tf.random.uniform([2], seed=5), tf.random.uniform([2], seed=5)))
    return [f(), f()]


@rule
def each_trace_draws_its_own(tf: Any) -> Any:
    tf.random.set_seed(1)
    f = tf.function(lambda n: tf.random.uniform([2]))
    return [f(1), f(2), f(1)]


@rule
def set_seed_begins_anew(tf: Any) -> Any:
    tf.random.set_seed(1)
    f = tf.function(lambda: tf.random.normal([2]))
    first = [f(), f()]
    tf.random.set_seed(1)
    return [first, f()]


@rule
def the_seed_is_that_of_tracing(tf: Any) -> Any:
    tf.random.set_seed(1)
    f = tf.function(lambda n: tf.random.uniform([2]))
    f(1)
    tf.random.set_seed(2)
    return [f(1), f(2)]


@rule
def stateless_numbers(tf: Any) -> Any:
    f = tf.function(lambda: tf.random.stateless_uniform([2], seed=[1, 2]))
    return [f(), f()]


@rule
def a_generator(tf: Any) -> Any:
    g = tf.random.Generator.from_seed(3)
    f = tf.function(lambda: g.uniform([2]))
    return [f(), f(), g.uniform([2])]


@rule
def integers_and_truncated(tf: Any) -> Any:
    tf.random.set_seed(4)

    @tf.function
    def f() -> Any:
        return (
            tf.random.uniform([3], maxval=100, dtype=tf.int32),
            tf.random.truncated_normal([2]),
            tf.random.uniform([]),
        )

    return [f(), f()]
