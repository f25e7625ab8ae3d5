"""Optimizers: several steps, their slots, clipping, weight decay and schedules."""

from typing import Any

import numpy as np

from tests.core.keras.cases import numbers, program, programs


def stepped(tf: Any, optimizer: Any, n_steps: int = 4) -> list[Any]:
    """Two variables after each step, and the optimizer's own variables at the end."""
    a = tf.Variable(numbers(3, 2, seed=1), name="a")
    b = tf.Variable(np.float32(0.5), name="b")
    results = []
    for step in range(n_steps):
        gradients = [
            tf.constant(numbers(3, 2, seed=2 + step, low=-3.0, high=3.0)),
            tf.constant(np.float32(1.0 - step)),
        ]
        optimizer.apply_gradients(zip(gradients, [a, b], strict=True))
        results += [a.numpy(), b.numpy()]
    return results + [np.asarray(v.numpy(), np.float64) for v in optimizer.variables]


@programs(
    sgd=("SGD", {"learning_rate": 0.1}),
    momentum=("SGD", {"learning_rate": 0.1, "momentum": 0.9}),
    nesterov=("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    sgd_decay=("SGD", {"learning_rate": 0.1, "weight_decay": 0.3}),
    rmsprop=("RMSprop", {}),
    rmsprop_all=("RMSprop", {"rho": 0.7, "momentum": 0.5, "centered": True, "epsilon": 1e-3}),
    adam=("Adam", {}),
    adam_fast=("Adam", {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.8, "epsilon": 1e-4}),
    amsgrad=("Adam", {"learning_rate": 0.1, "beta_2": 0.5, "amsgrad": True}),
    adam_w=("AdamW", {"learning_rate": 0.1, "weight_decay": 0.2}),
    adagrad=("Adagrad", {"learning_rate": 0.1}),
    clipnorm=("SGD", {"learning_rate": 0.1, "clipnorm": 1.0}),
    clipvalue=("SGD", {"learning_rate": 0.1, "clipvalue": 0.5}),
    global_clipnorm=("Adam", {"learning_rate": 0.1, "global_clipnorm": 2.0}),
)
def optimizer(tf: Any, variant: Any) -> list[Any]:
    kind, settings = variant
    return stepped(tf, getattr(tf.keras.optimizers, kind)(**settings))


@program
def steps_by_schedule(tf: Any) -> list[Any]:
    schedule = tf.keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)
    made = tf.keras.optimizers.Adam(schedule)
    return [*stepped(tf, made), made.learning_rate]


@program
def steps_in_float64(tf: Any) -> list[Any]:
    v = tf.Variable(numbers(4, seed=1).astype(np.float64))
    made = tf.keras.optimizers.Adam(0.1)
    for step in range(3):
        made.apply_gradients([(tf.constant(numbers(4, seed=step).astype(np.float64)), v)])
    return [v.numpy()]


@program
def steps_with_slices(tf: Any) -> list[Any]:
    results = []
    for kind in ("SGD", "Adam", "RMSprop", "Adagrad"):
        table = tf.Variable(numbers(4, 2, seed=1))
        made = getattr(tf.keras.optimizers, kind)(0.1)
        for step in range(3):
            with tf.GradientTape() as tape:
                rows = tf.gather(table, [step, 3])
                loss = tf.reduce_sum(rows**2)
            made.apply_gradients([(tape.gradient(loss, table), table)])
        results.append(table.numpy())
    return results


@program
def a_projected_weight(tf: Any) -> list[Any]:
    layer = tf.keras.layers.Dense(2, kernel_constraint="non_neg", use_bias=False)
    layer.build((None, 3))
    layer.set_weights([numbers(3, 2, seed=1)])
    made = tf.keras.optimizers.SGD(0.5)
    made.apply_gradients([(tf.constant(numbers(3, 2, seed=2)), layer.kernel)])
    return [layer.kernel.numpy()]


@program
def excluded_from_decay(tf: Any) -> list[Any]:
    a, b = tf.Variable([1.0, 2.0], name="a"), tf.Variable([3.0], name="bias_b")
    made = tf.keras.optimizers.AdamW(0.1, weight_decay=0.5)
    made.exclude_from_weight_decay(var_names=["bias"])
    made.apply_gradients([(tf.constant([0.5, 0.5]), a), (tf.constant([0.5]), b)])
    return [a.numpy(), b.numpy()]


@programs(
    exponential=("ExponentialDecay", (0.1, 10, 0.5), {}),
    exponential_staircase=("ExponentialDecay", (0.1, 10, 0.5), {"staircase": True}),
    inverse_time=("InverseTimeDecay", (0.1, 10, 0.5), {}),
    inverse_time_staircase=("InverseTimeDecay", (0.1, 10, 0.5), {"staircase": True}),
    piecewise=("PiecewiseConstantDecay", ([3, 7], [1.0, 0.5, 0.1]), {}),
    polynomial=("PolynomialDecay", (0.1, 10, 0.01, 2.0), {}),
    polynomial_cycle=("PolynomialDecay", (0.1, 10, 0.01, 1.5), {"cycle": True}),
    cosine=("CosineDecay", (0.1, 10), {"alpha": 0.2}),
    cosine_warmup=("CosineDecay", (0.1, 10), {"warmup_target": 0.5, "warmup_steps": 5}),
    cosine_restarts=("CosineDecayRestarts", (0.1, 5), {"m_mul": 0.7, "t_mul": 1.5}),
)
def schedule(tf: Any, variant: Any) -> list[Any]:
    kind, arguments, settings = variant
    made = getattr(tf.keras.optimizers.schedules, kind)(*arguments, **settings)
    return [made(step) for step in (0, 1, 3, 4, 5, 7, 9, 10, 15, 20, 33)]


#: kind and settings, or the schedule of its rate and that one's arguments
SAME_BITS: dict[str, Any] = {
    "sgd": ("SGD", {"learning_rate": 0.1, "weight_decay": 0.01}),
    "momentum": ("SGD", {"learning_rate": 0.1, "momentum": 0.9}),
    "nesterov": ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    "rmsprop": ("RMSprop", {"learning_rate": 0.01}),
    "rmsprop_all": ("RMSprop", {"momentum": 0.5, "centered": True, "weight_decay": 0.02}),
    "adam": ("Adam", {}),
    "adam_fast": ("Adam", {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.8}),
    "amsgrad": ("Adam", {"learning_rate": 0.1, "amsgrad": True}),
    "adam_w": ("AdamW", {"learning_rate": 0.01}),
    "adagrad": ("Adagrad", {"learning_rate": 0.1}),
    "clipvalue": ("Adam", {"clipvalue": 0.2}),
    "exponential": ("Adam", ("ExponentialDecay", 0.1, 7, 0.5)),
    "inverse_time": ("SGD", ("InverseTimeDecay", 0.1, 3, 0.3)),
    "polynomial": ("SGD", ("PolynomialDecay", 0.1, 30, 0.001, 2.0)),
    "cosine": ("SGD", ("CosineDecay", 0.1, 30, 0.1)),
    "piecewise": ("SGD", ("PiecewiseConstantDecay", [5, 20], [0.1, 0.05, 0.01])),
}


@programs(**SAME_BITS)
def same_bits(tf: Any, variant: Any) -> list[Any]:
    """Two hundred steps in float32, after which not one bit may differ."""
    kind, settings = variant
    if isinstance(settings, tuple):
        name, *arguments = settings
        schedule = getattr(tf.keras.optimizers.schedules, name)(*arguments)
        settings = {"learning_rate": schedule}
    made = getattr(tf.keras.optimizers, kind)(**settings)
    a, b = tf.Variable(numbers(5, 7, seed=1)), tf.Variable(np.float32(0.5))
    for step in range(200):
        gradients = [tf.constant(numbers(5, 7, seed=step)), tf.constant(np.float32(1 - step % 3))]
        made.apply_gradients(zip(gradients, [a, b], strict=True))
    return [a.numpy(), b.numpy()]


@programs(
    restarts=(0.1, 10),
    restarts_of_one_length=(0.1, 7, 1.0),
    restarts_falling=(0.05, 5, 1.5, 0.9, 0.01),
    restarts_tripled=(0.3, 3, 3.0, 0.5),
)
def same_bits_of(tf: Any, variant: Any) -> list[Any]:
    """The rates of a schedule, to the bit, over the steps at which it starts again too."""
    schedule = tf.keras.optimizers.schedules.CosineDecayRestarts(*variant)
    return [np.array([np.float32(schedule(step)) for step in range(100)])]


@programs(
    norm={"clipnorm": 0.5},
    norm_that_is_small={"clipnorm": 1e3},
    global_norm={"global_clipnorm": 0.7},
    global_norm_that_is_small={"global_clipnorm": 1e3},
)
def same_bits_clipped_by(tf: Any, settings: Any) -> list[Any]:
    """Three steps, to the bit; of few elements, whose sum has one order."""
    made = tf.keras.optimizers.SGD(0.1, **settings)
    a, b = tf.Variable(numbers(3, seed=1)), tf.Variable(np.float32(0.5))
    for step in range(3):
        made.apply([tf.constant(numbers(3, seed=step)), tf.constant(np.float32(1 - step))], [a, b])
    return [a.numpy(), b.numpy()]
