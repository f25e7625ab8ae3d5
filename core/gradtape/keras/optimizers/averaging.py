"""What an optimizer may do around its step: averages of variables, sums of gradients, scaling."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras.variable import Variable

Array = np.ndarray[Any, Any]


class Averaging:
    """The part of an optimizer that keeps moving averages and gathers gradients."""

    _trained: list[tf.Variable]

    def _take_averaging(self, kwargs: dict[str, Any]) -> None:
        """Take this part's arguments out of `kwargs`."""
        self.use_ema = bool(kwargs.pop("use_ema", False))
        self.ema_momentum = kwargs.pop("ema_momentum", 0.99)
        self.ema_overwrite_frequency = kwargs.pop("ema_overwrite_frequency", None)
        self.loss_scale_factor = kwargs.pop("loss_scale_factor", None)
        self.gradient_accumulation_steps = kwargs.pop("gradient_accumulation_steps", None)
        steps, every = self.gradient_accumulation_steps, self.ema_overwrite_frequency
        if steps is not None and (not isinstance(steps, int) or steps < 2):
            raise ValueError(
                "`gradient_accumulation_steps` must be an integer >= 2. Received: "
                f"gradient_accumulation_steps={steps}"
            )
        if self.use_ema and not 0 <= self.ema_momentum <= 1:
            raise ValueError(
                "`ema_momentum` must be in the range [0, 1]. Received: "
                f"ema_momentum={self.ema_momentum}"
            )
        if self.use_ema and every is not None and (not isinstance(every, int) or every < 1):
            raise ValueError(
                "`ema_overwrite_frequency` must be an integer >= 1 or None. Received: "
                f"ema_overwrite_frequency={every}"
            )
        self._means: list[Variable] = []
        self._sums: list[Variable] = []

    def _slot_of(self, slot: str, variable: tf.Variable, value: Array) -> Variable:
        raise NotImplementedError

    def _build_averaging(self) -> None:
        def zeros(variable: tf.Variable) -> Array:
            return np.zeros(tuple(variable.shape), variable.dtype.as_numpy_dtype)

        if self.use_ema:
            self._means = [self._slot_of("average", v, zeros(v)) for v in self._trained]
        if self.gradient_accumulation_steps:
            self._sums = [self._slot_of("gradient_sum", v, zeros(v)) for v in self._trained]

    @property
    def _averages_and_sums(self) -> list[Variable]:
        return [*self._means, *self._sums]

    def _averages(self) -> list[tuple[tf.Variable, Variable]]:
        """Each variable with its average."""
        return list(zip(self._trained, self._means, strict=True))

    def _average(self, n: int) -> None:
        """Move the averages towards the variables after step n; the first step sets them."""
        momentum = self.ema_momentum if n > 1 else 0.0
        for variable, mean in self._averages():
            x, m = np.asarray(variable._tensor), np.asarray(mean._tensor)
            mean.set_array((momentum * m + (1 - momentum) * x).astype(m.dtype))
        if self.ema_overwrite_frequency and n % self.ema_overwrite_frequency == 0:
            self._overwrite()

    def _overwrite(self) -> None:
        for variable, mean in self._averages():
            variable.assign(mean)

    def _accumulated(self, places: list[int], arrays: list[Array], n: int) -> list[Array]:
        """The means of the gradients since the last step; none where it is not time for one."""
        steps = self.gradient_accumulation_steps
        assert steps is not None
        sums = [self._sums[place] for place in places]
        totals = [np.asarray(s._tensor) + a for s, a in zip(sums, arrays, strict=True)]
        done = n % steps == 0
        for s, total in zip(sums, totals, strict=True):
            s.set_array(np.zeros_like(total) if done else total)
        return [total / total.dtype.type(steps) for total in totals] if done else []

    def scale_loss(self, loss: Any) -> Any:
        """The loss times `loss_scale_factor`; gradients of it are divided by that again."""
        return loss if self.loss_scale_factor is None else loss * self.loss_scale_factor

    def finalize_variable_values(self, var_list: Any) -> None:
        """Put the averages in the place of the variables, where they are kept: training is over."""
        if self.use_ema and self._means:
            self._overwrite()

    def _averaging_config(self) -> dict[str, Any]:
        return {
            "use_ema": self.use_ema, "ema_momentum": self.ema_momentum,
            "ema_overwrite_frequency": self.ema_overwrite_frequency,
            "loss_scale_factor": self.loss_scale_factor,
            "gradient_accumulation_steps": self.gradient_accumulation_steps,
        }  # fmt: skip
