"""`tf.data.Options`: wishes about how a pipeline runs. They are kept, and change no element."""

from __future__ import annotations

from typing import Any


class ThreadingOptions:
    """How many threads a pipeline may use; kept, and of no effect."""

    max_intra_op_parallelism: int | None = None
    private_threadpool_size: int | None = None


class Options:
    """Wishes about how a pipeline runs; kept, and of no effect on its elements.

    >>> options = tf.data.Options()
    >>> options.deterministic = True
    >>> tf.data.Dataset.range(2).with_options(options).options().deterministic
    True
    """

    deterministic: bool | None = None

    def __init__(self) -> None:
        self.threading = ThreadingOptions()
        self.autotune = ThreadingOptions()
        self.experimental_distribute = ThreadingOptions()
        self.experimental_optimization = ThreadingOptions()

    def merge(self, options: Any) -> Options:
        """Both; where they differ, what `options` says."""
        merged = Options()
        for source in (self, options):
            merged.__dict__.update(source.__dict__)
        return merged
