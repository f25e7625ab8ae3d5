"""`Normalization`: features with the mean 0 and the variance 1 of the data that it has seen."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.layers.layer import Layer


class Normalization(Layer):
    """(x − mean) / √variance, the moments of data given to `adapt`, or given here.

    Args:
      axis: the axes whose entries have moments of their own, the last by default; None for one mean
        and one variance of all.
      mean, variance: the moments, where they are known.
      invert: x · √variance + mean instead.

    Weights: mean, variance and count, none of them trainable, where the moments are not given. A
    deviation smaller than `keras.config.epsilon()` counts as that.

    Raises: ValueError for one of `mean` and `variance` alone, shapes that do not fit, and an axis
    that the inputs have not, or of unknown size.

    >>> import gradtape as tf
    >>> layer = tf.keras.layers.Normalization(axis=None)
    >>> layer.adapt([[1.0, 3.0]])
    >>> layer([1.0, 3.0, 5.0]).numpy()
    array([[-1.,  1.,  3.]], dtype=float32)
    """

    supports_masking = True

    def __init__(
        self, axis: Any = -1, mean: Any = None, variance: Any = None, invert: bool = False,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(**kwargs)
        self.axis = () if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
        self.input_mean, self.input_variance, self.invert = mean, variance, invert
        self.mean: Any = None
        self.variance: Any = None
        _check_moments(mean, variance, self.axis)

    def build(self, input_shape: Any) -> None:
        """Settle which axes have moments, and make the weights."""
        rank = len(input_shape)
        if any(not -rank <= axis < rank for axis in self.axis):
            raise ValueError(
                "All `axis` values must be in the range [-ndim, ndim). "
                f"Received inputs with ndim={rank}, while axis={self.axis}"
            )
        self._kept = sorted(axis % rank for axis in self.axis)
        if any(input_shape[axis] is None for axis in self._kept):
            raise ValueError(
                "All `axis` values to be kept must have a known shape. "
                f"Received axis={self.axis}, inputs.shape={tuple(input_shape)}"
            )
        self._reduced = tuple(axis for axis in range(rank) if axis not in self._kept)
        self._sizes = tuple(input_shape[axis] for axis in self._kept)
        self._broadcast = [n if i in self._kept else 1 for i, n in enumerate(input_shape)]
        if self.input_mean is None:
            self.adapt_mean = self._moment("mean", "zeros")
            self.adapt_variance = self._moment("variance", "ones")
            self.count = self.add_weight(
                name="count", shape=(), dtype="int64", initializer="zeros", trainable=False
            )
        self.built = True
        self.finalize_state()

    def _moment(self, name: str, initializer: str) -> Any:
        return self.add_weight(
            name=name, shape=self._sizes, initializer=initializer, trainable=False
        )

    def adapt(self, data: Any) -> None:
        """Take the moments of `data`: an array, a tensor, or a data set or iterable of batches.

        Raises: ValueError for data of another shape than the layer was built for, or none.
        """
        if isinstance(data, tf.data.Dataset) and len(_features(data.element_spec).shape) == 1:
            data = data.batch(128)
        whole = isinstance(data, np.ndarray) or tf.is_tensor(data) or _is_numbers(data)
        batches = [data] if whole else map(_features, data)
        count, mean, variance = 0, np.float64(0.0), np.float64(0.0)
        for batch in map(np.asarray, batches):
            self._fit(batch)
            values = batch.astype(np.float64)
            n = math.prod(batch.shape[axis] for axis in self._reduced)
            count += n
            share = n / count
            new = values.mean(axis=self._reduced)
            spread = values.var(axis=self._reduced)
            total = mean * (1 - share) + new * share
            variance = (variance + (mean - total) ** 2) * (1 - share)
            variance = variance + (spread + (new - total) ** 2) * share
            mean = total
        if not count:
            raise ValueError("adapt() received no data. Give it at least one batch.")
        if self.input_mean is not None:
            raise ValueError("The layer was given its mean and variance; adapt() cannot set them.")
        self.adapt_mean.assign(mean)
        self.adapt_variance.assign(variance)
        self.finalize_state()

    def _fit(self, batch: Any) -> None:
        """Build for the first batch, and refuse others that have other sizes."""
        if not self.built:
            self._build_with(tuple(batch.shape))
        rank = len(self._broadcast)
        if batch.ndim != rank or any(batch.shape[a] != self._broadcast[a] for a in self._kept):
            wanted = [n if i in self._kept else None for i, n in enumerate(self._broadcast)]
            raise ValueError(
                f"The layer was built with input_shape={tuple(wanted)}, but adapt() is being "
                f"called with data with an incompatible shape, data.shape={tuple(batch.shape)}"
            )

    def finalize_state(self) -> None:
        """Bring the moments into the shape that broadcasts, from the weights or as given."""
        if not self.built:
            return
        kind = tf.as_dtype(self.compute_dtype)
        if self.input_mean is None:
            moments = [
                tf.reshape(m, self._broadcast) for m in (self.adapt_mean, self.adapt_variance)
            ]
        else:
            moments = [self._aligned(m) for m in (self.input_mean, self.input_variance)]
        self.mean, self.variance = (tf.cast(moment, kind) for moment in moments)

    def _aligned(self, moment: Any) -> Any:
        """A given moment, its axes at the last of those kept."""
        array = np.asarray(moment, np.dtype(self.variable_dtype))
        shape = [1] * len(self._broadcast)
        for axis, size in zip(reversed(self._kept), reversed(array.shape), strict=False):
            shape[axis] = size
        return tf.constant(np.broadcast_to(array.reshape(shape), self._broadcast).copy())

    def _input(self, value: Any) -> Any:
        return super()._input(tf.convert_to_tensor(value))  # numbers and lists too, as data come

    def call(self, inputs: Any) -> Any:
        """The inputs with the mean 0 and the variance 1, or back from them."""
        if self.input_mean is None:  # weights that were loaded or assigned count too
            self.finalize_state()
        inputs = tf.cast(inputs, tf.as_dtype(self.compute_dtype))
        deviation = tf.maximum(tf.sqrt(self.variance), config.epsilon())
        if self.invert:
            return self.mean + inputs * deviation
        return (inputs - self.mean) / deviation

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer; the moments that it saw are weights."""
        own: dict[str, Any] = super().get_config()
        given = {"mean": self.input_mean, "variance": self.input_variance}
        return {**own, **{k: np.array(v).tolist() for k, v in given.items()}}


def _check_moments(mean: Any, variance: Any, axis: tuple[int, ...]) -> None:
    if (mean is None) != (variance is None):
        raise ValueError(
            "When setting values directly, both `mean` and `variance` must be set. Received: "
            f"mean={mean} and variance={variance}"
        )
    if np.shape(mean) != np.shape(variance):
        raise ValueError(
            "When setting values directly, `mean` and `variance` must have the same shape. "
            f"Received: mean shape {np.shape(mean)} and variance shape {np.shape(variance)}"
        )
    if np.ndim(mean) > len(axis):
        raise ValueError(
            f"The rank of `mean` must be less than or equal to the number of axes ({len(axis)}). "
            f"Received: mean shape {np.shape(mean)} for axis {axis}"
        )


def _is_numbers(data: Any) -> bool:
    """Whether `data` is a list of numbers or of rows of them, not one of batches."""
    return isinstance(data, (list, tuple)) and not any(hasattr(each, "shape") for each in data)


def _features(batch: Any) -> Any:
    return batch[0] if isinstance(batch, tuple) else batch
