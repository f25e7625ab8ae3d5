"""Numbers as unsigned keys of the same order, for sorting and for the largest and the smallest.

Every NaN is one key above all others, and both zeros are one key: NumPy's order. Comparing bits is
the only comparison that NaN survives on every device.
"""

from __future__ import annotations

import numpy as np

from gradtape_webgpu.kernels.registry import Unsupported

_ORDER = {
    "f": """
fn order(bits: u32) -> u32 {
    if ((bits & 0x7fffffffu) > 0x7f800000u) { return 0xffffffffu; }
    if (bits == 0x80000000u) { return 0x80000000u; }
    return select(bits | 0x80000000u, ~bits, (bits >> 31u) == 1u);
}
""",
    "i": "fn order(bits: u32) -> u32 { return bits ^ 0x80000000u; }\n",
    "u": "fn order(bits: u32) -> u32 { return bits; }\n",
}

_NAN = "(bits & 0x7fffffffu) > 0x7f800000u"


def kind_of(dtype: np.dtype) -> str:
    """f, i or u: how the bits of this dtype are to be read (truth values as u)."""
    kind = "u" if dtype.kind == "b" else dtype.kind
    if kind not in _ORDER:
        raise Unsupported(f"the order of {dtype}")
    return kind


def upward(kind: str) -> str:
    """WGSL: `order(bits)`, larger for larger numbers, largest for NaN."""
    return _ORDER[kind]


def downward(kind: str) -> str:
    """WGSL: the same and `reversed(bits)`, larger for smaller numbers, largest for NaN."""
    nan = f"    if ({_NAN}) {{ return 0xffffffffu; }}\n" if kind == "f" else ""
    return f"{_ORDER[kind]}fn reversed(bits: u32) -> u32 {{\n{nan}    return ~order(bits);\n}}\n"
