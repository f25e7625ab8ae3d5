"""Random draws, as Keras's backend has them: without a seed, NumPy's generator draws one."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras.config import floatx


def random_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None
) -> Any:
    """Draws from the normal distribution, of `floatx()` by default."""
    return tf.random.normal(shape, mean, stddev, tf.as_dtype(dtype or floatx()), _drawn(seed))


def random_uniform(
    shape: Any, minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: Any = None
) -> Any:
    """Draws from the uniform distribution, of `floatx()` by default."""
    return tf.random.uniform(shape, minval, maxval, tf.as_dtype(dtype or floatx()), _drawn(seed))


def truncated_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None
) -> Any:
    """Draws from the normal distribution, taken again beyond two standard deviations."""
    kind = tf.as_dtype(dtype or floatx())
    return tf.random.truncated_normal(shape, mean, stddev, kind, _drawn(seed))


def random_bernoulli(shape: Any, p: float = 0.0, dtype: Any = None, seed: Any = None) -> Any:
    """Ones with probability p, zeros elsewhere."""
    kind = tf.as_dtype(dtype or floatx())
    return tf.cast(tf.random.uniform(shape, dtype=kind, seed=_drawn(seed)) <= p, kind)


def dropout(x: Any, level: float, noise_shape: Any = None, seed: Any = None) -> Any:
    """`x` with a share `level` of its elements zero and the others over 1 − level."""
    return tf.nn.dropout(x, level, noise_shape, _drawn(seed))


def _drawn(seed: Any) -> Any:
    return int(np.random.randint(10_000_000)) if seed is None else seed
