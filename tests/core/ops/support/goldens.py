"""Reads the values recorded from TensorFlow."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

_FOLDER = Path(__file__).resolve().parents[3] / "goldens" / "registry"


class Golden:
    """What TensorFlow gave for one case."""

    def __init__(self, arrays: dict[str, Any], note: dict[str, Any], case_id: str) -> None:
        self.note = note
        self._arrays, self._id = arrays, case_id

    def _all(self, what: str) -> list[Any]:
        found = []
        while (key := f"{self._id}|{what}|{len(found)}") in self._arrays:
            found.append(self._arrays[key])
        return found

    @property
    def values(self) -> list[Any]:
        """The outputs in float64."""
        return self._all("v")

    @property
    def values32(self) -> list[Any]:
        """The outputs in float32."""
        return self._all("v32")

    def gradient(self, k: int) -> Any:
        """The gradient with respect to source `k`, or None."""
        return self._arrays.get(f"{self._id}|g|{k}")


@cache
def _family(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    path = _FOLDER / f"{name}.npz"
    with np.load(path, allow_pickle=True) as data:
        arrays = {key: data[key] for key in data.files}
    return arrays, json.loads(str(arrays.pop("notes")))


def golden(family: str, case_id: str) -> Golden:
    """What was recorded for a case; KeyError says how to record it."""
    arrays, notes = _family(family)
    if case_id not in notes:
        raise KeyError(
            f"{case_id} is not recorded: run tests/goldens/record.py {family} with TensorFlow"
        )
    return Golden(arrays, notes[case_id], case_id)
