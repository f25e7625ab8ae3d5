"""`tf.autograph`: functions run as the Python they are, so there is nothing to convert."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from gradtape.autograph import experimental as experimental
from gradtape.errors import UnimplementedError
from gradtape.names.absence import absent_from

__all__ = ["experimental", "set_verbosity", "to_code", "to_graph", "trace"]


def set_verbosity(level: int, alsologtostdout: bool = False) -> None:
    """Accepted: nothing is converted, so nothing is reported."""


def trace(*args: Any) -> None:
    """Print the values, as they are."""
    print(*args)


def _refuse(name: str) -> NoReturn:
    raise UnimplementedError(
        None,
        None,
        f"tf.autograph.{name}: functions run as the Python they are, so there is no other code or "
        "graph to show; inspect.getsource(function) gives its text.",
    )


def to_code(entity: Callable[..., Any], *args: Any, **kwargs: Any) -> NoReturn:
    """Refused: there is no converted code. Raises: UnimplementedError."""
    _refuse("to_code")


def to_graph(entity: Callable[..., Any], *args: Any, **kwargs: Any) -> NoReturn:
    """Refused: there is no graph. Raises: UnimplementedError."""
    _refuse("to_graph")


if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
