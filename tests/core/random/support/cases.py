"""Programs that draw random numbers, as functions of `tf`.

`tests/goldens/record_random.py` runs them with TensorFlow and keeps what they return;
`test_goldens.py` runs them with gradtape and compares, bit for bit.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Program = Callable[[Any], list[Any]]

PROGRAMS: dict[str, Program] = {}

SIZES = (1, 2, 3, 4, 5, 10, 257, 1000, 100003)
FLOATS = ("float16", "float32", "float64")
INTEGERS = ("int32", "int64")
SEEDS = ([0, 0], [1, 2], [-1, -2], [2**31 - 1, -(2**31)], [2**40 + 1, -2], [2**63 - 1, -(2**63)])


def program(function: Program) -> Program:
    PROGRAMS[function.__name__] = function
    return function


def stateless(kind: str, dtype: str) -> None:
    """One program per distribution and dtype: all sizes, then all seeds."""

    def run(tf: Any) -> list[Any]:
        draw = getattr(tf.random, f"stateless_{kind}")
        sized = [draw([n], [1, 2], dtype=dtype) for n in SIZES]
        return sized + [draw([7], seed, dtype=dtype) for seed in SEEDS]

    PROGRAMS[f"stateless_{kind}_{dtype}"] = run


def stateless_integers(dtype: str) -> None:
    """Ranges of all widths, and the whole range."""

    def run(tf: Any) -> list[Any]:
        draw = tf.random.stateless_uniform
        low, high = -(2**31), 2**31 - 1
        ranges = [(0, 1), (0, 10), (-5, 7), (0, high), (low, high), (3, 1000)]
        drawn = [draw([9], [9, 2], a, b, dtype) for a, b in ranges]
        drawn += [draw([n], [1, 2], None, None, dtype) for n in SIZES]
        return drawn + [draw([n], [1, 2], 3, 1000, dtype) for n in SIZES]

    PROGRAMS[f"stateless_integers_{dtype}"] = run


for name in FLOATS:
    for distribution in ("uniform", "normal", "truncated_normal"):
        stateless(distribution, name)
for name in INTEGERS:
    stateless_integers(name)


@program
def stateless_unsigned(tf: Any) -> list[Any]:
    draw = tf.random.stateless_uniform
    return [draw([n], [3, 4], None, None, d) for n in SIZES[:7] for d in ("uint32", "uint64")]


@program
def stateless_arguments(tf: Any) -> list[Any]:
    r = tf.random
    return [
        r.stateless_uniform([], [1, 2]),
        r.stateless_uniform((2, 3), (1, 2)),
        r.stateless_uniform(tf.TensorShape([4]), tf.constant([1, 2])),
        r.stateless_uniform(tf.constant([2, 2], tf.int64), tf.constant([1, 2], tf.int64)),
        r.stateless_uniform(np.array([3], np.int64), np.array([1, 2], np.int64)),
        r.stateless_uniform([tf.constant(2), 3], [tf.constant(1), 2]),
        r.stateless_uniform(range(2, 4), tf.Variable([1, 2])),
        r.stateless_uniform([3], [1, 2], alg="philox"),
        r.stateless_uniform([3], [1, 2], alg="PHILOX"),
        r.stateless_uniform([3], [1, 2], alg=r.Algorithm.PHILOX),
        r.stateless_uniform([3], [1, 2], alg=3),
        r.stateless_normal([0, 3], [1, 2]),
        r.stateless_uniform([0], [1, 2], 5, 5, "int32"),
        r.stateless_uniform([3], [1, 2], 5, 3),
        r.stateless_uniform([3], [1, 2], 0, 2**40, "int64"),
        r.stateless_uniform([5], [1, 2], -3.5, 1e6),
        r.stateless_uniform([5], [1, 2], [-3.0] * 5, 2.5),
        r.stateless_uniform([1000], [1, 2], 0, -1, "float16"),
        r.stateless_normal([2, 3], [1, 2], [1.0, 2.0, 3.0], 0.5),
        r.stateless_normal([5], [1, 2], 3, -2, "float16"),
        r.stateless_normal([5], [1, 2], stddev=1e6, dtype="float16"),
        r.stateless_truncated_normal([5], [1, 2], tf.constant(1.0), tf.constant([2.0] * 5)),
    ]


@program
def new_seeds(tf: Any) -> list[Any]:
    r = tf.random
    return [
        r.split([1, 2]),
        r.split([1, 2], 5),
        r.split(tf.constant([1, 2], tf.int64), 3),
        r.split(r.split([7, 8])[1]),
        r.fold_in([1, 2], 5),
        r.fold_in([1, 2], 2**40),
        r.fold_in([1, 2], tf.constant(3, tf.int64)),
        r.experimental.stateless_split([3, 4], 2),
        r.experimental.stateless_fold_in([3, 4], 2),
    ]


@program
def global_seed(tf: Any) -> list[Any]:
    drawn = []
    for seed in (
        0,
        1,
        42,
        2**31 - 1,
        2**40 + 5,
        2**61 + 5,
        -1,
        -5,
        True,
        1.5,
        -1.0,
        -2.5,
        np.int64(7),
    ):
        tf.random.set_seed(seed)
        for dtype in FLOATS:
            drawn += [tf.random.uniform([5], dtype=dtype), tf.random.normal([2, 2], dtype=dtype)]
            drawn.append(tf.random.truncated_normal([300], dtype=dtype))
        for dtype in INTEGERS:
            drawn.append(tf.random.uniform([5], -3, 8, dtype))
        drawn.append(tf.random.shuffle(np.arange(10, dtype=np.int32)))
    tf.random.set_seed(tf.constant(-1))
    return [*drawn, tf.random.uniform([3])]


@program
def seeds_of_ops(tf: Any) -> list[Any]:
    drawn = []
    tf.random.set_seed(1)
    for dtype in FLOATS:
        for draw in (tf.random.uniform, tf.random.normal, tf.random.truncated_normal):
            drawn += [draw([n], seed=9, dtype=dtype) for n in (3, 6, 0, 2, 1001, 5)]
    for dtype in INTEGERS:
        drawn += [tf.random.uniform([n], -3, n + 9, dtype, seed=19) for n in (3, 6, 0, 2, 10)]
    tf.random.set_seed(1)
    drawn.append(tf.random.uniform([3], seed=9))
    tf.random.set_seed(0)
    return [
        *drawn,
        tf.random.uniform([3], seed=0),
        *(tf.random.uniform([3], seed=k) for k in (-7, 2**40, True, -2.5)),
    ]


@program
def which_draws_share_a_stream(tf: Any) -> list[Any]:
    tf.random.set_seed(3)
    draw = tf.random.uniform
    return [
        draw([5], seed=7),
        draw(tf.constant([5], tf.int64), seed=7),
        draw([5], seed=7),
        draw(np.array([5], np.int64), seed=7),
        draw((), seed=7),
        draw([], seed=7),
        draw(tf.TensorShape([5]), seed=7),
        draw([5], seed=7, dtype=tf.float64),
        draw([5], seed=7, minval=2, maxval=3),
        tf.random.normal([5], seed=7),
        tf.random.normal([5], seed=8),
        tf.random.normal([5]),
        tf.random.normal([5], seed=7),
        tf.random.truncated_normal([5], seed=7),
        draw([5], 0, 9, tf.int32, seed=7),
    ]


@program
def arguments(tf: Any) -> list[Any]:
    tf.random.set_seed(5)
    r = tf.random
    return [
        r.uniform([1000], maxval=-1, dtype="float16"),
        r.uniform([1000], minval=0.0, maxval=-1, dtype="float16"),
        r.uniform([4], -2, 3),
        r.uniform([2], [1.0, 2.0], [3.0, 4.0]),
        r.normal([2], [1.0, 2.0], 3.0),
        r.normal([3], mean=2, stddev=0),
        r.truncated_normal([3], tf.constant(5.0), tf.constant(2.0)),
        r.uniform([3], maxval=tf.constant(7), dtype=tf.int32),
        r.uniform([0], 5, 5, dtype=tf.int32),
    ]


@program
def shuffles(tf: Any) -> list[Any]:
    tf.random.set_seed(4)
    drawn = [tf.random.shuffle(np.arange(n, dtype=np.int32)) for n in (0, 1, 2, 3, 10, 1000)]
    drawn += [tf.random.shuffle(np.arange(n, dtype=np.int32), seed=5) for n in (3, 9, 4, 1, 10)]
    drawn.append(tf.random.shuffle(np.arange(30.0).reshape(10, 3), seed=6))
    drawn.append(tf.random.shuffle(np.arange(30.0).reshape(5, 2, 3), seed=6))
    stateless = tf.random.experimental.stateless_shuffle
    drawn += [stateless(np.arange(n, dtype=np.int32), [1, 2]) for n in (0, 1, 2, 3, 10, 1000)]
    drawn.append(stateless(np.arange(30.0).reshape(10, 3), [3, 4]))
    return [*drawn, tf.random.shuffle(5), tf.random.shuffle(np.arange(10, dtype=np.int64), seed=5)]


@program
def classes(tf: Any) -> list[Any]:
    tf.random.set_seed(3)
    drawn = []
    for batch, count, samples in ((1, 3, 1), (2, 5, 7), (3, 2, 4), (4, 10, 33), (1, 50, 1000)):
        logits = np.sin(np.arange(batch * count, dtype=np.float32)).reshape(batch, count)
        drawn.append(tf.random.stateless_categorical(logits, samples, [1, 2]))
        drawn += [tf.random.categorical(logits, samples, seed=5) for _ in range(2)]
        drawn.append(tf.random.categorical(logits, samples))
        drawn.append(tf.random.categorical(logits.astype(np.float64), samples, "int32", seed=5))
        drawn.append(tf.random.categorical(logits.astype(np.float16), samples, seed=5))
    drawn.append(tf.random.categorical([[1.0, np.inf, 2.0], [np.nan, -np.inf, 0.0]], 8, seed=1))
    return [*drawn, tf.random.categorical(np.zeros((0, 3), np.float32), 3)]


@program
def generators(tf: Any) -> list[Any]:
    g = tf.random.Generator.from_seed(1234)
    drawn = []
    for dtype in FLOATS:
        drawn += [g.uniform([5], dtype=dtype), g.state.numpy(), g.normal([2, 3], dtype=dtype)]
        drawn += [g.truncated_normal([1003], 1.0, 2.0, dtype), g.state.numpy(), g.key]
    for dtype in (*INTEGERS, "uint32", "uint64"):
        drawn += [g.uniform_full_int([3], dtype), g.uniform([4], None, None, dtype)]
    for dtype in INTEGERS:
        drawn.append(g.uniform([4], -3, 9, dtype))
    drawn += [g.normal(()), g.normal([0]), g.state.numpy()]
    drawn += [
        g.uniform([4], [1.0, 2.0, 3.0, 4.0], 9),
        g.normal([2], [1.0, 2.0], 3),
        g.make_seeds(3),
    ]
    for made in g.split(2):
        drawn += [made.state.numpy(), made.uniform([2])]
    for delta in (3, -1, tf.constant(2), 2**20, 0, -5):
        drawn += [g.skip(delta), g.state.numpy()]
    g.reset([4, 5, 6])
    drawn.append(g.uniform([3]))
    g.reset_from_seed(9)
    drawn.append(g.uniform([3]))
    g.reset_from_key_counter(3, [1, 2])
    copy = tf.random.Generator(copy_from=g)
    drawn += [g.uniform([3]), copy.uniform([3]), copy.state.numpy()]
    tf.random.set_global_generator(g)
    return [*drawn, tf.random.get_global_generator().uniform([3])]


@program
def generator_states(tf: Any) -> list[Any]:
    make, drawn = tf.random.Generator, []
    seeds = (0, -5, 2**63 + 1, 2**64 + 7, 2**200 + 2**63, [12, 34], [12, 34, 5, 6], 5.7)
    for seed in (*seeds, np.array([12], np.uint64), tf.constant(5)):
        drawn += [make.from_seed(seed).state.numpy(), make.from_seed(seed).uniform([3])]
    for alg in ("philox", "auto_select", 1, 3, tf.random.Algorithm.PHILOX):
        g = make.from_seed(5, alg=alg)
        drawn += [np.array(g.algorithm, np.int64), g.normal([2])]
    for state in (
        [1, 2, 3],
        [1, 2, -3],
        [2**64 - 1, 2**64 - 1, 3],
        [2**64 - 300, 0, 3],
        [-1, 5, 0],
    ):
        g = make.from_state(state, alg="philox")
        drawn += [g.uniform([9]), g.state.numpy(), g.skip(-1), g.state.numpy()]
    g = make.from_key_counter(key=1, counter=[2, 3], alg="philox")
    drawn += [g.state.numpy(), g.uniform([3])]
    shared = tf.Variable([1, 2, 3], dtype=tf.int64)
    make(state=shared, alg="philox").normal([3])
    states = [tf.random.create_rng_state(1234, a) for a in ("philox", "threefry")]
    return [*drawn, shared.numpy(), *states]


@program
def gradients(tf: Any) -> list[Any]:
    mean, scale, g = tf.Variable([1.0, 2.0]), tf.Variable(2.0), tf.random.Generator.from_seed(1)
    tf.random.set_seed(8)
    found = []
    for draw in (
        lambda: tf.random.normal([2], mean, scale),
        lambda: tf.random.truncated_normal([2], mean, scale),
        lambda: tf.random.uniform([2], mean, scale),
        lambda: tf.random.stateless_normal([2], [1, 2], mean, scale),
        lambda: tf.random.stateless_uniform([2], [1, 2], mean, scale),
        lambda: g.normal([2], mean, scale),
        lambda: g.uniform([2], mean, scale),
    ):
        with tf.GradientTape() as tape:
            y = draw()
        found += [y, *tape.gradient(y, [mean, scale])]
    return found


REFUSALS: dict[str, Callable[[Any], Any]] = {
    "shape: a number": lambda tf: tf.random.normal(4),
    "shape: floats": lambda tf: tf.random.normal([2.0]),
    "shape: negative": lambda tf: tf.random.normal([-2, 2]),
    "shape: a matrix": lambda tf: tf.random.normal([[2]]),
    "shape: text": lambda tf: tf.random.normal("a"),
    "shape: None": lambda tf: tf.random.uniform(None),
    "shape: None inside": lambda tf: tf.random.normal([None, 2]),
    "shape: booleans": lambda tf: tf.random.uniform([True]),
    "shape: unknown": lambda tf: tf.random.uniform(tf.TensorShape([2, None])),
    "shape: int8": lambda tf: tf.random.uniform(tf.constant([2], tf.int8)),
    "shape: ragged": lambda tf: tf.random.uniform([[1], [2, 3]]),
    "dtype: integers": lambda tf: tf.random.normal([2], dtype="int32"),
    "dtype: complex": lambda tf: tf.random.uniform([2], dtype="complex64"),
    "dtype: complex normal": lambda tf: tf.random.stateless_normal(
        [2], [1, 2], 0j, 1j, "complex64"
    ),
    "dtype: bool": lambda tf: tf.random.uniform([2], dtype="bool"),
    "dtype: int8": lambda tf: tf.random.uniform([2], 0, 5, dtype="int8"),
    "dtype: unsigned": lambda tf: tf.random.uniform([2], 0, 5, dtype="uint32"),
    "dtype: stateless unsigned": lambda tf: tf.random.stateless_uniform(
        [2], [1, 2], 0, 5, "uint32"
    ),
    "dtype: another's": lambda tf: tf.random.normal([2], tf.constant(1.0, tf.float64)),
    "bounds: none": lambda tf: tf.random.uniform([2], dtype="int32"),
    "bounds: one": lambda tf: tf.random.stateless_uniform([2], [1, 2], dtype="int32"),
    "bounds: equal": lambda tf: tf.random.uniform([2], 5, 5, dtype="int32"),
    "bounds: stateless equal": lambda tf: tf.random.stateless_uniform([2], [1, 2], 5, 5, "int32"),
    "bounds: crossed": lambda tf: tf.random.uniform([2], maxval=-5, dtype="int32"),
    "bounds: vectors": lambda tf: tf.random.uniform([2], [1, 2], [3, 4], dtype="int32"),
    "bounds: real": lambda tf: tf.random.uniform([2], maxval=2.5, dtype="int32"),
    "bounds: beyond": lambda tf: tf.random.uniform([2], maxval=2**40, dtype="int32"),
    "bounds: None": lambda tf: tf.random.uniform([2], minval=None),
    "seed: three": lambda tf: tf.random.stateless_uniform([3], [1, 2, 3]),
    "seed: one": lambda tf: tf.random.stateless_normal([3], 5),
    "seed: real": lambda tf: tf.random.stateless_uniform([3], [1.0, 2.0]),
    "seed: unsigned": lambda tf: tf.random.stateless_uniform([3], tf.constant([1, 2], tf.uint32)),
    "seed: text": lambda tf: tf.random.stateless_uniform([3], ["a", "b"]),
    "seed: None": lambda tf: tf.random.stateless_uniform([3], None),
    "seed: too large": lambda tf: tf.random.stateless_uniform([3], [2**63, 1]),
    "global seed: text": lambda tf: (tf.random.set_seed("a"), tf.random.uniform([2])),
    "global seed: list": lambda tf: tf.random.set_seed([1, 2]),
    "op seed: text": lambda tf: tf.random.uniform([2], seed="a"),
    "alg: unknown": lambda tf: tf.random.stateless_uniform([3], [1, 2], alg="foo"),
    "alg: 7": lambda tf: tf.random.stateless_uniform([3], [1, 2], alg=7),
    "classes: a vector": lambda tf: tf.random.categorical([1.0, 2.0], 3),
    "classes: none": lambda tf: tf.random.categorical(np.zeros((2, 0), np.float32), 3),
    "classes: integers": lambda tf: tf.random.categorical([[1, 2]], 3),
    "classes: dtype": lambda tf: tf.random.categorical([[1.0, 2.0]], 3, "float32"),
    "classes: negative": lambda tf: tf.random.categorical([[1.0, 2.0]], -1),
    "classes: two counts": lambda tf: tf.random.categorical([[1.0, 2.0]], [3]),
    "classes: half a count": lambda tf: tf.random.categorical([[1.0, 2.0]], 2.5),
    "generator: nothing": lambda tf: tf.random.Generator(),
    "generator: no alg": lambda tf: tf.random.Generator(state=[1, 2, 3]),
    "generator: short state": lambda tf: tf.random.Generator.from_state([1, 2], "philox"),
    "generator: reset": lambda tf: tf.random.Generator.from_seed(1).reset([1]),
    "generator: text": lambda tf: tf.random.Generator.from_seed("a"),
    "generator: alg": lambda tf: tf.random.Generator.from_seed(1, alg="x"),
    "generator: threefry": lambda tf: tf.random.Generator.from_seed(1, alg="threefry").normal([2]),
    "generator: bounds": lambda tf: tf.random.Generator.from_seed(1).uniform([2], dtype="int32"),
    "generator: None": lambda tf: tf.random.Generator.from_seed(1).uniform([2], None, None),
    "generator: unsigned": lambda tf: tf.random.Generator.from_seed(1).uniform([2], 1, 9, "uint64"),
    "generator: integers": lambda tf: tf.random.Generator.from_seed(1).normal([2], dtype="int32"),
    "generator: shape": lambda tf: tf.random.Generator.from_seed(1).normal(4),
}
