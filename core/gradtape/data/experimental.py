"""`tf.data.experimental`: names that moved from here into `tf.data`, and are still written here."""

from __future__ import annotations

from gradtape.data.dataset import AUTOTUNE, INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Dataset
from gradtape.tensors.tensor import EagerTensor

__all__ = ["AUTOTUNE", "INFINITE_CARDINALITY", "UNKNOWN_CARDINALITY", "cardinality"]


def cardinality(dataset: Dataset) -> EagerTensor:
    """How many elements a dataset has, int64: −1 for infinitely many, −2 where it is not known.

    >>> int(tf.data.experimental.cardinality(tf.data.Dataset.range(5)))
    5
    """
    return dataset.cardinality()
