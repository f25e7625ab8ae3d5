"""Where ops run: what the core asks of the backend.

Data stay where they are until a reason moves them: a block of `tf.device`, or a heavy op whose time
on the GPU is shorter than on the CPU by this machine's measured figures.

The way there counts too, but an array that is used in every step is sent once. So what the GPU
would have spared on an array adds up, and when it has paid for the way, the array goes: at worst
the time spent is twice that of somebody who knew how often it would be used.
"""

from __future__ import annotations

import weakref
from collections import OrderedDict
from typing import Any

import numpy as np

from gradtape.primitives.op import Op
from gradtape.random.philox import Stream
from gradtape_webgpu.device import in_use
from gradtape_webgpu.dispatch import handler, random_draws
from gradtape_webgpu.graph.array import DeviceArray
from gradtape_webgpu.kernels.program import STORED
from gradtape_webgpu.placement import cost


def start() -> None:
    """Start the device.

    Raises: LookupError where there is no adapter; ImportError where wgpu is not installed.
    """
    in_use.start()


def adapter() -> str:
    """The name of the adapter in use."""
    return in_use.current().driver.caps.adapter


def place(value: Any) -> Any:
    """An array of the host on the device, where it can be there."""
    if type(value) is DeviceArray or np.asarray(value).dtype not in STORED:
        return value
    return in_use.current().asarray(value)


def apply(op: Op, values: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """An op whose operands are on the host, on the device."""
    return handler.apply(op, values, params)


def draw(
    kind: str, shape: tuple[int, ...], dtype: Any, stream: Stream, *parameters: int
) -> DeviceArray | None:
    """Random numbers made on the device, or None where they cannot be (see `random_draws.py`)."""
    return random_draws.draw(kind, shape, np.dtype(dtype), stream, *parameters)


def is_quicker(op: Op, values: tuple[Any, ...], params: dict[str, Any]) -> bool:
    """Whether a heavy op on arrays of the host should run on the device."""
    if any(value.dtype != np.float32 for value in values):
        return False
    spared = cost.spared(op, values, params)
    if spared <= 0:
        return False
    missing = [value for value in values if not in_use.current().has(value)]
    for value in missing:
        _credit(value, spared / len(missing))
    way = cost.model().byte * sum(value.nbytes for value in missing)
    return bool(way <= sum(_credits[id(value)][1] for value in missing))


#: arrays that are remembered with what the device would have spared on them so far
MAX_CREDITS = 64
#: id of an array → the array, weakly, and seconds
_credits: OrderedDict[int, tuple[weakref.ref[Any], float]] = OrderedDict()


def _credit(value: Any, spared: float) -> None:
    """The device would have spared this much on an array, with one op more."""
    reference, before = _credits.pop(id(value), (None, 0.0))
    if reference is None or reference() is not value:
        before = 0.0
    _credits[id(value)] = weakref.ref(value), before + spared
    if len(_credits) > MAX_CREDITS:
        _credits.popitem(last=False)
