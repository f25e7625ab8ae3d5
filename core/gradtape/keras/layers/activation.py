"""Activations as layers, without weights."""

from __future__ import annotations

import warnings
from typing import Any

from gradtape.keras import activations
from gradtape.keras.layers.layer import Layer


class Activation(Layer):
    """An activation by name or function."""

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activations.get(activation)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """activation(inputs)."""
        return self.activation(inputs)


class ReLU(Layer):
    """x above `threshold` and at most `max_value`; negative_slope · (x − threshold) below."""

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

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = alpha
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The exponential linear unit of the inputs."""
        return activations.elu(inputs, self.alpha)


class Softmax(Layer):
    """eˣ over its sum along `axis`."""

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The softmax of the inputs."""
        return activations.softmax(inputs, self.axis)
