"""What outlives a lost device: copies on the host of the values of variables.

Every variable whose value is on the device is known here, by a weak reference. A value that came
from the host is its own copy; what a program computes afterwards is copied every few seconds, right
after a flush, and seldom enough that it takes a fiftieth of the time at most. When the device is
gone, or work on it failed for good, each variable whose value went with it gets its last copy.
"""

from __future__ import annotations

import asyncio
import time
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.tensors.tensor import wrap
from gradtape_webgpu.drivers.protocol import CannotWaitError
from gradtape_webgpu.graph.array import DeviceArray

#: seconds between two rounds of copies, at least
PERIOD = 2.0
#: and this many times the time that the last round took
SHARE = 50


class Kept:
    """A variable and its last copy; `at` is when that was the value."""

    __slots__ = ("at", "changed", "host", "variable")

    def __init__(self, variable: Any) -> None:
        key = id(variable)
        self.variable = weakref.ref(variable, lambda _: _kept.pop(key, None))
        self.host: Any = None
        self.at = 0.0
        self.changed = True

    def value(self) -> DeviceArray | None:
        """The variable's value, where it is on the device."""
        variable = self.variable()
        value = None if variable is None else variable._tensor._value
        return value if type(value) is DeviceArray else None

    def keep(self, host: Any) -> None:
        """This is the value now."""
        self.host, self.at = host, time.monotonic()


class _Times:
    """When the next round of copies is due, and the one under way in a tab that cannot wait."""

    due = 0.0
    under_way: asyncio.Task[None] | None = None


_kept: dict[int, Kept] = {}
_times = _Times()


def stored(variable: Any, value: Any) -> None:
    """A variable has taken a value; the core calls this at every store."""
    if type(value) is not DeviceArray:
        return
    kept = _kept.get(id(variable))
    if kept is None:
        kept = _kept[id(variable)] = Kept(variable)
    if value.host is None:
        kept.changed = True
    else:
        kept.keep(value.host)
        kept.changed = False


def copy_when_due(device: Any) -> None:
    """A round of copies, if it is time; nothing may be pending."""
    if time.monotonic() >= _times.due:
        copy(device)


def copy(device: Any) -> None:
    """Copy what changed since the last round; in a tab that cannot wait, in the background."""
    changed = [kept for kept in list(_kept.values()) if kept.changed]
    begun = time.monotonic()
    try:
        for kept in changed:
            value = kept.value()
            if value is not None and not _is_lost(value):
                kept.changed = False
                kept.keep(device.read(value))
    except CannotWaitError:
        kept.changed = True
        _copy_later(device, changed)
    now = time.monotonic()
    _times.due = now + max(PERIOD, SHARE * (now - begun))


def _copy_later(device: Any, changed: list[Kept]) -> None:
    if _times.under_way is not None and not _times.under_way.done():
        return

    async def copied() -> None:
        for kept in changed:
            value = kept.value()
            if value is not None and kept.changed:
                kept.changed = False
                at = time.monotonic()
                kept.host = await device.read_async(value.copy())
                kept.at = at

    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # a program without a loop that cannot wait: there is no other way
        return
    _times.under_way = loop.create_task(copied())


def _is_lost(value: DeviceArray) -> bool:
    return value.graph is not None and value.graph.error is not None


def rescue(is_gone: Callable[[DeviceArray], bool]) -> str:
    """Give each variable whose value is gone its last copy; what happened, as sentences, or ""."""
    saved, missing, oldest = 0, 0, float("inf")
    for kept in list(_kept.values()):
        value, variable = kept.value(), kept.variable()
        if value is None or variable is None or not is_gone(value):
            continue
        if value.host is not None:
            kept.keep(value.host)
        if kept.host is None:
            missing += 1
            continue
        variable._tensor = wrap(np.array(kept.host)[()] if value.ndim == 0 else np.array(kept.host))
        saved += 1
        if kept.changed:
            oldest = min(oldest, kept.at)
    words = ""
    if saved:
        age = time.monotonic() - oldest
        which = f"its value of at most {age:.1f} s ago again" if age >= 0 else "its last value"
        words = f"{_count(saved)} {which}, on the CPU. "
    if missing:
        words += f"{_count(missing)} no copy on the CPU yet and must be assigned anew. "
    return words


def _count(n: int) -> str:
    return "1 variable has" if n == 1 else f"Each of {n} variables has"
