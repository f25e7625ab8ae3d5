"""Windows: weights that let a frame of a signal begin and end softly."""

from __future__ import annotations

import math
from typing import Any

from gradtape import dtypes
from gradtape.functions.array.casting import cast
from gradtape.functions.array.creation import ones
from gradtape.functions.array.creation import range as range_
from gradtape.functions.math.elementary import cos, exp, sin
from gradtape.functions.math.scans import cumsum
from gradtape.functions.signal.arguments import floating, length
from gradtape.ops.array.arranging import reverse
from gradtape.ops.array.shaping import concat
from gradtape.ops.math.bessel import bessel_i0e
from gradtape.ops.math.roots import sqrt
from gradtape.ops.nn.activations import relu
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor


def _raised_cosine(window_length: Any, periodic: Any, dtype: Any, a: float) -> EagerTensor:
    kind = floating(dtype)
    n = length(window_length, "window_length")
    if n == 1:
        return ones((1,), kind)
    # A window of odd length is symmetric either way, as in TensorFlow.
    period = n - 1 + (1 if bool(periodic) and n % 2 == 0 else 0)
    angles = convert(2 * math.pi, kind) * cast(range_(n), kind) / convert(period, kind)
    return a - (1 - a) * cos(angles)


def hann_window(
    window_length: Any, periodic: Any = True, dtype: Any = dtypes.float32, name: str | None = None
) -> EagerTensor:
    """Hann's window: ½ − ½·cos(2πk/n), k = 0 … window_length − 1.

    n is `window_length` for a `periodic` window of even length (spectra), else one less (filters):
    then it is symmetric.

    Raises: ValueError where `dtype` is not floating-point or the length no scalar,
    InvalidArgumentError for a negative length.

    >>> tf.signal.hann_window(4).numpy()
    array([0. , 0.5, 1. , 0.5], dtype=float32)
    """
    return _raised_cosine(window_length, periodic, dtype, 0.5)


def hamming_window(
    window_length: Any, periodic: Any = True, dtype: Any = dtypes.float32, name: str | None = None
) -> EagerTensor:
    """Hamming's window: 0.54 − 0.46·cos(2πk/n); otherwise as `tf.signal.hann_window`.

    >>> [round(float(w), 4) for w in tf.signal.hamming_window(4)]
    [0.08, 0.54, 1.0, 0.54]
    """
    return _raised_cosine(window_length, periodic, dtype, 0.54)


def kaiser_window(
    window_length: Any, beta: Any = 12.0, dtype: Any = dtypes.float32, name: str | None = None
) -> EagerTensor:
    """Kaiser's window: I₀(β·√(1 − x²)) / I₀(β) at `window_length` points x from −1 to 1.

    The larger β, the narrower the window. A gradient passes to β, where that is a tensor.

    Raises: ValueError where `dtype` is not floating-point, InvalidArgumentError for a length
    below 1.

    >>> [round(float(w), 4) for w in tf.signal.kaiser_window(3, beta=2.0)]
    [0.4387, 1.0, 0.4387]
    """
    kind = floating(dtype)
    n = length(window_length, "window_length", 1)
    if n == 1:
        return ones((1,), kind)
    half = (n - 1) / 2
    x = cast(range_(-half, half + 0.1), kind) / convert(half, kind)
    beta = cast(beta, kind)
    z = beta * sqrt(relu(convert(1.0, kind) - x * x))
    return exp(z - beta) * (bessel_i0e(z) / bessel_i0e(beta))


def kaiser_bessel_derived_window(
    window_length: Any, beta: Any = 12.0, dtype: Any = dtypes.float32, name: str | None = None
) -> EagerTensor:
    """The window whose squares half a length apart sum to 1, from running sums of Kaiser's.

    wₖ = √(Σ_{i ≤ k} uᵢ / Σ uᵢ) of Kaiser's window u of length window_length/2 + 1, then mirrored.

    Raises: as `tf.signal.kaiser_window`.

    >>> [round(float(w), 4) for w in tf.signal.kaiser_bessel_derived_window(4)]
    [0.0073, 1.0, 1.0, 0.0073]
    """
    half = length(window_length, "window_length") // 2
    sums = cumsum(kaiser_window(half + 1, beta, dtype))
    rising = sqrt(sums[:-1] / sums[-1])
    return concat(rising, reverse(rising, axis=(-1,)), axis=0, rank=1)


def vorbis_window(
    window_length: Any, dtype: Any = dtypes.float32, name: str | None = None
) -> EagerTensor:
    """Vorbis's window: sin(π/2 · sin²(π(k + ½)/n)), whose squares half a length apart sum to 1.

    Raises: ValueError where `dtype` is not floating-point, InvalidArgumentError for a negative
    length.

    >>> [round(float(w), 4) for w in tf.signal.vorbis_window(4)]
    [0.228, 0.9737, 0.9737, 0.228]
    """
    kind = floating(dtype)
    n = length(window_length, "window_length")
    if not n:
        return ones((0,), kind)
    slope = convert(math.pi, kind) / convert(n, kind)
    rising = sin(slope * (cast(range_(n), kind) + 0.5))
    return sin(math.pi / 2 * (rising * rising))
