"""Small files in the formats of the data sets, and a server of this process that gives them."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import struct
import tarfile
from typing import Any, ClassVar

import numpy as np

RNG = np.random.RandomState


class Python2Pickler(pickle._Pickler):  # type: ignore[name-defined]
    """Writes text and bytes as Python 2 wrote its `str`: so are the CIFAR files."""

    dispatch: ClassVar = dict(pickle._Pickler.dispatch)  # type: ignore[attr-defined]

    def save_str(self, text: Any) -> None:
        data = text.encode() if isinstance(text, str) else text
        self.write(b"T" + struct.pack("<i", len(data)) + data)
        self.memoize(text)

    dispatch[str] = dispatch[bytes] = save_str


def pickled(value: Any) -> bytes:
    """The bytes of a pickle of Python 2."""
    file = io.BytesIO()
    Python2Pickler(file, 2).dump(value)
    return file.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    """A compressed archive of some files."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return file.getvalue()


def npz(**arrays: Any) -> bytes:
    """An archive of NumPy."""
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def lists(n: int, seed: int) -> Any:
    """Lists of different lengths, as an array of objects."""
    rng = RNG(seed)
    rows = np.empty(n, object)
    for k in range(n):
        rows[k] = [int(w) for w in rng.randint(1, 30, size=rng.randint(2, 9))]
    return rows


def pixels(seed: int, *shape: int) -> Any:
    return RNG(seed).randint(0, 256, size=shape).astype(np.uint8)


def idx(array: Any, header: int) -> bytes:
    return gzip.compress(bytes(header) + array.tobytes())


def batch(seed: int, n: int, key: str, top: int) -> bytes:
    labels = [int(k) for k in RNG(seed + 90).randint(0, top, size=n)]
    return pickled({"data": pixels(seed, n, 3072), key: labels, "batch_label": "some"})


#: file → its bytes
FILES = {
    "mnist.npz": npz(
        x_train=pixels(1, 5, 28, 28), y_train=pixels(2, 5), x_test=pixels(3, 2, 28, 28),
        y_test=pixels(4, 2),
    ),
    "train-labels-idx1-ubyte.gz": idx(pixels(5, 3), 8),
    "train-images-idx3-ubyte.gz": idx(pixels(6, 3, 28, 28), 16),
    "t10k-labels-idx1-ubyte.gz": idx(pixels(7, 2), 8),
    "t10k-images-idx3-ubyte.gz": idx(pixels(8, 2, 28, 28), 16),
    "cifar-10-batches-py-target": tarred({
        **{f"cifar-10-batches-py/data_batch_{k}": batch(k, 2, "labels", 10) for k in range(1, 6)},
        "cifar-10-batches-py/test_batch": batch(6, 3, "labels", 10),
    }),
    "cifar-100-python-target": tarred({
        "cifar-100-python/train": batch(7, 4, "coarse_labels", 20),
        "cifar-100-python/test": batch(8, 2, "coarse_labels", 20),
    }),
    "imdb.npz": npz(
        x_train=lists(12, 1), y_train=np.arange(12) % 2, x_test=lists(9, 2), y_test=np.arange(9) % 2
    ),
    "imdb_word_index.json": json.dumps({"the": 1, "film": 2}).encode(),
    "reuters.npz": npz(x=lists(21, 3), y=np.arange(21) % 5),
    "reuters_word_index.json": json.dumps({"the": 1, "wire": 2}).encode(),
    "boston_housing.npz": npz(x=RNG(1).rand(11, 13), y=RNG(2).rand(11)),
    "california_housing.npz": npz(
        x=RNG(3).rand(700, 8).astype(np.float32), y=RNG(4).rand(700).astype(np.float32)
    ),
}  # fmt: skip

#: data set → the arguments of `load_data` that are tried
CALLS: dict[str, list[dict[str, Any]]] = {
    "mnist": [{}],
    "fashion_mnist": [{}],
    "cifar10": [{}],
    "cifar100": [{"label_mode": "coarse"}],
    "imdb": [
        {},
        {"num_words": 20, "skip_top": 6, "maxlen": 7, "seed": 5},
        {"num_words": 25, "oov_char": None, "start_char": None, "index_from": 2},
        {"start_char": None, "index_from": None},
    ],
    "reuters": [
        {},
        {"num_words": 20, "skip_top": 6, "maxlen": 7, "seed": 5, "test_split": 0.4},
        {"oov_char": None, "start_char": None, "index_from": 0},
    ],
    "boston_housing": [{}, {"test_split": 0.5, "seed": 1}],
    "california_housing": [{}, {"version": "small", "test_split": 0.1}],
}


def described(parts: Any) -> list[Any]:
    """What `load_data` gave, as JSON can keep it: shapes, dtypes, and all numbers or a sum."""
    rows = []
    for array in (array for part in parts for array in part):
        small = array.dtype == object or array.size < 40
        weights = np.arange(1, array.size + 1) if array.dtype != object else None
        content = (
            array.tolist() if small else float((array.reshape(-1).astype(float) * weights).sum())
        )
        rows.append([list(array.shape), str(array.dtype), content])
    return rows
