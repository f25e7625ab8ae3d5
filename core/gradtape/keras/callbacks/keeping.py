"""Files written while training goes on: `ModelCheckpoint`, `BackupAndRestore`.

A file is written beside its place and then put there, so that an interrupted save leaves the last
one as it was.
"""

from __future__ import annotations

import json
import os
import shutil
import warnings
from pathlib import Path
from typing import Any

from gradtape.keras.callbacks.callback import Callback
from gradtape.keras.callbacks.monitoring import Monitor


class _Saver(Callback):
    """The base of callbacks that save every so many batches, or after each epoch."""

    def __init__(self, save_freq: Any) -> None:
        super().__init__()
        if save_freq != "epoch" and not isinstance(save_freq, int):
            raise ValueError(
                f"Unrecognized save_freq: {save_freq}. Expected save_freq are 'epoch' or integer "
                "values"
            )
        self.save_freq = save_freq
        self._since, self._last_batch = 0, -1

    def _is_time(self, batch: int) -> bool:
        if self.save_freq == "epoch":
            return False
        self._since += batch + 1 if batch <= self._last_batch else batch - self._last_batch
        self._last_batch = batch
        if self._since < self.save_freq:
            return False
        self._since = 0
        return True


class ModelCheckpoint(_Saver):
    """Saves the model, or its weights alone, after each epoch or every `save_freq` batches.

    Args: `filepath`, which may hold `{epoch:02d}` and the names of numbers, `{val_loss:.2f}`; it
    ends in `.keras`, with `save_weights_only` in `.weights.h5` or `.weights.npz`;
    `save_best_only`, whether only where `monitor` improved; `initial_value_threshold`, what it has
    to better first.

    Raises: ValueError for another ending; KeyError for a number in `filepath` that is not there.
    """

    def __init__(
        self,
        filepath: Any,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: Any = "epoch",
        initial_value_threshold: float | None = None,
    ) -> None:
        super().__init__(save_freq)
        self.filepath, self.monitor, self.verbose = os.fspath(filepath), monitor, verbose
        self.save_best_only, self.save_weights_only = save_best_only, save_weights_only
        self.best, self.mode = initial_value_threshold, mode
        self._monitor = Monitor("ModelCheckpoint", monitor, mode)
        self._epoch = 0
        endings = (".weights.h5", ".weights.npz") if save_weights_only else (".keras",)
        if not self.filepath.endswith(endings):
            raise ValueError(
                f"The filepath provided must end in {' or '.join(f'`{e}`' for e in endings)}. "
                f"Received: filepath={self.filepath}"
            )

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Remember the epoch."""
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Save where it is time."""
        if self._is_time(batch):
            self._save(self._epoch, batch, logs)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Save after the epoch."""
        if self.save_freq == "epoch":
            self._save(epoch, None, logs)

    def _save(self, epoch: int, batch: int | None, logs: Any) -> None:
        path = self._path(epoch, batch, logs or {})
        if not self._worth_it(epoch, logs, path):
            return
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        save = self.model.save_weights if self.save_weights_only else self.model.save
        save(path, overwrite=True)
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: finished saving model to {path}")

    def _path(self, epoch: int, batch: int | None, logs: dict[str, Any]) -> str:
        numbers = logs if batch is None or "batch" in logs else {"batch": batch + 1, **logs}
        try:
            return str(self.filepath).format(epoch=epoch + 1, **numbers)
        except KeyError as error:
            raise KeyError(
                f'Failed to format this callback filepath: "{self.filepath}". Reason: {error}; '
                f"there are epoch, {', '.join(numbers)}."
            ) from None

    def _worth_it(self, epoch: int, logs: Any, path: str) -> bool:
        told = ""
        worth = True
        if not self.save_best_only:
            told = f"saving model to {path}"
        else:
            current = self._monitor.value(logs, self.model)
            if current is None:
                return True
            before = "None" if self.best is None else f"{self.best:.5f}"
            worth = self.best is None or self._monitor.better(current, self.best)
            if worth:
                self.best = current
                told = (
                    f"{self.monitor} improved from {before} to {current:.5f}, saving model to "
                    f"{path}"
                )
            else:
                told = f"{self.monitor} did not improve from {before}"
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: {told}")
        return worth


class BackupAndRestore(_Saver):
    """Lets an interrupted `fit` go on: the same call begins after the last epoch that was kept.

    Args: `backup_dir`, a folder of its own; `save_freq`; `double_checkpoint`, whether the kept one
    before the last stays too; `delete_checkpoint`, whether the folder goes away at the end.

    The model has to be built before `fit`.
    """

    def __init__(
        self,
        backup_dir: Any,
        save_freq: Any = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
    ) -> None:
        super().__init__(save_freq)
        if not backup_dir:
            raise ValueError("Empty `backup_dir` argument passed")
        self.double_checkpoint, self.delete_checkpoint = double_checkpoint, delete_checkpoint
        self.backup_dir = Path(backup_dir)
        self._weights = self.backup_dir / "latest.weights.h5"
        self._metadata = self.backup_dir / "training_metadata.json"
        self._epoch = 0

    def on_train_begin(self, logs: Any = None) -> None:
        """Go on from what is there."""
        if not self.model.built:
            raise ValueError(
                "To use the BackupAndRestore callback, your model must be built before you call "
                f"`fit()`. Model {self.model} is unbuilt. You can build it beforehand by calling "
                "it on a batch of data."
            )
        if not self._weights.exists():
            return
        try:
            self._restore(self._weights, self._metadata)
        except (OSError, ValueError):
            weights, metadata = (_former(path) for path in (self._weights, self._metadata))
            if not weights.exists():
                raise
            warnings.warn(f"{self._weights} cannot be read; the one before it is.", stacklevel=2)
            self._restore(weights, metadata)

    def _restore(self, weights: Path, metadata: Path) -> None:
        self.model.load_weights(weights)
        if metadata.exists():
            self.model._initial_epoch = json.loads(metadata.read_text())["epoch"]

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Keep the state after the epoch."""
        self._epoch, self._last_batch = epoch + 1, -1
        if self.save_freq == "epoch":
            self._keep()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Keep the state where it is time."""
        if self._is_time(batch):
            self._keep()

    def _keep(self) -> None:
        self.backup_dir.mkdir(parents=True, exist_ok=True)
        if self.double_checkpoint:
            for path in (self._weights, self._metadata):
                if path.exists():
                    shutil.copy(path, _former(path))
        self.model.save_weights(self._weights, overwrite=True)
        what = {"epoch": self._epoch, "batch": max(self._last_batch, 0)}
        beside = self._metadata.with_suffix(".new")
        beside.write_text(json.dumps(what))
        beside.replace(self._metadata)

    def on_train_end(self, logs: Any = None) -> None:
        """Take the folder away."""
        if self.delete_checkpoint and self.backup_dir.exists():
            shutil.rmtree(self.backup_dir)
        self.model._initial_epoch = None


def _former(path: Path) -> Path:
    return path.with_name(f"former.{path.name}")
