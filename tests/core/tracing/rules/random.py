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


@rule
def dropout_of_a_layer(tf: Any) -> Any:
    layer = tf.keras.layers.Dropout(0.5, seed=3)
    f = tf.function(lambda x: layer(x, training=True))
    x = tf.ones([8])
    return [f(x), f(x), layer(x, training=True), f(x)]


@rule
def dropout_of_a_model_that_is_built_inside(tf: Any) -> Any:
    layers = tf.keras.layers
    dense = layers.Dense(4, kernel_initializer="ones")
    model = tf.keras.Sequential([dense, layers.Dropout(0.5, seed=1)])
    f = tf.function(lambda x: model(x, training=True))
    return [f(tf.ones([1, 2])) for _ in range(3)]


@rule
def a_supply_of_seeds(tf: Any) -> Any:
    seeds = tf.keras.random.SeedGenerator(7)

    @tf.function
    def f() -> Any:
        return tf.keras.random.normal([2], seed=seeds), seeds.next(), seeds.state

    return [f(), f(), seeds.next()]


@rule
def a_generator_drawn_from_twice_and_skipped(tf: Any) -> Any:
    g = tf.random.Generator.from_seed(3)

    @tf.function
    def f() -> Any:
        first = g.normal([2])
        g.skip(10)
        return first, g.uniform([2], maxval=9, dtype=tf.int32), g.state

    return [f(), f(), g.normal([1])]


@rule
def a_generator_in_a_branch(tf: Any) -> Any:
    g = tf.random.Generator.from_seed(5)

    @tf.function
    def f() -> Any:
        u = g.uniform([])
        if u > 0.5:
            return u + g.uniform([])
        return -u

    return [f() for _ in range(8)] + [g.uniform([])]


@rule
def a_draw_that_chooses_the_way(tf: Any) -> Any:
    seeds = tf.keras.random.SeedGenerator(11)

    @tf.function
    def f() -> Any:
        u = tf.keras.random.uniform([], seed=seeds)
        if u > 0.5:
            return u
        return -u

    return [f() for _ in range(8)] + [seeds.next()]


@rule
def an_order_and_classes(tf: Any) -> Any:
    tf.random.set_seed(2)

    @tf.function
    def f(x: Any, logits: Any) -> Any:
        return tf.random.shuffle(x), tf.random.categorical(logits, 5), tf.random.normal([1])

    return [f(tf.range(6), tf.constant([[0.0, 1.0, 0.5]])) for _ in range(2)]


@rule
def stateless_numbers_of_a_seed_that_is_given(tf: Any) -> Any:
    @tf.function
    def f(seed: Any) -> Any:
        a, b = tf.unstack(tf.random.split(seed, 2))
        return (
            tf.random.stateless_normal([2], a),
            tf.random.stateless_uniform([2], tf.random.fold_in(b, 3)),
            tf.random.stateless_categorical([[0.0, 1.0, 2.0]], 3, seed),
        )

    return [f(tf.constant([1, s])) for s in (2, 3, 2)]
