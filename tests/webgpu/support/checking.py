"""A device without a GPU that checks how it is used: bounds, lifetimes, dirty memory, aliasing.

Every allocation is filled with NaN patterns, as pooled memory would be with anything. A kernel that
reads memory which nothing has written, a slot used after it was freed, a slot that one dispatch
reads and writes: each raises `Misuse` at the verb that does it, where a real device would give
wrong numbers or drop the whole command list.

Kernels do nothing here but mark what they write as written, unless `kernels` names a function for
the text: it gets the arrays that are read and those that are written (uint32, whole slots), the
parameter bytes and the grid, and computes with NumPy.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from gradtape_webgpu.drivers.protocol import (
    ALIGN,
    COPY,
    DISPATCH,
    Caps,
    OutOfDeviceMemoryError,
    params_size,
)
from gradtape_webgpu.kernels.program import MAX_GROUPS

Words = np.ndarray
Kernel = Callable[[list[Words], list[Words], bytes, tuple[int, int, int]], None]

#: a quiet NaN as f32, and an index far out of bounds as u32
DIRT = 0x7FC0_DEAD

CAPS = Caps(
    adapter="checking device",
    backend="none",
    software=True,
    compiler="none",
    features=frozenset(),
    limits={
        "maxBufferSize": 1 << 28,
        "maxStorageBufferBindingSize": 1 << 27,
        "maxStorageBuffersPerShaderStage": 8,
        "maxUniformBufferBindingSize": 1 << 16,
        "maxComputeWorkgroupsPerDimension": MAX_GROUPS,
        "maxComputeInvocationsPerWorkgroup": 256,
        "maxComputeWorkgroupStorageSize": 16_384,
    },
)


class Misuse(AssertionError):
    """The protocol was broken."""


class Dispatch(NamedTuple):
    """A dispatch as it was submitted."""

    text: str
    reads: tuple[int, ...]
    writes: tuple[int, ...]
    groups: tuple[int, int, int]
    params: bytes


class Memory:
    """A slot's words, and how many bytes from its start have been written."""

    def __init__(self, size: int) -> None:
        self.words = np.full(size // 4, DIRT, np.uint32)
        self.written = 0


class Checking:
    """The driver; `flushes` holds what each submit dispatched."""

    def __init__(self, kernels: Mapping[str, Kernel] | None = None, caps: Caps = CAPS) -> None:
        self.caps = caps
        self.kernels = dict(kernels or {})
        self.flushes: list[list[Dispatch | tuple[int, int, int]]] = []
        self.allocated = self.freed = self.bytes = self.peak = 0
        self.lost: str | None = None
        self._pipelines: list[tuple[str, int, int]] = []
        self._memory: dict[int, Memory] = {}
        self._slots = 0

    def alloc(self, size: int) -> int:
        whole(size, "alloc")
        if size > self.caps.limits["maxBufferSize"]:
            raise OutOfDeviceMemoryError(f"alloc: {size} bytes are more than maxBufferSize")
        self._slots += 1
        self._memory[self._slots] = Memory(size)
        self.allocated += 1
        self.bytes += size
        self.peak = max(self.peak, self.bytes)
        return self._slots

    def free(self, slot: int) -> None:
        self.bytes -= self._at(slot, "free").words.nbytes
        del self._memory[slot]
        self.freed += 1

    def write(self, slot: int, data: bytes | memoryview) -> None:
        memory = self._at(slot, "write")
        content = memoryview(data).cast("B")
        whole(len(content), "write")
        inside(len(content), memory, f"write to slot {slot}")
        memory.words[: len(content) // 4] = np.frombuffer(content, np.uint32)
        memory.written = max(memory.written, len(content))

    def pipeline(self, text: str, reads: int, writes: int) -> int:
        if "fn main(" not in text:
            raise Misuse("pipeline: the text has no entry point `main`")
        declared = (text.count("var<storage, read>"), text.count("var<storage, read_write>"))
        if declared != (reads, writes):
            raise Misuse(f"pipeline: the text declares {declared} arrays, not {(reads, writes)}")
        if reads + writes > self.caps.limits["maxStorageBuffersPerShaderStage"]:
            raise Misuse(f"pipeline: {reads} + {writes} arrays are more than this device binds")
        if any(text == known for known, _, _ in self._pipelines):
            raise Misuse("pipeline: this text has a pipeline already")
        self._pipelines.append((text, reads, writes))
        return len(self._pipelines) - 1

    def submit(self, commands: array[int], params: bytes) -> None:
        if not isinstance(commands, array) or commands.itemsize != 4:
            raise Misuse("submit: the commands are an array of 32-bit words")
        words, flush = commands.tolist(), []
        at = 0
        while at < len(words):
            if words[at] == DISPATCH:
                count = words[at + 2]
                slots = words[at + 3 : at + 3 + count]
                x, y, z, piece = words[at + 3 + count : at + 7 + count]
                flush.append(self._dispatch(words[at + 1], slots, (x, y, z), piece, params))
                at += 7 + count
            elif words[at] == COPY:
                flush.append(self._copy(*words[at + 1 : at + 4]))
                at += 4
            else:
                raise Misuse(f"submit: word {at} is {words[at]}, which begins no command")
        self.flushes.append(flush)

    def read(self, slot: int, size: int) -> bytes:
        memory = self._at(slot, "read")
        whole(size, "read")
        inside(size, memory, f"read of slot {slot}")
        if size > memory.written:
            raise Misuse(f"read of slot {slot}: {size} bytes, {memory.written} of them written")
        return memory.words[: size // 4].tobytes()

    async def read_async(self, slot: int, size: int) -> bytes:
        return self.read(slot, size)

    def sync(self) -> None:
        """Nothing is ever under way here."""

    def left(self) -> list[int]:
        """The slots that nobody freed."""
        return sorted(self._memory)

    def _at(self, slot: int, verb: str) -> Memory:
        if slot in self._memory:
            return self._memory[slot]
        known = isinstance(slot, int) and 0 < slot <= self._slots
        raise Misuse(f"{verb}: slot {slot} was {'freed' if known else 'never allocated'}")

    def _dispatch(
        self, number: int, slots: list[int], groups: tuple[int, int, int], piece: int, params: bytes
    ) -> Dispatch:
        if number >= len(self._pipelines):
            raise Misuse(f"dispatch: there is no pipeline {number}")
        text, reads, writes = self._pipelines[number]
        if len(slots) != reads + writes:
            raise Misuse(f"dispatch: {len(slots)} slots for {reads} reads and {writes} writes")
        read, written = tuple(slots[:reads]), tuple(slots[reads:])
        memories = [self._at(slot, "dispatch") for slot in slots]
        if set(read) & set(written) or len(set(written)) < writes:
            raise Misuse(f"dispatch: reads {read} and writes {written} share a slot")
        for slot, memory in zip(read, memories[:reads], strict=True):
            if not memory.written:
                raise Misuse(f"dispatch: slot {slot} is read, and nothing has written it")
        if not all(0 < count <= MAX_GROUPS for count in groups):
            raise Misuse(f"dispatch: a grid of {groups}; each side is 1 to {MAX_GROUPS}")
        size = params_size(text)
        given = params[piece * ALIGN : piece * ALIGN + size]
        if len(given) < size:
            raise Misuse(f"dispatch: parameters at {piece * ALIGN}: {len(given)} of {size} bytes")
        if any(given[:4]):
            raise Misuse("dispatch: the first parameter is not zero")
        for memory in memories[reads:]:
            memory.written = memory.words.nbytes
        if text in self.kernels:
            arrays = [memory.words for memory in memories]
            self.kernels[text](arrays[:reads], arrays[reads:], given, groups)
        return Dispatch(text, read, written, groups, given)

    def _copy(self, source: int, target: int, size: int) -> tuple[int, int, int]:
        a, b = self._at(source, "copy"), self._at(target, "copy")
        whole(size, "copy")
        inside(size, a, f"copy from slot {source}")
        inside(size, b, f"copy to slot {target}")
        if a is b:
            raise Misuse(f"copy: slot {source} onto itself")
        if size > a.written:
            raise Misuse(f"copy from slot {source}: {size} bytes, {a.written} of them written")
        b.words[: size // 4] = a.words[: size // 4]
        b.written = max(b.written, size)
        return source, target, size


def whole(size: int, verb: str) -> None:
    """Refuse sizes that no device takes."""
    if size <= 0 or size % 4:
        raise Misuse(f"{verb}: {size} bytes; a size is a multiple of 4 above 0")


def inside(size: int, memory: Memory, what: str) -> None:
    """Refuse what goes past the end."""
    if size > memory.words.nbytes:
        raise Misuse(f"{what}: {size} bytes, and it has {memory.words.nbytes}")
