"""The modules of the engine, by name."""

import importlib
import pkgutil
from types import ModuleType

import gradtape

NAMES = ["gradtape"] + sorted(
    module.name
    for module in pkgutil.walk_packages(gradtape.__path__, "gradtape.", onerror=lambda name: None)
    if not module.name.endswith("__main__")
)


def load(name: str) -> ModuleType:
    """A module of the engine."""
    return importlib.import_module(name)
