"""`tf.train.CheckpointManager`: the newest checkpoints of a folder, and no more than wanted."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gradtape.saving.checkpoint import Checkpoint
from gradtape.saving.reading import has_checkpoint
from gradtape.saving.state_file import get_checkpoint_state, update_checkpoint_state

_FILE = r"\.(safetensors|index|data-\d+-of-\d+)"


class CheckpointManager:
    """Saves checkpoints into a folder, keeps the newest, and finds them again.

    Args:
      checkpoint: a `tf.train.Checkpoint`.
      directory: the folder, made where it is missing.
      max_to_keep: how many stay; None keeps all.
      keep_checkpoint_every_n_hours: of those that would go, one stays for so many hours.
      checkpoint_name: the beginning of the files' names.
      step_counter, checkpoint_interval: a variable, and by how much it must have grown since the
        last save for the next `save()`.
      init_fn: called by `restore_or_initialize` where there is nothing to restore.

    Raises: ValueError for a number that is not positive, for an interval without a counter.

    >>> import tempfile
    >>> import gradtape as tf
    >>> v = tf.Variable(1.0)
    >>> manager = tf.train.CheckpointManager(tf.train.Checkpoint(v=v), tempfile.mkdtemp(), 2)
    >>> paths = [manager.save() for _ in range(3)]
    >>> manager.checkpoints == paths[1:], manager.latest_checkpoint == paths[-1]
    (True, True)
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        directory: Any,
        max_to_keep: int | None,
        keep_checkpoint_every_n_hours: float | None = None,
        checkpoint_name: str = "ckpt",
        step_counter: Any = None,
        checkpoint_interval: int | None = None,
        init_fn: Callable[[], Any] | None = None,
    ) -> None:
        if max_to_keep is not None and max_to_keep <= 0:
            raise ValueError(
                f"Expected a positive integer or `None` for `max_to_keep`, got {max_to_keep}."
            )
        if checkpoint_interval is not None and step_counter is None:
            raise ValueError(
                "`step_counter` should be passed if `checkpoint_interval` is not None."
            )
        self._checkpoint, self._directory = checkpoint, str(os.fspath(directory))
        self._most, self._hours = max_to_keep, keep_checkpoint_every_n_hours
        self._prefix = os.path.join(self._directory, checkpoint_name)
        self._counter, self._interval, self._init = step_counter, checkpoint_interval, init_fn
        self._last_step: int | None = None
        self._kept: dict[str, float] = {}
        self._latest: str | None = None
        self._preserved = time.time()
        self._found()

    def _found(self) -> None:
        """Take up what the folder has from before."""
        state = get_checkpoint_state(self._directory)
        if state is None:
            return
        now = time.time()
        paths = state.all_model_checkpoint_paths
        times = state.all_model_checkpoint_timestamps or [now] * len(paths)
        if len(times) != len(paths):
            times = [now] * len(paths)
        kept = zip(paths, times, strict=True)
        self._kept = {path: stamp for path, stamp in kept if has_checkpoint(path)}
        if state.model_checkpoint_path and has_checkpoint(state.model_checkpoint_path):
            self._latest = state.model_checkpoint_path
        self._preserved = state.last_preserved_timestamp or now

    @property
    def directory(self) -> str:
        """The folder."""
        return self._directory

    @property
    def checkpoint(self) -> Checkpoint:
        """The objects that are saved."""
        return self._checkpoint

    @property
    def checkpoint_interval(self) -> int | None:
        """By how much the counter must have grown before `save()` saves again."""
        return self._interval

    @property
    def latest_checkpoint(self) -> str | None:
        """The prefix of the newest checkpoint; None where there is none."""
        return self._latest

    @property
    def checkpoints(self) -> list[str]:
        """The prefixes of those that are kept, the oldest first."""
        return list(self._kept)

    def save(
        self, checkpoint_number: Any = None, check_interval: bool = True, options: Any = None
    ) -> str | None:
        """Write the next checkpoint and delete what is too many; None where it is not time yet.

        Its number is `checkpoint_number`, or the count of saves.
        """
        step = None if self._counter is None else int(self._counter)
        if check_interval and self._interval is not None and self._last_step is not None:
            assert step is not None
            if step < self._last_step + self._interval:
                return None
        count = self._checkpoint.save_counter
        count.assign_add(1)
        number = int(count) if checkpoint_number is None else int(checkpoint_number)
        path = self._checkpoint.write(f"{self._prefix}-{number}")
        self._last_step = step
        now = time.time()
        self._kept.pop(path, None)
        self._kept[path] = now
        self._latest = path
        gone = self._too_many(now)
        # The list is written before files go, so that it never names one that is not there.
        update_checkpoint_state(
            self._directory,
            path,
            self._kept,
            all_model_checkpoint_timestamps=self._kept.values(),
            last_preserved_timestamp=self._preserved,
        )
        for old in gone:
            _delete(old)
        return path

    def _too_many(self, now: float) -> list[str]:
        gone = []
        while self._most is not None and len(self._kept) > self._most:
            path, stamp = next(iter(self._kept.items()))
            del self._kept[path]
            if self._hours is not None and stamp - self._hours * 3600 >= self._preserved:
                self._preserved = stamp
                continue
            gone.append(path)
        return gone

    def restore_or_initialize(self) -> str | None:
        """Restore the newest checkpoint and give its prefix; else call `init_fn`, and give None."""
        if self._latest is not None:
            self._checkpoint.restore(self._latest)
            if self._counter is not None:
                self._last_step = int(self._counter)
            return self._latest
        if self._init is not None:
            self._init()
        return None

    def sync(self) -> None:
        """Accepted: nothing is written in the background."""


def _delete(prefix: str) -> None:
    """Remove the files of a checkpoint, gradtape's or TensorFlow's."""
    name = re.compile(re.escape(os.path.basename(prefix)) + _FILE)
    for file in Path(os.path.dirname(prefix) or ".").iterdir():
        if name.fullmatch(file.name):
            file.unlink(missing_ok=True)
