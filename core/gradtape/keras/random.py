"""Random draws by seed, and the seeds themselves: the same numbers for the same seed.

A seed is an integer (each call draws the same numbers), a `SeedGenerator` (each call draws the next
ones) or None (the draws of one generator shared by all).
"""

from __future__ import annotations

import json
import random as _python_random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import config
from gradtape.runtime.recorders import state
from gradtape.tensors.tensor import wrap


def make_default_seed() -> int:
    """A seed from Python's own generator, which `keras.utils.set_random_seed` sets."""
    return _python_random.randint(1, int(1e9))


def set_random_seed(seed: int) -> None:
    """Set the seeds of Python, NumPy and gradtape, from which all others come.

    Raises: ValueError where the seed is no integer from 0 to 2**32 − 1.
    """
    if not isinstance(seed, int):
        raise ValueError(
            f"Expected `seed` argument to be an integer. Received: seed={seed} "
            f"(of type {type(seed)})"
        )
    if not 0 <= seed < 2**32:
        raise ValueError(f"Seed must be between 0 and 2**32 - 1, got {seed}")
    _python_random.seed(seed)
    np.random.seed(seed)
    tf.random.set_seed(seed)
    _shared.clear()


class SeedGenerator:
    """A supply of seeds: each draw of numbers takes the next one.

    >>> generator = SeedGenerator(3)
    >>> generator.next().numpy(), generator.next().numpy()
    (array([3, 0]), array([3, 1]))
    """

    def __init__(self, seed: int | None = None, name: str | None = None) -> None:
        if seed is None:
            seed = make_default_seed()
        if not isinstance(seed, int):
            raise ValueError(f"Argument `seed` must be an integer. Received: seed={seed}")
        if seed < 0:
            raise ValueError(f"Argument `seed` must be >= 0. Received: seed={seed}")
        self.name = name or "seed_generator"
        self._initial_seed = seed
        self._state = (seed, 0)

    @property
    def state(self) -> tf.Tensor:
        """The seed that the next draw will take."""
        return _in_each_call(lambda: self._state, self)

    def next(self, ordered: bool = True) -> tf.Tensor:
        """The seed for one draw: the generator's own, and the number of draws before.

        Where not `ordered`, both numbers jump about between 0 and a million instead.
        """
        return _in_each_call(lambda: self._next(ordered), self)

    def _next(self, ordered: bool) -> tuple[int, int]:
        first, second = seed = self._state
        if _kept:
            return seed
        if ordered:
            self._state = (first, second + 1)
        else:
            self._state = ((first + 1) * 5387 % 933199, (second + 1) * 5387 % 933199)
        return seed

    _is_python_state = True

    def serialize(self) -> str:
        """The seed that the next draw will take, for a checkpoint."""
        return json.dumps(self._state)

    def deserialize(self, string_value: Any) -> None:
        """Go on from there."""
        first, second = json.loads(string_value)
        self._state = int(first), int(second)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal generator."""
        return {"seed": self._initial_seed}


Seed = int | SeedGenerator | None

_SEED_LIMIT = 2**31 - 2  # as in Keras, which takes seeds modulo this

_shared: list[SeedGenerator] = []

#: not empty while generators give their next seed and stay where they are
_kept: list[None] = []


@contextmanager
def kept() -> Iterator[None]:
    """While this lasts, draws use up no seed."""
    _kept.append(None)
    try:
        yield
    finally:
        _kept.pop()


def draw_seed(seed: Seed) -> tf.Tensor:
    """The pair of integers that one stateless draw takes."""

    def pair() -> list[int]:
        return [number % _SEED_LIMIT for number in _pair(seed)]

    if isinstance(seed, int):
        return tf.constant(pair(), dtype=tf.int64)
    if seed is None and not _shared:
        _shared.append(SeedGenerator())
    return _in_each_call(pair, _shared[0] if seed is None else seed)


def _in_each_call(pair: Callable[[], Any], generator: Any) -> tf.Tensor:
    """A seed as a tensor; a traced function asks for it anew in each of its calls."""
    if state.trace is None or _kept:
        return tf.constant(pair(), dtype=tf.int64)

    def keep() -> Callable[[], None]:
        before = generator._state
        return lambda: setattr(generator, "_state", before)

    drawn = state.trace.call(lambda: (np.array(pair(), np.int64),), draws=True, keep=keep)
    return wrap(drawn[0])


def _pair(seed: Seed) -> tuple[int, int]:
    if seed is None:
        if not _shared:
            _shared.append(SeedGenerator())
        return _shared[0]._next(ordered=False)
    if isinstance(seed, SeedGenerator):
        return seed._next(ordered=True)
    if not isinstance(seed, int):
        raise ValueError(
            "Argument `seed` must be either an integer or an instance of `SeedGenerator`. "
            f"Received: seed={seed} (of type {type(seed)})"
        )
    return seed, 0


def normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Seed = None
) -> tf.Tensor:
    """Draws from the normal distribution."""
    dtype = tf.as_dtype(dtype or config.floatx())
    return tf.random.stateless_normal(shape, draw_seed(seed), mean, stddev, dtype)


def truncated_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Seed = None
) -> tf.Tensor:
    """Draws from the normal distribution, taken again beyond two standard deviations."""
    dtype = tf.as_dtype(dtype or config.floatx())
    return tf.random.stateless_truncated_normal(shape, draw_seed(seed), mean, stddev, dtype)


def uniform(
    shape: Any, minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: Seed = None
) -> tf.Tensor:
    """Draws from the uniform distribution on [minval, maxval)."""
    dtype = tf.as_dtype(dtype or config.floatx())
    return tf.random.stateless_uniform(shape, draw_seed(seed), minval, maxval, dtype)


def dropout(inputs: Any, rate: float, noise_shape: Any = None, seed: Seed = None) -> tf.Tensor:
    """`inputs` with a share `rate` of the elements zero and the others divided by 1 − rate."""
    inputs = tf.convert_to_tensor(inputs)
    if not inputs.dtype.is_floating:
        raise ValueError(
            "`inputs` must be a floating point tensor as it will be scaled. "
            f"Received: dtype={inputs.dtype.name}. Use tf.cast(x, tf.float32)."
        )
    sizes = tuple(inputs.shape)
    if noise_shape is not None:
        sizes = tuple(s if n is None else n for n, s in zip(noise_shape, sizes, strict=True))
    draws = tf.random.stateless_uniform(sizes, draw_seed(seed), dtype=inputs.dtype)
    if rate >= 1:
        return tf.zeros_like(inputs)
    return tf.where(draws >= rate, inputs * (1 / (1 - rate)), tf.zeros([], inputs.dtype))
