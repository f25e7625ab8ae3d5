"""Instructions of WebAssembly as Python expressions.

A `Code` is the instructions that leave one value on the stack, and its kind: i32, f32, f64, or a
vector (i32x4, f32x4, f64x2), which are one type to WebAssembly and differ in what + means.

Source: the WebAssembly core specification, release 2.0, chapter 5 (binary format).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

TYPES = {"i32": 0x7F, "f32": 0x7D, "f64": 0x7C} | dict.fromkeys(("i32x4", "f32x4", "f64x2"), 0x7B)
_VECTOR = 0xFD

#: (kind, sign) → opcode; those of vectors come after the byte 0xFD
_BINARY = {
    ("i32", "+"): 0x6A, ("i32", "-"): 0x6B, ("i32", "*"): 0x6C, ("i32", "//"): 0x6E,
    ("i32", "%"): 0x70, ("i32", "&"): 0x71, ("i32", "|"): 0x72, ("i32", "^"): 0x73,
    ("i32", "<<"): 0x74, ("i32", ">>"): 0x75, ("i32", "u>>"): 0x76,
    ("f32", "+"): 0x92, ("f32", "-"): 0x93, ("f32", "*"): 0x94, ("f32", "/"): 0x95,
    ("f64", "+"): 0xA0, ("f64", "-"): 0xA1, ("f64", "*"): 0xA2, ("f64", "/"): 0xA3,
    ("i32x4", "+"): 174, ("i32x4", "-"): 177, ("i32x4", "*"): 181,
    ("i32x4", "&"): 78, ("i32x4", "|"): 80, ("i32x4", "^"): 81,
    ("i32x4", "<<"): 171, ("i32x4", ">>"): 172, ("i32x4", "u>>"): 173,
    ("f32x4", "+"): 228, ("f32x4", "-"): 229, ("f32x4", "*"): 230, ("f32x4", "/"): 231,
    ("f64x2", "+"): 240, ("f64x2", "-"): 241, ("f64x2", "*"): 242, ("f64x2", "/"): 243,
}  # fmt: skip
#: comparisons: of numbers they give an i32, of vectors a mask
_COMPARED = {
    ("i32", "=="): 0x46, ("i32", "!="): 0x47, ("i32", "<"): 0x48, ("i32", ">"): 0x4A,
    ("i32", "<="): 0x4C, ("i32", ">="): 0x4E, ("i32", "u<"): 0x49, ("i32", "u>"): 0x4B,
    ("f32", "=="): 0x5B, ("f32", "!="): 0x5C, ("f32", "<"): 0x5D, ("f32", ">"): 0x5E,
    ("f32", "<="): 0x5F, ("f32", ">="): 0x60,
    ("f64", "=="): 0x61, ("f64", "!="): 0x62, ("f64", "<"): 0x63, ("f64", ">"): 0x64,
    ("f64", "<="): 0x65, ("f64", ">="): 0x66,
    ("i32x4", "=="): 55, ("i32x4", "!="): 56, ("i32x4", "<"): 57, ("i32x4", ">"): 59,
    ("i32x4", "<="): 61, ("i32x4", ">="): 63, ("i32x4", "u<"): 58, ("i32x4", "u>"): 60,
    ("f32x4", "=="): 65, ("f32x4", "!="): 66, ("f32x4", "<"): 67, ("f32x4", ">"): 68,
    ("f32x4", "<="): 69, ("f32x4", ">="): 70,
    ("f64x2", "=="): 71, ("f64x2", "!="): 72, ("f64x2", "<"): 73, ("f64x2", ">"): 74,
    ("f64x2", "<="): 75, ("f64x2", ">="): 76,
}  # fmt: skip
#: (kind, name) → (opcode, kind of the result)
_UNARY = {
    ("i32", "is_zero"): (0x45, "i32"),
    ("f32", "promoted"): (0xBB, "f64"), ("f64", "demoted"): (0xB6, "f32"),
    ("f32", "root"): (0x91, "f32"), ("f64", "root"): (0x9F, "f64"),
    ("f32", "size"): (0x8B, "f32"), ("f64", "size"): (0x99, "f64"),
    ("f32", "negated"): (0x8C, "f32"), ("f64", "negated"): (0x9A, "f64"),
    ("f32x4", "negated"): (225, "f32x4"), ("f64x2", "negated"): (237, "f64x2"),
    ("f32x4", "size"): (224, "f32x4"), ("f64x2", "size"): (236, "f64x2"),
    ("f32x4", "root"): (227, "f32x4"), ("f64x2", "root"): (239, "f64x2"),
    ("f32x4", "promoted"): (95, "f64x2"), ("f64x2", "demoted"): (94, "f32x4"),
    ("i32x4", "converted"): (250, "f32x4"), ("i32x4", "inverted"): (77, "i32x4"),
    ("i32x4", "any"): (83, "i32"), ("i32x4", "all"): (163, "i32"),
    ("f32x4", "truncated"): (248, "i32x4"),
    ("f32x4", "floor"): (104, "f32x4"), ("f32x4", "ceil"): (103, "f32x4"),
    ("f32x4", "nearest"): (106, "f32x4"),
}  # fmt: skip
_SPLAT = {"i32": (17, "i32x4"), "f32": (19, "f32x4"), "f64": (20, "f64x2")}
_LANE = {"i32x4": (27, "i32"), "f32x4": (31, "f32"), "f64x2": (33, "f64")}
#: what is read or written → (opcode, log2 of its size, kind)
_LOADS = {
    "i32": (b"\x28", 2, "i32"), "f32": (b"\x2a", 2, "f32"), "f64": (b"\x2b", 3, "f64"),
    "u8": (b"\x2d", 0, "i32"),
    "i32x4": (b"\xfd\x00", 4, "i32x4"), "f32x4": (b"\xfd\x00", 4, "f32x4"),
    "f64x2": (b"\xfd\x00", 4, "f64x2"),
    "f32 everywhere": (b"\xfd\x09", 2, "f32x4"), "f64 everywhere": (b"\xfd\x0a", 3, "f64x2"),
    "f32 alone": (b"\xfd\x5c", 2, "f32x4"), "f32 pair": (b"\xfd\x5d", 3, "f32x4"),
    "u8 as u16": (b"\xfd\x02", 3, "i32x4"),
}  # fmt: skip
STORES = {
    "i32": (b"\x36", 2), "f32": (b"\x38", 2), "f64": (b"\x39", 3), "u8": (b"\x3a", 0),
    "i32x4": (b"\xfd\x0b", 4), "f32x4": (b"\xfd\x0b", 4), "f64x2": (b"\xfd\x0b", 4),
}  # fmt: skip


def unsigned(n: int) -> bytes:
    """A number in LEB128, seven bits a byte, the lowest first."""
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)


def signed(n: int) -> bytes:
    """A signed number in LEB128."""
    out = bytearray()
    while not -64 <= n < 64:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n & 127)
    return bytes(out)


class Code:
    """Instructions that leave one value of a kind on the stack."""

    __slots__ = ("kind", "text")

    def __init__(self, text: bytes, kind: str) -> None:
        self.text, self.kind = text, kind

    def _with(self, other: Any, sign: str, table: dict[tuple[str, str], int]) -> Code:
        shift = sign.endswith(("<<", ">>"))
        b = other if isinstance(other, Code) else constant(other, "i32" if shift else self.kind)
        result = self.kind
        if table is _COMPARED:
            result = "i32" if "x" not in result else "f64x2" if result == "f64x2" else "i32x4"
        return Code(self.text + b.text + self._opcode(table[self.kind, sign]), result)

    def _opcode(self, code: int) -> bytes:
        return bytes((_VECTOR,)) + unsigned(code) if "x" in self.kind else bytes((code,))

    def __add__(self, other: Any) -> Code:
        return self._with(other, "+", _BINARY)

    def __sub__(self, other: Any) -> Code:
        return self._with(other, "-", _BINARY)

    def __rsub__(self, other: Any) -> Code:
        return constant(other, self.kind) - self

    def __mul__(self, other: Any) -> Code:
        return self._with(other, "*", _BINARY)

    __radd__ = __add__
    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Code:
        return self._with(other, "/", _BINARY)

    def __rtruediv__(self, other: Any) -> Code:
        return constant(other, self.kind) / self

    def __floordiv__(self, other: Any) -> Code:
        return self._with(other, "//", _BINARY)

    def __mod__(self, other: Any) -> Code:
        return self._with(other, "%", _BINARY)

    def __and__(self, other: Any) -> Code:
        return self._with(other, "&", _BINARY)

    def __or__(self, other: Any) -> Code:
        return self._with(other, "|", _BINARY)

    def __xor__(self, other: Any) -> Code:
        return self._with(other, "^", _BINARY)

    def __lshift__(self, other: Any) -> Code:
        return self._with(other, "<<", _BINARY)

    def __rshift__(self, other: Any) -> Code:
        return self._with(other, ">>", _BINARY)

    def __lt__(self, other: Any) -> Code:
        return self._with(other, "<", _COMPARED)

    def __le__(self, other: Any) -> Code:
        return self._with(other, "<=", _COMPARED)

    def __gt__(self, other: Any) -> Code:
        return self._with(other, ">", _COMPARED)

    def __ge__(self, other: Any) -> Code:
        return self._with(other, ">=", _COMPARED)

    def equals(self, other: Any) -> Code:
        """Whether the two are equal."""
        return self._with(other, "==", _COMPARED)

    def differs(self, other: Any) -> Code:
        """Whether the two are not equal."""
        return self._with(other, "!=", _COMPARED)

    def below(self, other: Any) -> Code:
        """Whether it is less, both read as unsigned integers."""
        return self._with(other, "u<", _COMPARED)

    def above(self, other: Any) -> Code:
        """Whether it is more, both read as unsigned integers."""
        return self._with(other, "u>", _COMPARED)

    def do(self, name: str) -> Code:
        """An operation of one operand by its name (see `_UNARY`)."""
        code, result = _UNARY[self.kind, name]
        return Code(self.text + self._opcode(code), result)

    def __neg__(self) -> Code:
        return self.do("negated")

    def splat(self) -> Code:
        """The number in every lane."""
        code, result = _SPLAT[self.kind]
        return Code(self.text + bytes((_VECTOR, code)), result)

    def lane(self, n: int) -> Code:
        """The number in lane n."""
        code, result = _LANE[self.kind]
        return Code(self.text + bytes((_VECTOR, code, n)), result)

    def bits(self, kind: str) -> Code:
        """The same bits of a vector, of another kind."""
        return Code(self.text, kind)

    def shuffled(self, other: Code, lanes: Sequence[int]) -> Code:
        """Lanes of four bytes of two vectors: 0 to 3 of this one, 4 to 7 of the other."""
        picked = bytes(4 * lane + k for lane in lanes for k in range(4))
        return Code(self.text + other.text + b"\xfd\x0d" + picked, self.kind)

    def load(self, what: str, offset: int = 0) -> Code:
        """What lies at this address; no alignment is promised."""
        opcode, _, kind = _LOADS[what]
        return Code(self.text + opcode + b"\x00" + unsigned(offset), kind)


def constant(value: float, kind: str) -> Code:
    """A number of a kind; of vectors, in every lane."""
    if kind == "i32":
        return Code(b"\x41" + signed(int(value)), kind)
    if kind in ("f32", "f64"):
        size = kind[1:]
        packed = struct.pack("<f" if size == "32" else "<d", value)
        return Code((b"\x43" if size == "32" else b"\x44") + packed, kind)
    letter, count = {"i32x4": ("<i", 4), "f32x4": ("<f", 4), "f64x2": ("<d", 2)}[kind]
    return Code(b"\xfd\x0c" + struct.pack(letter, value) * count, kind)


def chosen(mask: Code, yes: Code, no: Code) -> Code:
    """Where the mask's bits are set those of `yes`, else those of `no`; of a number, by ≠ 0."""
    if "x" in yes.kind:
        return Code(yes.text + no.text + mask.text + b"\xfd\x52", yes.kind)
    return Code(yes.text + no.text + mask.text + b"\x1b", yes.kind)


def fused(a: Code, b: Code, c: Code) -> Code:
    """a·b + c, rounded once where the machine can (the relaxed operation)."""
    return Code(a.text + b.text + c.text + b"\xfd\x85\x02", a.kind)
