"""Which differences there are between two outcomes of a call, and of what kind each is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.fuzz.outcome import Outcome, unpacked

#: dtype → by how much numbers may differ, in parts of the largest in the array
TOLERANCE = {"float16": 1e-2, "float32": 2e-4, "float64": 1e-6, "complex64": 2e-4}
#: below this, times the same slack, a number may be a rounding error of larger ones that cancel
RESIDUE = {"float16": 1e-3, "float32": 5e-7, "float64": 1e-15, "complex64": 5e-7}
#: What is computed in float32 whatever comes in, with the rounding of several steps.
SINGLE = ("keras.", "image.per_image_standardization")
#: the same for what is differentiated: rounding errors grow
SLACK = {"value": 1.0, "gradient": 4.0, "zero cotangent": 4.0, "second order": 20.0}
ASPECTS = tuple(SLACK)

#: What differs, the gravest first.
WHATS = (
    "other number",
    "finite for NaN",
    "NaN for finite",
    "NaN for infinite",
    "infinite for finite",
    "finite for infinite",
    "None for a gradient",
    "a gradient for None",
    "refused",
    "aborts",
    "hangs",
    "other dtype",
    "other shape",
    "other structure",
    "accepted",
    "other exception",
)


@dataclass(frozen=True)
class Difference:
    """In one aspect of a call gradtape does otherwise than TensorFlow."""

    aspect: str
    what: str
    theirs: str
    ours: str


def differences(
    theirs: Outcome, ours: Outcome, function: str = "", half: bool = False
) -> list[Difference]:
    """Every aspect's first difference; `half` says that float16 comes in."""
    rough = 1e-4 if function.startswith(SINGLE) else 0.0
    if half and function.startswith("keras.metrics."):
        rough = 1e-3  # means in float16, of which float32 is made at the end
    found = []
    for aspect in ASPECTS:
        if (aspect in theirs) != (aspect in ours):
            break  # what comes before differs already
        if aspect in theirs:
            found += list(_of_aspect(aspect, theirs[aspect], ours[aspect], rough))[:1]
    return found


def shown(item: Any) -> str:
    """An outcome in one line."""
    if item is None:
        return "None"
    if "error" in item:
        return f"{item['error']}: {item['message'].splitlines()[0] if item['message'] else ''}"
    if "parts" in item:
        return ", ".join(shown(part) for part in item["parts"])
    array = unpacked(item)
    numbers = np.array2string(array, threshold=24, separator=", ", max_line_width=10_000)
    return f"{' '.join(numbers.split())} {item['dtype']}{item['shape']}"


def _of_aspect(aspect: str, theirs: Outcome, ours: Outcome, rough: float) -> Iterator[Difference]:
    what = _refusals(theirs, ours)
    if what is None and "error" not in theirs:
        if theirs.get("structure") != ours.get("structure"):
            yield Difference(
                aspect, "other structure", str(theirs["structure"]), str(ours["structure"])
            )
            return
        for a, b in zip(theirs["parts"], ours["parts"], strict=True):
            if (part := _of_part(aspect, a, b, rough)) is not None:
                yield Difference(aspect, part, shown(a), shown(b))
    if what is not None:
        yield Difference(aspect, what, shown(theirs), shown(ours))


def _refusals(theirs: Outcome, ours: Outcome) -> str | None:
    a, b = theirs.get("error"), ours.get("error")
    if a == b:
        return None
    if b in ("Abort", "Hang"):
        return "aborts" if b == "Abort" else "hangs"
    if a is None:
        return "refused"
    return "accepted" if b is None else "other exception"


def _of_part(aspect: str, theirs: Any, ours: Any, rough: float) -> str | None:
    if theirs is None or ours is None:
        if theirs is ours:
            return None
        return "None for a gradient" if ours is None else "a gradient for None"
    if theirs["dtype"] != ours["dtype"]:
        return "other dtype"
    if theirs["shape"] != ours["shape"]:
        return "other shape"
    if theirs == ours:
        return None
    a, b = unpacked(theirs), unpacked(ours)
    if theirs["dtype"] not in ("float16", "float32", "float64", "complex64", "complex128"):
        return "other number"
    tolerance = max(TOLERANCE.get(theirs["dtype"], 1e-6), rough) * SLACK[aspect]
    residue = max(RESIDUE.get(theirs["dtype"], 1e-15), rough / 100) * SLACK[aspect]
    if a.dtype.kind == "c":
        # The parts of a complex number that is not finite depend on how the product is written.
        vague = ~np.isfinite(a) & ~np.isfinite(b)
        a, b = np.where(vague, 0, a), np.where(vague, 0, b)
        parts = [
            _of_numbers(x, y, tolerance, residue) for x, y in ((a.real, b.real), (a.imag, b.imag))
        ]
        return parts[0] or parts[1]
    return _of_numbers(a, b, tolerance, residue)


def _of_numbers(a: Any, b: Any, tolerance: float, residue: float) -> str | None:
    a, b = a.astype(np.float64), b.astype(np.float64)
    # A difference among finite numbers is told first, so that no meant nan beside it hides it.
    finite = np.isfinite(a) & np.isfinite(b)
    scale = float(np.max(np.abs(a[finite]), initial=0.0))
    with np.errstate(over="ignore"):
        if np.any(np.abs(a[finite] - b[finite]) > tolerance * scale + residue):
            return "other number"
    if np.any(np.isnan(b) & ~np.isnan(a)):
        return "NaN for finite" if np.any(np.isnan(b) & np.isfinite(a)) else "NaN for infinite"
    if np.any(np.isnan(a) & ~np.isnan(b)):
        return "finite for NaN"
    both = ~np.isnan(a)
    a, b = a[both], b[both]
    if np.any(np.isinf(b) & ~np.isinf(a)):
        return "infinite for finite"
    if np.any(np.isinf(a) & ~np.isinf(b)):
        return "finite for infinite"
    return "other number" if np.any(np.isinf(a) & (a != b)) else None
