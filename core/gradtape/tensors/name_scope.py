"""`name_scope`: a prefix for the names of the variables made inside a block."""

from __future__ import annotations

from types import TracebackType

from gradtape.runtime.recorders import state


class name_scope:  # noqa: N801 - TensorFlow's name
    """A context in which the names of new variables begin with `name` and a slash.

    Scopes nest. A name that ends in a slash is taken as it is, wherever the block stands, which
    re-enters a scope; the empty name leaves all scopes. The block receives the prefix. One scope
    may be entered again and again.

    Raises: ValueError where the name is no string.

    >>> with name_scope("outer"), name_scope("inner") as prefix:
    ...     prefix
    'outer/inner/'
    """

    def __init__(self, name: str) -> None:
        if not isinstance(name, str):
            raise ValueError(f"name for name_scope must be a string, got {name!r}.")
        self._name = name
        self._outer: list[str] = []

    @property
    def name(self) -> str:
        """The name that was given."""
        return self._name

    def __enter__(self) -> str:
        outer = state.name_prefix
        self._outer.append(outer)
        if not self._name or self._name.endswith("/"):
            state.name_prefix = self._name
        else:
            state.name_prefix = f"{outer}{self._name}/"
        return state.name_prefix

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        state.name_prefix = self._outer.pop()
