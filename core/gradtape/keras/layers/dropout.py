"""Noise in training that is absent afterwards: Dropout and GaussianNoise."""

from __future__ import annotations

from typing import Any

import gradtape as tf
from gradtape.keras import random
from gradtape.keras.layers.layer import Layer


class Dropout(Layer):
    """In training, a share `rate` of the elements zero and the others divided by 1 − rate.

    Without `training=True` the inputs pass unchanged. Sizes of `noise_shape` that are 1 share their
    draw along that axis. The draws follow `seed`, and go on from call to call.

    Raises: ValueError where `rate` is outside [0, 1], or the inputs are no floating-point numbers.

    Source: Srivastava et al. (2014), Dropout: a simple way to prevent overfitting.
    """

    def __init__(
        self, rate: float, noise_shape: Any = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if not isinstance(rate, (int, float)) or not 0 <= rate <= 1:
            raise ValueError(
                "Invalid value received for argument `rate`. Expected a float value between 0 and "
                f"1. Received: rate={rate}"
            )
        self.rate, self.noise_shape = rate, noise_shape
        if rate > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.built = True

    def call(self, inputs: Any, training: bool | None = False) -> Any:
        """The thinned inputs."""
        if training and self.rate > 0:
            return random.dropout(inputs, self.rate, self.noise_shape, self.seed_generator)
        return inputs


class GaussianNoise(Layer):
    """In training, the inputs plus normal noise of standard deviation `stddev`."""

    def __init__(self, stddev: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(stddev, (int, float)) or stddev < 0:
            raise ValueError(
                "Invalid value received for argument `stddev`. Expected a float value of 0 or "
                f"more. Received: stddev={stddev}"
            )
        self.stddev = stddev
        if stddev > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.built = True

    def call(self, inputs: Any, training: bool | None = False) -> Any:
        """The noisy inputs."""
        if not training or self.stddev == 0:
            return inputs
        return tf.add(
            inputs,
            random.normal(inputs.shape, 0.0, self.stddev, inputs.dtype, self.seed_generator),
        )
