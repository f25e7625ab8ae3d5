"""Learning rates of any sort: numbers, schedules, functions of the step or of nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras.optimizers.schedules import FormulaSchedule, LearningRateSchedule
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


class HasRate:
    """The part of an optimizer that knows its learning rate."""

    iterations: Variable
    _learning_rate: Any

    def _count(self) -> int:
        return int(self.iterations._tensor._value)

    def _rate(self) -> float:
        rate = self._learning_rate
        if isinstance(rate, Variable):
            return float(rate._tensor._value)
        if isinstance(rate, FormulaSchedule):
            return rate.rate(self._count())
        return float(called(rate, self.iterations))

    @property
    def learning_rate(self) -> Any:
        """The rate, a variable; for a schedule its present value."""
        rate = self._learning_rate
        return rate if isinstance(rate, Variable) else tf.constant(np.float32(self._rate()))

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        if isinstance(value, LearningRateSchedule):
            self._learning_rate = value
        elif isinstance(self._learning_rate, Variable):
            self._learning_rate.assign(float(value))
        else:
            raise TypeError(
                "This optimizer was created with a `LearningRateSchedule` object as its "
                "`learning_rate` constructor argument, hence its learning rate is not settable. If "
                "you need the learning rate to be settable, you should instantiate the optimizer "
                "with a float `learning_rate` argument."
            )
