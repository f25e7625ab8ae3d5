"""`tf.lookup.experimental`: tables that can be changed."""

from gradtape.lookup.changing import DenseHashTable, MutableHashTable

__all__ = ["DenseHashTable", "MutableHashTable"]
