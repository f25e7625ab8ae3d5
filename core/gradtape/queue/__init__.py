"""`tf.queue`: stateful queues of tensors. No gradient passes, and `explain` says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradtape.names.absence import absent_from
from gradtape.queue.queues import FIFOQueue, PaddingFIFOQueue, PriorityQueue, RandomShuffleQueue
from gradtape.queue.state import QueueBase

__all__ = ["FIFOQueue", "PaddingFIFOQueue", "PriorityQueue", "QueueBase", "RandomShuffleQueue"]

if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
