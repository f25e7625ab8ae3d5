"""Variables and methods."""

from __future__ import annotations

from typing import Any

from tests.core.tracing.rules.rule import rule


@rule
def a_variable_is_read_anew(tf: Any) -> Any:
    v = tf.Variable(1.0)
    f = tf.function(lambda x: x * v)
    first = f(tf.constant(2.0))
    v.assign(10.0)
    return [first, f(tf.constant(2.0))]


@rule
def assignments_in_order(tf: Any) -> Any:
    v = tf.Variable(1.0)

    @tf.function
    def f(x: Any) -> Any:
        a = v + 0.0
        v.assign_add(x)
        b = v * 1.0
        v.assign(v * 2.0)
        return a, b, v.read_value()

    return [f(tf.constant(1.0)), f(tf.constant(1.0)), v]


@rule
def assigned_on_every_call(tf: Any) -> Any:
    v = tf.Variable(0)
    f = tf.function(lambda: v.assign_add(1))
    return [f(), f(), f(), v]


@rule
def a_variable_as_an_argument(tf: Any) -> Any:
    a, b = tf.Variable(1.0), tf.Variable(10.0)
    f = tf.function(lambda v: v.assign_add(1.0) * 2.0)
    return [f(a), f(b), f(a), a, b]


@rule
def created_on_the_first_call(tf: Any) -> Any:
    kept: list[Any] = []
    log = []

    @tf.function
    def f(x: Any) -> Any:
        log.append(1)
        if not kept:
            kept.append(tf.Variable(5.0))
        kept[0].assign_add(1.0)
        return kept[0] * x

    return [f(tf.constant(1.0)), f(tf.constant(1.0)), len(log), kept[0],
            f.experimental_get_tracing_count()]  # fmt: skip


@rule
def created_on_every_call(tf: Any) -> Any:
    return tf.function(lambda: tf.Variable(1.0) + 1.0)()


@rule
def created_on_a_later_call(tf: Any) -> Any:
    kept: list[Any] = []

    @tf.function
    def f(x: Any) -> Any:
        if x.shape.rank and not kept:
            kept.append(tf.Variable(5.0))
        return x

    f(tf.constant(1.0))
    return f(tf.constant([1.0]))


@rule
def the_old_value_stays(tf: Any) -> Any:
    v = tf.Variable([1.0, 2.0])
    old = v.read_value()
    f = tf.function(lambda: v.assign_sub([1.0, 1.0]).read_value())
    first = f()
    second = f()
    return [old, first, second]


@rule
def methods_by_instance(tf: Any) -> Any:
    log = []

    class Scaled:
        def __init__(self, by: float) -> None:
            self.by = by

        @tf.function
        def __call__(self, x: Any) -> Any:
            log.append(self.by)
            return x * self.by

    a, b = Scaled(2.0), Scaled(3.0)
    x = tf.constant(1.0)
    return [a(x), b(x), a(x), b(x), log]


@rule
def a_module_with_state(tf: Any) -> Any:
    class Counter(tf.Module):
        def __init__(self) -> None:
            super().__init__()
            self.n = tf.Variable(0)

        @tf.function
        def step(self) -> Any:
            return self.n.assign_add(2)

    a, b = Counter(), Counter()
    return [a.step(), a.step(), b.step(), a.n, b.n]


@rule
def a_function_calls_another(tf: Any) -> Any:
    inner = tf.function(lambda x: x * 2.0)
    outer = tf.function(lambda x: inner(x) + inner(x + 1.0))
    return [outer(tf.constant(1.0)), outer(tf.constant(3.0))]
