"""Learning rates of any sort: numbers, schedules, functions of the step or of nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras.optimizers.schedules import LearningRateSchedule
from gradtape.keras.variable import Variable


def as_rate(rate: Any) -> Any:
    """A learning rate as an optimizer keeps it: a variable, a schedule, or a function."""
    if isinstance(rate, LearningRateSchedule):
        return rate
    if isinstance(rate, (int, float, np.number)) and not isinstance(rate, bool):
        return Variable(np.float32(rate), trainable=False, name="learning_rate")
    if tf.is_tensor(rate):
        return Variable(np.float32(float(rate)), trainable=False, name="learning_rate")
    if callable(rate):
        return rate
    raise ValueError(
        "Argument `learning_rate` should be float, or an instance of LearningRateSchedule, or "
        "a callable (that takes in the current iteration value and returns the corresponding "
        f"learning rate value). Received instead: learning_rate={rate}"
    )


def called(rate: Callable[..., Any], step: Any) -> Any:
    """What a schedule or a function says for this step."""
    code = getattr(rate, "__code__", None)
    takes_step = isinstance(rate, LearningRateSchedule) or (code and code.co_argcount > 0)
    return rate(step) if takes_step else rate()
