"""Gradients in trouble, in all steps of a loop: what kind, in how many steps, first in which.

None, NaN and infinity are trouble in any step. A gradient that is all zero, tiny beside the others
(vanishing) or far larger than it was (exploding) is trouble where it stays so for some steps: one
such step is nothing unusual.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from playground.sizes import Size

IN_A_ROW = 3  # steps after which zeros, a vanishing or an exploding gradient are told
BEGINNING = 10  # steps that say how large gradients usually are
VANISHING = 1e-5  # of the largest gradient of the same step, each by its root mean square
EXPLODING = 1e3  # times the usual norm of the first steps
HUGE = 1e6  # times the weight's own norm
MOST_NONE = 8  # cards for None of one loop; what comes then joins the last one
AT_ONCE = ("none", "nan", "infinite")
WORDS = {"none": "None", "nan": "NaN"}


@dataclass
class Trouble:
    """One kind of trouble, in one or several sources of one loop."""

    kind: str
    first: int
    call: int  # whose tape shows it
    explanation: dict[str, Any]
    sources: list[str] = field(default_factory=list)
    count: int = 0
    last: int = 0

    @property
    def words(self) -> str:
        """What it is, in a few words."""
        return f"{WORDS.get(self.kind, self.kind)} in {', '.join(self.sources[:3])}"

    def happened(self, step: int, steps: int = 1) -> None:
        """It is there in this step, and was in those just before it that were not counted."""
        if self.last != step:
            self.last, self.count = step, self.count + steps


class Kinds:
    """Tells the kinds of trouble in the gradients of one step."""

    def __init__(self) -> None:
        self._usual: dict[int, list[float]] = {}
        self._row: dict[tuple[str, int], int] = {}  # (kind, source) → steps in a row
        self._broken = False  # NaN or infinity was there: sizes say nothing any more

    def of(self, gradients: list[Size], weights: list[Size]) -> list[tuple[str, int, int]]:
        """(kind, source, steps in a row) of what is wrong in this step."""
        largest = max((_mean(g) for g in gradients if g.norm > 0.0), default=0.0)
        found: list[tuple[str, int, int]] = []
        for i, size in enumerate(gradients):
            kind = size.trouble or self._by_size(i, size, largest, weights)
            if kind in AT_ONCE:
                self._broken = self._broken or kind != "none"
                found.append((kind, i, 1))
            elif kind and not self._broken:
                row = self._row[kind, i] = self._row.get((kind, i), 0) + 1
                if row >= IN_A_ROW:
                    found.append((kind, i, row))
            if self._row:
                for other in ("zero", "vanishing", "exploding"):
                    if other != kind:
                        self._row.pop((other, i), None)
        return found

    def _by_size(self, i: int, size: Size, largest: float, weights: list[Size]) -> str:
        if not size.norm > 0.0:
            return ""
        usual = self._usual.setdefault(i, [])
        exploding = False
        if len(usual) >= BEGINNING:
            exploding = size.norm > EXPLODING * usual[BEGINNING // 2]
        else:
            usual.append(size.norm)
            usual.sort()
        if i < len(weights) and size.norm > HUGE * max(weights[i].norm, 1.0):
            exploding = True
        if exploding:
            return "exploding"
        return "vanishing" if _mean(size) < VANISHING * largest else ""


def _mean(size: Size) -> float:
    """The root mean square of the elements."""
    return size.norm / math.sqrt(size.elements)


def described(kind: str, target: str, source: str, line: Any) -> dict[str, Any]:
    """The explanation of a gradient that is there and finite, and no good all the same."""
    name = f"d({target})/d({source})"
    text, advice = {
        "zero": (
            f"{name} is zero in every element, so no step of the training moves {source}.",
            "look in the tape where the gradient becomes zero: units of a ReLU whose inputs are "
            "all below 0 (a smaller learning rate, leaky_relu), a saturated sigmoid or a clipped "
            "value, weights that are all zero, a loss that is already at its end",
        ),
        "vanishing": (
            f"{name} is less than {VANISHING:g} of the largest gradient of the same step.",
            "saturated sigmoids and many layers one after the other make gradients small: "
            "take relu, another initialization (glorot, he), a normalization, or shortcuts "
            "around layers",
        ),
        "exploding": (
            f"{name} is more than {EXPLODING:g} times what it was in the first steps, or more "
            f"than {HUGE:g} times the size of {source}.",
            "a smaller learning rate, tf.clip_by_global_norm, smaller initial weights",
        ),
    }[kind]
    return {"source": source, "cause": f"{kind}_gradient", "text": text, "line": line,
            "advice": advice, "suggestion": None}  # fmt: skip
