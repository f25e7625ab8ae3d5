"""The rules of tf.function, one small program each: run on TensorFlow by the recorder, and here.

    python tests/goldens/record_tracing.py      (in an environment with tensorflow-cpu)

A rule takes the library and gives numbers, text and lists of them.
"""

from __future__ import annotations

from importlib import import_module

from tests.core.tracing.rules.rule import RULES, outcome

for _module in ("signatures", "python", "state", "control", "random", "gradients"):
    import_module(f"tests.core.tracing.rules.{_module}")

__all__ = ["RULES", "outcome"]
