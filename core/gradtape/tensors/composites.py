"""Values made of several tensors, and how `tf.nest` opens and rebuilds them.

Apart from `nest.py`, so that a type is entered here without loading that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Container(NamedTuple):
    """How one type of container is taken apart and put together again."""

    children: Callable[[Any], list[Any]]
    rebuild: Callable[[Any, list[Any]], Any]


COMPOSITES: dict[type, Container] = {}


def register_composite(
    kind: type, children: Callable[[Any], list[Any]], rebuild: Callable[[Any, list[Any]], Any]
) -> None:
    """Tells `expand_composites=True` how to open values of type `kind` and put them together."""
    COMPOSITES[kind] = Container(children, rebuild)
