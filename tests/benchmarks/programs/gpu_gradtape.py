"""The works of a GPU in gradtape: a step is under way when it returns, `settle` waits for it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import numpy as np
import problems
from browser import steps
from problems import Array, Step

import gradtape as tf
import gradtape_webgpu
from gradtape_webgpu.device import in_use

PLACE = ExitStack()
PLACE.enter_context(tf.device("/GPU:0"))  # and never leave it
settle = gradtape_webgpu.sync


def submitted(step: Step) -> Step:
    """The step whose result is under way on the device, even where nobody reads it."""

    def handed() -> Any:
        y = step()
        if not y.device.endswith("GPU:0"):
            here = in_use.current()
            raise RuntimeError(
                f"{y.shape} was computed on the CPU: a kernel of {here.driver.caps.adapter} binds "
                f"{here.largest:,} bytes at once"
            )
        y._value.submit()
        return y

    return handed


def matmul(side: int) -> Step:
    return submitted(steps.product(side))


def mlp() -> Step:
    return submitted(steps.mlp())


def cnn() -> Step:
    return submitted(steps.cnn())


def fused(elements: int) -> Step:
    x = tf.constant(problems.numbers(elements, 1))
    return submitted(lambda: 2.0 * x + 3.0 * tf.nn.relu(x))


def plain(elements: int) -> Step:
    x, z = (tf.constant(problems.numbers(elements, seed)) for seed in (1, 2))
    return submitted(lambda: x + z)


def array(result: Any) -> Array:
    return problems.sample(np.asarray(result))
