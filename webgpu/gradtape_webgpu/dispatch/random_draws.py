"""Random numbers made where they are wanted: each draw of `gradtape.random` as a pending step.

What is drawn where is a rule; the key and the counter of the stream are its numbers, so a training
step that draws finds its plan again.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from gradtape.random.philox import Stream
from gradtape_webgpu.device import in_use
from gradtape_webgpu.graph.array import DeviceArray
from gradtape_webgpu.kernels import random
from gradtape_webgpu.kernels.program import Spec
from gradtape_webgpu.lowering.rules import Opaque

#: kind of numbers → the dtypes that the kernels make
_FLOAT = (np.dtype(np.float32),)
_INTEGER = (np.dtype(np.int32), np.dtype(np.uint32))
DTYPES = {
    "uniform": _FLOAT, "normal": _FLOAT, "truncated_normal": _FLOAT,
    "integers": _INTEGER, "full_range": _INTEGER,
}  # fmt: skip


def draw(
    kind: str, shape: tuple[int, ...], dtype: np.dtype, stream: Stream, low: int = 0, high: int = 1
) -> DeviceArray | None:
    """An array of random numbers, the CPU's to the bit; None where the CPU must make them.

    That is so for other dtypes, for a single number, and for more than the device can bind.
    """
    here = in_use.current()
    spec = Spec(shape, dtype)
    if dtype not in DTYPES[kind] or spec.size < 2 or 4 * spec.size > here.largest:
        return None
    drawn: DeviceArray = here.record(_rule(kind, spec), [], random.parameters(stream, low, high))
    return drawn


@lru_cache(1024)
def _rule(kind: str, y: Spec) -> Opaque:
    nothing = (0,) * len(random.FIELDS)
    return Opaque(f"random {kind}", (), random.lowered(kind, y, nothing), random.FIELDS)
