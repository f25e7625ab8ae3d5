"""Random programs as traced functions: results, gradients and variables of eager calls, bit by bit.

A program is a list of instructions drawn from a seed: ops on what it has so far, variables read and
assigned, tapes inside, branches on values, random numbers. It is run eagerly and traced, in several
calls with other numbers, alone and under a tape.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradtape as tf

UNARY = [
    tf.tanh, tf.sigmoid, tf.square, tf.abs, tf.exp, tf.nn.relu, tf.sin, tf.identity, tf.negative,
    tf.nn.softmax, lambda x: tf.reduce_sum(x, -1, keepdims=True), tf.transpose, tf.stop_gradient,
    lambda x: x * 1.0, lambda x: x + 0.0, lambda x: tf.reshape(x, [-1])[: x.shape[0]],
    lambda x: tf.reduce_mean(x) + x, lambda x: x[::-1], lambda x: tf.nn.l2_normalize(x),
    lambda x: tf.cumsum(tf.reshape(x, [-1])), lambda x: tf.where(x > 0.0, x, 0.5),
    lambda x: tf.sort(tf.reshape(x, [-1])),
]  # fmt: skip
BINARY = [
    tf.add, tf.subtract, tf.multiply, tf.maximum, tf.minimum,
    lambda a, b: a / (1.0 + b * b),
    lambda a, b: tf.concat([tf.reshape(a, [-1]), tf.reshape(b, [-1])], 0),
    lambda a, b: tf.where(a > b, a, b),
]  # fmt: skip


def same_rank(a: Any, b: Any) -> tuple[Any, Any]:
    return (a, b) if a.shape == b.shape else (tf.reduce_mean(a), tf.reduce_max(b))


class Program:
    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.lines = [
            (int(self.rng.integers(9)), *(int(n) for n in self.rng.integers(1000, size=3)))
            for _ in range(int(self.rng.integers(4, 18)))
        ]
        self.variables = [tf.Variable(self.start(k)) for k in range(2)]

    def start(self, k: int) -> Any:
        return np.random.default_rng(k).standard_normal((3, 3)).astype(np.float32)

    def reset(self) -> None:
        for k, v in enumerate(self.variables):
            v.assign(self.start(k))

    def __call__(self, x: Any, y: Any) -> Any:
        known = [x, y]
        for kind, a, b, c in self.lines:
            left, right = known[a % len(known)], known[b % len(known)]
            v = self.variables[c % 2]
            if kind <= 2:
                known.append(
                    UNARY[c % len(UNARY)](left if left.shape.rank else tf.reshape(left, [1]))
                )
            elif kind <= 4:
                known.append(BINARY[c % len(BINARY)](*same_rank(left, right)))
            elif kind == 5:
                known.append(tf.reduce_mean(left) * v)
            elif kind == 6:
                v.assign_add(tf.tanh(tf.reduce_mean(left)) * tf.ones([3, 3]))
                known.append(v * 1.0)
            elif kind == 7:
                with tf.GradientTape() as tape:
                    tape.watch(left)
                    z = tf.reduce_sum(tf.tanh(left) * left + v[0, 0])
                known += [g for g in tape.gradient(z, [left, v]) if g is not None]
            elif tf.reduce_mean(left) > 0.1:
                known.append(left * 2.0)
            else:
                known.append(tf.sin(left))
        return known[-3:], tf.add_n([tf.reduce_sum(k) for k in known])


def bits(value: Any) -> list[Any]:
    flat = tf.nest.flatten(value)
    return [None if v is None else (np.asarray(v).tobytes(), tuple(v.shape)) for v in flat]


def inputs(turn: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(turn)
    if turn == 2:
        return tf.ones([3, 3]), tf.zeros([3, 3])
    return tuple(tf.constant(rng.standard_normal((3, 3)).astype(np.float32)) for _ in range(2))


def calls(program: Program, f: Any, taped: bool) -> list[Any]:
    program.reset()
    out: list[Any] = []
    for turn in (0, 1, 2, 3, 0, 4):
        x, y = inputs(turn)
        if taped and turn % 2 == 0:
            with tf.GradientTape() as tape:
                tape.watch([x, y])
                z = f(x, y)
            out += [bits(z), bits(tape.gradient(z[1], [x, y, *program.variables]))]
        else:
            out.append(bits(f(x, y)))
        out.append(bits([v.read_value() for v in program.variables]))
    return out


@pytest.mark.parametrize("share", range(10))
def test_random_programs(share: int) -> None:
    for seed in range(share * 20, share * 20 + 20):
        program = Program(seed)
        for taped in (False, True):
            want = calls(program, program, taped)
            assert calls(program, tf.function(program), taped) == want, seed
