"""gradtape: automatic differentiation with TensorFlow's `GradientTape` interface, in pure Python.

    import gradtape as tf

    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = x**2
    tape.gradient(y, x)  # 6.0

Names are resolved on first use (see `names/exports.py`), and arithmetic is loaded by the first
operator (see `tensors/operators.py`), so that importing is quick: it loads names, and no engine.
"""

from __future__ import annotations

import sys as _sys
from importlib import import_module
from typing import Any

from gradtape.names.exports import EXPORTS as _EXPORTS
from gradtape.names.exports import NAMESPACES as _NAMESPACES
from gradtape.runtime import tracebacks as _tracebacks

__version__ = "0.1.0"
newaxis = None
_tracebacks.install()

__all__ = sorted({*_EXPORTS, *_NAMESPACES, "__version__", "newaxis"})


def __getattr__(name: str) -> Any:
    where = _EXPORTS.get(name)
    if where is not None:
        module, _, attribute = where.partition(":")
        value = getattr(import_module(module), attribute or name)
    elif name in _NAMESPACES:
        value = import_module(_NAMESPACES[name])
    else:
        raise import_module("gradtape.names.did_you_mean").missing("gradtape", name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext gradtape` in IPython and in notebooks: brings `%%tape` (see `notebook.py`)."""
    import_module("gradtape.notebook").load(shell)


class _FormerModules:
    """Finds modules under names that they had before (pickles hold them), when all else failed."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> Any:
        if not name.startswith("gradtape."):
            return None
        former = import_module("gradtape.names.former_modules").find_spec(name)
        if former is None:
            import_module("gradtape.names.did_you_mean").refuse_module(name)
        return former


_sys.meta_path.append(_FormerModules)
