"""The losses of the digits CNN, step by step: the example runs as it is."""

from __future__ import annotations

import os
import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gradtape as tf

EXAMPLE = "42-digits-cnn.py"


@contextmanager
def in_float64() -> Iterator[None]:
    """Layers compute in float64 while the block runs, from the weights that float32 begins with."""
    scaling, before = tf.keras.initializers.VarianceScaling, tf.keras.backend.floatx()
    draw = scaling.__call__

    def widened(self: Any, shape: Any, dtype: Any = None, **rest: Any) -> Any:
        return tf.cast(draw(self, shape, "float32", **rest), dtype or "float64")

    tf.keras.backend.set_floatx("float64")
    scaling.__call__ = widened
    try:
        yield
    finally:
        scaling.__call__ = draw
        tf.keras.backend.set_floatx(before)


def losses(folder: Path, device: str) -> list[float]:
    """What every `tape.gradient` of the example differentiates, the program being on a device."""
    seen: list[float] = []
    gradient = tf.GradientTape.gradient

    def watched(tape: Any, target: Any, *rest: Any, **more: Any) -> Any:
        seen.append(float(target))
        assert target.device.endswith(device.strip("/")), target.device
        return gradient(tape, target, *rest, **more)

    before = Path.cwd()
    os.chdir(folder)
    tf.GradientTape.gradient = watched
    try:
        with tf.device(device):
            runpy.run_path(EXAMPLE, run_name="__main__")
    finally:
        tf.GradientTape.gradient = gradient
        os.chdir(before)
    return seen
