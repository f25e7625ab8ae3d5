"""Whether this machine's relaxed multiply-add rounds once, which the standard leaves to it."""

from __future__ import annotations

import struct

from gradtape.wasm.assembler import Function
from gradtape.wasm.host import Host, Unavailable
from gradtape.wasm.instructions import fused


def _probe() -> Function:
    """(address of 12 bytes a, b, c) → the bits of a·b + c."""
    f = Function("probe", ["i32"], ["i32"])
    a, b, c = (f.parameters[0].load("f32 everywhere", 4 * k) for k in range(3))
    f.give(fused(a, b, c).bits("i32x4").lane(0))
    f.unreachable()
    return f


def is_fused(host: Host) -> bool:
    """True where the browser has the operation, and it keeps the product's last bits."""
    try:
        probe = host.instantiate([_probe()]).probe
    except Unavailable:
        return False
    near_one = 1 + 2.0**-12
    host.room[:3] = near_one, near_one, -(1 + 2.0**-11)
    bits = probe(host.room.ctypes.data)
    return bool(bits == struct.unpack("<i", struct.pack("<f", 2.0**-24))[0])
