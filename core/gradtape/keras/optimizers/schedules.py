"""Learning rates that change with the number of steps taken."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import gradtape as tf


class LearningRateSchedule:
    """The base of all schedules: `schedule(step)` is the rate for that step, counted from 0."""

    def __call__(self, step: Any) -> Any:
        """The rate for this step."""
        raise NotImplementedError(
            f"Learning rate schedule '{type(self).__name__}' must override `__call__(self, step)`."
        )

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal schedule."""
        return {key: value for key, value in vars(self).items() if not key.startswith("_")}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> LearningRateSchedule:
        """The schedule made from `get_config`'s arguments."""
        return cls(**config)


class FormulaSchedule(LearningRateSchedule):
    """The base of schedules given by a formula of the step, `rate(step)`."""

    def rate(self, step: float) -> float:
        """The rate as a Python number."""
        raise NotImplementedError

    def __call__(self, step: Any) -> tf.Tensor:
        """The rate for this step, a float32 tensor."""
        return tf.constant(np.float32(self.rate(float(step))))


class ExponentialDecay(FormulaSchedule):
    """initial · decay_rate^(step / decay_steps); with `staircase` the quotient is rounded down.

    >>> float(ExponentialDecay(1.0, decay_steps=10, decay_rate=0.5)(20))
    0.25
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
        name: str = "ExponentialDecay",
    ) -> None:
        _positive(decay_steps, "decay_steps")
        self.initial_learning_rate, self.decay_steps = initial_learning_rate, decay_steps
        self.decay_rate, self.staircase, self.name = decay_rate, staircase, name

    def rate(self, step: float) -> float:
        """The rate as a Python number."""
        return float(
            _f32(self.initial_learning_rate) * _f32(self.decay_rate) ** self._periods(step)
        )

    def _periods(self, step: float) -> Any:
        periods = _f32(step) / _f32(self.decay_steps)
        return np.floor(periods) if self.staircase else periods


class InverseTimeDecay(ExponentialDecay):
    """initial / (1 + decay_rate · step / decay_steps)."""

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
        name: str = "InverseTimeDecay",
    ) -> None:
        super().__init__(initial_learning_rate, decay_steps, decay_rate, staircase, name)

    def rate(self, step: float) -> float:
        """The rate as a Python number."""
        grown = 1 + _f32(self.decay_rate) * self._periods(step)
        return float(_f32(self.initial_learning_rate) / grown)


class PiecewiseConstantDecay(FormulaSchedule):
    """`values[i]` up to and including step `boundaries[i]`, and the last value after that."""

    def __init__(self, boundaries: Any, values: Any, name: str = "PiecewiseConstant") -> None:
        if len(boundaries) != len(values) - 1:
            raise ValueError(
                "The length of boundaries should be 1 less than the length of values. Received: "
                f"boundaries={boundaries} of length {len(boundaries)}, and values={values} of "
                f"length {len(values)}."
            )
        self.boundaries, self.values, self.name = boundaries, values, name

    def rate(self, step: float) -> float:
        """The rate as a Python number."""
        for boundary, value in zip(self.boundaries, self.values, strict=False):
            if step <= boundary:
                return float(value)
        return float(self.values[-1])


class PolynomialDecay(FormulaSchedule):
    """(initial − end) · (1 − step / decay_steps)^power + end; `end` after `decay_steps`.

    With `cycle` the decay starts again over twice, three times … as many steps.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ) -> None:
        _positive(decay_steps, "decay_steps")
        self.initial_learning_rate, self.decay_steps = initial_learning_rate, decay_steps
        self.end_learning_rate, self.power = end_learning_rate, power
        self.cycle, self.name = cycle, name

    def rate(self, step: float) -> float:
        """The rate as a Python number."""
        whole = _f32(self.decay_steps)
        if self.cycle:
            whole *= np.ceil(_f32(step) / whole) if step else _f32(1)
        left = 1 - min(_f32(step), whole) / whole
        start, end = _f32(self.initial_learning_rate), _f32(self.end_learning_rate)
        return float((start - end) * left ** _f32(self.power) + end)


class CosineDecay(FormulaSchedule):
    """initial · ((1 − α)(1 + cos(π step / decay_steps)) / 2 + α), after a linear warm-up.

    With `warmup_target` the rate first rises from `initial` to it in `warmup_steps` steps, and
    decays from there.

    Source: Loshchilov & Hutter (2017), SGDR: stochastic gradient descent with warm restarts.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: int = 0,
    ) -> None:
        _positive(decay_steps, "decay_steps")
        self.initial_learning_rate, self.decay_steps = initial_learning_rate, decay_steps
        self.alpha, self.name = alpha, name
        self.warmup_target, self.warmup_steps = warmup_target, warmup_steps

    def rate(self, step: float) -> float:
        """The rate as a Python number."""
        top, step = _f32(self.initial_learning_rate), _f32(step)
        if self.warmup_target is not None:
            target, warmup = _f32(self.warmup_target), _f32(self.warmup_steps)
            if step < warmup:
                return float((target - top) * (step / warmup) + top)
            step, top = step - warmup, target
        share = min(step, _f32(self.decay_steps)) / _f32(self.decay_steps)
        return float(top * _cosine(share, _f32(self.alpha), _f32(1)))


class CosineDecayRestarts(FormulaSchedule):
    """Cosine decay that starts again, each time `t_mul` times as long and `m_mul` times as high."""

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: int,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ) -> None:
        _positive(first_decay_steps, "first_decay_steps")
        self.initial_learning_rate = initial_learning_rate
        self.first_decay_steps = first_decay_steps
        self.t_mul, self.m_mul, self.alpha, self.name = t_mul, m_mul, alpha, name

    def rate(self, step: float) -> float:
        """The rate as a Python number."""
        done, longer = _f32(step) / _f32(self.first_decay_steps), _f32(self.t_mul)
        if longer == 1:
            restarts = np.floor(done)
            done -= restarts
        else:  # the lengths are a geometric series
            sizes = _f32(math.log(1 - done * (1 - longer))) / _f32(math.log(longer))
            restarts = np.floor(sizes)
            length = longer**restarts
            done = (done - (1 - length) / (1 - longer)) / length
        share = _cosine(done, _f32(self.alpha), _f32(self.m_mul) ** restarts)
        return float(_f32(self.initial_learning_rate) * share)


def _f32(x: Any) -> Any:
    """A number as Keras computes with it: the rates have its bits."""
    return np.float32(x)


def _cosine(share: Any, alpha: Any, height: Any) -> Any:
    turned = _f32(math.cos(_f32(math.pi) * share))
    return (1 - alpha) * (_f32(0.5) * height * (1 + turned)) + alpha


def _positive(steps: Any, argument: str) -> None:
    if steps <= 0:
        raise ValueError(f"Argument `{argument}` must be > 0. Received: {argument}={steps}")


__all__ = [
    "CosineDecay", "CosineDecayRestarts", "ExponentialDecay", "InverseTimeDecay",
    "LearningRateSchedule", "PiecewiseConstantDecay", "PolynomialDecay",
]  # fmt: skip
