"""What summaries hold: numbers, distributions, pictures, texts, sounds, in TensorBoard's forms."""

from __future__ import annotations

import struct
from typing import Any, NoReturn

import numpy as np

from gradtape.dtypes import float32
from gradtape.errors import InvalidArgumentError, UnimplementedError
from gradtape.formats import events, png, wire
from gradtape.functions.image.adjusting import convert_image_dtype
from gradtape.runtime import recorders
from gradtape.summary.writer import should_record_summaries, state
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor

Array = np.ndarray[Any, Any]


def _step(step: Any) -> int:
    given = state.step if step is None else step
    if given is None:
        raise ValueError(
            "No step set. Please specify one either through the `step` argument or through "
            "`tf.summary.experimental.set_step()`"
        )
    return int(given)


def _write(name: str, kind: bytes, make: Any, step: Any) -> EagerTensor:
    """Write one value; give whether it was written."""
    if state.writer is None or not should_record_summaries():
        return convert(False)
    number = _step(step)
    state.writer.add(number, [events.value(recorders.state.name_prefix + name, kind, make())])
    return convert(True)


def _array(data: Any) -> Array:
    return np.asarray(convert(data)._value)


def scalar(name: str, data: Any, step: Any = None, description: str | None = None) -> EagerTensor:
    """One number, which becomes a point of a curve. Gives whether it was written.

    Raises: ValueError for more than one number, and where no step is known.
    """

    def number() -> Array:
        value = _array(data)
        if value.ndim:
            raise ValueError(
                f"Expected scalar shape, saw shape: {value.shape}. Use tf.summary.histogram, or "
                "tf.reduce_mean of it."
            )
        return value.astype(np.float32)

    kind = events.metadata("scalars", description=description)
    return _write(name, kind, number, step)


def histogram(
    name: str, data: Any, step: Any = None, buckets: int | None = None, description: Any = None
) -> EagerTensor:
    """How numbers are distributed: `buckets` (30) ranges of equal width, and how many lie in each.

    Raises: ValueError where no step is known.
    """

    def rows() -> Array:
        return bucketed(
            _array(data).reshape(-1).astype(np.float64), 30 if buckets is None else buckets
        )

    kind = events.metadata("histograms", description=description)
    return _write(name, kind, rows, step)


def bucketed(numbers: Array, count: int) -> Array:
    """Rows of left edge, right edge and number; TensorBoard's own rule for what is all alike."""
    if not numbers.size or not count:
        return np.zeros((count, 3))
    low, high = numbers.min(), numbers.max()
    span = high - low
    if not span > 0:
        rows = np.zeros((count, 3))
        rows[:, :2] = low
        rows[-1] = low, low, numbers.size
        return rows
    width = span / count
    places = np.floor((numbers - low) / width).astype(np.intp)
    counts = np.bincount(np.minimum(places, count - 1), minlength=count)
    edges = np.linspace(low, high, count + 1)
    return np.stack([edges[:-1], edges[1:], counts.astype(np.float64)], axis=-1)


def image(
    name: str, data: Any, step: Any = None, max_outputs: int | None = None, description: Any = None
) -> EagerTensor:
    """The first `max_outputs` (3) of several pictures (n, h, w, 1 to 4 channels).

    Floats lie in [0, 1] and are clipped; integers are of uint8.

    Raises: InvalidArgumentError for another shape; ValueError where no step is known.
    """
    most = 3 if max_outputs is None else int(max_outputs)

    def pictures() -> Array:
        value = _array(data)
        if value.ndim != 4:
            raise InvalidArgumentError(
                None, None, f"pictures are of shape (n, h, w, c), got {list(value.shape)}"
            )
        pixels = np.asarray(convert_image_dtype(value[:most], "uint8", saturate=True)._value)
        size = [str(value.shape[2]).encode(), str(value.shape[1]).encode()]
        return _texts([*size, *(png.encode(one) for one in pixels)])

    kind = events.metadata("images", description=description)
    return _write(name, kind, pictures, step)


def _texts(texts: list[bytes]) -> Array:
    out = np.empty(len(texts), object)
    out[:] = texts
    return out


def text(name: str, data: Any, step: Any = None, description: str | None = None) -> EagerTensor:
    """Texts in Markdown, one or a table of them.

    Raises: ValueError where no step is known.
    """

    def texts() -> Array:
        value = np.asarray(convert(data)._value, object)
        if value.size and not isinstance(value.reshape(-1)[0], bytes):
            raise InvalidArgumentError(None, None, "a text summary holds texts; use str(x).")
        return value

    kind = events.metadata("text", description=description)
    return _write(name, kind, texts, step)


def audio(
    name: str,
    data: Any,
    sample_rate: Any,
    step: Any = None,
    max_outputs: int | None = None,
    encoding: str | None = None,
    description: str | None = None,
) -> EagerTensor:
    """The first `max_outputs` (3) of several sounds (n, samples, channels), floats in [−1, 1].

    Raises: InvalidArgumentError for another shape; ValueError for an encoding other than "wav".
    """
    if encoding not in (None, "wav"):
        raise ValueError(f"Unknown encoding: {encoding!r}")
    most = 3 if max_outputs is None else int(max_outputs)

    def sounds() -> Array:
        value = np.asarray(convert(data, float32)._value)
        if value.ndim != 3:
            raise InvalidArgumentError(
                None, None, f"sounds are of shape (n, samples, channels), got {list(value.shape)}"
            )
        waves = [_wave(one, int(sample_rate)) for one in value[:most]]
        labels = [b""] * len(waves)
        pairs = np.empty((len(waves), 2), object)
        pairs[:, 0], pairs[:, 1] = waves, labels
        return pairs

    content = wire.number(2, 11)  # the encoding's number of WAV
    kind = events.metadata("audio", content, description)
    return _write(name, kind, sounds, step)


def _wave(samples: Array, rate: int) -> bytes:
    """A WAV file of 16 bits a sample."""
    whole = np.clip(np.round(samples * 32768.0), -32768, 32767).astype("<i2").tobytes()
    channels = samples.shape[-1]
    form = struct.pack("<IHHIIHH", 16, 1, channels, rate, rate * channels * 2, channels * 2, 16)
    head = b"RIFF" + struct.pack("<I", 36 + len(whole)) + b"WAVEfmt " + form
    return head + b"data" + struct.pack("<I", len(whole)) + whole


def write(
    tag: str, tensor: Any, step: Any = None, metadata: Any = None, name: str | None = None
) -> EagerTensor:
    """A tensor under a tag, for parts of TensorBoard of your own.

    `metadata` is the bytes of a `SummaryMetadata`, or an object with SerializeToString.
    """
    kind = metadata.SerializeToString() if hasattr(metadata, "SerializeToString") else metadata
    return _write(tag, kind or b"", lambda: _array(tensor), step)


def graph(graph_data: Any) -> NoReturn:
    """Refused: nothing is traced. Raises: UnimplementedError."""
    raise UnimplementedError(
        None,
        None,
        "tf.summary.graph: nothing is traced here, so there is no graph to write; the playground "
        "draws what a tape recorded.",
    )
