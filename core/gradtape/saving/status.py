"""What a restore gives back: whether everything has found its place."""

from __future__ import annotations

from typing import Any, NoReturn

from gradtape.saving import graph
from gradtape.saving.restoring import Restoration
from gradtape.tensors.variable import Variable


class CheckpointLoadStatus:
    """How far a restore has come; it goes on where objects or variables are made later.

    Each `assert_…` gives the status itself back, or raises AssertionError.
    """

    def __init__(self, restoration: Restoration, root: Any) -> None:
        self._restoration, self._root = restoration, root

    def _unmatched(self) -> list[str]:
        """The keys of existing variables of the program for which the checkpoint had none."""
        given = {id(ref()) for ref in self._restoration.given.values()}
        found = graph.explore(self._root)
        return [
            key
            for value, node in zip(found.objects, found.nodes, strict=True)
            for key in node.values.values()
            if id(value) not in given and isinstance(value, Variable)
        ]

    def assert_consumed(self) -> CheckpointLoadStatus:
        """Every value of the checkpoint has an object, and every object its value.

        Raises: AssertionError that names some of those that have not.
        """
        self._restoration.match(self._root)
        unused = self._restoration.unused()
        if unused:
            raise AssertionError(
                f"Some values of the checkpoint {self._restoration.path} have found no object: "
                f"{_some(unused)}. Build the model and the optimizer first, give the objects the "
                "names that they had, or say expect_partial()."
            )
        return self.assert_existing_objects_matched()

    def assert_existing_objects_matched(self) -> CheckpointLoadStatus:
        """Every variable that there is has got its value.

        Raises: AssertionError that names some of those that have not.
        """
        self._restoration.match(self._root)
        unmatched = [key for key in self._unmatched() if not key.startswith("save_counter/")]
        if unmatched:
            raise AssertionError(
                f"The checkpoint {self._restoration.path} has no value for {_some(unmatched)}."
            )
        return self

    def assert_nontrivial_match(self) -> CheckpointLoadStatus:
        """At least one value has found its object.

        Raises: AssertionError.
        """
        self._restoration.match(self._root)
        counters = ("save_counter", "_save_counter")
        nodes = self._restoration.nodes
        named = {nodes[0].children.get(name) for name in counters}
        if not set(self._restoration.given) - named:
            raise AssertionError(
                f"Nothing of the checkpoint {self._restoration.path} fits: it holds "
                f"{_some(self._restoration.unused())}."
            )
        return self

    def expect_partial(self) -> CheckpointLoadStatus:
        """Say that values may stay unused; no warning comes then."""
        self._restoration.partial = True
        return self

    def run_restore_ops(self, session: Any = None) -> None:
        """Accepted: values are restored at once."""

    def initialize_or_restore(self, session: Any = None) -> None:
        """Accepted: values are restored at once."""


class InitializationOnlyStatus:
    """The status of `restore(None)`: there was nothing to restore."""

    def _refuse(self) -> NoReturn:
        raise AssertionError("No checkpoint specified (save_path=None); nothing is being restored.")

    def assert_consumed(self) -> NoReturn:
        """Raises: AssertionError."""
        self._refuse()

    assert_existing_objects_matched = assert_nontrivial_match = assert_consumed

    def expect_partial(self) -> InitializationOnlyStatus:
        """Nothing to expect."""
        return self

    def run_restore_ops(self, session: Any = None) -> NoReturn:
        """Raises: AssertionError."""
        self._refuse()

    def initialize_or_restore(self, session: Any = None) -> None:
        """Accepted: variables have values from the beginning."""


def _some(keys: list[str]) -> str:
    shown = ", ".join(keys[:8])
    return shown + (f" and {len(keys) - 8} more" if len(keys) > 8 else "")
