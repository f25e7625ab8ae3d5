"""The matrix product of float32: tiles of 6 rows by 2 vectors, for all sizes and transposes.

C is cut into tiles whose sums stay in locals while k runs. A is read where it lies, by rows or by
columns. B is read where it lies or, where it is read often enough (or its rows are not contiguous),
from a copy in panels of 8 columns; the columns that fill no panel are always copied, with zeros
beside them. Which of these is done changes no bit: each element is the sum over k in order, in
blocks of 256, each product rounded once with its sum where the machine can, else twice.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from gradtape.wasm.arrays import (
    FIRST,
    ROOM,
    data,
    entry,
    is_float32,
    new_float32,
    otherwise,
    rank,
    size,
    stride,
)
from gradtape.wasm.assembler import Function, Local
from gradtape.wasm.instructions import Code, chosen, constant, fused

#: products of fewer multiplications are left to NumPy
LEAST = 512
#: rows of the tiles; every number of rows is a sum of these
_ROWS = (6, 4, 2, 1)
#: columns of a tile: two vectors
_COLUMNS = 8
#: how much of k, of the rows and of the columns is worked on at a time
_DEPTH, _BLOCK_ROWS, _BLOCK_COLUMNS = 256, 192, 512
#: in the room: numbers, one tile, and the panels
_TILE, _PANELS = 64, 64 + 4 * 6 * _COLUMNS


def _tile(rows: int, by_columns: bool, fma: bool) -> Function:
    """c (+)= a·b for `rows` rows and 8 columns.

    (a, a_step, b, b_step, c, c_step, depth, more): `a_step` leads from row to row, or from column
    to column where A is read by columns; `more` says that c is added to.
    """
    f = Function(f"tile_{rows}", ["i32"] * 8, exported=False)
    a, a_step, b, b_step, c, c_step, depth, more = f.parameters
    sums = [[f.new("f32x4") for _ in range(2)] for _ in range(rows)]
    here = [a]
    if not by_columns:
        here += [f.new("i32") for _ in range(rows - 1)]
        for before, at in pairwise(here):
            f.set(at, before + a_step)
    left, right, factor = (f.new("f32x4") for _ in range(3))

    def step(k: int) -> None:
        f.set(left, b.load("f32x4"))
        f.set(right, b.load("f32x4", 16))
        f.add(b, b_step)
        for r in range(rows):
            at = (a, 4 * r) if by_columns else (here[r], 4 * k)
            f.set(factor, at[0].load("f32 everywhere", at[1]))
            for v, column in enumerate((left, right)):
                total = sums[r][v]
                f.set(total, fused(factor, column, total) if fma else total + factor * column)
        if by_columns:
            f.add(a, a_step)

    for unroll in (4, 1) if rows >= 4 else (1,):
        with f.down(depth, unroll):
            if by_columns:
                f.repeat(unroll, partial(step, 0))
                continue
            for k in range(unroll):
                step(k)
            for at in here:
                f.add(at, 4 * unroll)
    with f.when(more):
        _write(f, c, c_step, sums, added=True)
        f.give()
    _write(f, c, c_step, sums, added=False)
    return f


def _write(f: Function, c: Local, step: Code, sums: list[list[Local]], *, added: bool) -> None:
    for r, pair in enumerate(sums):
        for v, total in enumerate(pair):
            value = c.load("f32x4", 16 * v) + total if added else total
            f.store(c, value, 16 * v)
        if r + 1 < len(sums):
            f.add(c, step)


def _pack() -> Function:
    """Copy `depth` rows of `columns` columns of B into panels of 8, zeros beside the last ones.

    (b, row_step, column_step, depth, columns, target)
    """
    f = Function("pack", ["i32"] * 6, exported=False)
    b, row_step, column_step, depth, columns, target = f.parameters
    k, at, here, width, j = (f.new("i32") for _ in range(5))
    x, y, u, v = (f.new("f32x4") for _ in range(4))
    zero = constant(0, "f32x4")
    with f.block() as end, f.loop() as again:
        end.when(columns <= 0)
        f.set(k, depth)
        f.set(at, b)
        f.set(width, columns)
        with f.block() as done:
            with f.when(column_step.equals(4) & (columns >= _COLUMNS)):
                with f.down(k, 1):
                    f.store(target, at.load("f32x4"))
                    f.store(target, at.load("f32x4", 16), 16)
                    f.add(target, 4 * _COLUMNS)
                    f.add(at, row_step)
                done.go()
            with f.when(row_step.equals(4) & (columns >= _COLUMNS)):
                with f.down(k, 4):  # eight columns of four, turned
                    for half in range(2):
                        f.set(here, at + column_step * (4 * half))
                        for row in (x, y, u, v):
                            f.set(row, here.load("f32x4"))
                            f.set(here, here + column_step)
                        low, high = (0, 4, 1, 5), (2, 6, 3, 7)
                        for lanes, offset in ((low, 0), (high, 2)):
                            first = f.let(x.shuffled(y, lanes))
                            other = f.let(u.shuffled(v, lanes))
                            for n, pick in enumerate(((0, 1, 4, 5), (2, 3, 6, 7))):
                                where = 4 * _COLUMNS * (offset + n) + 16 * half
                                f.store(target, first.shuffled(other, pick), where)
                    f.add(target, 16 * _COLUMNS)
                    f.add(at, 16)
            with f.down(k, 1):  # what is left of it, and everything else, one by one
                f.set(here, at)
                f.store(target, zero)
                f.store(target, zero, 16)
                f.set(j, chosen(width < _COLUMNS, width, constant(_COLUMNS, "i32")))
                with f.down(j, 1):
                    f.store(target, here.load("f32"))
                    f.add(target, 4)
                    f.add(here, column_step)
                f.set(j, chosen(width < _COLUMNS, width, constant(_COLUMNS, "i32")))
                f.set(target, target + 4 * _COLUMNS - (j << 2))
                f.add(at, row_step)
        f.set(b, b + (column_step << 3))
        f.add(columns, -_COLUMNS)
        again.go()
    return f


def _strip(by_columns: bool, first_tile: int) -> Function:
    """One panel of 8 columns (or fewer) against all rows of a block.

    (a, a_step, b, b_step, c, c_step, depth, more, rows, columns)
    """
    f = Function("strip", ["i32"] * 10, exported=False)
    a, a_step, b, b_step, c, c_step, depth, more, rows, columns = f.parameters
    whole, j, from_, to = f.let(columns >= _COLUMNS), f.new("i32"), f.new("i32"), f.new("i32")
    tile = ROOM + _TILE
    for k, height in enumerate(_ROWS):
        with f.down(rows, height):
            with f.when(whole):
                f.call(first_tile + k, a, a_step, b, b_step, c, c_step, depth, more)
                f.set(c, c + c_step * height)
                f.otherwise()
                f.call(first_tile + k, a, a_step, b, b_step, tile, 4 * _COLUMNS, depth, 0)
                for r in range(height):
                    f.set(from_, tile + 4 * _COLUMNS * r)
                    f.set(to, c)
                    f.set(j, columns)
                    with f.down(j, 1):
                        sum_ = from_.load("f32")
                        both = chosen(more, to.load("f32") + sum_, sum_)
                        f.store(to, both)
                        f.add(from_, 4)
                        f.add(to, 4)
                    f.set(c, c + c_step)
            f.set(a, a + (constant(4 * height, "i32") if by_columns else a_step * height))
    return f


def _whole(pack: int, strips: tuple[int, int]) -> Function:
    """C = A·B for one pair of matrices.

    (a, a_row, a_column, b, b_row, b_column, c, rows, columns, depth), steps in bytes; either step
    of A is 4.
    """
    f = Function("product", ["i32"] * 10, exported=False)
    a, a_row, a_column, b, b_row, b_column, c, m, n, k = f.parameters
    c_row = f.let(n << 2)
    panels = f.let(ROOM + _PANELS)
    copied = f.let(
        b_column.differs(4) | ((m >= 24) & (k * n >= 4096)),
    )
    by_rows = f.let(a_column.equals(4))
    j, p, i, r = (f.new("i32") for _ in range(4))
    columns, depth, rows, width, b_here, b_step, a_here, c_here, whole = (
        f.new("i32") for _ in range(9)
    )

    def least(target: Local, rest: Code, most: int) -> None:
        f.set(target, rest)
        f.set(target, chosen(target < most, target, constant(most, "i32")))

    with f.block() as end, f.loop() as next_columns:
        end.when(j >= n)
        least(columns, n - j, _BLOCK_COLUMNS)
        f.set(whole, columns & -_COLUMNS)
        f.set(p, 0)
        with f.block() as deep, f.loop() as deeper:
            deep.when(p >= k)
            least(depth, k - p, _DEPTH)
            f.set(b_here, b + p * b_row + j * b_column)
            with f.when(copied):
                f.call(pack, b_here, b_row, b_column, depth, columns, panels)
                f.otherwise()
                with f.when(columns > whole):
                    edge = b_here + whole * b_column
                    f.call(pack, edge, b_row, b_column, depth, columns - whole, panels)
            f.set(i, 0)
            with f.block() as low, f.loop() as lower:
                low.when(i >= m)
                least(rows, m - i, _BLOCK_ROWS)
                f.set(a_here, a + i * a_row + p * a_column)
                f.set(c_here, c + i * c_row + (j << 2))
                f.set(r, 0)
                with f.block() as over, f.loop() as next_panel:
                    over.when(r >= columns)
                    f.set(width, columns - r)
                    with f.when(copied):
                        f.set(b_here, panels + ((r * depth) << 2))
                        f.set(b_step, 4 * _COLUMNS)
                        f.otherwise()
                        with f.when(width >= _COLUMNS):
                            f.set(b_here, b + p * b_row + ((j + r) << 2))
                            f.set(b_step, b_row)
                            f.otherwise()
                            f.set(b_here, panels)
                            f.set(b_step, 4 * _COLUMNS)
                    rest = (b_here, b_step, c_here + (r << 2), c_row, depth, p, rows, width)
                    with f.when(by_rows):
                        f.call(strips[0], a_here, a_row, *rest)
                        f.otherwise()
                        f.call(strips[1], a_here, a_column, *rest)
                    f.add(r, _COLUMNS)
                    next_panel.go()
                f.add(i, _BLOCK_ROWS)
                lower.go()
            f.add(p, _DEPTH)
            deeper.go()
        f.add(j, _BLOCK_COLUMNS)
        next_columns.go()
    return f


def _matmul(name: str, product: int) -> Function:
    """matmul(a, b) of arrays: matrices, or stacks of them along one axis, which broadcasts."""
    f, (a, b) = entry(name, 2)
    axes_a, axes_b, three_a, three_b = (f.new("i32") for _ in range(4))
    m, n, k, count, a_row, a_column, b_row, b_column, a_next, b_next = (
        f.new("i32") for _ in range(10)
    )
    with f.block() as numpy:
        numpy.when((is_float32(a) & is_float32(b)).do("is_zero"))
        f.set(axes_a, rank(a))
        f.set(axes_b, rank(b))
        numpy.when(((axes_a - 2) | (axes_b - 2)).above(1))
        f.set(three_a, (axes_a - 2) << 2)
        f.set(three_b, (axes_b - 2) << 2)

        def at(x: Code, field: str, three: Code, axis: int) -> Code:
            place = x.load("i32", {"size": 16, "stride": 20}[field]) + three
            return place.load("i32", 4 * axis)

        f.set(m, at(a, "size", three_a, 0))
        f.set(k, at(a, "size", three_a, 1))
        f.set(n, at(b, "size", three_b, 1))
        numpy.when(k.differs(at(b, "size", three_b, 0)))
        f.set(a_row, at(a, "stride", three_a, 0))
        f.set(a_column, at(a, "stride", three_a, 1))
        f.set(b_row, at(b, "stride", three_b, 0))
        f.set(b_column, at(b, "stride", three_b, 1))
        f.set(count, 1)
        with f.when(three_a):
            f.set(count, size(a, 0))
            f.set(a_next, chosen(count.equals(1), constant(0, "i32"), stride(a, 0)))
        with f.when(three_b):
            with f.when(size(b, 0).differs(1)):
                numpy.when(count.differs(size(b, 0)) & count.differs(1))
                f.set(count, size(b, 0))
                f.set(b_next, stride(b, 0))
        numpy.when(m * n * k < LEAST)
        numpy.when((count < 1) | (m < 1) | (n < 1) | (k < 1))
        # the step along an axis of one element can be anything
        f.set(a_column, chosen(k.equals(1), constant(4, "i32"), a_column))
        f.set(a_row, chosen(m.equals(1) & a_column.differs(4), constant(4, "i32"), a_row))
        f.set(b_column, chosen(n.equals(1), constant(4, "i32"), b_column))
        numpy.when(a_column.differs(4) & a_row.differs(4))
        f.store(ROOM, count)
        f.store(ROOM, m, 4)
        f.store(ROOM, n, 8)
        stacked = f.let(three_a | three_b)
        axes = chosen(stacked, constant(3, "i32"), constant(2, "i32"))
        sizes = chosen(stacked, ROOM, ROOM + 4)
        y = new_float32(f, axes, sizes)
        a_at, b_at, c_at = f.let(data(a)), f.let(data(b)), f.let(data(y))
        with f.down(count, 1):
            f.call(product, a_at, a_row, a_column, b_at, b_row, b_column, c_at, m, n, k)
            f.add(a_at, a_next)
            f.add(b_at, b_next)
            f.set(c_at, c_at + ((m * n) << 2))
        f.give(y)
    otherwise(f)
    f.unreachable()
    return f


def functions(name: str, fma: bool) -> list[Function]:
    """The module's functions; the one with this name is called from Python."""
    tiles = [_tile(rows, by_columns, fma) for by_columns in (False, True) for rows in _ROWS]
    count = len(_ROWS)
    strips = [_strip(by_columns, FIRST + count * by_columns) for by_columns in (False, True)]
    pack = FIRST + len(tiles)
    whole = _whole(pack, (pack + 1, pack + 2))
    return [*tiles, _pack(), *strips, whole, _matmul(name, pack + 3)]
