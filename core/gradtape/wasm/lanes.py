"""Several vectors at once, so that the steps of one fill the waits of the others.

A processor starts two or four vector operations a cycle, and waits four cycles for each result.
What is written with `Lanes` is written once for each of a few vectors, step by step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from gradtape.wasm.assembler import Function
from gradtape.wasm.instructions import Code, chosen, constant


class Lanes:
    """One expression for each of several vectors."""

    __slots__ = ("codes", "function")

    def __init__(self, function: Function, codes: Iterable[Code]) -> None:
        self.function, self.codes = function, list(codes)

    def each(self, step: Callable[..., Code], *others: Any) -> Lanes:
        """The step for each vector, with what belongs to it of the others."""
        sides = [o.codes if isinstance(o, Lanes) else [o] * len(self.codes) for o in others]
        return Lanes(self.function, map(step, self.codes, *sides))

    def let(self) -> Lanes:
        """The same, computed once and kept."""
        return Lanes(self.function, [self.function.let(code) for code in self.codes])

    def __add__(self, other: Any) -> Lanes:
        return self.each(lambda a, b: a + b, other)

    def __sub__(self, other: Any) -> Lanes:
        return self.each(lambda a, b: a - b, other)

    def __rsub__(self, other: Any) -> Lanes:
        return self.each(lambda a, b: b - a, other)

    def __mul__(self, other: Any) -> Lanes:
        return self.each(lambda a, b: a * b, other)

    def __rtruediv__(self, other: Any) -> Lanes:
        return self.each(lambda a, b: b / a, other)

    def __truediv__(self, other: Any) -> Lanes:
        return self.each(lambda a, b: a / b, other)

    __radd__ = __add__
    __rmul__ = __mul__

    def __and__(self, other: Any) -> Lanes:
        return self.each(lambda a, b: a & b, other)

    def __or__(self, other: Any) -> Lanes:
        return self.each(lambda a, b: a | b, other)

    def __xor__(self, other: Any) -> Lanes:
        return self.each(lambda a, b: a ^ b, other)

    def __lshift__(self, other: Any) -> Lanes:
        return self.each(lambda a, b: a << b, other)

    def __lt__(self, other: Any) -> Lanes:
        return self.each(lambda a, b: a < b, other)

    def __le__(self, other: Any) -> Lanes:
        return self.each(lambda a, b: a <= b, other)

    def __gt__(self, other: Any) -> Lanes:
        return self.each(lambda a, b: a > b, other)

    def __ge__(self, other: Any) -> Lanes:
        return self.each(lambda a, b: a >= b, other)

    def __neg__(self) -> Lanes:
        return self.each(lambda a: -a)

    def equals(self, other: Any) -> Lanes:
        """Masks of where the two are equal."""
        return self.each(lambda a, b: a.equals(b), other)

    def differs(self, other: Any) -> Lanes:
        """Masks of where the two are not equal."""
        return self.each(lambda a, b: a.differs(b), other)

    def above(self, other: Any) -> Lanes:
        """Masks of where it is more, both read as unsigned integers."""
        return self.each(lambda a, b: a.above(b), other)

    def do(self, name: str) -> Lanes:
        """An operation of one operand by its name."""
        return self.each(lambda a: a.do(name))

    def bits(self, kind: str) -> Lanes:
        """The same bits, of another kind."""
        return self.each(lambda a: a.bits(kind))


def either(mask: Lanes, yes: Any, no: Any, kind: str = "f32x4") -> Lanes:
    """`yes` where the mask's bits are set, `no` elsewhere; `kind` is that of two numbers."""

    def step(m: Code, a: Any, b: Any) -> Code:
        own = a.kind if isinstance(a, Code) else b.kind if isinstance(b, Code) else kind
        return chosen(m, as_code(a, own), as_code(b, own))

    return mask.each(step, yes, no)


def as_code(value: Any, kind: str) -> Code:
    """A number as a constant of a kind; code as it is."""
    return value if isinstance(value, Code) else constant(value, kind)
