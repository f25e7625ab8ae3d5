"""Where the files of the data sets are, and the hashes that Keras publishes for them."""

from __future__ import annotations

import json
from typing import Any

from gradtape.keras.utils.fetching import get_file

_KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
_TORONTO = "https://www.cs.toronto.edu/~kriz/"

#: file → its address and its hash (None: none is published)
SOURCES: dict[str, tuple[str, str | None]] = {
    "mnist.npz": (
        f"{_KERAS}mnist.npz",
        "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
    ),
    "train-labels-idx1-ubyte.gz": (f"{_KERAS}train-labels-idx1-ubyte.gz", None),
    "train-images-idx3-ubyte.gz": (f"{_KERAS}train-images-idx3-ubyte.gz", None),
    "t10k-labels-idx1-ubyte.gz": (f"{_KERAS}t10k-labels-idx1-ubyte.gz", None),
    "t10k-images-idx3-ubyte.gz": (f"{_KERAS}t10k-images-idx3-ubyte.gz", None),
    "cifar-10-batches-py-target": (
        f"{_TORONTO}cifar-10-python.tar.gz",
        "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
    ),
    "cifar-100-python-target": (
        f"{_TORONTO}cifar-100-python.tar.gz",
        "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
    ),
    "imdb.npz": (
        f"{_KERAS}imdb.npz",
        "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
    ),
    "imdb_word_index.json": (f"{_KERAS}imdb_word_index.json", "bfafd718b763782e994055a2d397834f"),
    "reuters.npz": (
        f"{_KERAS}reuters.npz",
        "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916",
    ),
    "reuters_word_index.json": (
        f"{_KERAS}reuters_word_index.json",
        "4d44cc38712099c9e383dc6e5f11a921",
    ),
    "boston_housing.npz": (
        f"{_KERAS}boston_housing.npz",
        "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5",
    ),
    "california_housing.npz": (
        f"{_KERAS}california_housing.npz",
        "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f",
    ),
}


def fetched(file: str, path: Any = None, **options: Any) -> str:
    """The path of a file of `SOURCES`, in the cache under the name `path`, or its own."""
    origin, file_hash = SOURCES[file]
    return get_file(path or file, origin=origin, file_hash=file_hash, **options)


def word_index(file: str, path: Any) -> Any:
    """A dictionary of words with their numbers."""
    with open(fetched(file, path), encoding="utf-8") as opened:
        return json.load(opened)
