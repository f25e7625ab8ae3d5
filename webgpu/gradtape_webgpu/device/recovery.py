"""What outlives a lost device: copies on the host of the values of variables.

Every variable whose value is on a device is known to it, by a weak reference. A value that came
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
from gradtape_webgpu.graph.array import DeviceArray, Home

#: seconds between two rounds of copies, at least
PERIOD = 2.0
#: and this many times the time that the last round took
SHARE = 50


class VariableCopy:
    """A variable and its last copy; `made_at` is when that was the value."""

    __slots__ = ("changed", "host", "made_at", "variable")

    def __init__(self, variable: weakref.ref[Any]) -> None:
        self.variable = variable
        self.host: Any = None
        self.made_at = 0.0
        self.changed = True

    def take(self, host: Any) -> None:
        """This is the value now."""
        self.host, self.made_at = host, time.monotonic()


class VariableCopies:
    """The variables whose values are on one device, and their copies.

    `due` is when the next round of copies may be made, `under_way` the one that a tab which cannot
    wait makes in the background.
    """

    def __init__(self, device: Home) -> None:
        self._device = device
        self._copies: dict[int, VariableCopy] = {}
        self.due = 0.0
        self.under_way: asyncio.Task[None] | None = None

    def __contains__(self, variable: Any) -> bool:
        return id(variable) in self._copies

    def __len__(self) -> int:
        return len(self._copies)

    def stored(self, variable: Any, value: DeviceArray) -> None:
        """A variable has taken a value that is on this device."""
        key = id(variable)
        copy = self._copies.get(key)
        if copy is None:
            forget = self._copies.pop
            copy = VariableCopy(weakref.ref(variable, lambda _: forget(key, None)))
            self._copies[key] = copy
        if value.host is None:
            copy.changed = True
        else:
            copy.take(value.host)
            copy.changed = False

    def _value(self, copy: VariableCopy) -> DeviceArray | None:
        """The variable's value, where it is on this device."""
        variable = copy.variable()
        value = None if variable is None else variable._tensor._value
        here = type(value) is DeviceArray and value.device is self._device
        return value if here else None

    def update_when_due(self) -> None:
        """A round of copies, if it is time; nothing may be pending."""
        if time.monotonic() >= self.due:
            self.update()

    def update(self) -> None:
        """Copy what changed since the last round; in a tab that cannot wait, in the background."""
        changed = [copy for copy in list(self._copies.values()) if copy.changed]
        begun = time.monotonic()
        try:
            for copy in changed:
                value = self._value(copy)
                if value is not None and not _is_lost(value):
                    copy.changed = False
                    copy.take(self._device.read(value))
        except CannotWaitError:
            copy.changed = True
            self._update_later(changed)
        now = time.monotonic()
        self.due = now + max(PERIOD, SHARE * (now - begun))

    def _update_later(self, changed: list[VariableCopy]) -> None:
        if self.under_way is not None and not self.under_way.done():
            return

        async def copied() -> None:
            for copy in changed:
                value = self._value(copy)
                if value is not None and copy.changed:
                    copy.changed = False
                    at = time.monotonic()
                    copy.host = await self._device.read_async(value.copy())
                    copy.made_at = at

        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a program without a loop that cannot wait: there is no other way
            return
        self.under_way = loop.create_task(copied())

    def rescue(self, is_gone: Callable[[DeviceArray], bool] = lambda _: True) -> str:
        """Give each variable whose value is gone its last copy; what happened, in words, or ""."""
        saved, missing, oldest = 0, 0, float("inf")
        for copy in list(self._copies.values()):
            value, variable = self._value(copy), copy.variable()
            if value is None or variable is None or not is_gone(value):
                continue
            if value.host is not None:
                copy.take(value.host)
            if copy.host is None:
                missing += 1
                continue
            host = np.array(copy.host)
            variable._tensor = wrap(host if value.ndim else host[()])
            saved += 1
            if copy.changed:
                oldest = min(oldest, copy.made_at)
        words = ""
        if saved:
            age = time.monotonic() - oldest
            which = f"its value of at most {age:.1f} s ago again" if age >= 0 else "its last value"
            words = f"{_count(saved)} {which}, on the CPU. "
        if missing:
            words += f"{_count(missing)} no copy on the CPU yet and must be assigned anew. "
        return words


def _is_lost(value: DeviceArray) -> bool:
    return value.graph is not None and value.graph.failure(value.index) is not None


def _count(n: int) -> str:
    return "1 variable has" if n == 1 else f"Each of {n} variables has"
