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


def chain() -> Array:
    """32 floats that a chain of 200 element-wise ops starts from."""
    return np.linspace(-1.0, 1.0, 32, dtype=np.float32)


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
