"""Random programs that run on the CPU and on the device side by side.

All numbers are whole and small, so that every order of computing gives the same bits: what differs
is a mistake of the scheduler, the fuser, a plan or the pool, never rounding. A program holds some
values, drops others, reads some in between (which flushes), and goes on with all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

import gradtape as tf

#: above this, values are brought back to small ones
LARGE = 1000


class Twin:
    """A value on both sides."""

    def __init__(self, cpu: Any, gpu: Any) -> None:
        self.cpu, self.gpu = cpu, gpu

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.cpu.shape)

    @property
    def kind(self) -> str:
        return str(np.dtype(self.cpu.dtype.as_numpy_dtype).kind)

    def check(self, story: list[str]) -> None:
        """The device has the CPU's bits."""
        got, want = self.gpu.numpy(), self.cpu.numpy()
        # +0 and -0 count as equal: a sum begins with one of them
        if type(got) is not type(want) or got.dtype != want.dtype or not np.array_equal(got, want):
            raise AssertionError("\n".join([*story, f"got  {got!r}", f"want {want!r}"]))


class Graph:
    """A program that grows; `story` tells it."""

    def __init__(self, random: Random, device: Any) -> None:
        self.random, self.device = random, device
        self.values: list[Twin] = []
        self.variables: list[Twin] = []
        self.kept: list[Twin] = []
        self.story: list[str] = []
        # most arrays of a program have one shape: so that they meet in kernels
        self.shape = random.choice(((4, 6), (3, 4), (2, 3, 4), (12,), (6, 6)))

    # -- choosing

    def pick(self, kinds: str = "f") -> Twin:
        """A value of these kinds, mostly one that was made lately."""
        fitting = [v for v in self.values if v.kind in kinds]
        if not fitting:
            return self.source(kinds[0])
        if self.random.random() < 0.6:
            fitting = fitting[-4:]
        return self.random.choice(fitting)

    def axes(self, rank: int) -> list[int]:
        return sorted(self.random.sample(range(rank), self.random.randint(1, rank)))

    # -- growing

    def do(self, text: str, function: Callable[..., Any], *of: Twin) -> Twin:
        """The result of a function of values, on both sides."""
        names = ", ".join(self._name(v) for v in of)
        self.story.append(f"{text} ({names})")
        with tf.device("/CPU:0"):
            cpu = function(*(v.cpu for v in of))
            large = cpu.dtype.is_floating and np.abs(cpu.numpy()).max(initial=0) > LARGE
        with tf.device("/GPU:0"):
            gpu = function(*(v.gpu for v in of))
        twin = Twin(cpu, gpu)
        if large:  # held, and computed with no more
            self.kept.append(twin)
            self.story[-1] += f" → large {list(twin.shape)}"
            return self.do("clip", lambda x: tf.clip_by_value(x, -9.0, 9.0), twin)
        self.values.append(twin)
        self.story[-1] += f" → v{len(self.values) - 1} {twin.kind}{list(twin.shape)}"
        return twin

    def _name(self, twin: Twin) -> str:
        return f"v{self.values.index(twin)}" if twin in self.values else "another"

    def source(self, kind: str = "f") -> Twin:
        """A new array of the host."""
        shape = self.shape
        if self.random.random() < 0.3:
            rank = self.random.randint(0, 3)
            shape = tuple(self.random.choice((1, 2, 3, 4, 6)) for _ in range(rank))
        numbers = [self.random.randint(-4, 4) for _ in range(int(np.prod(shape, dtype=int)))]
        dtype = {"f": np.float32, "i": np.int32, "b": np.bool_}[kind]
        array = np.array(numbers, dtype).reshape(shape)
        return self.do("constant", lambda: tf.constant(array))

    def partner(self, x: Twin, kinds: str = "f") -> Twin:
        """A value that broadcasts with x."""
        fitting = [v for v in self.values if v.kind in kinds and _broadcast(v.shape, x.shape)]
        if fitting and self.random.random() < 0.8:
            return self.random.choice(fitting)
        shape = tuple(n if self.random.random() < 0.7 else 1 for n in x.shape)
        shape = shape[self.random.randint(0, len(shape)) :] if self.random.random() < 0.3 else shape
        array = np.array(
            [self.random.randint(-3, 3) for _ in range(int(np.prod(shape, dtype=int)))]
        ).reshape(shape)
        dtype = {"f": np.float32, "i": np.int32, "b": np.bool_}[kinds[0]]
        return self.do("constant", lambda: tf.constant(array.astype(dtype)))

    def step(self) -> None:
        """One more thing."""
        self.random.choice(STEPS)(self)

    def finish(self) -> None:
        """All that is still held is right, in any order."""
        rest = [*self.values, *self.variables, *self.kept]
        self.random.shuffle(rest)
        for value in rest:
            value.check(self.story)


def _broadcast(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    try:
        shape = np.broadcast_shapes(a, b)
    except ValueError:
        return False
    return int(np.prod(shape, dtype=int)) <= 512


def _unary(g: Graph) -> None:
    function = g.random.choice((tf.negative, tf.abs, tf.sign, tf.nn.relu, tf.nn.relu6, tf.square))
    g.do(function.__name__, function, g.pick())


def _scalar(g: Graph) -> None:
    number = float(g.random.randint(-3, 3))
    how = g.random.choice(
        (
            lambda x: x + number,
            lambda x: number - x,
            lambda x: x * number,
            lambda x: tf.maximum(x, number),
        )
    )
    g.do(f"with {number}", how, g.pick())


def _binary(g: Graph) -> None:
    function = g.random.choice((tf.add, tf.subtract, tf.multiply, tf.maximum, tf.minimum))
    x = g.pick()
    y = g.partner(x)
    g.do(function.__name__, function, *((x, y) if g.random.random() < 0.5 else (y, x)))


def _compare(g: Graph) -> None:
    function = g.random.choice((tf.less, tf.greater_equal, tf.equal, tf.not_equal))
    x = g.pick("fi")
    g.do(function.__name__, function, x, g.partner(x, x.kind))


def _logic(g: Graph) -> None:
    x = g.pick("b")
    g.do("and", tf.logical_and, x, g.partner(x, "b"))


def _select(g: Graph) -> None:
    x = g.pick()
    y = g.partner(x)
    shape = np.broadcast_shapes(x.shape, y.shape)
    fitting = [v for v in g.values if v.kind == "b" and _broadcast(v.shape, shape)]
    if fitting:
        g.do("where", tf.where, g.random.choice(fitting), x, y)


def _cast(g: Graph) -> None:
    x = g.pick("fib")
    to = g.random.choice([t for t in (tf.float32, tf.int32, tf.bool) if t != x.cpu.dtype])
    g.do(f"cast {to.name}", lambda v: tf.cast(v, to), x)


def _integers(g: Graph) -> None:
    x = g.pick("i")
    g.do("i +", lambda a, b: tf.clip_by_value(a + b, -50, 50), x, g.partner(x, "i"))


def _reshape(g: Graph) -> None:
    x = g.pick("fib")
    size, shape = int(np.prod(x.shape, dtype=int)), list[int]()
    while size > 1 and len(shape) < 3:
        shape.append(g.random.choice([n for n in (2, 3, 4, 6, size) if size % n == 0]))
        size //= shape[-1]
    if size > 1:
        shape.append(size)
    shape.insert(g.random.randint(0, len(shape)), 1) if g.random.random() < 0.3 else None
    g.do(f"reshape {shape}", lambda v: tf.reshape(v, shape), x)


def _transpose(g: Graph) -> None:
    x = g.pick("fib")
    perm = list(range(len(x.shape)))
    g.random.shuffle(perm)
    g.do(f"transpose {perm}", lambda v: tf.transpose(v, perm), x)


def _slice(g: Graph) -> None:
    x = g.pick("fib")
    index = []
    for n in x.shape:
        step = g.random.choice((1, 1, 2, -1))
        begin = g.random.randint(0, n - 1)
        choice = g.random.random()
        index.append(
            begin
            if choice < 0.15
            else slice(begin, None, step)
            if choice < 0.6
            else slice(None, None, step)
        )
    if x.shape:
        g.do(f"slice {index}", lambda v: v[tuple(index)], x)


def _spread(g: Graph) -> None:
    x = g.pick("fb")
    shape = [g.random.choice((2, 3)), *(n if n > 1 else g.random.choice((1, 4)) for n in x.shape)]
    if int(np.prod(shape)) <= 512:
        g.do(f"broadcast {shape}", lambda v: tf.broadcast_to(v, shape), x)


def _reduce(g: Graph) -> None:
    function = g.random.choice((tf.reduce_sum, tf.reduce_sum, tf.reduce_max, tf.reduce_min))
    x = g.pick("fi")
    if x.shape:
        axes, keep = g.axes(len(x.shape)), g.random.random() < 0.5
        g.do(
            f"{function.__name__} {axes} {keep}",
            lambda v: function(v, axis=axes, keepdims=keep),
            x,
        )


def _normalized(g: Graph) -> None:
    """Reductions of a value, and the value again beside them: as in softmax and its kind."""
    x = g.pick()
    if not x.shape:
        return
    total, y = x, x
    for _ in range(g.random.randint(1, 3)):
        axis = g.random.randrange(len(x.shape))
        if g.random.random() < 0.5:
            total = g.do(f"sum {axis}", lambda v, k=axis: tf.reduce_sum(v, k, keepdims=True), y)
        else:
            total = g.do(f"max {axis}", lambda v, k=axis: tf.reduce_max(v, k, keepdims=True), y)
        y = g.do("subtract", tf.subtract, g.random.choice((x, y)), total)


def _any(g: Graph) -> None:
    function = g.random.choice((tf.reduce_any, tf.reduce_all))
    x = g.pick("b")
    if x.shape:
        axes = g.axes(len(x.shape))
        g.do(f"{function.__name__} {axes}", lambda v: function(v, axis=axes), x)


def _matmul(g: Graph) -> None:
    x = g.pick()
    if len(x.shape) < 2:
        return
    a, b = g.random.random() < 0.4, g.random.random() < 0.4
    n = x.shape[-2 if a else -1]
    fitting = [
        v for v in g.values
        if v.kind == "f" and len(v.shape) >= 2 and v.shape[-1 if b else -2] == n
        and _broadcast(v.shape[:-2], x.shape[:-2])
    ]  # fmt: skip
    if fitting:
        y = g.random.choice(fitting)
    else:
        array = np.ones((3, n) if b else (n, 3), np.float32)
        y = g.do("constant", lambda: tf.constant(array))
    g.do(f"matmul {a} {b}", lambda v, w: tf.matmul(v, w, transpose_a=a, transpose_b=b), x, y)


def _opaque(g: Graph) -> None:
    x = g.pick()
    if not x.shape:
        return
    axis = g.random.randrange(len(x.shape))
    kind = g.random.randrange(4)
    if kind == 0:
        g.do(f"cumsum {axis}", lambda v: tf.cumsum(v, axis=axis), x)
    elif kind == 1:
        g.do(f"concat {axis}", lambda v: tf.concat([v, -v, v], axis), x)
    elif kind == 2:
        g.do("sort", lambda v: tf.sort(v, axis=-1), x)
    else:
        places = [g.random.randrange(x.shape[axis]) for _ in range(3)]
        g.do(f"gather {places} {axis}", lambda v: tf.gather(v, places, axis=axis), x)


def _several(g: Graph) -> None:
    x = g.pick()
    if not x.shape:
        return
    count = x.shape[0]
    for k in range(min(count, 3)):
        g.do(f"unstack {k}", lambda v, k=k: tf.unstack(v)[k], x)


def _wide(g: Graph) -> None:
    """One expression of more arrays than a kernel of the baseline binds."""
    x = g.pick()
    others = [g.partner(x) for _ in range(g.random.randint(6, 12))]
    total = x
    for other in others:
        if _broadcast(total.shape, other.shape):
            total = g.do("add", tf.add, total, other)


def _variable(g: Graph) -> None:
    if g.variables and g.random.random() < 0.8:
        kept = g.random.choice(g.variables)
        shape = tuple(kept.cpu.shape)
        fitting = [v for v in g.values if v.kind == "f" and v.shape == shape]
        if fitting:
            by = g.random.choice(fitting)
            g.story.append(f"assign_add {g._name(by)}")
            for side, value in ((kept.cpu, by.cpu), (kept.gpu, by.gpu)):
                side.assign(tf.clip_by_value(side + value, -99.0, 99.0))
            g.do("read", lambda v: v + 0.0, kept)
        return
    x = g.pick()
    g.story.append("variable")
    with tf.device("/CPU:0"):
        cpu = tf.Variable(x.cpu)
    with tf.device("/GPU:0"):
        gpu = tf.Variable(x.gpu)
    g.variables.append(Twin(cpu, gpu))


def _read(g: Graph) -> None:
    value = g.random.choice(g.values)
    g.story.append(f"read v{g.values.index(value)}")
    value.check(g.story)


def _flush(g: Graph) -> None:
    g.story.append("flush")
    g.device.flush()


def _drop(g: Graph) -> None:
    """Most of what there is, from now on held by nobody but the graph."""
    keep = g.random.randint(1, 3)
    for value in g.values[:-keep]:
        if g.random.random() < 0.7:
            value.gpu = None
    g.values = [v for v in g.values if v.gpu is not None]
    g.story.append(f"dropped; left {[list(v.shape) for v in g.values]}")


STEPS = [
    _unary, _unary, _scalar, _scalar, _binary, _binary, _binary, _binary, _compare, _logic, _select,
    _cast, _integers, _reshape, _reshape, _transpose, _transpose, _slice, _slice, _spread, _reduce,
    _reduce, _normalized, _normalized, _normalized, _any, _matmul, _matmul, _opaque, _several,
    _wide, _variable, _variable, _read, _flush, _drop,
]  # fmt: skip


def run(random: Random, device: Any, steps: int) -> Graph:
    """A random program of this many steps, checked to its end."""
    graph = Graph(random, device)
    for _ in range(3):
        graph.source()
    for _ in range(steps):
        graph.step()
    graph.finish()
    return graph
