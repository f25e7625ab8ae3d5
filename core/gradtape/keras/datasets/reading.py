"""Pickled arrays, read without running what a pickle may name: only arrays are ever built.

The CIFAR files are pickles of Python 2, and the lists of words in the reviews and newswires are
arrays of objects, which NumPy writes as pickles.
"""

from __future__ import annotations

import pickle
import zipfile
from typing import Any

import numpy as np

_REBUILD = np.empty(0).__reduce__()[0]
#: all that the pickle of an array names; NumPy's inner module had another name before 2.0
_KNOWN = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("numpy.core.multiarray", "_reconstruct"): _REBUILD,
    ("numpy._core.multiarray", "_reconstruct"): _REBUILD,
}


class ArrayUnpickler(pickle.Unpickler):
    """Reads numbers, text, bytes, lists, dictionaries and arrays, and refuses anything else."""

    def find_class(self, module: str, name: str) -> Any:
        """What a pickle may name.

        Raises: UnpicklingError for anything that is not part of an array.
        """
        if (module, name) not in _KNOWN:
            raise pickle.UnpicklingError(
                f"The file names {module}.{name}, which is no part of an array: it is damaged or "
                "malicious, and is not read further."
            )
        return _KNOWN[module, name]


def load_pickle(path: str) -> dict[str, Any]:
    """The dictionary in a pickle of Python 2."""
    with open(path, "rb") as file:
        entries = ArrayUnpickler(file, encoding="bytes").load()
    return {key.decode(): value for key, value in entries.items()}


def load_npz(path: str) -> dict[str, Any]:
    """The arrays in an archive of NumPy, those of objects too."""
    arrays = {}
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            with archive.open(member) as file:
                arrays[member.removesuffix(".npy")] = _array(file)
    return arrays


def _array(file: Any) -> Any:
    version = np.lib.format.read_magic(file)
    header = np.lib.format.read_array_header_1_0
    if version[0] > 1:
        header = np.lib.format.read_array_header_2_0
    if header(file)[2].hasobject:
        return ArrayUnpickler(file).load()
    file.seek(0)
    return np.lib.format.read_array(file, allow_pickle=False)
