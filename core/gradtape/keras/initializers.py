"""Initial values of weights, by seed: the same numbers as Keras for the same seed.

An initializer is called with a shape and a dtype. Without a seed it draws one, once, when it is
made: the same initializer gives the same numbers for the same shape each time.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

import gradtape as tf
from gradtape.keras import config, random
from gradtape.keras.identifiers import Registry
from gradtape.names.absence import absent_from

#: the standard deviation of a standard normal distribution cut at ±2
_STDDEV_CUT_AT_TWO = 0.87962566103423978


class Initializer:
    """The base of all initializers: `initializer(shape, dtype)` gives a tensor."""

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """The values of a new weight."""
        raise NotImplementedError(
            f"{type(self).__name__} gives no values: define __call__(self, shape, dtype=None)."
        )

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal initializer."""
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Initializer:
        """The initializer made from `get_config`'s arguments."""
        return cls(**config)


def _dtype(dtype: Any) -> Any:
    return tf.as_dtype(dtype or config.floatx())


class Zeros(Initializer):
    """All zeros."""

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """The values of a new weight."""
        return tf.zeros(shape, _dtype(dtype))


class Ones(Initializer):
    """All ones."""

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """The values of a new weight."""
        return tf.ones(shape, _dtype(dtype))


class Constant(Initializer):
    """One value everywhere.

    >>> Constant(3.0)((2,)).numpy()
    array([3., 3.], dtype=float32)
    """

    def __init__(self, value: Any = 0.0) -> None:
        self.value = value

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """The values of a new weight."""
        return tf.broadcast_to(tf.cast(self.value, _dtype(dtype)), shape)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal initializer."""
        return {"value": self.value}


class Identity(Initializer):
    """`gain` on the diagonal of a matrix, zero elsewhere.

    Raises: ValueError where the shape is no matrix's.
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """The values of a new weight."""
        if len(shape) != 2:
            raise ValueError(
                "Identity matrix initializer can only be used for 2D matrices. "
                f"Received: shape={tuple(shape)} of rank {len(shape)}."
            )
        rows, columns = shape
        return self.gain * tf.eye(rows, columns, dtype=_dtype(dtype))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal initializer."""
        return {"gain": self.gain}


class RandomInitializer(Initializer):
    """The base of initializers that draw numbers, by their own seed."""

    def __init__(self, seed: random.Seed = None) -> None:
        if seed is not None and not isinstance(seed, (int, random.SeedGenerator)):
            raise ValueError(
                "`seed` argument should be an instance of `keras.random.SeedGenerator()` or an "
                f"integer. Received: seed={seed}"
            )
        self._given_seed = seed
        self.seed = random.make_default_seed() if seed is None else seed

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal initializer."""
        return {"seed": self._given_seed}


class RandomNormal(RandomInitializer):
    """Draws from the normal distribution."""

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: random.Seed = None) -> None:
        self.mean, self.stddev = mean, stddev
        super().__init__(seed)

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """The values of a new weight."""
        return random.normal(shape, self.mean, self.stddev, _dtype(dtype), self.seed)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal initializer."""
        return {**super().get_config(), "mean": self.mean, "stddev": self.stddev}


class TruncatedNormal(RandomNormal):
    """Draws from the normal distribution, taken again beyond two standard deviations."""

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """The values of a new weight."""
        return random.truncated_normal(shape, self.mean, self.stddev, _dtype(dtype), self.seed)


class RandomUniform(RandomInitializer):
    """Draws from the uniform distribution on [minval, maxval)."""

    def __init__(
        self, minval: float = -0.05, maxval: float = 0.05, seed: random.Seed = None
    ) -> None:
        self.minval, self.maxval = minval, maxval
        super().__init__(seed)

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """The values of a new weight."""
        return random.uniform(shape, self.minval, self.maxval, _dtype(dtype), self.seed)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal initializer."""
        return {**super().get_config(), "minval": self.minval, "maxval": self.maxval}


def fans(shape: Sequence[int]) -> tuple[int, int]:
    """How many inputs and how many outputs a unit of a weight of this shape has.

    >>> fans((5, 3)), fans((3, 3, 4, 8))
    ((5, 3), (36, 72))
    """
    if len(shape) < 2:
        size = math.prod(shape)
        return size, size
    field = math.prod(shape[:-2])
    return shape[-2] * field, shape[-1] * field


class VarianceScaling(RandomInitializer):
    """Draws with the variance `scale` / n, n the number of inputs or outputs of a unit.

    Args: `mode`, `fan_in`, `fan_out` or `fan_avg`; `distribution`, `truncated_normal`,
    `untruncated_normal` or `uniform`.
    """

    _MODES = ("fan_in", "fan_out", "fan_avg")
    _DISTRIBUTIONS = ("truncated_normal", "untruncated_normal", "uniform")

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: random.Seed = None,
        input_axes: Any = None,
        output_axes: Any = None,
    ) -> None:
        if scale <= 0.0:
            raise ValueError(f"Argument `scale` must be positive float. Received: scale={scale}")
        if mode not in self._MODES:
            raise ValueError(f"Invalid `mode` argument: {mode}. Please use one of {self._MODES}")
        distribution = distribution.lower()
        if distribution == "normal":
            distribution = "truncated_normal"
        if distribution not in self._DISTRIBUTIONS:
            raise ValueError(
                f"Invalid `distribution` argument: {distribution}. "
                f"Please use one of {self._DISTRIBUTIONS}"
            )
        self.scale, self.mode, self.distribution = scale, mode, distribution
        self.input_axes, self.output_axes = input_axes, output_axes
        super().__init__(seed)

    def along(self, input_axes: Any, output_axes: Any) -> VarianceScaling:
        """This one, with these axes as those of the inputs and of the outputs."""
        made = copy.copy(self)
        made.input_axes, made.output_axes = input_axes, output_axes
        return made

    def _fans(self, shape: tuple[int, ...]) -> tuple[int, int]:
        if self.input_axes is None or self.output_axes is None:
            return fans(shape)
        return (
            math.prod(shape[axis] for axis in self.input_axes),
            math.prod(shape[axis] for axis in self.output_axes),
        )

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """The values of a new weight."""
        fan_in, fan_out = self._fans(tuple(shape))
        n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        variance = self.scale / max(1.0, n)
        dtype = _dtype(dtype)
        if self.distribution == "uniform":
            limit = math.sqrt(3.0 * variance)
            return random.uniform(shape, -limit, limit, dtype, self.seed)
        if self.distribution == "truncated_normal":
            stddev = math.sqrt(variance) / _STDDEV_CUT_AT_TWO
            return random.truncated_normal(shape, 0.0, stddev, dtype, self.seed)
        return random.normal(shape, 0.0, math.sqrt(variance), dtype, self.seed)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal initializer."""
        own = {
            "scale": self.scale, "mode": self.mode, "distribution": self.distribution,
            "input_axes": self.input_axes, "output_axes": self.output_axes,
        }  # fmt: skip
        return {**super().get_config(), **own}


class _Preset(VarianceScaling):
    """A `VarianceScaling` whose arguments but the seed are settled by the class."""

    preset: tuple[float, str, str]

    def __init__(
        self, seed: random.Seed = None, input_axes: Any = None, output_axes: Any = None
    ) -> None:
        super().__init__(*self.preset, seed=seed, input_axes=input_axes, output_axes=output_axes)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal initializer."""
        own = {"input_axes": self.input_axes, "output_axes": self.output_axes}
        return {"seed": self._given_seed, **own}


class GlorotUniform(_Preset):
    """Uniform, variance 2 / (inputs + outputs).

    Source: Glorot & Bengio (2010), Understanding the difficulty of training deep networks.
    """

    preset = (1.0, "fan_avg", "uniform")


class GlorotNormal(_Preset):
    """Truncated normal, variance 2 / (inputs + outputs)."""

    preset = (1.0, "fan_avg", "truncated_normal")


class HeUniform(_Preset):
    """Uniform, variance 2 / inputs.

    Source: He et al. (2015), Delving deep into rectifiers.
    """

    preset = (2.0, "fan_in", "uniform")


class HeNormal(_Preset):
    """Truncated normal, variance 2 / inputs."""

    preset = (2.0, "fan_in", "truncated_normal")


class LecunUniform(_Preset):
    """Uniform, variance 1 / inputs."""

    preset = (1.0, "fan_in", "uniform")


class LecunNormal(_Preset):
    """Truncated normal, variance 1 / inputs."""

    preset = (1.0, "fan_in", "truncated_normal")


class Orthogonal(RandomInitializer):
    """A random orthogonal matrix times `gain`; further axes are rows of it.

    Raises: ValueError where the shape has fewer than two axes.

    Source: Saxe et al. (2014), Exact solutions to the nonlinear dynamics of learning.
    """

    def __init__(self, gain: float = 1.0, seed: random.Seed = None) -> None:
        self.gain = gain
        super().__init__(seed)

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        """The values of a new weight."""
        if len(shape) < 2:
            raise ValueError(
                "The tensor to initialize must be at least two-dimensional. Received: "
                f"shape={tuple(shape)} of rank {len(shape)}."
            )
        rows, columns = math.prod(shape[:-1]), shape[-1]
        tall = (max(rows, columns), min(rows, columns))
        draws = random.normal(tall, dtype=_dtype(dtype), seed=self.seed).numpy()
        q, r = np.linalg.qr(draws)
        q *= np.sign(np.diag(r))  # makes the distribution uniform, and the result unique
        values = (q.T if rows < columns else q).reshape(tuple(shape))
        return tf.constant(self.gain * values)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal initializer."""
        return {**super().get_config(), "gain": self.gain}


_registry = Registry(
    "initializer",
    [
        Zeros, Ones, Constant, Identity, RandomNormal, TruncatedNormal, RandomUniform,
        VarianceScaling, GlorotUniform, GlorotNormal, HeUniform, HeNormal, LecunUniform,
        LecunNormal, Orthogonal,
    ],
    {"uniform": RandomUniform, "normal": RandomNormal, "one": Ones, "zero": Zeros},
)  # fmt: skip

zeros, ones, constant, identity = Zeros, Ones, Constant, Identity
random_normal, random_uniform, truncated_normal = RandomNormal, RandomUniform, TruncatedNormal
variance_scaling, orthogonal = VarianceScaling, Orthogonal
IdentityInitializer, OrthogonalInitializer = Identity, Orthogonal
glorot_uniform, glorot_normal = GlorotUniform, GlorotNormal
he_uniform, he_normal = HeUniform, HeNormal
lecun_uniform, lecun_normal = LecunUniform, LecunNormal


def get(identifier: Any) -> Any:
    """The initializer of this name, class or configuration; None and functions stay as they are.

    >>> type(get("he_normal")).__name__
    'HeNormal'
    """
    return _registry.get(identifier)


if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
