"""What makes training harder, and is absent afterwards: dropout, noise, a penalty on outputs."""

from __future__ import annotations

import math
from typing import Any

import gradtape as tf
from gradtape.keras import config, random, regularizers
from gradtape.keras.layers.input_spec import InputSpec
from gradtape.keras.layers.layer import Layer


class Dropout(Layer):
    """In training, a share `rate` of the elements zero and the others divided by 1 − rate.

    Without `training=True` the inputs pass unchanged. Sizes of `noise_shape` that are 1 share their
    draw along that axis. The draws follow `seed`, and go on from call to call.

    Raises: ValueError where `rate` is outside [0, 1], or the inputs are no floating-point numbers.

    Source: Srivastava et al. (2014), Dropout: a simple way to prevent overfitting.
    """

    supports_masking = True

    def __init__(
        self, rate: float, noise_shape: Any = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        _check_share(rate)
        self.rate, self.noise_shape, self.seed = rate, noise_shape, seed
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

    supports_masking = True

    def __init__(self, stddev: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(stddev, (int, float)) or stddev < 0:
            raise ValueError(
                "Invalid value received for argument `stddev`. Expected a float value of 0 or "
                f"more. Received: stddev={stddev}"
            )
        self.stddev, self.seed = stddev, seed
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


class _SpatialDropout(Dropout):
    """Dropout of whole channels: what the layers for one, two and three axes share."""

    n_axes: int
    _no_arguments = frozenset({"noise_shape"})

    def __init__(
        self, rate: float, seed: int | None = None, name: str | None = None, dtype: Any = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(rate, seed=seed, name=name, dtype=dtype, **kwargs)
        self.input_spec = InputSpec(ndim=self.n_axes + 2)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer; Keras's layer takes no `trainable`."""
        own: dict[str, Any] = super().get_config()
        taken = ("rate", "seed", "name", "data_format")
        return {**{key: own[key] for key in taken if key in own}, "dtype": self.dtype}

    def call(self, inputs: Any, training: bool | None = False) -> Any:
        """The inputs without some of their channels."""
        if not training or self.rate == 0:
            return inputs
        batch, channels = inputs.shape[0], inputs.shape[-1]
        noise = [batch, *[1] * self.n_axes, channels]
        if self._channels_first:
            noise = [batch, inputs.shape[1], *[1] * self.n_axes]
        return random.dropout(inputs, self.rate, noise, self.seed_generator)

    @property
    def _channels_first(self) -> bool:
        return getattr(self, "data_format", "channels_last") == "channels_first"


class SpatialDropout1D(_SpatialDropout):
    """`Dropout` of whole channels of sequences (batch, steps, channels)."""

    n_axes = 1


class SpatialDropout2D(_SpatialDropout):
    """`Dropout` of whole channels of images.

    Source: Tompson et al. (2015), Efficient object localization using convolutional networks.
    """

    n_axes = 2

    def __init__(
        self, rate: float, data_format: str | None = None, seed: int | None = None,
        name: str | None = None, dtype: Any = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(rate, seed, name, dtype, **kwargs)
        self.data_format = config.standardize_data_format(data_format)


class SpatialDropout3D(SpatialDropout2D):
    """`Dropout` of whole channels of volumes."""

    n_axes = 3


class GaussianDropout(Layer):
    """In training, the inputs times normal noise of mean 1 and variance rate / (1 − rate).

    Source: Srivastava et al. (2014), Dropout: a simple way to prevent overfitting.
    """

    supports_masking = True

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        _check_share(rate)
        self.rate, self.seed = rate, seed
        if rate > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.built = True

    def call(self, inputs: Any, training: bool | None = False) -> Any:
        """The noisy inputs."""
        if not training or self.rate == 0:
            return inputs
        stddev = math.sqrt(self.rate / (1.0 - self.rate))
        noise = random.normal(inputs.shape, 1.0, stddev, inputs.dtype, self.seed_generator)
        return inputs * noise


class AlphaDropout(Layer):
    """In training, a share `rate` of the elements at what `selu` gives far below zero.

    Mean and variance stay: it goes with `selu`.

    Source: Klambauer et al. (2017), Self-normalizing neural networks.
    """

    supports_masking = True

    def __init__(
        self, rate: float, noise_shape: Any = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        _check_share(rate)
        self.rate, self.noise_shape, self.seed = rate, noise_shape, seed
        if rate > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.built = True

    def call(self, inputs: Any, training: bool | None = False) -> Any:
        """The thinned inputs."""
        if not training or self.rate == 0:
            return inputs
        low = -1.6732632423543772 * 1.0507009873554805  # where selu ends
        sizes = tuple(inputs.shape)
        if self.noise_shape is not None:
            given = zip(self.noise_shape, sizes, strict=True)
            sizes = tuple(size if n is None else n for n, size in given)
        draws = random.uniform(sizes, seed=self.seed_generator)
        kept = tf.cast(draws >= self.rate, inputs.dtype)
        a = ((1 - self.rate) * (1 + self.rate * low**2)) ** -0.5
        b = -a * low * self.rate
        return a * (inputs * kept + low * (1 - kept)) + b


class ActivityRegularization(Layer):
    """The inputs; l1 · Σ|x| + l2 · Σx² of them, by example, joins the losses of the model."""

    supports_masking = True

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None:
        super().__init__(activity_regularizer=regularizers.L1L2(l1=l1, l2=l2), **kwargs)
        self.l1, self.l2 = l1, l2
        self.built = True

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer: the penalty is in `l1` and `l2`."""
        config: dict[str, Any] = super().get_config()
        return {key: value for key, value in config.items() if key != "activity_regularizer"}

    def call(self, inputs: Any) -> Any:
        """The inputs."""
        return inputs


def _check_share(rate: Any) -> None:
    if not isinstance(rate, (int, float)) or not 0 <= rate <= 1:
        raise ValueError(
            "Invalid value received for argument `rate`. Expected a float value between 0 and 1. "
            f"Received: rate={rate}"
        )
