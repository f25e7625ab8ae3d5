"""Activations as layers; that of `PReLU` is trained."""

from __future__ import annotations

import warnings
from typing import Any

import gradtape as tf
from gradtape.keras import activations
from gradtape.keras.layers.input_spec import InputSpec
from gradtape.keras.layers.layer import Layer
from gradtape.keras.layers.settings import add, settle


class Activation(Layer):
    """An activation by name or function."""

    supports_masking = True

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activations.get(activation)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """activation(inputs)."""
        return self.activation(inputs)


class ReLU(Layer):
    """x above `threshold` and at most `max_value`; negative_slope · (x − threshold) below."""

    supports_masking = True

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **kwargs: Any,
    ) -> None:
        if max_value is not None and max_value < 0.0:
            raise ValueError(
                "max_value of a ReLU layer cannot be a negative value. "
                f"Received: max_value={max_value}"
            )
        for argument, value in (("negative_slope", negative_slope), ("threshold", threshold)):
            if value is None or value < 0.0:
                raise ValueError(
                    f"{argument} of a ReLU layer cannot be None or a negative value. "
                    f"Received: {argument}={value}"
                )
        super().__init__(**kwargs)
        self.max_value, self.negative_slope = max_value, negative_slope
        self.threshold = threshold
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The cut inputs."""
        return activations.relu(inputs, self.negative_slope, self.max_value, self.threshold)


class LeakyReLU(Layer):
    """x where positive, negative_slope · x elsewhere."""

    supports_masking = True

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        if "alpha" in kwargs:
            negative_slope = kwargs.pop("alpha")
            warnings.warn(
                "Argument `alpha` is deprecated. Use `negative_slope` instead.", stacklevel=2
            )
        super().__init__(**kwargs)
        self.negative_slope = negative_slope
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The leaky rectifier of the inputs."""
        return activations.leaky_relu(inputs, self.negative_slope)


class ELU(Layer):
    """x where positive, α(eˣ − 1) elsewhere."""

    supports_masking = True

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = alpha
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The exponential linear unit of the inputs."""
        return activations.elu(inputs, self.alpha)


class Softmax(Layer):
    """eˣ over its sum along `axis`, one or several; what `mask` leaves out is zero."""

    supports_masking = True

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis
        self.built = True

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """The softmax of the inputs."""
        if mask is not None:
            pairs = zip(tuple(mask.shape)[::-1], tuple(inputs.shape)[::-1], strict=False)
            if mask.ndim > inputs.ndim or any(m not in (1, n) for m, n in pairs):
                raise ValueError(
                    "The `mask` must be broadcastable to `inputs`. Received: "
                    f"inputs.shape={inputs.shape}, mask.shape={mask.shape}"
                )
            mask = mask if mask.dtype == tf.bool else mask > 0.5
            low = -3e4 if inputs.dtype == tf.float16 else -1e9
            inputs = tf.where(mask, inputs, tf.constant(low, inputs.dtype))
        axis = self.axis
        if isinstance(axis, (list, tuple)) and len(axis) > 1:
            total = tf.reduce_logsumexp(inputs, axis=list(axis), keepdims=True)
            outputs = tf.exp(inputs - total)
        else:
            outputs = activations.softmax(inputs, axis[0] if not isinstance(axis, int) else axis)
        return outputs if mask is None else tf.where(mask, outputs, tf.zeros_like(outputs))


class PReLU(Layer):
    """x where positive, α x elsewhere, with a trained α for each place, or one along `shared_axes`.

    Source: He et al. (2015), Delving deep into rectifiers.
    """

    supports_masking = True

    def __init__(
        self,
        alpha_initializer: Any = "Zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        settle(self, "alpha", alpha_initializer, alpha_regularizer, alpha_constraint)
        if shared_axes is not None and not isinstance(shared_axes, (list, tuple)):
            shared_axes = [shared_axes]
        self.shared_axes = None if shared_axes is None else list(shared_axes)

    def build(self, input_shape: Any) -> None:
        """Make alpha."""
        shape = list(input_shape[1:])
        for axis in self.shared_axes or ():
            shape[axis - 1] = 1
        self.alpha = add(self, "alpha", shape)
        own = {i: input_shape[i] for i in range(1, len(input_shape))}
        axes = {i: n for i, n in own.items() if self.shared_axes and i not in self.shared_axes}
        self.input_spec = InputSpec(ndim=len(input_shape), axes=axes)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The rectified inputs."""
        return activations.relu(inputs) - self.alpha * activations.relu(-inputs)
