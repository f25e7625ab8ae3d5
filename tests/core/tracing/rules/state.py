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


@rule
def metrics_of_a_step(tf: Any) -> Any:
    metrics = tf.keras.metrics
    accuracy, mean = metrics.SparseCategoricalAccuracy(), metrics.Mean()

    @tf.function
    def step(y: Any, p: Any) -> Any:
        accuracy.update_state(y, p)
        mean(tf.reduce_mean(p))
        return accuracy.result(), mean.result(), mean.total

    y, p = tf.constant([0, 1]), tf.constant([[0.9, 0.1], [0.6, 0.4]])
    before = [step(y, p), step(1 - y, p * p)]
    accuracy.reset_state()
    return [before, step(y, p), accuracy.result(), mean.result()]


@rule
def a_metric_that_is_weighted_and_begun_anew_inside(tf: Any) -> Any:
    auc = tf.keras.metrics.AUC(num_thresholds=5)

    @tf.function
    def step(y: Any, p: Any, w: Any) -> Any:
        auc.reset_state()
        auc.update_state(y, p, sample_weight=w)
        return auc.result()

    y, p = tf.constant([0.0, 1.0, 1.0]), tf.constant([0.2, 0.4, 0.9])
    return [step(y, p, tf.constant([1.0, k, 1.0])) for k in (1.0, 2.0, 0.0)]


@rule
def a_metric_of_ones_own(tf: Any) -> Any:
    class Largest(tf.keras.metrics.Metric):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.most = self.add_weight(name="most", initializer="zeros")

        def update_state(self, x: Any) -> None:
            self.most.assign(tf.maximum(self.most, tf.reduce_max(x)))

        def result(self) -> Any:
            return self.most + 0.0

    largest = Largest()
    f = tf.function(lambda x: largest(x))
    return [f(tf.constant([1.0, k])) for k in (3.0, 2.0, 5.0)]


@rule
def a_metric_behind_a_choice_by_its_value(tf: Any) -> Any:
    mean = tf.keras.metrics.Mean()

    @tf.function
    def f(x: Any) -> Any:
        mean.update_state(x)
        if mean.result() > 1.0:
            return x
        return -x

    return [f(tf.constant(v)) for v in (0.5, 4.0, 0.1, -9.0)] + [mean.result()]


@rule
def a_training_step_with_dropout_and_metrics(tf: Any) -> Any:
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            layers.Embedding(5, 3, embeddings_initializer="ones"),
            layers.Flatten(),
            layers.Dropout(0.3, seed=4),
            layers.Dense(2, kernel_initializer="ones"),
        ]
    )
    optimizer = tf.keras.optimizers.Adam(0.1)
    accuracy = tf.keras.metrics.SparseCategoricalAccuracy()
    mean = tf.keras.metrics.Mean()

    @tf.function
    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, model(x, training=True))
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        accuracy.update_state(y, model(x, training=False))
        mean.update_state(loss)
        return loss

    x, y = tf.constant([[0, 1, 2], [2, 3, 4]]), tf.constant([0, 1])
    losses = [step(x, y) for _ in range(4)]
    return [losses, accuracy.result(), mean.result(), optimizer.iterations]


@rule
def scattered_into_a_variable(tf: Any) -> Any:
    v = tf.Variable(tf.zeros([4, 2]))

    @tf.function
    def f(x: Any, rows: Any) -> Any:
        v.scatter_add(tf.IndexedSlices(x, rows))
        v.scatter_nd_update(tf.reshape(rows, [-1, 1]), x * 2.0)
        v[1].assign(x[0])
        v[2:, 0].assign(x[:, 1])
        return v * 1.0

    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    return [f(x, tf.constant([0, 3])), f(x * 10.0, tf.constant([2, 2])), v]
