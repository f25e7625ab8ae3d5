"""Tiles measured on a device: once for each adapter and class of products, then remembered.

The first product of a class that is large enough to be worth it has the candidates of its class
timed on a typical product. All candidates give the same bits, so what was measured, and whether,
changes no result. On a program on the CPU the default is taken: compiling the others would take
longer than most programs run, and these adapters differ little from one another.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable

import numpy as np

from gradtape_webgpu.drivers.protocol import ALIGN, DISPATCH, CannotWaitError, Driver
from gradtape_webgpu.kernels.matmul import build
from gradtape_webgpu.kernels.product_tile import Tile
from gradtape_webgpu.kernels.program import Program, Spec
from gradtape_webgpu.kernels.target import Target, adapter_of, candidates, shape_class
from gradtape_webgpu.tuning import measurements

#: class → rows, depth and columns of the product that is timed
TYPICAL = {
    "row": (1, 1024, 2048),
    "low": (8, 512, 2048),
    "small": (24, 1000, 32),
    "medium": (96, 512, 128),
    "large": (640, 512, 640),
    "huge": (2048, 512, 2048),
}
#: fewer results than this are computed with the default
WORTH = 1 << 12
#: dispatches of one timing, and timings of each tile
DISPATCHES, TIMES = 8, 3


class Tuner(Target):
    """The tiles in use on a device, measured when they are first asked for."""

    def __init__(
        self, driver: Driver, pipeline: Callable[[Program], int], *, software_too: bool = False
    ) -> None:
        super().__init__(adapter_of(driver.caps))
        self._driver, self._pipeline = driver, pipeline
        self._measures = software_too or not self.adapter.software
        if self._measures:
            self.measured.update(self._recalled())

    def tile(self, rows: int, columns: int, batches: int) -> Tile:
        """The tile for a product; it may be measured first."""
        kind = shape_class(rows, columns, batches)
        worth = rows * columns * batches >= WORTH
        if worth and self._measures and kind not in self.measured:
            try:
                self.measured[kind] = self._quickest(kind)
            except CannotWaitError:  # a tab whose Python cannot be suspended here
                self._measures = False
            else:
                as_text = {name: repr(tile) for name, tile in self.measured.items()}
                measurements.remember("tiles", self._driver.caps, as_text)
        return super().tile(rows, columns, batches)

    def _recalled(self) -> dict[str, Tile]:
        """What is remembered of this adapter and still is a candidate."""
        found = measurements.recall("tiles", self._driver.caps)
        if not isinstance(found, dict):
            return {}
        return {
            kind: tile
            for kind in TYPICAL
            for tile in candidates(self.adapter, kind)
            if repr(tile) == found.get(kind)
        }

    def _quickest(self, kind: str) -> Tile:
        tiles = candidates(self.adapter, kind)
        if len(tiles) == 1:
            return tiles[0]
        rows, depth, columns = TYPICAL[kind]
        a, b = Spec((rows, depth), _FLOAT), Spec((depth, columns), _FLOAT)
        lists = [self._commands(a, b, tile) for tile in tiles]
        best = [float("inf")] * len(tiles)
        try:
            for turn in range(TIMES + 1):
                for k, (commands, params, _) in enumerate(lists):
                    self._driver.sync()
                    start = time.perf_counter()
                    self._driver.submit(commands, params)
                    self._driver.sync()
                    if turn:  # the first one warms up
                        best[k] = min(best[k], time.perf_counter() - start)
        finally:
            for *_, slots in lists:
                for slot in slots:
                    self._driver.free(slot)
        return tiles[best.index(min(best))]

    def _commands(self, a: Spec, b: Spec, tile: Tile) -> tuple[array[int], bytes, list[int]]:
        """A product some times over, as a command list, and the slots that it uses."""
        lowered = build(a, b, self, tile=tile)
        sizes = (a.size, b.size, *(y.size for y in lowered.outputs), *lowered.temps)
        slots = [self._driver.alloc(4 * size) for size in sizes]
        for slot, spec in zip(slots, (a, b), strict=False):
            self._driver.write(slot, np.linspace(-1, 1, spec.size, dtype=_FLOAT).tobytes())
        commands, params = array("I"), bytearray()
        for launch in lowered.launches:
            commands.extend((DISPATCH, self._pipeline(launch.program), len(launch.arguments)))
            commands.extend(slots[k] for k in launch.arguments)
            commands.extend((*launch.groups, len(params) // ALIGN))
            params += launch.params.ljust(-(-len(launch.params) // ALIGN) * ALIGN, b"\0")
        return commands * DISPATCHES, bytes(params), slots


_FLOAT = np.dtype(np.float32)
