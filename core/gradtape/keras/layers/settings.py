"""The three settings that go with each weight of a layer: initializer, regularizer, constraint.

`settle(self, "kernel", "zeros", None, None)` keeps them as `kernel_initializer` and so on, under
the names of the arguments that they came by; `add(self, "kernel", shape)` makes the weight by them.
"""

from __future__ import annotations

from typing import Any

from gradtape.keras import constraints, initializers, regularizers


def settle(
    layer: Any, weight: str, initializer: Any, regularizer: Any = None, constraint: Any = None
) -> None:
    """Keep what a weight will be made with."""
    setattr(layer, f"{weight}_initializer", initializers.get(initializer))
    setattr(layer, f"{weight}_regularizer", regularizers.get(regularizer))
    setattr(layer, f"{weight}_constraint", constraints.get(constraint))


def add(layer: Any, weight: str, shape: Any, settings: str | None = None) -> Any:
    """The weight called `weight`, made with the settings of that name, or of `settings`."""
    of = settings or weight
    return layer.add_weight(
        name=weight,
        shape=tuple(shape),
        initializer=getattr(layer, f"{of}_initializer"),
        regularizer=getattr(layer, f"{of}_regularizer"),
        constraint=getattr(layer, f"{of}_constraint"),
    )
