"""Names: `dense`, `dense_1` for objects, `sequential/dense/kernel` for the paths of variables."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_counts: Counter[str] = Counter()

_WORD_START = re.compile(r"(?<=.)(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])")


class _Open(threading.local):
    """The layers whose `call` or `build` is running in this thread, outermost first."""

    def __init__(self) -> None:
        self.owners: list[Any] = []


_open = _Open()


def snake_case(class_name: str) -> str:
    """`Conv2DTranspose` as `conv2d_transpose`.

    >>> snake_case("GlobalAveragePooling2D"), snake_case("RMSprop")
    ('global_average_pooling2d', 'rm_sprop')
    """
    return _WORD_START.sub("_", re.sub(r"\W", "", class_name)).lower()


def unique(name: str) -> str:
    """`name` the first time, then `name_1`, `name_2`."""
    count = _counts[name]
    _counts[name] += 1
    return f"{name}_{count}" if count else name


def checked(name: Any) -> str:
    """`name`, which may stand in a path."""
    if not isinstance(name, str) or "/" in name:
        raise ValueError(
            "Argument `name` must be a string and cannot contain character `/`. "
            f"Received: name={name} (of type {type(name)})"
        )
    return name


def clear_session() -> None:
    """Begin again to count names: the next Dense layer is called `dense`."""
    _counts.clear()


@contextmanager
def inside(owner: Any) -> Iterator[None]:
    """While this lasts, the paths of new variables pass through `owner`."""
    owners = _open.owners
    if owners and owners[-1] is owner:
        yield
        return
    owners.append(owner)
    try:
        yield
    finally:
        owners.pop()


def open_owners() -> list[Any]:
    """The layers whose `call` is running in this thread: what calls a layer adds it here."""
    return _open.owners


def current_path() -> str:
    """The path of the owners that are open: `sequential/dense`."""
    return "/".join(owner.name for owner in _open.owners)


def is_inside(owner: Any) -> bool:
    """Whether a call or build of `owner` is running in this thread."""
    return any(other is owner for other in _open.owners)
