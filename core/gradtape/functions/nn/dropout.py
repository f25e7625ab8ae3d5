"""Dropout: elements set to zero at random, the others scaled up so that the mean stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import integers
from gradtape.ops.array.selection import select, zero
from gradtape.ops.math.comparison import greater_equal
from gradtape.ops.math.complex_numbers import cast
from gradtape.random.stateful import uniform
from gradtape.random.stateless import stateless_uniform
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor

__all__ = ["dropout", "stateless_dropout"]


def dropout(
    x: Any, rate: Any, noise_shape: Any = None, seed: int | None = None, name: str | None = None
) -> EagerTensor:
    """x with a part `rate` of its elements set to 0 and the others divided by 1 − rate.

    Derivative: 1/(1 − rate) where an element was kept, 0 where not. A rate of 0 gives x itself. How
    `seed` and the global seed act together stands at `tf.random.set_seed`.

    Shapes: that of x; `noise_shape`, which broadcasts to it, says which elements fall together
    (None in it: as in x). Dtypes: real floating point; a tensor `rate` has the dtype of x.
    Raises: ValueError for a rate outside [0, 1), for x that is no floating point, or a rate of
    another dtype.
    Source: Srivastava et al. (2014); the elements are those of TensorFlow on a CPU.

    >>> tf.random.set_seed(1)
    >>> tf.nn.dropout([1.0, 2.0, 3.0, 4.0], rate=0.5).numpy()
    array([0., 4., 6., 0.], dtype=float32)
    """
    return _dropped(
        x, rate, noise_shape, lambda shape, dtype: uniform(shape, dtype=dtype, seed=seed)
    )


def stateless_dropout(
    x: Any,
    rate: Any,
    seed: Any,
    rng_alg: Any = None,
    noise_shape: Any = None,
    name: str | None = None,
) -> EagerTensor:
    """`tf.nn.dropout` whose elements depend on `seed`, a pair of integers, alone.

    Raises: as `tf.nn.dropout`; InvalidArgumentError for a seed that is no pair of integers.

    >>> tf.nn.experimental.stateless_dropout([1.0, 2.0, 3.0], rate=0.5, seed=[1, 0]).numpy()
    array([2., 0., 6.], dtype=float32)
    """
    alg = "auto_select" if rng_alg is None else rng_alg
    return _dropped(
        x,
        rate,
        noise_shape,
        lambda shape, dtype: stateless_uniform(shape, seed, dtype=dtype, alg=alg),
    )


def _dropped(x: Any, rate: Any, noise_shape: Any, draw: Callable[[Any, Any], Any]) -> EagerTensor:
    number = isinstance(rate, (int, float))
    if number and not 0 <= rate < 1:
        raise ValueError(
            f"`rate` must be a scalar tensor or a float in the range [0, 1). Received: rate={rate}"
        )
    t = convert_operand(x)
    if t._value.dtype.kind != "f":
        raise ValueError(
            "`x.dtype` must be a floating point tensor as `x` will be scaled. Received: "
            f"x_dtype={t.dtype!r}; use tf.cast(x, tf.float32)."
        )
    shape = tuple(t._value.shape)
    if number and rate == 0:
        draw((0,), t.dtype)  # the numbers that follow are the same as at any other rate
        return t
    if number:
        scaled = t * (1 / (1 - rate))
        limit: Any = convert(rate, t.dtype)
    else:
        limit = convert_operand(rate)
        if limit.dtype != t.dtype:
            if not limit.dtype.is_integer:
                raise ValueError(
                    "`x.dtype` must be compatible with `rate.dtype`. Received: x.dtype="
                    f"{t.dtype!r} and rate.dtype={limit.dtype!r}; use tf.cast."
                )
            limit = cast(limit, dtype=t._value.dtype)
        scaled = t / (1.0 - limit)
    kept = greater_equal(draw(_noise_shape(noise_shape, shape), t.dtype), limit)
    return select(kept, scaled, zero(t))


def _noise_shape(noise_shape: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    if noise_shape is None:
        return shape
    if isinstance(noise_shape, (list, tuple)) and len(noise_shape) == len(shape):
        noise_shape = [
            n if want is None else want for n, want in zip(shape, noise_shape, strict=True)
        ]
    wanted = integers(noise_shape, "noise_shape")
    if len(wanted) > len(shape) or any(
        a not in (1, b) for a, b in zip(wanted[::-1], shape[::-1], strict=False)
    ):
        raise InvalidArgumentError(
            f"noise_shape {list(wanted)} must broadcast to the shape of x, {list(shape)}: each "
            "size is 1 or that of x [Op:SelectV2]"
        )
    return wanted
