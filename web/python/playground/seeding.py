"""Seeds NumPy's generator before a program runs, without importing what it may not need."""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from typing import Any

import numpy as np


class _SeedWhenImported(importlib.abc.MetaPathFinder):
    """Seeds numpy.random once a program imports it: its ten compiled parts take a while to link."""

    def __init__(self) -> None:
        self._seed = 0

    def plan(self, seed: int) -> None:
        """Seed with this one."""
        self._seed = seed
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if name != "numpy.random":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_and_seed(module: Any) -> None:
                load(module)
                module.seed(self._seed)

            spec.loader.exec_module = load_and_seed  # type: ignore[method-assign]
        return spec


_SEEDING = _SeedWhenImported()


def seed_numpy(seed: int) -> None:
    """Seed NumPy's own generator, now or when it is imported."""
    if "numpy.random" in sys.modules:
        np.random.seed(seed)
    else:
        _SEEDING.plan(seed)
