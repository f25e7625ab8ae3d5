"""What a program shows in the playground: curves, arrays, and how far a loop has come.

    from gradtape import playground

Outside the playground the same program runs on; nothing is drawn and nothing is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import numpy as np

from gradtape.runtime.recorders import observed, recorders

__all__ = ["plot", "progress", "show"]

Item = TypeVar("Item")


def plot(label: str, y: Any, x: Any = None) -> None:
    """Adds points to the curve named `label`: one for a scalar `y`, one per element of an array.

    `x` is where they stand; None goes on counting 0, 1, 2, … from the curve's last point. Points
    may be NaN or infinite: the curve has a gap there. Calls cost little, so a loop may make one
    each step, and the curve grows while the program runs. No tape records anything of it.

    Raises: ValueError where `x` and `y` have different sizes, TypeError where they are no real
    numbers.

    >>> from gradtape import playground
    >>> for step in range(3):
    ...     playground.plot("loss", 1.0 / (step + 1))
    """
    ys = _numbers(y, "y")
    xs = None if x is None else _numbers(x, "x")
    if xs is not None and len(xs) != len(ys):
        raise ValueError(
            f"plot({label!r}): x has {len(xs)} elements and y has {len(ys)}; give one x per y, or "
            "none."
        )
    if (by := observed.by) is not None:
        by.shown("points", label=str(label), x=xs, y=ys)


def show(value: Any, label: str = "") -> None:
    """Shows an array (a tensor, a variable, anything NumPy takes) as a heat map and a table.

    No tape records anything of it.

    >>> from gradtape import playground
    >>> playground.show([[1.0, -1.0], [0.5, 0.0]], "weights")
    """
    with recorders(()):
        array = np.asarray(value)
    if (by := observed.by) is not None:
        by.shown("tensor", label=str(label), array=array)


def progress(items: Iterable[Item], label: str = "", total: int | None = None) -> Iterator[Item]:
    """Gives each of `items` in turn, while the page shows how many have been.

    `total` is how many there will be; None asks `len(items)`, where it has one.

    >>> from gradtape import playground
    >>> [step for step in playground.progress(range(3), "training")]
    [0, 1, 2]
    """
    if total is None:
        length = getattr(items, "__len__", None)
        total = None if length is None else length()
    for done, item in enumerate(items):
        if (by := observed.by) is not None:
            by.shown("loop", label=str(label), done=done, total=total)
        yield item
    if (by := observed.by) is not None:
        by.shown("loop", label=str(label), done=total or 0, total=total)


def _numbers(value: Any, name: str) -> list[float]:
    with recorders(()):
        array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"plot: {name} is {array.dtype.name}, and a curve has real numbers. Give numbers, a "
            "tensor or an array of them."
        )
    numbers: list[float] = np.ravel(array).astype(np.float64).tolist()
    return numbers
