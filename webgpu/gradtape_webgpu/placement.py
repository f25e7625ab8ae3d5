"""Where ops run: what the core asks of the backend.

Data stay where they are until a reason moves them: a block of `tf.device`, or a heavy op whose time
on the GPU, with the way there, is shorter than on the CPU by this machine's measured figures.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.random.philox import Stream
from gradtape.registry import Op
from gradtape_webgpu import cost, device, draws, handler
from gradtape_webgpu.array import DeviceArray
from gradtape_webgpu.program import STORED


def start() -> None:
    """Start the device.

    Raises: LookupError where there is no adapter; ImportError where wgpu is not installed.
    """
    device.start()


def adapter() -> str:
    """The name of the adapter in use."""
    return device.current().driver.caps.adapter


def place(value: Any) -> Any:
    """An array of the host on the device, where it can be there."""
    if type(value) is DeviceArray or np.asarray(value).dtype not in STORED:
        return value
    return device.current().place(value)


def apply(op: Op, values: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """An op whose operands are on the host, on the device."""
    return handler.apply(op, values, params)


def draw(
    kind: str, shape: tuple[int, ...], dtype: Any, stream: Stream, *parameters: int
) -> DeviceArray | None:
    """Random numbers made on the device, or None where they cannot be (see `draws.py`)."""
    return draws.draw(kind, shape, np.dtype(dtype), stream, *parameters)


def is_quicker(op: Op, values: tuple[Any, ...], params: dict[str, Any]) -> bool:
    """Whether a heavy op on arrays of the host is quicker on the device."""
    if any(value.dtype != np.float32 for value in values):
        return False
    assert op.work is not None
    return cost.model().is_quicker(op.work(*values, **params), sum(4 * v.size for v in values))
