"""`LossScaleOptimizer`: gradients of half-precision losses, kept away from zero and infinity."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import naming
from gradtape.keras.optimizers.in_place import as_array
from gradtape.keras.optimizers.optimizer import Optimizer
from gradtape.keras.variable import Variable


class LossScaleOptimizer(Optimizer):
    """Another optimizer, with the loss scaled: `scale_loss(loss)` before the gradient is taken.

    The gradients are divided by the scale again. A step whose gradients are not finite is left out
    and halves the scale; `dynamic_growth_steps` finite ones in a row double it.

    Args: `inner_optimizer`; `initial_scale`; `dynamic_growth_steps`.

    >>> import gradtape as tf
    >>> optimizer = tf.keras.optimizers.LossScaleOptimizer(tf.keras.optimizers.SGD(1.0))
    >>> x = tf.Variable(1.0)
    >>> with tf.GradientTape() as tape:
    ...     loss = optimizer.scale_loss(3.0 * x)
    >>> _ = optimizer.apply_gradients([(tape.gradient(loss, x), x)])
    >>> x.numpy()
    np.float32(-2.0)
    """

    def __init__(
        self,
        inner_optimizer: Optimizer,
        initial_scale: float = 2.0**15,
        dynamic_growth_steps: int = 2000,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if not isinstance(inner_optimizer, Optimizer):
            raise TypeError(f"LossScaleOptimizer takes another optimizer, got {inner_optimizer!r}.")
        kwargs.pop("learning_rate", None)
        super().__init__(0.0, name=name, **kwargs)
        self.inner_optimizer = inner_optimizer
        self.initial_scale, self.dynamic_growth_steps = initial_scale, dynamic_growth_steps
        with naming.inside(self):
            self.step_counter = Variable(0, dtype=tf.int32, trainable=False, name="step_counter")
            self.dynamic_scale = Variable(
                np.float32(initial_scale), trainable=False, name="dynamic_scale"
            )

    def build(self, variables: Any) -> None:
        """Make the slots of the inner optimizer."""
        self.inner_optimizer.build(variables)
        self.built = True

    @property
    def variables(self) -> list[Variable]:
        """Counter and scale, and what the inner optimizer has."""
        return [
            self._own_iterations, self._learning_rate, self.step_counter, self.dynamic_scale,
            *self.inner_optimizer.variables,
        ]  # fmt: skip

    @property
    def iterations(self) -> Variable:
        """The number of steps that the inner optimizer has taken."""
        return self.inner_optimizer.iterations

    @iterations.setter
    def iterations(self, value: Variable) -> None:
        self._own_iterations = value  # Keras keeps one, at 0

    @property
    def learning_rate(self) -> Any:
        """That of the inner optimizer."""
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        self.inner_optimizer.learning_rate = value

    @property
    def scale(self) -> float:
        """What the loss is multiplied by now."""
        return float(self.dynamic_scale._tensor._value)

    def scale_loss(self, loss: Any) -> Any:
        """The loss times the scale."""
        return loss * tf.cast(self.scale, loss.dtype)

    def apply(self, grads: Any, trainable_variables: Any = None) -> None:
        """One step of the inner optimizer, where the gradients are finite."""
        if trainable_variables is None:
            variables = list(self.inner_optimizer._trained)
        else:
            variables = list(trainable_variables)
        if not self.built:
            self.build(variables)
        arrays: list[Any] = [
            None if g is None else as_array(g, v) for g, v in zip(grads, variables, strict=True)
        ]
        if all(np.isfinite(np.asarray(a)).all() for a in arrays if a is not None):
            scale = self.scale
            self.inner_optimizer.apply(
                [None if a is None else tf.constant(a / a.dtype.type(scale)) for a in arrays],
                variables,
            )
            self._grow()
        else:
            self.step_counter.assign(0)
            self.dynamic_scale.assign(self.scale / 2.0)

    def _grow(self) -> None:
        steps = int(self.step_counter._tensor._value)
        if steps == self.dynamic_growth_steps - 1:
            self.step_counter.assign(0)
            self.dynamic_scale.assign(self.scale * 2.0)
        else:
            self.step_counter.assign(steps + 1)

    def finalize_variable_values(self, var_list: Any) -> None:
        """What the inner optimizer does at the end of training."""
        self.inner_optimizer.finalize_variable_values(var_list)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal optimizer."""
        return {
            "name": self.name, "inner_optimizer": self.inner_optimizer,
            "initial_scale": self.initial_scale,
            "dynamic_growth_steps": self.dynamic_growth_steps,
        }  # fmt: skip
