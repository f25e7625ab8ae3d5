"""Told when an object gets variables, layers or other parts that something may wait for.

A checkpoint can be restored before a layer has made its weights or an optimizer its slots. Who
waits puts a function into `waiting`; layers, optimizers and modules call `tell` where they have
grown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: empty in programs that wait for nothing: `if waiting: tell(self)` costs them a look
waiting: list[Callable[[Any], None]] = []


def tell(owner: Any) -> None:
    """`owner` has parts that it had not before."""
    for hear in tuple(waiting):
        hear(owner)
