"""Views: a reshaped, transposed, sliced or broadcast array is another way to walk the same memory.

A view says where element (i, j, …) lies: `offset + i·strides[0] + j·strides[1] + …`, counted in
elements. Every function gives the view of the result, or None where no strides describe it (some
reshapes): then the elements are copied first.
"""

from __future__ import annotations

from typing import Any, NamedTuple

Shape = tuple[int, ...]


class View(NamedTuple):
    """How the elements of an array lie in memory."""

    shape: Shape
    offset: int
    strides: Shape

    @property
    def size(self) -> int:
        """The number of elements."""
        size = 1
        for n in self.shape:
            size *= n
        return size

    @property
    def is_flat(self) -> bool:
        """Whether element k, counted row by row, is element k of memory."""
        return self.offset == 0 and all(
            n == 1 or have == want
            for n, have, want in zip(self.shape, self.strides, row_strides(self.shape), strict=True)
        )


def row_strides(shape: Shape) -> Shape:
    """The strides of an array that lies row by row."""
    strides, step = [], 1
    for n in reversed(shape):
        strides.append(step)
        step *= n
    return tuple(reversed(strides))


def flat(shape: Shape) -> View:
    """The view of an array that lies row by row."""
    return View(shape, 0, row_strides(shape))


def reshape(view: View, shape: Shape) -> View | None:
    """The same elements, in the same order, in another shape."""
    if view.is_flat:
        return flat(shape)
    strides = []
    have = [(n, s) for n, s in zip(view.shape, view.strides, strict=True) if n != 1]
    have = _joined(have)
    k = len(have) - 1
    length, step = have[k] if have else (1, 1)
    for n in reversed(shape):
        if n == 1:
            strides.append(0)
            continue
        if length == 1:
            k -= 1
            if k < 0:
                return None
            length, step = have[k]
        if length % n:
            return None
        strides.append(step)
        length //= n
        step *= n
    return View(shape, view.offset, tuple(reversed(strides)))


def _joined(axes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """(length, stride) of the axes, neighbours that walk on evenly made one."""
    out: list[tuple[int, int]] = []
    for n, stride in axes:
        if out and out[-1][1] == stride * n:
            out[-1] = (out[-1][0] * n, stride)
        else:
            out.append((n, stride))
    return out


def transpose(view: View, perm: Shape) -> View:
    """Axis k of the result is axis perm[k]."""
    return View(
        tuple(view.shape[k] for k in perm), view.offset, tuple(view.strides[k] for k in perm)
    )


def broadcast(view: View, shape: Shape) -> View:
    """The view spread along new axes and axes of length 1."""
    extra = len(shape) - len(view.shape)
    strides = [0] * extra
    for have, want, stride in zip(view.shape, shape[extra:], view.strides, strict=True):
        strides.append(stride if have == want and want != 1 else 0)
    return View(shape, view.offset, tuple(strides))


def window(view: View, begin: Shape, shape: Shape, steps: Shape | None = None) -> View:
    """The elements begin, begin + step, … along every axis."""
    steps = steps or (1,) * len(shape)
    offset = view.offset + sum(b * s for b, s in zip(begin, view.strides, strict=True))
    return View(shape, offset, tuple(s * k for s, k in zip(view.strides, steps, strict=True)))


def axes_of(index: tuple[Any, ...], rank: int) -> list[Any]:
    """An index of integers, slices, None and one Ellipsis, with an entry for every axis."""
    taken = sum(entry is not None and entry is not Ellipsis for entry in index)
    entries: list[Any] = []
    for entry in index:
        entries += [slice(None)] * (rank - taken) if entry is Ellipsis else [entry]
    return entries + [slice(None)] * (rank - sum(entry is not None for entry in entries))


def indexed(view: View, index: tuple[Any, ...]) -> View:
    """view[index]: an integer takes an axis away, None adds one."""
    shape: list[int] = []
    strides: list[int] = []
    offset, axis = view.offset, 0
    for entry in axes_of(index, len(view.shape)):
        if entry is None:
            shape.append(1)
            strides.append(0)
            continue
        positions, stride = range(view.shape[axis]), view.strides[axis]
        axis += 1
        if isinstance(entry, slice):
            selected = positions[entry]
            shape.append(len(selected))
            strides.append(selected.step * stride)
            offset += selected.start * stride
        else:
            offset += positions[entry.__index__()] * stride
    return View(tuple(shape), offset, tuple(strides))


def collapse(shape: Shape, strides: list[Shape]) -> tuple[Shape, list[Shape]]:
    """The fewest axes that walk the same elements, for several arrays at once."""
    axes: list[tuple[int, tuple[int, ...]]] = []
    for k, n in enumerate(shape):
        if n == 1:
            continue
        steps = tuple(s[k] for s in strides)
        if axes and axes[-1][1] == tuple(n * s for s in steps):
            axes[-1] = (axes[-1][0] * n, steps)
        else:
            axes.append((n, steps))
    return tuple(n for n, _ in axes), [
        tuple(steps[j] for _, steps in axes) for j in range(len(strides))
    ]
