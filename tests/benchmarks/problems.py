"""The numbers that every library works on: the same arrays, whoever computes with them.

NumPy alone, because each library's own environment imports this file.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Step = Callable[[], Any]
Array = np.ndarray[Any, np.dtype[Any]]

SCALAR = 3.0
CHAIN_ROUNDS = 50  # of four ops each
LEARNING_RATE = 0.1
MEMORY_LAYERS = 100


def _normal(seed: int, *shape: int, scale: float = 1.0) -> Array:
    return (np.random.RandomState(seed).standard_normal(shape) * scale).astype(np.float32)


def numbers(count: int, seed: int) -> Array:
    """Numbers between −0.5 and 0.5 that any language makes in three lines: a congruence.

    state ← state · 1664525 + 1013904223 (mod 2³²); a number is state / 2³² − ½. Here all states at
    once: the k-th is seed · aᵏ + c · (aᵏ⁻¹ + … + 1).
    """
    factor = np.full(count, 1664525, np.uint32)
    powers = np.multiply.accumulate(factor, dtype=np.uint32)
    sums = np.add.accumulate(np.append(np.uint32(1), powers[:-1])[:count], dtype=np.uint32)
    states = powers * np.uint32(seed) + sums * np.uint32(1013904223)
    return (states / 2**32 - 0.5).astype(np.float32)


def weight(seed: int, *shape: int) -> Array:
    """Small numbers to begin a training with."""
    return np.float32(0.1) * numbers(int(np.prod(shape)), seed).reshape(shape)


def squares(side: int) -> list[Array]:
    """Two square matrices."""
    return [numbers(side * side, seed).reshape(side, side) for seed in (1, 2)]


def sample(values: Array) -> Array:
    """At most 65,536 of the values, from all over: enough to see whether two results agree."""
    flat = values.reshape(-1)
    return flat[:: max(1, flat.size >> 16)]


def digits_mlp() -> tuple[list[Array], Array, Array]:
    """Weights and biases of a 784-128-10 net, a batch of 128 images and their labels."""
    weights = [weight(2, 784, 128), np.zeros(128, np.float32)]
    weights += [weight(3, 128, 10), np.zeros(10, np.float32)]
    return weights, numbers(128 * 784, 1).reshape(128, 784), np.arange(128, dtype=np.int32) % 10


def digits_cnn() -> tuple[list[Array], Array, Array]:
    """Two kernels (height, width, in, out), a weight and a bias; 64 images (28, 28, 1); labels."""
    weights = [weight(2, 3, 3, 1, 8), weight(3, 3, 3, 8, 16)]
    weights += [weight(4, 7 * 7 * 16, 10), np.zeros(10, np.float32)]
    images = numbers(64 * 28 * 28, 1).reshape(64, 28, 28, 1)
    return weights, images, np.arange(64, dtype=np.int32) % 10


def chain() -> Array:
    """32 floats that a chain of 200 element-wise ops starts from."""
    return np.linspace(-1.0, 1.0, 32, dtype=np.float32)


def wide() -> Array:
    """A million floats."""
    return 4.0 * numbers(10**6, 7)


def perceptron() -> tuple[list[Array], Array, Array]:
    """Weights and biases of a 784-128-10 net, a batch of 128 images and their labels."""
    weights = [
        _normal(1, 784, 128, scale=0.05),
        np.zeros(128, np.float32),
        _normal(2, 128, 10, scale=0.1),
        np.zeros(10, np.float32),
    ]
    labels = np.random.RandomState(3).randint(0, 10, 128).astype(np.int32)
    return weights, _normal(4, 128, 784), labels


def layer() -> tuple[Array, Array]:
    """A batch x (8, 64) and a matrix W (64, 64) for `tanh(x @ W)`."""
    return _normal(5, 8, 64), _normal(6, 64, 64, scale=0.125)


def small_net() -> tuple[Array, list[Array]]:
    """A batch (7, 5) and the weights and biases of a 5-8-6 net."""
    weights = [
        _normal(7, 5, 8, scale=0.5),
        _normal(8, 8, scale=0.1),
        _normal(9, 8, 6, scale=0.5),
        _normal(10, 6, scale=0.1),
    ]
    return _normal(11, 7, 5), weights


def deep() -> tuple[Array, Array]:
    """A batch x (1024, 512) and a matrix W (512, 512): `relu(x @ W)` keeps 2 MiB a layer."""
    return _normal(12, 1024, 512), _normal(13, 512, 512, scale=0.0625)
