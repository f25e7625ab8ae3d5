"""Spectra of a signal's frames, and the signal of such spectra: STFT and MDCT."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.functions.arguments import shape_of
from gradtape.functions.math.arithmetic import divide_no_nan
from gradtape.functions.signal.arguments import length, of_rank, resized
from gradtape.functions.signal.cosine import check_even, dct
from gradtape.functions.signal.fourier import irfft, rfft
from gradtape.functions.signal.framing import frame, overlap_and_add
from gradtape.functions.signal.windows import hann_window, vorbis_window
from gradtape.ops.array.arranging import reverse, tile
from gradtape.ops.array.shaping import concat, reshape, slice_
from gradtape.ops.math.reductions import reduce_sum
from gradtape.tensors.tensor import EagerTensor

#: window_fn(window length, dtype=…) → weights
Window = Callable[..., Any]


def _enclosing_power_of_two(n: int) -> int:
    return 1 << max(n - 1, 0).bit_length()


def stft(
    signals: Any, frame_length: Any, frame_step: Any, fft_length: Any = None,
    window_fn: Window | None = hann_window, pad_end: bool = False, name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The short-time Fourier transform: `rfft` of the signal's frames, each times a window.

    Frames as `tf.signal.frame` takes them; `window_fn(frame_length, dtype=…)` gives the weights
    (None: no window); `fft_length` is by default the least power of two that holds a frame.
    Derivative: along the whole way. float32 gives complex64, float64 complex128.

    Shapes: (…, samples) to (…, frames, fft_length // 2 + 1).
    Raises: ValueError for a scalar signal and for dtypes other than float32 and float64.

    >>> tf.abs(tf.signal.stft(tf.ones([8]), 4, 4)).numpy()
    array([[2., 1., 0.],
           [2., 1., 0.]], dtype=float32)
    """
    x, size = of_rank(signals, 1), length(frame_length, "frame_length")
    n = _enclosing_power_of_two(size) if fft_length is None else length(fft_length, "fft_length")
    frames = frame(x, size, frame_step, pad_end)
    if window_fn is not None:
        frames = frames * window_fn(size, dtype=frames.dtype)
    return rfft(frames, [n])


def inverse_stft_window_fn(
    frame_step: Any, forward_window_fn: Window = hann_window, name: str | None = None
) -> Callable[..., Any]:
    """The `window_fn` with which `tf.signal.inverse_stft` undoes `tf.signal.stft`.

    The forward window w, divided at each sample by the sum of w² over all frames that hold it
    (0 where that is 0): Griffin and Lim, 1984, equation 7.

    >>> inverse = tf.signal.inverse_stft_window_fn(2)
    >>> inverse(4, dtype=tf.float32).numpy()
    array([0., 1., 1., 1.], dtype=float32)
    """

    def window(frame_length: Any, dtype: Any) -> EagerTensor:
        n, step = length(frame_length, "frame_length"), length(frame_step, "frame_step", 1)
        forward = convert_operand(forward_window_fn(n, dtype=dtype))
        frames = -(-n // step)
        squares = reshape(resized(forward * forward, (frames * step,)), shape=(frames, step))
        sums = reduce_sum(squares, axis=(-2,), keepdims=False)
        return divide_no_nan(forward, resized(tile(sums, multiples=(frames,)), (n,)))

    return window


def inverse_stft(
    stfts: Any, frame_length: Any, frame_step: Any, fft_length: Any = None,
    window_fn: Window | None = hann_window, name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The signal whose frames have these spectra: `irfft`, times a window, overlapped and added.

    Pass `window_fn=tf.signal.inverse_stft_window_fn(frame_step)` to undo `tf.signal.stft`.
    Derivative: along the whole way. complex64 gives float32, complex128 float64.

    Shapes: (…, frames, bins) to (…, (frames − 1)·frame_step + frame_length).
    Raises: ValueError for less than two axes and for real tensors.

    >>> x = tf.range(8.0)
    >>> window = tf.signal.inverse_stft_window_fn(2)
    >>> y = tf.signal.inverse_stft(tf.signal.stft(x, 4, 2), 4, 2, window_fn=window)
    >>> [round(float(v), 3) for v in y[2:6]]
    [2.0, 3.0, 4.0, 5.0]
    """
    x, size = of_rank(stfts, 2), length(frame_length, "frame_length")
    n = _enclosing_power_of_two(size) if fft_length is None else length(fft_length, "fft_length")
    frames = resized(irfft(x, [n]), (size,))
    if window_fn is not None:
        frames = frames * window_fn(size, dtype=frames.dtype)
    return overlap_and_add(frames, frame_step)


def mdct(
    signals: Any, frame_length: Any, window_fn: Window | None = vorbis_window,
    pad_end: bool = False, norm: str | None = None, name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The modified cosine transform: frames that overlap by half, folded, and `dct` of type 4.

    A frame (a, b, c, d) of four quarters is folded to (−cʳ − d, a − bʳ), ʳ being the reverse. The
    windows of `tf.signal.inverse_mdct` undo it: `vorbis_window`, `kaiser_bessel_derived_window`,
    or None for 1/√2 everywhere. Derivative: along the whole way. float32 or float64.

    Shapes: (…, samples) to (…, frames, frame_length // 2).
    Raises: ValueError where the length is no multiple of 4, and for a scalar signal.

    >>> tf.signal.mdct(tf.ones([16]), 8).shape
    TensorShape([3, 4])
    """
    x, size = of_rank(signals, 1), length(frame_length, "frame_length")
    if size % 4:
        raise ValueError(f"The frame length must be a multiple of 4. Got {size}.")
    frames = _weighted(frame(x, size, size // 2, pad_end), window_fn, size)
    a, b, c, d = _parts(frames, 4)
    folded = (-reverse(c, axis=(-1,)) - d, a - reverse(b, axis=(-1,)))
    return dct(_joined(*folded), type=4, norm=norm)


def inverse_mdct(
    mdcts: Any, window_fn: Window | None = vorbis_window, norm: str | None = None,
    name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """The signal of `tf.signal.mdct`, with the same window and norm: unfolded, windowed, added up.

    Shapes: (…, frames, n) to (…, (frames + 1)·n).
    Raises: ValueError for less than two axes or another norm, InvalidArgumentError where n is odd.

    >>> y = tf.signal.inverse_mdct(tf.signal.mdct(tf.range(16.0), 8))
    >>> [round(float(v), 3) for v in y[4:8]]
    [4.0, 5.0, 6.0, 7.0]
    """
    x = of_rank(mdcts, 2)
    half = shape_of(x)[-1]
    check_even(half, "the last axis of mdcts")
    y = dct(x, type=4, norm=norm)
    if norm is None:
        y = y * (0.5 / half)
    first, second = _parts(y, 2)
    back = (-reverse(second, axis=(-1,)), -reverse(first, axis=(-1,)))
    frames = _joined(second, *back, -first)
    return overlap_and_add(_weighted(frames, window_fn, 2 * half), half)


def _weighted(frames: EagerTensor, window_fn: Window | None, size: int) -> EagerTensor:
    if window_fn is None:
        return frames * math.sqrt(0.5)
    weights: EagerTensor = convert_operand(window_fn(size, dtype=frames.dtype))
    return frames * weights


def _parts(x: EagerTensor, count: int) -> list[EagerTensor]:
    """The last axis in parts of one size."""
    *outer, n = shape_of(x)
    zeros, size = (0,) * len(outer), (*outer, n // count)
    return [slice_(x, begin=(*zeros, k * (n // count)), size=size) for k in range(count)]


def _joined(*parts: EagerTensor) -> EagerTensor:
    rank = len(shape_of(parts[0]))
    return concat(*parts, axis=rank - 1, rank=rank)
