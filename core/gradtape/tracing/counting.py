"""How often a function was traced, as TensorFlow counts: by the signatures that it would make.

A program here is for one shape of each argument, so behind a signature with sizes left open stands
a program for each size that came; they count as one trace. `reduce_retracing` leaves sizes open
where a second call differs from a first.
"""

from __future__ import annotations

from typing import Any


class Count:
    """The signatures seen so far."""

    def __init__(self, open_sizes: bool, reduce: bool) -> None:
        self.seen: list[Any] = []
        self.traces = 0
        self._one, self._reduce = open_sizes, reduce

    def note(self, key: Any) -> None:
        """A call with this key was traced."""
        if self._one:
            self.traces = max(self.traces, 1)
            return
        if any(covers(wide, key) for wide in self.seen):
            return
        self.traces += 1
        wide = key
        if self._reduce:
            for other in self.seen:
                joined = widened(other, wide)
                wide = wide if joined is None else joined
        self.seen.append(wide)


def covers(wide: Any, key: Any) -> bool:
    """Whether a key with sizes left open fits this one."""
    return bool(wide == key or widened(wide, key) == wide)


def widened(a: Any, b: Any) -> Any:
    """The key that both fit, their different sizes left open; None where there is none."""
    if _is_tensor(a) and _is_tensor(b):
        if a[1] != b[1] or len(a[0]) != len(b[0]):
            return None
        return tuple(m if m == n else None for m, n in zip(a[0], b[0], strict=True)), a[1]
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
        parts = [widened(x, y) for x, y in zip(a, b, strict=True)]
        return None if any(p is None for p in parts) and a != b else tuple(parts) if a != b else a
    return a if a == b else None


def _is_tensor(part: Any) -> bool:
    return (
        isinstance(part, tuple)
        and len(part) == 2
        and isinstance(part[0], tuple)
        and isinstance(part[1], int)
    )
