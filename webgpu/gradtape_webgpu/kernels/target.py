"""The adapter that kernels are lowered for: its kind, and the tiles that suit it.

A lowering that depends on the adapter is given its `Target`. Programs on the CPU and real GPUs want
different tiles (`product_tile.py`), and so do large, narrow and small products. Products of one
class share one tile; the target of a device measures the candidates of a class and takes the
fastest (`tuning/tiles.py`). Every candidate gives the same bits.
"""

from __future__ import annotations

from typing import NamedTuple

from gradtape_webgpu.drivers.protocol import Caps
from gradtape_webgpu.kernels.product_tile import Quad, Shared, Tile


class Adapter(NamedTuple):
    """What matters about an adapter for the choice."""

    software: bool
    #: whether neighbouring invocations can hand values round
    subgroups: bool


def adapter_of(caps: Caps) -> Adapter:
    """The kind of the adapter of a device."""
    return Adapter(caps.software, bool(caps.features & {"subgroups", "subgroup"}))


def shape_class(rows: int, columns: int, batches: int) -> str:
    """The class of a product with this many rows and columns, the columns being no fewer."""
    if rows <= 2:
        return "row"
    if columns <= 32:
        return "small"
    if rows <= 8:
        return "low"
    if rows >= 128 and rows * columns * batches >= 1 << 20:
        return "huge"
    return "large" if rows * columns * batches >= 1 << 14 else "medium"


def candidates(adapter: Adapter, kind: str) -> tuple[Tile, ...]:
    """The tiles worth trying for a class, the default first."""
    if not adapter.software:
        if kind == "row":
            return (Quad(1, 1, 64, 8, False), Quad(1, 4, 64, 4, False))
        if kind == "low":
            return (Quad(8, 1, 64, 4, False), Quad(4, 4, 64, 4, False))
        if kind == "small":
            return (Shared(32, 32, 16), Quad(1, 1, 64, 4, False))
        small = Shared(32, 32, 16)
        if kind == "huge":  # enough work for every core of a large card, whatever the tile
            return (Shared(), Shared(64, 64, 16, 8), Shared(128, 128, 8, 8), Shared(128, 64, 8, 8))
        return (small, Shared()) if kind == "medium" else (Shared(), small)
    round = adapter.subgroups
    if kind == "row":
        return (Quad(1, 4, 16, 4, False), Quad(1, 8, 4, 4, False))
    if kind == "low":
        return (Quad(8, 4, 16, 4, round), Quad(8, 8, 4, 4, round))
    if kind == "small":
        return (Quad(8, 2, 4, 4, round), Quad(4, 4, 4, 4, round))
    if kind == "medium":
        return (Quad(8, 8, 4, 4, round), Quad(8, 4, 4, 4, round))
    if round:
        return (Quad(16, 8, 16, 4), Quad(16, 8, 4, 2), Quad(8, 8, 16, 4))
    return (Quad(8, 8, 16, 4, False), Quad(8, 4, 16, 4, False))


class Target:
    """What kernels are lowered for: an adapter, and the tiles that were measured on it."""

    def __init__(self, adapter: Adapter) -> None:
        self.adapter = adapter
        self.measured: dict[str, Tile] = {}

    @property
    def software(self) -> bool:
        """Whether the adapter is a program on the CPU, to which threads that wait cost dearly."""
        return self.adapter.software

    def tile(self, rows: int, columns: int, batches: int) -> Tile:
        """The tile for a product; the columns are no fewer than the rows."""
        kind = shape_class(rows, columns, batches)
        return self.measured.get(kind) or candidates(self.adapter, kind)[0]
