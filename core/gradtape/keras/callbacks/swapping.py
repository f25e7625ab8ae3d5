"""`SwapEMAWeights`: the averaged weights in place of the trained ones while a model is measured."""

from __future__ import annotations

from typing import Any

from gradtape.keras.callbacks.callback import Callback


class SwapEMAWeights(Callback):
    """Puts the moving averages of the weights in their place for validation, and back again.

    Args: `swap_on_epoch`, whether they stay from the end of an epoch to the beginning of the next,
    so that checkpoints hold them.

    Raises: ValueError where the optimizer keeps no averages (`use_ema=True`).
    """

    def __init__(self, swap_on_epoch: bool = False) -> None:
        super().__init__()
        self.swap_on_epoch = swap_on_epoch
        self._swapped = False

    def _swap(self) -> None:
        optimizer = self.model.optimizer
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)
        if not getattr(optimizer, "use_ema", False):
            raise ValueError(
                "SwapEMAWeights must be used when `use_ema=True` is set on the optimizer. "
                f"Received: use_ema={getattr(optimizer, 'use_ema', None)}"
            )
        for variable, average in optimizer._averages():
            held = variable.numpy()
            variable.assign(average)
            average.assign(held)
        self._swapped = not self._swapped

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """The trained weights again."""
        if self.swap_on_epoch and self._swapped:
            self._swap()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """The averages."""
        if self.swap_on_epoch:
            self._swap()

    def on_test_begin(self, logs: Any = None) -> None:
        """The averages."""
        if not self.swap_on_epoch and self.model.optimizer.built:
            self._swap()

    def on_test_end(self, logs: Any = None) -> None:
        """The trained weights again."""
        if not self.swap_on_epoch and self._swapped:
            self._swap()

    def on_train_end(self, logs: Any = None) -> None:
        """The trained weights again."""
        if self._swapped:
            self._swap()
