"""The `__getattr__` of a public namespace: an absent name is refused with what to write instead."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import NoReturn


def absent_from(module: str) -> Callable[[str], NoReturn]:
    """A module's `__getattr__`; what it says is looked up when a name is missed."""

    def attribute(name: str) -> NoReturn:
        raise import_module("gradtape.names.did_you_mean").missing(module, name)

    return attribute
