"""The losses of the digits CNN, step by step: the example runs as it is."""

from __future__ import annotations

import os
import runpy
from pathlib import Path
from typing import Any

import gradtape as tf

EXAMPLE = "42-digits-cnn.py"


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
