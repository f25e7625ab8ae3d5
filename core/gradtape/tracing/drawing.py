"""What one call of a traced function has drawn, for when it turns out to take another path.

The path that is tried next goes on with the same numbers, so that it is chosen by the numbers that
it gives. Where the function is called eagerly after all, or what was traced is undone, the
generators are put back to where they stood.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

#: what tells where a generator stands now: called, it gives what puts the generator back
Keep = Callable[[], Callable[[], None]]


class Account:
    """The draws of one call, in order."""

    __slots__ = ("back", "made", "place")

    def __init__(self) -> None:
        self.made: list[Any] = []
        self.back: list[Callable[[], None]] = []
        self.place = 0

    def again(self) -> None:
        """Another path is tried."""
        self.place = 0

    def put_back(self) -> None:
        """Let nothing have been drawn."""
        for back in reversed(self.back):
            back()
        self.made, self.back, self.place = [], [], 0


class _Now(threading.local):
    now: Account | None = None


#: `account.now` belongs to the call that is running in this thread
account = _Now()


def put_back() -> None:
    """Let the call that is running have drawn nothing."""
    if account.now is not None:
        account.now.put_back()


class Draw:
    """A function that draws, once in each call."""

    __slots__ = ("function", "keep")

    def __init__(self, function: Callable[..., Any], keep: Keep | None) -> None:
        self.function, self.keep = function, keep

    def __call__(self, *arrays: Any) -> Any:
        """What it has drawn in this call already, or draws now."""
        now = account.now
        if now is None:
            return self.function(*arrays)
        if now.place == len(now.made):
            if self.keep is not None:
                now.back.append(self.keep())
            now.made.append(self.function(*arrays))
        now.place += 1
        return now.made[now.place - 1]
