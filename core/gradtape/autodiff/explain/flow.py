"""A gradient that flows: its path op by op, its norm, and what is wrong with it if anything is."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.autodiff.explain import branches, remedies, replay
from gradtape.autodiff.explain.births import birth
from gradtape.autodiff.explain.causes import CAUSES
from gradtape.autodiff.explain.explanation import Explanation, Step
from gradtape.autodiff.explain.question import Question
from gradtape.autodiff.records import DTYPE, OP, OUTPUT, SHAPE, call_site_of
from gradtape.runtime.call_sites import resolve

#: Records from source to target, each with the id of its output on the way.
Chain = list[tuple[list[Any], int]]

#: Of a longer path the first and the last half of these are shown.
_SHOWN = 200


def connected(q: Question, chain: Chain) -> Explanation:
    """The explanation of a gradient that flows through `chain`."""
    shown = chain if len(chain) <= _SHOWN else chain[: _SHOWN // 2] + chain[-_SHOWN // 2 :]
    wanted = {*q.source_ids, *(i for _, i in shown)}
    can = not q.tape._used and replay.has_values(q.tape)
    at_hand = replay.cotangents(q.tape, q.target_tensor, wanted) if can else {}
    norms = {i: replay.array(g) for i, g in at_hand.items()}
    steps = [_step(record, i, norms.get(i)) for record, i in shown]
    gradient = _gradient(q, norms)
    common: dict[str, Any] = {
        "path": steps,
        "length": len(chain),
        "norm": None if gradient is None else _norm(gradient),
        "lost": branches.lost(q),
    }
    trouble = None
    if gradient is not None and gradient.size:
        if not replay.finite(gradient) or not (gradient.any() or replay.finite(q.target_tensor)):
            trouble = _not_finite(q, gradient, common)
        elif not gradient.any():
            trouble = _zero(q, chain, common)
    if trouble is not None:
        return trouble
    text = f"{q.of} flows through {len(chain)} op{'s' * (len(chain) != 1)}"
    text = f"{text}." if chain else f"{q.of} is 1: they are the same value."
    if chain and common["norm"] is not None:
        text += f" Its norm is {common['norm']:.4g}."
    return Explanation(q.target_name, q.source_name, True, None, text, **common)


def _step(record: list[Any], i: int, g: Any) -> Step:
    many = type(record[OUTPUT]) is not int
    k = record[OUTPUT].index(i) if many else 0
    return Step(
        record[OP].type,
        tuple(record[SHAPE][k] if many else record[SHAPE]),
        str(record[DTYPE][k] if many else record[DTYPE]),
        resolve(call_site_of(record)),
        None if g is None else _norm(g),
        None if g is None else replay.finite(g),
    )


def _norm(g: Any) -> float:
    with np.errstate(all="ignore"):
        return float(np.linalg.norm(np.ravel(g)))


def _gradient(q: Question, norms: dict[int, Any]) -> Any:
    """The source's own gradient: computed again, or the one that was given out last."""
    parts = [norms[i] for i in q.source_ids if i in norms]
    if parts:
        with np.errstate(all="ignore"):
            return sum(parts[1:], parts[0])
    given = q.tape.given(q.source)
    return None if given is None else replay.array(given)


def _not_finite(q: Question, gradient: Any, common: dict[str, Any]) -> Explanation:
    """A NaN or an infinity: the op and the line where it was born."""
    what = "NaN" if np.isnan(gradient).any() else "infinite"
    if replay.finite(gradient):
        what = "zero, and the target is not finite"
    found = birth(q)
    cause = {"forward": "value_not_finite", "backward": "gradient_not_finite"}.get(
        "input" if found is None else found.born, "input_not_finite"
    )
    meaning, usual = CAUSES[cause]
    text = f"{q.of} is {what}: {meaning}."
    if found is None:
        return Explanation(q.target_name, q.source_name, True, cause, text, q.asked_line, usual,
                           born="input", **common)  # fmt: skip
    because, advice = remedies.usual_cause(found)
    return Explanation(
        q.target_name,
        q.source_name,
        True,
        cause,
        f"{text} {because}".rstrip(),
        found.line or q.asked_line,
        advice or usual,
        remedies.mend(q, found),
        op=found.op,
        born=found.born,
        operands=found.operands,
        **common,
    )


def _zero(q: Question, chain: Chain, common: dict[str, Any]) -> Explanation | None:
    """A gradient that is zero everywhere: the op that lets nothing pass."""
    record = None
    if replay.has_values(q.tape):
        marks = replay.marked(q.tape, q.target_tensor, replay.zero)
        record = next((marks.made_so[i] for i in q.source_ids if i in marks.made_so), None)
    else:
        ops = (kinds for kinds in (remedies.FLAT, remedies.DEAD.keys()))
        on_the_way = [r for r, _ in reversed(chain)]
        record = next((r for kinds in ops for r in on_the_way if r[OP].type in kinds), None)
    meaning, usual = CAUSES["zero_gradient"]
    if record is None:
        return None
    op, call_site = record[OP].type, call_site_of(record)
    because, advice = remedies.DEAD.get(op, ("", ""))
    return Explanation(
        q.target_name,
        q.source_name,
        True,
        "zero_gradient",
        f"{q.of} is zero everywhere: {meaning}. {because or op + ' gives zeros here.'}",
        resolve(call_site) or q.asked_line,
        advice or usual,
        remedies.revive(q, op, call_site),
        op=op,
        **common,
    )
