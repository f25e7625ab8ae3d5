"""A bounded series: numbers of each step of a run, every second of them gone when it is full.

Whatever the length of the run, between half of `MOST` and `MOST` rows are kept, at equal distance,
and the last one.
"""

from __future__ import annotations

from array import array

MOST = 512  # rows


class Series:
    """Rows of numbers by step; a row may be wider than those before it."""

    def __init__(self) -> None:
        self.stride = 1
        self._steps: list[int] = []
        self._rows: list[array[float]] = []
        self._end: tuple[int, array[float]] | None = None

    def wants(self, step: int) -> bool:
        """Whether this step (from 1) is one of those that are kept."""
        return (step - 1) % self.stride == 0

    def add(self, step: int, row: list[float]) -> None:
        """Keep a row that is wanted."""
        if len(self._steps) >= MOST:
            self.stride *= 2
            del self._steps[1::2], self._rows[1::2]
            if not self.wants(step):
                return
        self._steps.append(step)
        self._rows.append(array("d", row))

    def end(self, step: int, row: list[float]) -> None:
        """Keep the last row, whether it is wanted or not."""
        self._end = step, array("d", row)

    def column(self, k: int) -> tuple[list[int], list[float]]:
        """The steps of a column with their numbers; nothing where none of them is one (NaN)."""
        rows = list(zip(self._steps, self._rows, strict=True))
        if self._end is not None and self._steps[-1:] != [self._end[0]]:
            rows.append(self._end)
        there = [(step, row[k]) for step, row in rows if k < len(row)]
        if all(value != value for _, value in there):
            return [], []
        return [step for step, _ in there], [value for _, value in there]
