"""The gradient check: the tape's gradient against finite differences in float64.

The recorded ops are computed again in float64 with one element of a source moved a little to each
side: (f(x + h) − f(x − h)) / 2h. Values that the tape does not follow stay as they were, so what is
checked is the rules of the ops, at this very point; the program itself does not run again.
"""

from __future__ import annotations

import json
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from gradtape.observers import Computed, unrecorded
from playground.tape_values import TapeValues
from playground.values import number

MOST_SECONDS = 3.0
MOST_ELEMENTS = 64  # of one source; of a larger one these many are spread over it
STEP = 6e-6  # near the cube root of float64's epsilon, where the two errors balance
SMALL = 2e-2  # elements below this part of the usual one may be what a cancellation left over
TOLERANCE = {"float16": 5e-2, "bfloat16": 1e-1, "float32": 1e-3, "float64": 1e-5}


class Asked(NamedTuple):
    """A gradient call that can be checked later."""

    call: int
    method: str
    values_of_tape: TapeValues | None
    targets: list[int]
    seeds: list[Any]
    sources: list[tuple[int, ...]]
    labels: list[str]
    values: list[np.ndarray[Any, Any] | None]


class CannotCheck(Exception):
    """Why there is nothing to compare with, in words for the page."""


MOST_BYTES = 64 * 1024 * 1024  # values of all the calls that can be checked


class Checks:
    """The gradient calls of one run that can be checked."""

    def __init__(self) -> None:
        self._asked: dict[int, Asked] = {}
        self._held: dict[int, int] = {}  # call → bytes
        self._bytes = 0

    def keep(self, asked: Asked) -> bool:
        """Remember a call for the check; whether there was room for its values."""
        own = sum(g.nbytes for g in asked.values if g is not None)
        of_tape = 0 if asked.values_of_tape is None else asked.values_of_tape.bytes
        if self._bytes + own > MOST_BYTES:
            return False
        if self._bytes + own + of_tape > MOST_BYTES:
            asked, of_tape = asked._replace(values_of_tape=None), 0
        self._bytes += own + of_tape
        self._held[asked.call] = own + of_tape
        self._asked[asked.call] = asked
        return asked.values_of_tape is not None

    def drop(self, call: int) -> None:
        """Forget a call, so that others have its room."""
        self._asked.pop(call, None)
        self._bytes -= self._held.pop(call, 0)

    @property
    def bytes(self) -> int:
        """What is held."""
        return self._bytes

    def check(self, call: int) -> str:
        """How the gradients of a call compare with finite differences, as JSON."""
        asked = self._asked.get(call)
        try:
            if asked is None:
                raise CannotCheck(
                    "The values of this call are not here. Calls whose tape is kept can be "
                    "checked, until Python starts again or the next run begins."
                )
            rows = _check(asked)
        except CannotCheck as why:
            return json.dumps({"call": call, "text": str(why), "rows": []})
        told = [row["verdict"] for row in rows]
        if "differs" in told:
            text = (
                "The tape's gradient is not what finite differences give. Look at the worst "
                "element."
            )
        elif "agrees" in told or "corner" in told:
            text = "The tape's gradient is what finite differences in float64 give."
        else:
            text = "There was nothing to compare."
        return json.dumps({"call": call, "text": text, "rows": rows})


class Replay:
    """The recorded function, in float64."""

    def __init__(self, values: TapeValues) -> None:
        self.base: dict[int, np.ndarray[Any, Any]] = {}
        self.ops = values.steps
        self.narrow: set[str] = set()
        self._operands = []
        for op in self.ops:
            operands = [self.base[i] if i in self.base else _wide(v) for i, v in op.inputs]
            for (i, _), value in zip(op.inputs, operands, strict=True):
                if i:
                    self.base.setdefault(i, value)
            self._operands.append(operands)
            if op.own_gradient:
                self.base.update((i, _wide(value)) for i, value in op.outputs)
            else:
                self.base.update(self._apply(op, operands))

    def moved(self, source: int, value: Any, targets: list[int]) -> list[np.ndarray[Any, Any]]:
        """The targets where one source has another value."""
        changed = {source: value}
        for op, operands in zip(self.ops, self._operands, strict=True):
            if any(i in changed for i, _ in op.inputs):
                if op.own_gradient:
                    raise CannotCheck(
                        f"{op.type} has a gradient of its own (tf.custom_gradient). It need "
                        "not be the derivative, so there is nothing to compare it with."
                    )
                now = [changed.get(i, v) for (i, _), v in zip(op.inputs, operands, strict=True)]
                changed.update(self._apply(op, now))
        return [changed.get(i, self.base.get(i, np.zeros(()))) for i in targets]

    def _apply(self, op: Computed, operands: list[Any]) -> dict[int, Any]:
        if op.type == "Cast" and all(value.dtype.kind == "f" for _, value in op.outputs):
            return {i: x for (i, _), x in zip(op.outputs, operands, strict=True)}  # stays float64
        with np.errstate(all="ignore"):
            outputs = op.compute(operands)
        for value in outputs:
            if value.dtype.kind == "f" and value.dtype.itemsize < 8:
                self.narrow.add(op.type)
        return {i: _wide(value) for (i, _), value in zip(op.outputs, outputs, strict=True)}


def _wide(value: Any) -> Any:
    if not isinstance(value, (np.ndarray, np.generic)):
        raise CannotCheck(
            "Some values of this tape are not on the CPU. Run the program on the CPU to check it."
        )
    if value.dtype.kind == "c":
        raise CannotCheck("The tape holds complex numbers; the check knows real ones only.")
    return np.asarray(value, np.float64) if value.dtype.kind == "f" else value


def _check(asked: Asked) -> list[dict[str, Any]]:
    if asked.values_of_tape is None or asked.values_of_tape.full:
        raise CannotCheck(
            "This tape holds more values than are kept for a check. Try it with fewer or smaller "
            "steps."
        )
    with unrecorded():
        replay = Replay(asked.values_of_tape)
        until = perf_counter() + MOST_SECONDS
        rows = []
        for k, (label, value) in enumerate(zip(asked.labels, asked.values, strict=True)):
            row = {"label": label, "verdict": "skipped", "index": [], "size": 0, "checked": 0}
            row.update(tape=None, numeric=None, relative=None, text="")
            share = perf_counter() + max(0.2, (until - perf_counter()) / (len(asked.labels) - k))
            row.update(_check_source(asked, replay, k, value, share))
            rows.append(row)
    if replay.narrow:
        names = ", ".join(sorted(replay.narrow))
        for row in rows:
            row["text"] += f" ({names} computes in less than float64, so expect a rough answer.)"
    return rows


def _check_source(
    asked: Asked, replay: Replay, k: int, value: np.ndarray[Any, Any] | None, until: float
) -> dict[str, Any]:
    if value is None:
        return {"text": "The gradient is None: no recorded path leads here."}
    ids = [i for i in asked.sources[k] if i in replay.base]
    if len(ids) != 1:
        why = "it is not on the path" if not ids else "it was changed while the tape recorded"
        return {"text": f"Not checked: {why}."}
    x = replay.base[ids[0]]
    if x.dtype.kind != "f" or x.size == 0:
        return {"text": "Not checked: it has no real elements."}
    at_rest = [replay.base.get(i, np.zeros(())) for i in asked.targets]
    if not np.isfinite(_function(asked, at_rest, x, 0)).all():
        return {"text": "The target is not a finite number here, so it has no slope to compare."}
    worst: dict[str, Any] | None = None
    checked = corners = 0
    scale = _root_mean_square(value)
    for j in _spread(x.size, value):
        if checked and perf_counter() > until:
            break
        found = _element(asked, replay, ids[0], x, j, value, scale)
        checked += 1
        corners += found["corner"]
        if worst is None or found["badness"] > worst["badness"]:
            worst = found
    assert worst is not None
    tolerance = TOLERANCE.get(value.dtype.name, 1e-3)
    verdict = "differs" if worst["badness"] > tolerance else "corner" if corners else "agrees"
    shown = {key: worst[key] for key in ("index", "tape", "numeric", "relative", "text")}
    return {"verdict": verdict, "size": int(x.size), "checked": checked, **shown}


def _root_mean_square(value: np.ndarray[Any, Any]) -> float:
    finite = value[np.isfinite(value)].astype(np.float64)
    return float(np.sqrt(np.mean(finite * finite))) if finite.size else 0.0


def _spread(size: int, value: np.ndarray[Any, Any]) -> list[int]:
    if size <= MOST_ELEMENTS:
        return list(range(size))
    chosen = set(np.linspace(0, size - 1, MOST_ELEMENTS, dtype=int).tolist())
    if value.size == size:
        chosen.add(int(np.argmax(np.abs(np.nan_to_num(value.reshape(-1))))))
    return sorted(chosen)


def _element(
    asked: Asked, replay: Replay, source: int, x: Any, j: int, value: Any, scale: float
) -> dict[str, Any]:
    """One element of a source: the tape's numbers beside the differences, and the worst of them."""
    at = x.reshape(-1)[j]
    h = STEP * max(1.0, abs(float(at)))
    ends = []
    for move in (h, 0.0, -h):
        there = x.copy()
        there.reshape(-1)[j] = at + move
        ends.append(_function(asked, replay.moved(source, there, asked.targets), x, j))
    plus, here, minus = ends
    with np.errstate(all="ignore"):
        numeric = (plus - minus) / (2 * h)
        right, left = (plus - here) / h, (here - minus) / h
        tape = _column(asked, value, x, j).astype(np.float64)
        noise = 64 * np.finfo(np.float64).eps * np.abs(here) / h
        size = np.maximum(np.abs(tape), np.abs(numeric))
        gap = np.abs(tape - numeric)
        badness = np.where(gap <= noise, 0.0, gap / np.maximum(size, max(SMALL * scale, 1e-300)))
    badness = np.where(np.isfinite(tape) & np.isfinite(numeric), badness, np.inf)
    same = (np.isnan(tape) & np.isnan(numeric)) | (tape == numeric)
    badness = np.where(same, 0.0, badness)
    corner = np.abs(right - left) > 1e-2 * np.maximum(np.abs(right), np.abs(left)) + 64 * noise
    low, high = np.minimum(left, right), np.maximum(left, right)
    slack = 1e-3 * np.maximum(np.abs(low), np.abs(high))
    within = corner & (tape >= low - slack) & (tape <= high + slack)
    badness = np.where(within, 0.0, badness)
    worst = int(np.argmax(badness)) if badness.size else 0
    index = [int(n) for n in np.unravel_index(j, x.shape)]
    text = ""
    if badness.size and corner[worst]:
        text = (
            f"There is a corner here: {left[worst]:.6g} from the left, {right[worst]:.6g} from the "
            "right; any slope between the two is a right answer."
        )
    return {
        "badness": float(badness[worst]) if badness.size else 0.0,
        "corner": int(within.any()),
        "index": index,
        "tape": number(tape[worst]) if badness.size else None,
        "numeric": number(numeric[worst]) if badness.size else None,
        # Of the larger of the two, or of a part of the usual element where both are tiny.
        "relative": number(badness[worst]) if badness.size else None,
        "text": text,
    }


def _function(asked: Asked, targets: list[Any], x: Any, j: int) -> np.ndarray[Any, Any]:
    """What is differentiated: the weighted sum of the targets, or each of their elements."""
    if asked.method == "gradient":
        total = 0.0
        for y, seed in zip(targets, asked.seeds, strict=True):
            total += float(np.sum(y if seed is None else y * np.asarray(seed, np.float64)))
        return np.array([total])
    if asked.method == "batch_jacobian":
        row = int(np.unravel_index(j, x.shape)[0])
        return np.asarray(targets[0][row], np.float64).reshape(-1)
    return np.asarray(targets[0], np.float64).reshape(-1)


def _column(asked: Asked, value: Any, x: Any, j: int) -> Any:
    """The tape's numbers that belong to element j of the source."""
    if asked.method == "gradient":
        return value.reshape(-1)[j : j + 1]
    if asked.method == "batch_jacobian":
        row = int(np.unravel_index(j, x.shape)[0])
        per_row = x[0].size
        return value[row].reshape(-1, per_row)[:, j - row * per_row]
    return value.reshape(-1, x.size)[:, j]
