"""A recorded gradient, and how it travels inside a manifest.

Small results travel whole. Of a large one travel its digest, which covers every element, and
every step-th element, so that a run on another machine can still be compared with it in numbers.
"""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradtape.snippet.digest import digest_of_bytes, none_digest, one_nan
from gradtape.snippet.schema import DTYPE_SIZES, MOST_RESULTS

LARGEST_VALUES = 4096  # bytes of values kept of one result
ALL_VALUES = 96 * 1024  # bytes of values kept of all results together


@dataclass(frozen=True)
class Recorded:
    """One gradient of a run: its label and its value (None where there was no path)."""

    label: str
    value: np.ndarray[Any, Any] | None

    @property
    def dtype(self) -> str:
        """NumPy's name of the element type, "none" for None."""
        return "none" if self.value is None else self.value.dtype.name

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape, () for None."""
        return () if self.value is None else self.value.shape

    @property
    def digest(self) -> str:
        """The sha256 over dtype, shape and every bit (see `digest.py`)."""
        if self.value is None:
            return none_digest()
        return digest_of_bytes(self.dtype, self.shape, one_nan(self.value).tobytes())


def encode(results: list[Recorded], produced: int | None = None) -> dict[str, Any]:
    """The manifest's fields `results` and `produced` for the gradients of one run.

    The bytes kept of each result depend on how many there are, and on nothing else, so that two
    runs with equal results make equal manifests.

    Raises ValueError for a dtype that a manifest cannot hold.
    """
    kept = first_and_last(results)
    allowance = min(LARGEST_VALUES, ALL_VALUES // max(len(kept), 1))
    return {
        "results": [_encode_one(result, allowance) for result in kept],
        "produced": len(results) if produced is None else produced,
    }


def first_and_last(results: list[Recorded]) -> list[Recorded]:
    """All results when a manifest can hold them, else as many of the first as of the last."""
    if len(results) <= MOST_RESULTS:
        return results
    half = MOST_RESULTS // 2
    return results[:half] + results[-half:]


#: stands for a result between the first and the last ones, which is counted and not kept
LEFT_OUT = Recorded("…", None)


def let_go_between(results: list[Recorded]) -> None:
    """After one more result: let go of the one that `first_and_last` will leave out from now on."""
    if len(results) > MOST_RESULTS:
        results[len(results) - MOST_RESULTS // 2 - 1] = LEFT_OUT


def _encode_one(result: Recorded, allowance: int) -> dict[str, Any]:
    if result.dtype not in DTYPE_SIZES:
        raise ValueError(
            f"{result.label}: got dtype {result.dtype}; a snippet can hold "
            f"{', '.join(DTYPE_SIZES)}; cast the gradient"
        )
    step, data = 1, b""
    if result.value is not None:
        flat = one_nan(result.value).reshape(-1)
        step = max(1, math.ceil(flat.nbytes / allowance))
        data = flat[::step].tobytes()
    return {
        "label": result.label,
        "dtype": result.dtype,
        "shape": list(result.shape),
        "digest": result.digest,
        "step": step,
        "values": base64.b64encode(data).decode("ascii"),
    }


def decode_values(result: dict[str, Any]) -> np.ndarray[Any, Any]:
    """The kept elements of a manifest's result, one after the other; empty for dtype none."""
    data = base64.b64decode(result["values"])
    if result["dtype"] == "none":
        return np.empty(0, np.float32)
    little = np.dtype(result["dtype"]).newbyteorder("<")
    return np.frombuffer(data, little)
