"""What the relatives of Adam share: two moving means, their rates, and ε beside the second."""

from __future__ import annotations

from typing import Any

from gradtape.keras.optimizers.optimizer import Optimizer


class MovingMeans(Optimizer):
    """Steps by a mean of the gradient, which moves by 1 − β₁, and one of its size, by 1 − β₂.

    Args: `epsilon`, what is added to the second before it divides; the others are `Optimizer`'s.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon
        super().__init__(
            learning_rate, weight_decay, clipnorm, clipvalue, global_clipnorm, name, **kwargs
        )

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal optimizer."""
        own = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
        return {**super().get_config(), **own}
