"""`tf.ones_initializer` and its kin: functions of a shape that give first values.

Those of Keras are `tf.keras.initializers`; these are older, and draw other bits.
"""

from __future__ import annotations

from typing import Any

from gradtape.dtypes import DType, as_dtype
from gradtape.functions.array.creation import ones, zeros
from gradtape.random.stateful import normal, uniform
from gradtape.random.stateless import stateless_normal, stateless_uniform
from gradtape.tensors.constants import constant
from gradtape.tensors.tensor import EagerTensor


class Initializer:
    """Called with a shape, gives a tensor."""

    def __call__(self, shape: Any, dtype: Any = "float32", **kwargs: Any) -> EagerTensor:
        """First values of this shape and dtype."""
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        """The arguments of another one like this."""
        return dict(vars(self))

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """An initializer from its `get_config()`."""
        return cls(**{key: value for key, value in config.items() if key != "dtype"})


class zeros_initializer(Initializer):  # noqa: N801 - TensorFlow's name
    """Zeros of a shape, of any dtype but text.

    >>> tf.zeros_initializer()([2]).numpy()
    array([0., 0.], dtype=float32)
    """

    def __call__(self, shape: Any, dtype: Any = "float32", **kwargs: Any) -> EagerTensor:
        """Zeros."""
        return zeros(shape, _numeric(dtype))


class ones_initializer(Initializer):  # noqa: N801 - TensorFlow's name
    """Ones of a shape, of any dtype but text.

    >>> tf.ones_initializer()([2], tf.int32).numpy()
    array([1, 1], dtype=int32)
    """

    def __call__(self, shape: Any, dtype: Any = "float32", **kwargs: Any) -> EagerTensor:
        """Ones."""
        return ones(shape, _numeric(dtype))


class constant_initializer(Initializer):  # noqa: N801 - TensorFlow's name
    """One number everywhere, or as many as the shape has elements.

    Raises, when called: TypeError where their number does not fit the shape.

    >>> tf.constant_initializer(0.5)([2]).numpy()
    array([0.5, 0.5], dtype=float32)
    """

    def __init__(self, value: Any = 0, support_partition: bool = False) -> None:
        self.value = value

    def __call__(self, shape: Any, dtype: Any = None, **kwargs: Any) -> EagerTensor:
        """The value, in this shape."""
        return constant(self.value, None if dtype is None else as_dtype(dtype), shape)


class random_normal_initializer(Initializer):  # noqa: N801 - TensorFlow's name
    """Normal numbers; with a `seed` the same ones at every call.

    Raises, when called: ValueError where the dtype is not floating point.

    >>> tf.random_normal_initializer(seed=3)([2]).numpy()
    array([-0.03357924,  0.08380252], dtype=float32)
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Any = None) -> None:
        self.mean, self.stddev, self.seed = mean, stddev, seed

    def __call__(self, shape: Any, dtype: Any = "float32", **kwargs: Any) -> EagerTensor:
        """Numbers drawn from the normal distribution."""
        kind = as_dtype(dtype)
        if not kind.is_floating:
            raise ValueError(
                f"Argument `dtype` is expected to be floating point. Received: {kind}."
            )
        if self.seed is None:
            return normal(shape, self.mean, self.stddev, kind)
        return stateless_normal(shape, [self.seed, 0], self.mean, self.stddev, kind)


class random_uniform_initializer(Initializer):  # noqa: N801 - TensorFlow's name
    """Numbers from [minval, maxval), all as likely; with a `seed` the same ones at every call.

    Raises, when called: ValueError where the dtype is no number; TypeError where the bounds do not
    fit it.

    >>> tf.random_uniform_initializer(-1.0, 1.0, seed=3)([2]).numpy()
    array([-0.6081743,  0.8786905], dtype=float32)
    """

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: Any = None) -> None:
        self.minval, self.maxval, self.seed = minval, maxval, seed

    def __call__(self, shape: Any, dtype: Any = "float32", **kwargs: Any) -> EagerTensor:
        """Numbers drawn from the uniform distribution."""
        kind = as_dtype(dtype)
        if not kind.is_floating and not kind.is_integer:
            raise ValueError(f"Argument `dtype` is expected to be float or integer. Got {kind}.")
        if self.seed is None:
            return uniform(shape, self.minval, self.maxval, kind)
        return stateless_uniform(shape, [self.seed, 0], self.minval, self.maxval, kind)


def _numeric(dtype: Any) -> DType:
    kind = as_dtype(dtype)
    if kind.name == "string":
        raise ValueError(f"Argument `dtype` expected to be numeric or boolean. Received {kind!r}.")
    return kind
