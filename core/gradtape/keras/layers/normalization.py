"""Normalisation of activations: over the batch, or within each example."""

from __future__ import annotations

from typing import Any

import gradtape as tf
from gradtape.keras import config, constraints, initializers, regularizers
from gradtape.keras.layers.input_spec import InputSpec
from gradtape.keras.layers.layer import Layer


class _Normalization(Layer):
    """What the layers here share: the scale γ and the shift β of what they normalise."""

    supports_masking = True

    gamma: Any = None
    beta: Any = None

    def _settle(
        self, center: bool, scale: bool, beta_initializer: Any, gamma_initializer: Any,
        beta_regularizer: Any, gamma_regularizer: Any, beta_constraint: Any, gamma_constraint: Any,
    ) -> None:  # fmt: skip
        self.center, self.scale = center, scale
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)

    def _add_scale_and_shift(self, shape: tuple[int, ...]) -> None:
        if self.scale:
            self.gamma = self.add_weight(
                shape,
                self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
                name="gamma",
            )
        if self.center:
            self.beta = self.add_weight(
                shape,
                self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
                name="beta",
            )


class BatchNormalization(_Normalization):
    """γ (x − μ) / √(σ² + ε) + β, with the moments of the batch in training, else moving ones.

    In training μ and σ² are the mean and the (biased) variance of the batch for each index of
    `axis`, and the moving moments approach them: m ← momentum · m + (1 − momentum) · batch. That
    update carries no gradient. A layer with `trainable = False` always uses the moving moments.

    Weights: gamma, beta; moving_mean, moving_variance (not trainable).

    Raises: ValueError where `axis` is no integer, or not an axis of the inputs.

    Source: Ioffe & Szegedy (2015), Batch normalization.
    """

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 0.001,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not isinstance(axis, int):
            raise ValueError(f"BatchNormalization takes one axis, an integer, got axis={axis!r}.")
        self.axis, self.momentum, self.epsilon = axis, float(momentum), epsilon
        self._settle(
            center, scale, beta_initializer, gamma_initializer,
            beta_regularizer, gamma_regularizer, beta_constraint, gamma_constraint,
        )  # fmt: skip
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)

    def build(self, input_shape: Any) -> None:
        """Make the four weights."""
        rank = len(input_shape)
        if not -rank <= self.axis < rank:
            raise ValueError(
                f"BatchNormalization(axis={self.axis}) got inputs of shape {input_shape}, which "
                f"have the axes {-rank} to {rank - 1}."
            )
        shape = (input_shape[self.axis],)
        self._add_scale_and_shift(shape)
        self.moving_mean = self.add_weight(
            shape, self.moving_mean_initializer, trainable=False, name="moving_mean"
        )
        self.moving_variance = self.add_weight(
            shape, self.moving_variance_initializer, trainable=False, name="moving_variance"
        )
        self.input_spec = InputSpec(ndim=rank, axes={self.axis: shape[0]})
        self.built = True

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """The normalised inputs; in training by the moments of what `mask` counts."""
        inputs = self._floating(inputs)
        rank = inputs.ndim
        axis = self.axis % rank
        others = [i for i in range(rank) if i != axis]
        mean: Any
        variance: Any
        if training and self._trainable:
            if mask is None:
                mean, variance = tf.nn.moments(inputs, axes=others)
            else:
                mean, variance = _masked_moments(inputs, mask, others)
            for moving, batch in ((self.moving_mean, mean), (self.moving_variance, variance)):
                share = 1.0 - self.momentum
                moving.assign(moving * self.momentum + tf.stop_gradient(batch) * share)
        else:
            mean, variance = self.moving_mean, self.moving_variance
        along_axis: list[Any] = [mean, variance, self.beta, self.gamma]
        if axis != rank - 1:
            shape = [-1 if i == axis else 1 for i in range(rank)]
            along_axis = [None if v is None else tf.reshape(v, shape) for v in along_axis]
        m, v, beta, gamma = along_axis
        return tf.nn.batch_normalization(inputs, m, v, beta, gamma, self.epsilon)


def _masked_moments(inputs: Any, mask: Any, axes: list[int]) -> tuple[Any, Any]:
    """Mean and variance of the steps that a mask counts, over their number and Keras's ε."""
    kept = tf.broadcast_to(tf.expand_dims(tf.cast(mask, tf.bool), -1), inputs.shape)
    none = tf.zeros_like(inputs)
    count = tf.reduce_sum(tf.cast(kept, inputs.dtype), axes, keepdims=True) + config.epsilon()
    mean = tf.reduce_sum(tf.where(kept, inputs, none), axes, keepdims=True) / count
    distance = tf.where(kept, inputs - mean, none)
    variance = tf.reduce_sum(tf.square(distance), axes, keepdims=True) / count
    return tf.squeeze(mean, axes), tf.squeeze(variance, axes)


class LayerNormalization(_Normalization):
    """γ (x − μ) / √(σ² + ε) + β with the moments of each example along `axis`.

    Weights: gamma, beta, of the sizes of `axis`.

    Source: Ba, Kiros & Hinton (2016), Layer normalization.
    """

    def __init__(
        self,
        axis: Any = -1,
        epsilon: float = 0.001,
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
        super().__init__(**kwargs)
        axes = [axis] if isinstance(axis, int) else axis
        if not isinstance(axes, (list, tuple)) or not all(isinstance(a, int) for a in axes):
            raise TypeError(
                "Expected an int or a list/tuple of ints for the argument 'axis', "
                f"but received: {axis!r}"
            )
        self.axis, self.epsilon = list(axes), epsilon
        self._settle(
            center, scale, beta_initializer, gamma_initializer,
            beta_regularizer, gamma_regularizer, beta_constraint, gamma_constraint,
        )  # fmt: skip

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer."""
        config: dict[str, Any] = super().get_config()
        return {**config, "axis": self.axis if len(self.axis) > 1 else self.axis[0]}

    def build(self, input_shape: Any) -> None:
        """Make gamma and beta."""
        rank = len(input_shape)
        if not all(-rank <= a < rank for a in self.axis):
            raise ValueError(
                f"LayerNormalization(axis={self.axis}) got inputs of shape {input_shape}, which "
                f"have the axes {-rank} to {rank - 1}."
            )
        shape = tuple(input_shape[a] for a in self.axis)
        self._add_scale_and_shift(shape)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The normalised inputs."""
        inputs = self._floating(inputs)
        axes = [a % inputs.ndim for a in self.axis]
        mean, variance = tf.nn.moments(inputs, axes=axes, keepdims=True)
        gamma, beta = self.gamma, self.beta
        if axes != list(range(inputs.ndim - len(axes), inputs.ndim)):
            sizes = [n if i in axes else 1 for i, n in enumerate(inputs.shape)]
            gamma, beta = (None if v is None else tf.reshape(v, sizes) for v in (gamma, beta))
        return tf.nn.batch_normalization(inputs, mean, variance, beta, gamma, self.epsilon)
