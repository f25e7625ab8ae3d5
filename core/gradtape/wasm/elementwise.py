"""Element-wise functions as functions of Python: of one array, or of two of one shape.

A formula is written for a few vectors (`lanes.py`); what does not fill them is computed beside the
array, in the room, with ones around it. Arrays are contiguous; a second operand can be one number.
"""

from __future__ import annotations

from collections.abc import Callable

from gradtape.wasm.arrays import (
    FIRST,
    ROOM,
    contiguous,
    count_of,
    data,
    entry,
    is_float32,
    new_float32,
    otherwise,
    rank,
    shape,
)
from gradtape.wasm.assembler import Function, Label, Local
from gradtape.wasm.instructions import Code, constant
from gradtape.wasm.lanes import Lanes

#: arrays of fewer elements are left to NumPy
LEAST = 256
#: in the room: where the operands' rests and the results lie
_RESTS = 64


def _block(name: str, operands: int, formula: Callable[..., Lanes], width: int) -> Function:
    """(y, n, each operand and the bytes to its next element): n elements, n a multiple."""
    f = Function(f"block_{name}", ["i32"] * (2 + 2 * operands), exported=False)
    y, n, *rest = f.parameters
    addresses, steps = rest[::2], rest[1::2]
    with f.down(n, 4 * width):
        values = []
        for at, step in zip(addresses, steps, strict=True):
            codes = [f.new("f32x4") for _ in range(width)]
            with f.when(step):  # a vector each
                for j, code in enumerate(codes):
                    f.set(code, at.load("f32x4", 16 * j))
                f.otherwise()  # one number for all
                for code in codes:
                    f.set(code, at.load("f32 everywhere"))
            values.append(Lanes(f, codes))
            f.set(at, at + step * (4 * width))
        for j, result in enumerate(formula(*values).codes):
            f.store(y, result, 16 * j)
        f.add(y, 16 * width)
    return f


def _with_rest(name: str, operands: int, block: int, width: int) -> Function:
    """The same for any n."""
    f = Function(f"all_{name}", ["i32"] * (2 + 2 * operands), exported=False)
    y, n, *rest = f.parameters
    addresses, steps = rest[::2], rest[1::2]
    whole = f.let(n & (-4 * width))
    f.call(block, y, whole, *rest)
    left, k = f.let(n - whole), f.new("i32")
    with f.when(left.do("is_zero")):
        f.give()
    size = 16 * width
    room = f.let(ROOM + _RESTS)
    for at, step in zip(addresses, steps, strict=True):
        f.set(at, at + whole * step)
    for j, at in enumerate(addresses):
        for v in range(width):
            f.store(room, constant(1, "f32x4"), size * j + 16 * v)
        f.set(k, 0)
        with f.loop() as again:
            f.store(room + (k << 2), (at + k * steps[j]).load("f32"), size * j)
            f.add(k, 1)
            again.when(k < left)
    beside: list[Code] = []
    for j, step in enumerate(steps):
        beside += [room + size * j, step]
    result = f.let(room + size * operands)
    f.call(block, result, 4 * width, *beside)
    f.set(y, y + (whole << 2))
    f.set(k, 0)
    with f.loop() as again:
        f.store(y + (k << 2), (result + (k << 2)).load("f32"))
        f.add(k, 1)
        again.when(k < left)
    return f


def _entry(name: str, operands: int, whole: int, bound: float | None) -> Function:
    f, xs = entry(name, operands)
    x = xs[0]
    with f.block() as numpy:
        numpy.when((is_float32(x) & contiguous(x)).do("is_zero"))
        n = count_of(f, x)
        numpy.when(n < LEAST)
        arguments: list[Local | int] = [f.let(data(x)), f.new("i32", 4)]
        for other in xs[1:]:
            numpy.when((is_float32(other) & contiguous(other)).do("is_zero"))
            step = f.new("i32", 0)
            with f.when(rank(other)):
                _same_shape(f, x, other, numpy)
                f.set(step, 4)
            arguments += [f.let(data(other)), step]
        if bound is not None:
            numpy.when(_any_beyond(f, data(x), n, bound))
        y = new_float32(f, rank(x), shape(x))
        f.call(whole, data(y), n, *arguments)
        f.give(y)
    otherwise(f)
    f.unreachable()
    return f


def _same_shape(f: Function, x: Local, other: Local, numpy: Label) -> None:
    numpy.when(rank(x).differs(rank(other)))
    axis, a, b = f.let(rank(x)), f.let(shape(x)), f.let(shape(other))
    with f.down(axis, 1):
        numpy.when(a.load("i32").differs(b.load("i32")))
        f.add(a, 4)
        f.add(b, 4)


def _any_beyond(f: Function, x: Code, n: Local, bound: float) -> Code:
    """Whether the size of any element is larger than the bound."""
    at, left, seen = f.let(x), f.let(n), f.new("i32x4")
    with f.down(left, 4):
        f.set(seen, seen | (at.load("f32x4").do("size") > bound))
        f.add(at, 16)
    with f.down(left, 1):
        f.set(seen, seen | (at.load("f32 everywhere").do("size") > bound))
        f.add(at, 4)
    return seen.do("any")


def functions(
    name: str,
    operands: int,
    formula: Callable[..., Lanes],
    *,
    width: int = 4,
    bound: float | None = None,
) -> list[Function]:
    """The module's functions; the one with this name is called from Python.

    `width` vectors are computed at a time. Where an element is larger than the bound, NumPy
    computes all.
    """
    return [
        _block(name, operands, formula, width),
        _with_rest(name, operands, FIRST, width),
        _entry(name, operands, FIRST + 1, bound),
    ]
