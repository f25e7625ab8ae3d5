"""Max pooling over two axes and its gradient: NumPy's bits, a window at a time.

The gradient goes to the first of the largest values of a window, or to its first nan. Windows are
visited from the last to the first: where they overlap an element then adds up its cotangents in
NumPy's order, which visits the places of the window from the first to the last.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.wasm.arrays import NONE, data, entry
from gradtape.wasm.assembler import Function, Local
from gradtape.wasm.host import Host
from gradtape.wasm.instructions import Code, chosen, constant

Kernel = Callable[..., Any]
Sizes = tuple[int, ...]
#: what a kernel is told, each an int32
_NUMBERS = (
    "images height width channels out_height out_width rows columns down right above left".split()
)


def _windows(name: str, arrays: int, visit: Callable[..., None]) -> Function:
    """A function of Python of some arrays and the numbers, which visits every window."""
    f, operands = entry(name, arrays + 1)
    at = [f.let(data(x)) for x in operands]
    told = {n: f.let(at[-1].load("i32", 4 * k)) for k, n in enumerate(_NUMBERS)}
    pixel = f.let(told["channels"] << 2)
    line = f.let(told["width"] * pixel)
    image, oy, ox, y0, x0, first_row, first_column, past_row, past_column, out = (
        f.new("i32") for _ in range(10)
    )

    def clipped(first: Local, past: Local, start: Local, window: Local, size: Local) -> None:
        zero = constant(0, "i32")
        f.set(first, chosen(start < 0, zero - start, zero))
        f.set(past, chosen(size - start < window, size - start, window))

    f.set(image, told["images"])
    with f.down(image, 1):
        f.set(oy, told["out_height"])
        with f.down(oy, 1):
            f.set(y0, (oy - 1) * told["down"] - told["above"])
            clipped(first_row, past_row, y0, told["rows"], told["height"])
            f.set(ox, told["out_width"])
            with f.down(ox, 1):
                f.set(x0, (ox - 1) * told["right"] - told["left"])
                clipped(first_column, past_column, x0, told["columns"], told["width"])
                place = ((image - 1) * told["out_height"] + (oy - 1)) * told["out_width"]
                f.set(out, (place + (ox - 1)) * pixel)
                start = f.let((image - 1) * told["height"] * line)

                def taps(
                    channel: Local,
                    step: Callable[[Code], None],
                    start: Local = start,
                    row: Local = f.new("i32"),  # noqa: B008
                    column: Local = f.new("i32"),  # noqa: B008
                ) -> None:
                    f.set(row, first_row)
                    with f.block() as end, f.loop() as next_row:
                        end.when(row >= past_row)
                        f.set(column, first_column)
                        with f.block() as over, f.loop() as next_column:
                            over.when(column >= past_column)
                            step(start + (y0 + row) * line + (x0 + column) * pixel + channel)
                            f.add(column, 1)
                            next_column.go()
                        f.add(row, 1)
                        next_row.go()

                channel = f.new("i32", 0)
                with f.loop() as again:
                    visit(f, at, out, channel, taps)
                    f.add(channel, 16)
                    again.when(channel < pixel)
    f.give(NONE)
    f.unreachable()
    return f


def _visit_largest(f: Function, at: list[Local], out: Local, channel: Local, taps: Any) -> None:
    x, y = at[:2]
    most, here = f.new("f32x4"), f.new("f32x4")
    f.set(most, float("-inf"))

    def step(place: Code) -> None:
        f.set(here, (x + place).load("f32x4"))
        f.set(most, chosen((most >= here) | most.differs(most), most, here))

    taps(channel, step)
    f.store(y + out + channel, most)


def _visit_gradient(f: Function, at: list[Local], out: Local, channel: Local, taps: Any) -> None:
    g, x, y, dx = at[:4]
    cotangent, largest = f.new("i32x4"), f.new("f32x4")
    free, here, target = f.new("i32x4"), f.new("i32x4"), f.new("i32")
    f.set(cotangent, (g + out + channel).load("i32x4"))
    f.set(largest, (y + out + channel).load("f32x4"))
    f.set(free, -1)
    spoilt = f.let(largest.differs(largest))
    value = f.new("f32x4")

    def step(place: Code) -> None:
        f.set(target, place)
        f.set(value, (x + target).load("f32x4"))
        f.set(here, (value.equals(largest) | (value.differs(value) & spoilt)) & free)
        f.set(free, free ^ here)
        f.set(target, dx + target)
        f.store(target, target.load("f32x4") + (cotangent & here).bits("f32x4"))

    taps(channel, step)


def _suits(x: Any, window: Sizes, dilations: Sizes) -> bool:
    return (
        x.dtype.char == "f"
        and x.ndim == 4
        and x.flags.c_contiguous
        and x.shape[-1] % 4 == 0
        and x.size > 0
        and set(dilations) == {1}
        and len(window) == 2
    )


def _told(x: Any, out: Sizes, window: Sizes, strides: Sizes, pads: Any) -> Any:
    return np.array([*x.shape, *out, *window, *strides, pads[0][0], pads[1][0]], np.int32)


def largest(host: Host, numpy: Kernel) -> Kernel:
    """The kernel of MaxPool."""
    run = host.function("largest", _windows("largest", 2, _visit_largest))

    def kernel(x: Any, *, window: Sizes, strides: Sizes, pads: Any, dilations: Sizes) -> Any:
        if not _suits(x, window, dilations):
            return numpy(x, window=window, strides=strides, pads=pads, dilations=dilations)
        spaces = zip(x.shape[1:-1], window, strides, pads, strict=True)
        out = tuple(max(0, (n + sum(around) - k) // s + 1) for n, k, s, around in spaces)
        y = np.empty((x.shape[0], *out, x.shape[-1]), np.float32)
        run(x, y, _told(x, out, window, strides, pads))
        return y

    return kernel


def gradient(host: Host, numpy: Kernel) -> Kernel:
    """The kernel of MaxPoolGrad."""
    run = host.function("gradient", _windows("gradient", 4, _visit_gradient))

    def kernel(
        g: Any, x: Any, y: Any, *, window: Sizes, strides: Sizes, pads: Any, dilations: Sizes
    ) -> Any:
        same = g.dtype.char == y.dtype.char == "f" and y.flags.c_contiguous
        if not (same and g.shape == y.shape and _suits(x, window, dilations)):
            return numpy(g, x, y, window=window, strides=strides, pads=pads, dilations=dilations)
        dx = np.zeros(x.shape, np.float32)
        told = _told(x, y.shape[1:-1], window, strides, pads)
        run(np.ascontiguousarray(g), x, y, dx, told)
        return dx

    return kernel
