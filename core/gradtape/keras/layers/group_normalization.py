"""Normalisation within each example: by groups of channels, by length, by the root mean square."""

from __future__ import annotations

from typing import Any

import gradtape as tf
from gradtape.keras.layers.input_spec import InputSpec
from gradtape.keras.layers.layer import Layer
from gradtape.keras.layers.settings import add, settle
from gradtape.keras.ops.normalizing import normalize, rms_normalization


class GroupNormalization(Layer):
    """γ (x − μ) / √(σ² + ε) + β, with the moments of each example and each group of channels.

    `groups` of −1 is one for each channel (instance normalisation).

    Weights: gamma, beta, one for each channel.

    Raises: ValueError where `groups` does not divide the number of channels.

    Source: Wu & He (2018), Group normalization.
    """

    supports_masking = True

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        if not isinstance(groups, int) or (groups <= 0 and groups != -1):
            raise ValueError(
                "Received an invalid value for argument `groups`, expected a positive integer (or "
                f"`-1` for instance normalization). Received: groups={groups}"
            )
        super().__init__(**kwargs)
        self.groups, self.axis, self.epsilon = groups, axis, epsilon
        self.center, self.scale = center, scale
        settle(self, "beta", beta_initializer, beta_regularizer, beta_constraint)
        settle(self, "gamma", gamma_initializer, gamma_regularizer, gamma_constraint)
        self.gamma: Any = None
        self.beta: Any = None

    def build(self, input_shape: Any) -> None:
        """Make gamma and beta."""
        channels = input_shape[self.axis]
        if self.groups == -1:
            self.groups = channels
        if channels % self.groups:
            raise ValueError(
                f"Number of groups ({self.groups}) must divide the number of channels ({channels})."
            )
        if self.scale:
            self.gamma = add(self, "gamma", (channels,))
        if self.center:
            self.beta = add(self, "beta", (channels,))
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: channels})
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The normalised inputs."""
        inputs = self._floating(inputs)
        shape = tuple(inputs.shape)
        axis = self.axis % len(shape)
        own = shape[axis] // self.groups
        split = [*shape[:axis], self.groups, own, *shape[axis + 1 :]]
        x = tf.reshape(inputs, split)
        if inputs.dtype in (tf.float16, tf.bfloat16):
            x = tf.cast(x, tf.float32)
        axes = [i for i in range(1, len(split)) if i != axis]
        mean, variance = tf.nn.moments(x, axes=axes, keepdims=True)
        along = [1] * len(split)
        along[axis : axis + 2] = [self.groups, own]
        gamma, beta = (
            None if v is None else tf.reshape(tf.cast(v, x.dtype), along)
            for v in (self.gamma, self.beta)
        )
        y = tf.nn.batch_normalization(x, mean, variance, beta, gamma, self.epsilon)
        return tf.cast(tf.reshape(y, shape), inputs.dtype)


class UnitNormalization(Layer):
    """The inputs over their length along `axis`.

    >>> import gradtape as tf
    >>> tf.keras.layers.UnitNormalization()(tf.constant([[3.0, 4.0]])).numpy()
    array([[0.6, 0.8]], dtype=float32)
    """

    supports_masking = True

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(axis, (int, list, tuple)):
            raise TypeError(
                "Invalid value for `axis` argument: expected an int or a list/tuple of ints. "
                f"Received: axis={axis}"
            )
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The normalised inputs."""
        return normalize(inputs, axis=self.axis, order=2, epsilon=1e-12)


class RMSNormalization(Layer):
    """The inputs over the root of the mean of their squares along `axis`, times a trained scale.

    Source: Zhang & Sennrich (2019), Root mean square layer normalization.
    """

    def __init__(self, axis: Any = -1, epsilon: float = 1e-6, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis, self.epsilon = axis, epsilon

    def build(self, input_shape: Any) -> None:
        """Make the scale."""
        axes = sorted(self.axis) if isinstance(self.axis, (list, tuple)) else [self.axis]
        self.axis = axes
        self.scale = self.add_weight(
            name="scale", shape=tuple(input_shape[a] for a in axes), initializer="ones"
        )
        self.built = True

    def call(self, x: Any) -> Any:
        """The normalised inputs."""
        axes = [a % x.ndim for a in self.axis]
        along = [n if i in axes else 1 for i, n in enumerate(x.shape)]
        return rms_normalization(x, tf.reshape(self.scale, along), self.axis, self.epsilon)
