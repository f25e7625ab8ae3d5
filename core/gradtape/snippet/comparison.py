"""Comparing a run with what a snippet recorded: EXACT, CLOSE or DIFFERS, and why.

EXACT: every digest is equal, so every bit of every result is. CLOSE: every compared element lies
within the snippet's tolerance. DIFFERS: anything else; the report shows the worst element of each
result side by side and names the pins (engine, runtime, device, arithmetic) in which the two runs
differ. Equal bits are EXACT whatever the pins say: small programs have them on every arithmetic.
"""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradtape.snippet.digest import one_nan
from gradtape.snippet.results import Recorded, decode_values, first_and_last


class Tier(enum.Enum):
    """How well a run agrees with the record."""

    EXACT = "EXACT"
    CLOSE = "CLOSE"
    DIFFERS = "DIFFERS"


_ORDER = [Tier.EXACT, Tier.CLOSE, Tier.DIFFERS]


@dataclass(frozen=True)
class ResultComparison:
    """One result of the record beside the same result of the run."""

    label: str
    tier: Tier
    reason: str
    compared: int = 0  # elements that were compared in numbers
    size: int = 0  # elements that the result has
    worst_ulp: int | None = None  # None where ulps have no meaning
    worst_index: tuple[int, ...] = ()
    recorded: str = ""  # the worst element in the record
    obtained: str = ""  # the same element in the run


@dataclass(frozen=True)
class Comparison:
    """The verdict on a run, result by result."""

    tier: Tier
    results: list[ResultComparison]
    reasons: list[str] = field(default_factory=list)
    pins: list[str] = field(default_factory=list)

    @property
    def worst_ulp(self) -> int | None:
        """The largest distance in units in the last place, None when none could be measured."""
        known = [result.worst_ulp for result in self.results if result.worst_ulp is not None]
        return max(known, default=None)


def compare(manifest: dict[str, Any], run: list[Recorded], run_pins: dict[str, Any]) -> Comparison:
    """The verdict on a run of a snippet.

    `run_pins` has the run's own `engine`, `runtime` and `run` entries, in the manifest's form.
    """
    expected = manifest["results"]
    produced, kept = len(run), first_and_last(run)
    reasons = []
    if produced != manifest["produced"]:
        reasons.append(f"recorded {manifest['produced']} results, the run produced {produced}")
    obtained = {result.label: result for result in kept}
    results = [
        _compare_one(result, obtained.pop(result["label"], None), manifest["tolerance"])
        for result in expected
    ]
    for label in obtained:
        reasons.append(f"{label}: produced by the run, not in the record")
    if not expected and not run:
        reasons.append("nothing was recorded, so there is nothing to compare")
    tiers = [result.tier for result in results]
    if obtained or produced != manifest["produced"]:
        tiers.append(Tier.DIFFERS)
    tier = max(tiers, key=_ORDER.index, default=Tier.EXACT)
    return Comparison(tier, results, reasons, differing_pins(manifest, run_pins))


def differing_pins(manifest: dict[str, Any], run_pins: dict[str, Any]) -> list[str]:
    """Each pin known on both sides and different, as "engine.version: recorded 0.1, run 0.2"."""
    lines = []
    for group in ("engine", "runtime", "run"):
        ours = _named(group, run_pins.get(group, {}))
        for name, recorded in _named(group, manifest[group]).items():
            run = ours.get(name)
            if recorded is not None and run is not None and recorded != run:
                lines.append(f"{group}.{name}: recorded {_short(recorded)}, run {_short(run)}")
    return lines


def _named(group: str, pins: dict[str, Any]) -> dict[str, Any]:
    """The pins of a group; a known Python whose arithmetic is not named computed with NumPy."""
    if group == "runtime" and pins.get("name") is not None:
        return {"arithmetic": "numpy", **pins}
    return pins


def _short(pin: object) -> str:
    text = str(pin)
    return text[:16] + "…" if len(text) == 64 else text


def _compare_one(
    expected: dict[str, Any], run: Recorded | None, tolerance: dict[str, int]
) -> ResultComparison:
    label, shape = expected["label"], tuple(expected["shape"])
    size = math.prod(shape)

    def differs(reason: str) -> ResultComparison:
        return ResultComparison(label, Tier.DIFFERS, reason, size=size)

    if run is None:
        return differs("recorded, but the run did not produce it")
    if (run.dtype, run.shape) != (expected["dtype"], shape):
        return differs(
            f"recorded {_type(expected['dtype'], shape)}, the run has {_type(run.dtype, run.shape)}"
        )
    if run.digest == expected["digest"]:
        worst = 0 if run.value is not None and run.value.dtype.kind in "fc" else None
        return ResultComparison(label, Tier.EXACT, "identical bits", size, size, worst)
    assert run.value is not None  # None has one digest, and it was compared above
    kept = one_nan(run.value).reshape(-1)[:: expected["step"]]
    return _compare_numbers(label, decode_values(expected), kept, run, expected["step"], tolerance)


def _type(dtype: str, shape: tuple[int, ...]) -> str:
    return "None" if dtype == "none" else f"{dtype}[{', '.join(map(str, shape))}]"


def _compare_numbers(
    label: str,
    recorded: np.ndarray[Any, Any],
    obtained: np.ndarray[Any, Any],
    run: Recorded,
    step: int,
    tolerance: dict[str, int],
) -> ResultComparison:
    per_element = 2 if recorded.dtype.kind == "c" else 1
    if recorded.dtype.kind in "fc":
        allowed, distance = _judge(_parts(recorded), _parts(obtained), tolerance)
        worst = int(distance.argmax()) if distance.size else 0
        # Where something is out of tolerance, show the worst of those and not a harmless one.
        if not allowed.all():
            worst = int(np.where(allowed, -1.0, distance.astype(np.float64)).argmax())
        worst_ulp: int | None = int(distance[worst]) if distance.size else 0
    else:
        allowed = recorded == obtained
        worst, worst_ulp = int(np.argmin(allowed)), None
    element = worst // per_element
    index = np.unravel_index(element * step, run.shape) if recorded.size else ()
    close = bool(allowed.all())
    if not close:
        reason = "outside the tolerance" if worst_ulp is not None else "not equal"
    elif worst_ulp == 0 and step == 1:
        reason = "equal up to the sign of zero"
    else:
        reason = "within the tolerance"
    if step > 1:
        # The digest covers every element and says only that some bit differs, not by how much.
        reason += f", judged by {recorded.size} of {math.prod(run.shape)} elements"
    return ResultComparison(
        label,
        Tier.CLOSE if close and worst_ulp is not None else Tier.DIFFERS,
        reason,
        compared=recorded.size,
        size=math.prod(run.shape),
        worst_ulp=worst_ulp,
        worst_index=tuple(int(i) for i in index),
        recorded=repr(recorded[element].item()) if recorded.size else "",
        obtained=repr(obtained[element].item()) if recorded.size else "",
    )


def _parts(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Real and imaginary parts as one real array."""
    if array.dtype.kind != "c":
        return array
    return np.ascontiguousarray(array).view(array.real.dtype)  # every step-th element has gaps


def ulp_distance(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """How many floating-point numbers lie between two arrays, element for element, as uint64.

    NaN against NaN is 0, NaN against a number is the largest distance there is. −0 against +0
    is 0: the digest tells them apart, the distance does not.

    >>> ulp_distance(np.float32([1.0, -0.0]), np.float32([1.0000001, 0.0])).tolist()
    [1, 0]
    """
    unsigned = np.dtype(f"u{a.dtype.itemsize}")
    sign = np.uint64(1) << np.uint64(8 * a.dtype.itemsize - 1)

    def line(x: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        bits = np.ascontiguousarray(x).view(unsigned).astype(np.uint64)
        return (bits & sign) != 0, bits & (sign - np.uint64(1))

    (a_negative, a_size), (b_negative, b_size) = line(a), line(b)
    apart = np.where(a_size > b_size, a_size - b_size, b_size - a_size)
    distance = np.where(a_negative == b_negative, apart, a_size + b_size)
    a_nan, b_nan = np.isnan(a), np.isnan(b)
    furthest = np.uint64(2**63 - 1)
    return np.where(a_nan & b_nan, np.uint64(0), np.where(a_nan | b_nan, furthest, distance))


def _judge(
    recorded: np.ndarray[Any, Any], obtained: np.ndarray[Any, Any], tolerance: dict[str, int]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Which elements are close, and how far off each is in the unit it is judged by."""
    distance = ulp_distance(recorded, obtained)
    both_finite = np.isfinite(recorded) & np.isfinite(obtained)
    # A finite number is never close to an infinity, however few ulps lie between them.
    close = (distance <= np.uint64(tolerance["ulp"])) & (both_finite | (distance == 0))
    finite = np.abs(recorded[np.isfinite(recorded)])
    if not finite.size or not finite.max() > 0:
        return close, distance
    unit = float(np.spacing(finite.max()))
    with np.errstate(invalid="ignore", over="ignore"):
        gap = np.abs(recorded.astype(np.float64) - obtained.astype(np.float64)) / unit
    # An element far below the largest one may be the rest of a cancellation: its own ulps then
    # say nothing, so it is judged, and shown, in ulps of the largest.
    rest = ~close & both_finite & (gap <= tolerance["floor_ulp"])
    gap[~rest] = 0.0
    return close | rest, np.where(rest, np.ceil(gap).astype(np.uint64), distance)
