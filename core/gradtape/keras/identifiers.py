"""Looking things up by what a user wrote: `"relu"`, `"MeanSquaredError"`, a class, a dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gradtape.keras.naming import snake_case


class Registry:
    """The objects of one sort that have names.

    A class is found as `GlorotUniform` and `glorot_uniform` and gives an instance; a function is
    found by its name and gives itself.
    """

    def __init__(
        self, sort: str, entries: Iterable[Any], aliases: Mapping[str, Any] | None = None
    ) -> None:
        self.sort = sort
        self.entries: dict[str, Any] = {}
        for entry in entries:
            self.entries[entry.__name__] = entry
            if isinstance(entry, type):
                self.entries[snake_case(entry.__name__)] = entry
        self.entries.update(aliases or {})

    def get(self, identifier: Any) -> Any:
        """The object that `identifier` means; None stays None.

        Raises: ValueError where there is none, with the names that there are.
        """
        if identifier is None:
            return None
        found = identifier
        if isinstance(identifier, str):
            found = self.entries.get(identifier)
        elif isinstance(identifier, Mapping):
            found = self.entries.get(identifier.get("class_name", ""))
            if found is not None:
                return found(**identifier.get("config", {}))
        if isinstance(found, type):
            return found()
        if callable(found):
            return found
        raise ValueError(
            f"Could not interpret {self.sort} identifier: {identifier}. Give a function, or one of "
            f"the names {', '.join(sorted(name for name in self.entries if name.islower()))}."
        )
