"""Programs that draw random numbers through Keras, as functions of `tf`; see cases.py."""

from collections.abc import Callable
from typing import Any

Program = Callable[[Any], list[Any]]

KERAS_PROGRAMS: dict[str, Program] = {}


def program(function: Program) -> Program:
    KERAS_PROGRAMS[function.__name__] = function
    return function


@program
def seeded_initializers(tf: Any) -> list[Any]:
    make = tf.keras.initializers
    scaled = ("Glorot", "He", "Lecun")
    made = [
        getattr(make, kind + shape)(seed=3) for kind in scaled for shape in ("Uniform", "Normal")
    ]
    made += [make.RandomNormal(1.0, 0.5, seed=3), make.RandomUniform(-2.0, 3.0, seed=3)]
    made += [make.TruncatedNormal(1.0, 0.5, seed=3)]
    for mode in ("fan_in", "fan_out", "fan_avg"):
        for shape in ("uniform", "truncated_normal", "untruncated_normal"):
            made.append(make.VarianceScaling(0.7, mode, shape, seed=2**31 - 2))
    return [initializer((3, 4)) for initializer in made] + [
        make.GlorotUniform(seed=0)((3, 3, 2, 5))
    ]


@program
def weights_after_set_random_seed(tf: Any) -> list[Any]:
    keras = tf.keras
    drawn = []
    for seed in (0, 1, 42, 2**32 - 1):
        keras.utils.set_random_seed(seed)
        for units in (4, 2):
            layer = keras.layers.Dense(units)
            layer.build((None, 3))
            drawn.append(layer.kernel.numpy())
        drawn += [tf.random.normal([3]), keras.initializers.HeNormal()((2, 2))]
    return drawn


@program
def weights_of_a_seeded_initializer(tf: Any) -> list[Any]:
    initializer = tf.keras.initializers.GlorotUniform(seed=1)
    layer = tf.keras.layers.Dense(4, kernel_initializer=initializer)
    layer.build((None, 3))
    return [layer.kernel.numpy(), initializer((3, 4))]


@program
def seed_generators(tf: Any) -> list[Any]:
    random = tf.keras.random
    generator = random.SeedGenerator(42)
    drawn = [random.normal((3,), seed=generator) for _ in range(3)]
    drawn += [random.uniform((3,), -1.0, 2.0, seed=generator), generator.next(), generator.next()]
    for seed in (0, 7, 2**31 - 3, 2**31 - 2, 2**31 - 1, 2**31 + 5, 2**40):
        drawn.append(random.uniform((3,), seed=seed))
    return [*drawn, random.truncated_normal((3,), 1.0, 2.0, seed=7)]


@program
def draws_without_a_seed(tf: Any) -> list[Any]:
    tf.keras.utils.set_random_seed(5)
    random = tf.keras.random
    drawn = [random.normal((3,)) for _ in range(4)] + [random.uniform((3,))]
    tf.keras.utils.set_random_seed(5)
    return [*drawn, random.normal((3,))]


@program
def dropout(tf: Any) -> list[Any]:
    x = tf.constant([[1.0, 2.0, 3.0, 4.0, 5.0]] * 4)
    layer = tf.keras.layers.Dropout(0.3, seed=6)
    drawn = [layer(x, training=True) for _ in range(3)]
    return [*drawn, tf.keras.random.dropout(x, 0.3, seed=9), layer(x, training=False)]
