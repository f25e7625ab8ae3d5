"""What training gave, epoch by epoch: `History` in memory, `CSVLogger` in a file."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from typing import Any

import numpy as np

from gradtape.keras.callbacks.callback import Callback


class History(Callback):
    """The numbers of each epoch: `history.history["loss"]` is a list; `fit` gives one back."""

    def __init__(self) -> None:
        super().__init__()
        self.history: dict[str, list[Any]] = {}
        self.epoch: list[int] = []

    def set_model(self, model: Any) -> None:
        """Take in the model, and be its `history`."""
        super().set_model(model)
        model.history = self

    def on_train_begin(self, logs: Any = None) -> None:
        """Begin again to count epochs."""
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Keep the numbers of an epoch."""
        self.epoch.append(epoch)
        for key, value in (logs or {}).items():
            self.history.setdefault(key, []).append(value)
        self.model.history = self


class CSVLogger(Callback):
    """The numbers of each epoch as a row of a file.

    Args: `filename`; `separator`; `append`, whether rows are added to a file that is there.
    """

    def __init__(self, filename: Any, separator: str = ",", append: bool = False) -> None:
        super().__init__()
        self.sep, self.filename, self.append = separator, os.fspath(filename), append
        self.keys: list[str] | None = None
        self._file: Any = None

    def on_train_begin(self, logs: Any = None) -> None:
        """Open the file."""
        there = os.path.exists(self.filename) and os.path.getsize(self.filename)
        self._with_header = not (self.append and there)
        self._file = open(self.filename, "a" if self.append else "w", newline="")

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write a row."""
        logs = logs or {}
        if self.keys is None:
            self.keys = sorted(logs)
            # the numbers of validation too, where the first epoch has none
            val_keys = [f"val_{key}" for key in self.keys if not key.startswith("val_")]
            if not any(key.startswith("val_") for key in self.keys):
                self.keys += val_keys
            if self._with_header:
                self._row(["epoch", *self.keys])
        self._row([epoch, *(_text(logs.get(key, "NA")) for key in self.keys)])
        self._file.flush()

    def on_train_end(self, logs: Any = None) -> None:
        """Close the file."""
        self._file.close()
        self._file = None

    def _row(self, cells: list[Any]) -> None:
        csv.writer(self._file, delimiter=self.sep, lineterminator=os.linesep).writerow(cells)


def _text(value: Any) -> Any:
    if isinstance(value, str) or np.ndim(value) == 0:
        return value
    if isinstance(value, Iterable):
        return '"[' + ", ".join(map(str, value)) + ']"'
    return value
