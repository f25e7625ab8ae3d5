"""`Progbar`: how far something is, with its numbers.

In a terminal and in a notebook one line is written over and over; where output goes to a file, a
pipe or a page, which keep every line, only the last state is written, without control characters.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np


class Progbar:
    """A bar: `update(n)` where n of `target` are done.

    Args: `target`, None where it is not known; `verbose`, 1 for a bar, 2 for one line at the end,
    0 for nothing; `interval`, the least seconds between two states; `stateful_metrics`, names of
    numbers that are shown as they are, while others are averaged over the steps (or the other way
    round: `stateless_metrics`).

    >>> bar = Progbar(2, verbose=2)
    >>> bar.update(1); bar.update(2, [("loss", 0.5)])  # doctest: +ELLIPSIS
    2/2 - 0s - ... - loss: 0.5000
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Any = None,
        stateless_metrics: Any = None,
        unit_name: str = "step",
    ) -> None:
        if stateful_metrics is not None and stateless_metrics is not None:
            raise ValueError(
                "Only one of `stateful_metrics` or `stateless_metrics` can be provided."
            )
        self.target, self.width, self.verbose = target, width, verbose
        self.interval, self.unit_name = interval, unit_name
        self._as_they_are = None if stateful_metrics is None else set(stateful_metrics)
        self._averaged = None if stateless_metrics is None else set(stateless_metrics)
        self._overwrites = overwrites(sys.stdout)
        self._seen, self._shown = 0, 0
        self._values: dict[str, tuple[Any, int]] = {}
        self._start = time.time()
        self._last = 0.0
        self._first_step_at: float | None = None

    def add(self, n: int, values: Any = None) -> None:
        """n more are done."""
        self.update(self._seen + n, values)

    def update(self, current: int, values: Any = None, finalize: bool | None = None) -> None:
        """`current` are done; `values` are pairs of name and number."""
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        for name, value in values or ():
            self._take(name, value, current, finalize)
        self._seen = current
        now = time.time()
        each = self._time_per_unit(current, now)
        if self.verbose == 1:
            if not finalize and (not self._overwrites or now - self._last < self.interval):
                return
            self._write(self._bar(current, now, each, finalize), finalize)
        elif self.verbose == 2 and finalize and self.target:
            digits = len(str(self.target))
            took = f"{now - self._start:.0f}s -{_duration(each, self.unit_name)}"
            print(f"{current:{digits}d}/{self.target} - {took}{self._numbers()}", flush=True)
        self._last = now

    def _take(self, name: str, value: Any, current: int, finalize: bool) -> None:
        averaged = (
            name in self._averaged if self._averaged is not None
            else name not in (self._as_they_are or ())
        )  # fmt: skip
        if not averaged or finalize:
            self._values[name] = (value, 1)
            return
        weight = max(current - self._seen, 1)
        total, count = self._values.get(name, (0.0, 0))
        self._values[name] = (total + value * weight, count + weight)

    def _bar(self, current: int, now: float, each: float, finalize: bool) -> str:
        if self.target:
            digits = len(str(self.target))
            full = int(self.width * current / self.target)
            line = "━" * full + ("━" if self._overwrites else "─") * (self.width - full)
            if self._overwrites:
                line = f"\33[32m{line[:full]}\33[0m\33[37m{line[full:]}\33[0m"
            text = f"{current:{digits}d}/{self.target} {line}"
        else:
            text = f"{current:7d}/Unknown"
        left = each * ((self.target or current) - current)
        seconds = f"{now - self._start:.0f}s" if finalize or not self.target else _clock(left)
        return f"{text} {seconds}{_duration(each, self.unit_name)}{self._numbers()}"

    def _write(self, text: str, finalize: bool) -> None:
        if not self._overwrites:
            print(text, flush=True)
            return
        visible = len(text) - (18 if self.target else 0)  # without the colours
        rest = " " * max(self._shown - visible, 0)
        self._shown = visible
        sys.stdout.write("\r" + text + rest + ("\n" if finalize else ""))
        sys.stdout.flush()

    def _numbers(self) -> str:
        parts = []
        for name, (total, count) in self._values.items():
            average = float(np.mean(total)) / max(1, count)
            parts.append(f" - {name}: {average:{'.4f' if abs(average) > 1e-3 else '.4e'}}")
        return "".join(parts)

    def _time_per_unit(self, current: int, now: float) -> float:
        """The mean time of a step; of the first only while it is the only one."""
        if not current:
            return 0.0
        if self._first_step_at is not None and current > 1:
            return (now - self._first_step_at) / (current - 1)
        if current == 1:
            self._first_step_at = now
        return (now - self._start) / current


def overwrites(stream: Any) -> bool:
    """Whether a line that was written can be written over there: in terminals and notebooks."""
    return bool(getattr(stream, "isatty", bool)()) or "ipykernel" in sys.modules


def _clock(seconds: float) -> str:
    whole = int(seconds)
    if whole > 3600:
        return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
    return f"{whole // 60}:{whole % 60:02d}" if whole > 60 else f"{whole}s"


def _duration(seconds: float, unit: str) -> str:
    if seconds >= 1 or seconds == 0:
        return f" {seconds:.0f}s/{unit}"
    if seconds >= 1e-3:
        return f" {seconds * 1e3:.0f}ms/{unit}"
    return f" {seconds * 1e6:.0f}us/{unit}"
