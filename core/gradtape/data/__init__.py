"""`tf.data`: input pipelines, made of NumPy arrays and Python's iterators."""

from __future__ import annotations

from gradtape.data import experimental
from gradtape.data.dataset import AUTOTUNE, INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Dataset
from gradtape.data.files import FixedLengthRecordDataset, TextLineDataset, TFRecordDataset
from gradtape.data.iterators import Iterator
from gradtape.data.options import Options, ThreadingOptions

__all__ = [
    "AUTOTUNE",
    "INFINITE_CARDINALITY",
    "UNKNOWN_CARDINALITY",
    "Dataset",
    "FixedLengthRecordDataset",
    "Iterator",
    "Options",
    "TFRecordDataset",
    "TextLineDataset",
    "ThreadingOptions",
    "experimental",
]
