"""The mel scale, on which equal steps sound equal, and the cepstrum of speech."""

from __future__ import annotations

import math
from typing import Any

from gradtape import dtypes
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import integer, shape_of
from gradtape.functions.array.casting import cast
from gradtape.functions.array.creation import linspace
from gradtape.functions.math.arithmetic import maximum, minimum
from gradtape.functions.math.elementary import log
from gradtape.functions.signal.cosine import dct
from gradtape.ops.array.shaping import pad
from gradtape.tensors.conversion import convert, is_tensor_like
from gradtape.tensors.tensor import EagerTensor


def _mel(hertz: EagerTensor) -> EagerTensor:
    return 1127.0 * log(1.0 + hertz / 700.0)


def linear_to_mel_weight_matrix(
    num_mel_bins: Any = 20,
    num_spectrogram_bins: Any = 129,
    sample_rate: Any = 8000,
    lower_edge_hertz: Any = 125.0,
    upper_edge_hertz: Any = 3800.0,
    dtype: Any = dtypes.float32,
    name: str | None = None,
) -> EagerTensor:
    """The matrix that sums a spectrum's bins to bands of the mel scale: spectrogram @ matrix.

    mel(f) = 1127·log(1 + f/700), as in HTK. The bands are triangles in mel, of height 1, whose
    edges are equally far apart from `lower_edge_hertz` to `upper_edge_hertz`; each begins where the
    one before it is highest. The bins go from 0 to half of `sample_rate`; bin 0 is in no band.

    Shapes: (num_spectrogram_bins, num_mel_bins).
    Raises: ValueError for no bands, a rate that is not positive, edges out of order, below 0 or
    above half of the rate, and dtypes other than floating-point.

    >>> matrix = tf.signal.linear_to_mel_weight_matrix(3, 5, 8000)
    >>> [round(float(w), 3) for w in matrix[1]]
    [0.295, 0.705, 0.0]
    """
    bands, kind = integer(num_mel_bins, "num_mel_bins"), dtypes.as_dtype(dtype)
    if is_tensor_like(sample_rate):
        sample_rate = convert(sample_rate).numpy()
    if bands <= 0:
        raise ValueError(f"num_mel_bins must be positive. Got: {bands}")
    if lower_edge_hertz < 0.0:
        raise ValueError(f"lower_edge_hertz must be non-negative. Got: {lower_edge_hertz}")
    if lower_edge_hertz >= upper_edge_hertz:
        raise ValueError(
            f"lower_edge_hertz {float(lower_edge_hertz):.1f} >= upper_edge_hertz "
            f"{float(upper_edge_hertz):.1f}"
        )
    if sample_rate <= 0.0:
        raise ValueError(f"sample_rate must be positive. Got: {sample_rate}")
    if upper_edge_hertz > sample_rate / 2:
        raise ValueError(
            "upper_edge_hertz must not be larger than the Nyquist frequency (sample_rate / 2). Got "
            f"{upper_edge_hertz} for sample_rate: {sample_rate}"
        )
    if not kind.is_floating:
        raise ValueError(f"dtype must be a floating point type. Got: {kind!r}")
    low, high = convert(lower_edge_hertz, kind), convert(upper_edge_hertz, kind)
    nyquist = cast(sample_rate, kind) / 2.0
    bins = _mel(linspace(convert(0.0, kind), nyquist, num_spectrogram_bins)[1:])[:, None]
    edges = linspace(_mel(low), _mel(high), bands + 2)
    lower, center, upper = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (bins - lower) / (center - lower), (upper - bins) / (upper - center)
    weights = maximum(convert(0.0, kind), minimum(rising, falling))
    return pad(weights, paddings=((1, 0), (0, 0)))


def mfccs_from_log_mel_spectrograms(
    log_mel_spectrograms: Any, name: str | None = None
) -> EagerTensor:
    """The mel-frequency cepstral coefficients: `dct` of type 2 of the logarithms, over √(2n).

    HTK's scale, which is that of `norm="ortho"` but for the first coefficient, times √2 here. Take
    as many of the first coefficients as the task needs. float32 or float64.

    Raises: ValueError where there are no bands, InvalidArgumentError for a scalar, TypeError for
    other dtypes.

    >>> [round(float(c), 3) for c in tf.signal.mfccs_from_log_mel_spectrograms([1.0, 2.0])]
    [3.0, -0.707]
    """
    x = convert(log_mel_spectrograms)
    if not shape_of(x):
        raise InvalidArgumentError("log_mel_spectrograms must have an axis of bands, got a scalar")
    if shape_of(x)[-1:] == (0,):
        raise ValueError(f"num_mel_bins must be positive. Got: {x!r}")
    y = dct(x)
    return y * (1 / math.sqrt(2.0 * shape_of(y)[-1]))
