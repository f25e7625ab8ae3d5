"""The tape and its passes; also the public namespace `tf.autodiff`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradtape.autodiff.forward import ForwardAccumulator as ForwardAccumulator
    from gradtape.autodiff.tape import GradientTape as GradientTape

_HOMES = {"ForwardAccumulator": "forward", "GradientTape": "tape"}

__all__ = ["ForwardAccumulator", "GradientTape"]


if not TYPE_CHECKING:  # for type checkers there is what stands above

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module 'gradtape.autodiff' has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f"gradtape.autodiff.{_HOMES[name]}"), name)
        return value
