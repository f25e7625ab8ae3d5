"""`PyDataset`: batches by number, written as a class; `Sequence` is its older name."""

from __future__ import annotations

from typing import Any


class PyDataset:
    """Batches by number: subclass it with `__getitem__(index)` and `__len__`, and give it to `fit`.

    `workers`, `use_multiprocessing` and `max_queue_size` are kept as they are given: batches are
    made one after the other, where they are needed.

    >>> class Squares(PyDataset):
    ...     def __len__(self):
    ...         return 2
    ...     def __getitem__(self, index):
    ...         return np.full([3, 1], index), np.full([3, 1], index**2)
    >>> Squares().num_batches
    2
    """

    def __init__(
        self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10
    ) -> None:
        self.workers, self.use_multiprocessing = workers, use_multiprocessing
        self.max_queue_size = max_queue_size

    def __getitem__(self, index: int) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must have a method __getitem__(index).")

    def __len__(self) -> int:
        raise NotImplementedError(f"{type(self).__name__} must have a method __len__().")

    @property
    def num_batches(self) -> int | None:
        """The number of batches in an epoch."""
        return len(self)

    def on_epoch_begin(self) -> None:
        """Called before each epoch."""

    def on_epoch_end(self) -> None:
        """Called after each epoch."""


Sequence = PyDataset
