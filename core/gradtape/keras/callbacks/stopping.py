"""Stopping before the last epoch: `EarlyStopping`, `TerminateOnNaN`."""

from __future__ import annotations

import math
from typing import Any

from gradtape.keras.callbacks.callback import Callback
from gradtape.keras.callbacks.monitoring import Monitor


class EarlyStopping(Callback):
    """Stops where the monitored number has not improved for `patience` epochs.

    Args: `monitor`, its name; `min_delta`, the least change that counts; `mode`, `min`, `max` or
    `auto`; `baseline`, what has to be bettered at all; `restore_best_weights`, whether the weights
    of the best epoch come back; `start_from_epoch`, how many epochs are not looked at.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__()
        self.monitor, self.verbose, self.patience = monitor, verbose, patience
        self.min_delta, self.baseline = abs(min_delta), baseline
        self.restore_best_weights, self.start_from_epoch = restore_best_weights, start_from_epoch
        self.mode = mode
        self._monitor = Monitor("EarlyStopping", monitor, mode)
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best: float | None = None
        self.best_weights: Any = None

    def on_train_begin(self, logs: Any = None) -> None:
        """Begin again."""
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best = self.best_weights = None

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Look at the number, and stop where it is time."""
        current = self._monitor.value(logs, self.model)
        if current is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self.best_weights, self.best_epoch = self.model.get_weights(), epoch
        self.wait += 1
        if self._improves(current, self.best):
            self.best, self.best_epoch = current, epoch
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
            if self.baseline is None or self._improves(current, self.baseline):
                self.wait = 0
            return
        if self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def _improves(self, value: float, reference: float | None) -> bool:
        return reference is None or self._monitor.better(value, reference, self.min_delta)

    def on_train_end(self, logs: Any = None) -> None:
        """Say where it stopped, and give the best weights back where asked for."""
        if self.stopped_epoch > 0 and self.verbose > 0:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose > 0:
                print(
                    "Restoring model weights from the end of the best epoch: "
                    f"{self.best_epoch + 1}."
                )
            self.model.set_weights(self.best_weights)


class TerminateOnNaN(Callback):
    """Stops where the loss is not finite."""

    def on_batch_end(self, batch: int, logs: Any = None) -> None:
        """Look at the loss."""
        loss = (logs or {}).get("loss")
        if loss is not None and not math.isfinite(loss):
            print(f"Batch {batch}: Invalid loss, terminating training")
            self.model.stop_training = True
