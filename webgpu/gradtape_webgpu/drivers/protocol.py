"""The protocol between the backend and a device: about ten verbs, the same natively and in a tab.

Memory is known by slots (small integers), pipelines by numbers. Work is handed over as one list of
32-bit words a flush, so that in a tab one call crosses from Python to JavaScript, not one a verb:

    DISPATCH pipeline count slot… groups_x groups_y groups_z params      (params: offset / 256)
    COPY     from to bytes

All dispatches of a list run in order in one compute pass (a COPY ends the pass) and one submit.
`params` is one block of bytes; each dispatch sees `UNIFORM` bytes of it from its own piece on as
binding 0, and its slots in order as bindings 1, 2, …
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Awaitable
from typing import NamedTuple, Protocol

from gradtape.errors import InternalError, ResourceExhaustedError

DISPATCH, COPY = 0, 1

#: pieces of the parameter block begin at multiples of this
ALIGN = 256
#: bytes of the parameter block that a dispatch sees, from its piece on
UNIFORM = 1024

_PARAMS = re.compile(r"struct Params \{([^}]*)\}")


def params_size(text: str) -> int:
    """The bytes of a text's parameters; each member of `struct Params` takes four."""
    found = _PARAMS.search(text)
    return 4 * found[1].count(":") if found else 0


class Caps(NamedTuple):
    """What a device is and can do."""

    #: the adapter as a person would know it
    adapter: str
    #: Vulkan, Metal, D3D12, OpenGL or WebGPU (a tab does not say)
    backend: str
    #: whether the adapter is a program on the CPU
    software: bool
    #: which compiler reads the WGSL: "naga" or "tint"
    compiler: str
    features: frozenset[str]
    #: WebGPU's names of limits → their values on this device
    limits: dict[str, int]
    #: the driver and its version, for the keys of caches
    driver: str = ""


class DeviceLostError(InternalError):
    """The device is gone: unplugged, reset, or taken by the system."""


class OutOfDeviceMemoryError(ResourceExhaustedError):
    """The device has no memory for another array."""


class CannotWaitError(RuntimeError):
    """A value cannot be waited for here: `await tensor.fetch()` can."""


class Driver(Protocol):
    """A device. All verbs but `read`, `read_async` and `sync` return without waiting for it."""

    caps: Caps

    def alloc(self, size: int) -> int:
        """A slot for `size` bytes (a multiple of 4), with anything in it."""

    def free(self, slot: int) -> None:
        """Give a slot back; work that was submitted still finds it."""

    def write(self, slot: int, data: bytes | memoryview) -> None:
        """Copy bytes (a multiple of 4) to the start of a slot, before what is submitted next."""

    def pipeline(self, text: str, reads: int, writes: int) -> int:
        """The number of the pipeline of this WGSL text, whose entry point is `main`.

        Raises InternalError with the compiler's words and the text where it does not compile: here
        natively; in a tab, where compilers work while Python goes on, at the first submit that
        uses it, before anything of that submit is done.
        """

    def submit(self, commands: array[int], params: bytes) -> None:
        """Hand over a command list."""

    def read(self, slot: int, size: int) -> bytes:
        """The first `size` bytes of a slot, waited for; `CannotWaitError` in some tabs."""

    def read_async(self, slot: int, size: int) -> Awaitable[bytes]:
        """The same, awaited."""

    def sync(self) -> None:
        """Wait until all work is done."""

    @property
    def lost(self) -> str | None:
        """Why the device is gone, or None while it is there."""
