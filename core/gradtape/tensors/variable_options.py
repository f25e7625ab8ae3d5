"""How the copies of a variable are kept equal and joined: named here, since programs name them.

There is one copy of every variable, so that the modes change nothing but what trains by itself.
"""

from __future__ import annotations

from enum import Enum
from typing import Any


class VariableSynchronization(Enum):
    """When copies of a variable are brought together; with ON_READ a variable is not trainable."""

    AUTO = 0
    NONE = 1
    ON_WRITE = 2
    ON_READ = 3


class VariableAggregation(Enum):
    """How copies of a variable are joined."""

    NONE = 0
    SUM = 1
    MEAN = 2
    ONLY_FIRST_REPLICA = 3


def as_options(
    synchronization: Any, aggregation: Any
) -> tuple[VariableSynchronization, VariableAggregation]:
    """Both modes of a variable; ValueError for what is none."""
    return (
        _as_option(VariableSynchronization, synchronization, "synchronization"),
        _as_option(VariableAggregation, aggregation, "aggregation"),
    )


def _as_option(kind: type[Enum], value: Any, what: str) -> Any:
    """The member that `value` is or names by its number; None is the first.

    Raises: ValueError for anything else.
    """
    if value is None:
        return kind(0)
    try:
        return kind(value)
    except ValueError:
        raise ValueError(
            f"Invalid variable {what} mode: {value!r}; it is one of "
            f"{', '.join(f'tf.{member}' for member in kind)}."
        ) from None
