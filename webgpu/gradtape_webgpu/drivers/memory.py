"""Device memory and its reuse: a buffer goes back to a list of its size when nobody needs it.

Sizes are rounded up to classes, so a step that repeats finds the buffers of the step before it. A
buffer may be handed out again at once: what was submitted before still finds the old contents,
because work runs in the order of its submission.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from gradtape_webgpu.drivers.protocol import Driver, OutOfDeviceMemoryError


def size_class(size: int) -> int:
    """Bytes to allocate for `size`: powers of two up to 1 MiB, then eighths of one."""
    if size <= 256:
        return 256
    power = 1 << (size - 1).bit_length()
    if power <= 1 << 20:
        return power
    step = power >> 4
    return -(-size // step) * step


class Buffer:
    """A piece of device memory; it goes back to its pool when it is let go."""

    __slots__ = ("capacity", "pool", "slot")

    def __init__(self, pool: Pool, slot: int, capacity: int) -> None:
        self.pool, self.slot, self.capacity = pool, slot, capacity

    def __del__(self) -> None:
        try:
            pool, slot, capacity = self.pool, self.slot, self.capacity
        except AttributeError:  # the program was stopped before it was made
            return
        pool.spare[capacity].append(slot)
        pool.used -= capacity


class Pool:
    """The buffers of one device; `used` are bytes in use, `allocated` those taken from it."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.spare: dict[int, list[int]] = defaultdict(list)
        self.used = self.allocated = self.peak = 0

    def take(self, size: int) -> Buffer:
        """A buffer for `size` bytes, with anything in it."""
        capacity = size_class(size)
        spare = self.spare[capacity]
        if spare:
            slot = spare.pop()
        else:
            slot = self._alloc(capacity)
            self.allocated += capacity
        self.used += capacity
        self.peak = max(self.peak, self.used)
        return Buffer(self, slot, capacity)

    def _alloc(self, capacity: int) -> int:
        try:
            return self.driver.alloc(capacity)
        except OutOfDeviceMemoryError:
            if not self.trim():
                raise
            return self.driver.alloc(capacity)

    def upload(self, data: Any, size: int) -> Buffer:
        """A buffer that holds `data` (contiguous, `size` bytes, a multiple of 4)."""
        buffer = self.take(size)
        self.driver.write(buffer.slot, data)
        return buffer

    def trim(self) -> int:
        """Give spare buffers back to the device; how many bytes that were."""
        freed = 0
        for capacity, slots in self.spare.items():
            freed += capacity * len(slots)
            while slots:
                self.driver.free(slots.pop())
        self.allocated -= freed
        return freed
