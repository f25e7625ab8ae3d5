"""`SGD`: steps along the gradient, with momentum where asked for."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.keras.optimizers.optimizer import Array, Optimizer


class SGD(Optimizer):
    """x ← x − rate · g; with momentum m ← momentum · m − rate · g, x ← x + m.

    With `nesterov` x ← x + momentum · m − rate · g.

    Raises: ValueError where `momentum` is outside [0, 1].

    Source: Sutskever et al. (2013), On the importance of initialization and momentum.

    >>> import gradtape as tf
    >>> x = tf.Variable(1.0)
    >>> _ = tf.keras.optimizers.SGD(0.1).apply_gradients([(tf.constant(2.0), x)])
    >>> round(float(x), 6)
    0.8
    """

    def __init__(
        self,
        learning_rate: Any = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if not isinstance(momentum, (int, float)) or not 0 <= momentum <= 1:
            raise ValueError("`momentum` must be a float between [0, 1].")
        self.momentum, self.nesterov = momentum, nesterov
        self.slots = ("momentum",) if momentum else ()
        super().__init__(
            learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, name, **kwargs
        )

    def _step(self, x: Array, g: Array, slots: list[Array], rate: float, n: int) -> None:
        step = np.multiply(g, rate, out=self._room(x))
        if not slots:
            x -= step
            return
        (m,) = slots
        m *= self.momentum
        m -= step
        if self.nesterov:
            ahead = np.multiply(m, self.momentum, out=self._room(x, 1))
            ahead -= step
            x += ahead
        else:
            x += m

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal optimizer."""
        return {**super().get_config(), "momentum": self.momentum, "nesterov": self.nesterov}
