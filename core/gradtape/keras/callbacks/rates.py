"""Learning rates that change while `fit` runs: `LearningRateScheduler`, `ReduceLROnPlateau`."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.keras.callbacks.callback import Callback
from gradtape.keras.callbacks.monitoring import Monitor


def _rate(callback: Callback) -> float:
    optimizer = callback.model.optimizer
    if not hasattr(optimizer, "learning_rate"):
        raise ValueError('Optimizer must have a "learning_rate" attribute.')
    return float(np.asarray(optimizer.learning_rate))


class LearningRateScheduler(Callback):
    """Sets the learning rate before each epoch to `schedule(epoch, rate)`, or `schedule(epoch)`."""

    def __init__(self, schedule: Callable[..., Any], verbose: int = 0) -> None:
        super().__init__()
        self.schedule, self.verbose = schedule, verbose

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Set the rate."""
        before = _rate(self)
        try:
            rate = self.schedule(epoch, before)
        except TypeError:  # one of the epoch alone
            rate = self.schedule(epoch)
        if not isinstance(rate, (float, np.float32, np.float64)) and not hasattr(rate, "dtype"):
            raise ValueError(
                "The output of the `schedule` function should be a float. "
                f"Got: {rate} of type {type(rate).__name__}"
            )
        self.model.optimizer.learning_rate = float(rate)
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: LearningRateScheduler setting learning rate to {rate}.")

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Note the rate among the numbers."""
        if logs is not None:
            logs["learning_rate"] = _rate(self)


class ReduceLROnPlateau(Callback):
    """Makes the learning rate smaller, `factor` times, where a number has stopped to improve.

    Args: `monitor`, `patience`, `mode`, `min_delta` as of `EarlyStopping`; `cooldown`, how many
    epochs it waits after each change; `min_lr`, the smallest rate.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        if factor >= 1.0:
            raise ValueError(f"ReduceLROnPlateau does not support a factor >= 1.0. Got {factor}")
        self.monitor, self.factor, self.patience = monitor, factor, patience
        self.verbose, self.min_delta, self.min_lr = verbose, min_delta, min_lr
        self.cooldown, self.mode = cooldown, mode
        self._monitor = Monitor("ReduceLROnPlateau", monitor, mode)
        self.wait = self.cooldown_counter = 0
        self.best: float | None = None

    def on_train_begin(self, logs: Any = None) -> None:
        """Begin again."""
        self.wait = self.cooldown_counter = 0
        self.best = None

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Look at the number, and make the rate smaller where it is time."""
        if logs is not None:
            logs["learning_rate"] = _rate(self)
        current = self._monitor.value(logs, self.model)
        if current is None:
            return
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.wait = 0
        if self.best is None or self._monitor.better(current, self.best, self.min_delta):
            self.best, self.wait = current, 0
        elif self.cooldown_counter <= 0:
            self.wait += 1
            if self.wait >= self.patience:
                self._reduce(epoch)

    def _reduce(self, epoch: int) -> None:
        old = _rate(self)
        if old <= np.float32(self.min_lr):
            return
        rate = max(old * self.factor, self.min_lr)
        try:
            self.model.optimizer.learning_rate = rate
        except TypeError as error:
            warnings.warn(str(error), stacklevel=2)
            return
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {rate}.")
        self.cooldown_counter, self.wait = self.cooldown, 0
