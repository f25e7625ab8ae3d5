"""Why a gradient is None, and by which ops a gradient flows: `tape.explain(target, source)`.

The tape remembers, beside its records, the ops through which no gradient passes (`cuts`), the
values that left for NumPy or Python (`exits`), those that were stored in variables (`stores`), the
gradients taken while it recorded (`inner`), and when it was paused, reset and closed. From these
and from the program's text the cause is found, with its line.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FrameType
from typing import Any

from gradtape.autodiff.explain import edits, replay, walks
from gradtape.autodiff.explain.apart import apart, lost_on_the_way, target_place
from gradtape.autodiff.explain.causes import ADVICE_FOR_OP, CAUSES
from gradtape.autodiff.explain.explanation import Explanation
from gradtape.autodiff.explain.finding import Finding, made_at
from gradtape.autodiff.explain.flow import connected
from gradtape.autodiff.explain.mending import mend
from gradtape.autodiff.explain.question import Question, argument_names
from gradtape.autodiff.explain.unwatched import unwatched
from gradtape.autodiff.recording import Recording
from gradtape.autodiff.records import OP, Record, call_site_of
from gradtape.runtime.call_sites import resolve, user_frame
from gradtape.tensors.tensor import EagerTensor
from gradtape.tensors.variable import Variable


def explain(
    tape: Recording,
    target: Any,
    source: Any,
    names: tuple[str, str] | None = None,
    frame: FrameType | None = None,
) -> Any:
    """See `GradientTape.explain`; `names` are what the texts call target and source.

    `frame` is where the program asks, unless it is the one that called.
    """
    if tape.records is None:
        raise RuntimeError("this tape was never entered, so it recorded nothing: use `with tape:`.")
    frame = frame or user_frame(2)
    target_name, source_name = (
        names or argument_names(frame) or (_name(target, "target"), _name(source, "source"))
    )
    if isinstance(target, (list, tuple, dict)):
        return _each(
            target,
            target_name,
            lambda t, name: explain(tape, t, source, (name, source_name), frame),
        )
    if isinstance(source, (list, tuple, dict)):
        return _each(
            source,
            source_name,
            lambda s, name: explain(tape, target, s, (target_name, name), frame),
        )
    for what, value in (("target", target), ("source", source)):
        if not isinstance(value, (EagerTensor, Variable)):
            raise TypeError(
                f"explain takes one tensor or variable as {what}, but {type(value).__name__} came. "
                "A number or an array has no gradient at all: the calculation has left the tape."
            )
    return _answer(Question(tape, target, source, (target_name, source_name), frame))


def _each(several: Any, called: str, answer: Callable[[Any, str], Any]) -> Any:
    """One answer for each member of a list or dictionary, by the member's own name."""
    keys = list(several) if isinstance(several, dict) else list(range(len(several)))
    names = edits.member_names(called, keys)
    answers = [answer(several[key], name) for key, name in zip(keys, names, strict=True)]
    return dict(zip(keys, answers, strict=True)) if isinstance(several, dict) else answers


def _name(value: Any, default: str) -> str:
    return value.name if isinstance(value, Variable) and value._name != "Variable" else default


def _answer(q: Question) -> Explanation:
    """The explanation, found step by step."""
    differentiable = q.target.dtype.is_differentiable and q.source.dtype.is_differentiable
    if differentiable and (q.end in q.source_ids or q.target is q.source):
        return connected(q, [])
    flowing = walks.flows(q.records, q.source_ids)
    if q.end in flowing and q.source.dtype.is_differentiable:
        chain = walks.chain_to(flowing, q.end)
        refused = next((r for r, _ in chain if r[OP].kind == "unregistered"), None)
        if refused is not None:
            return _none(q, Finding("unregistered", call_site_of(refused), op=refused[OP].type))
        silent = _silent(q, chain)
        if silent is not None:
            more = f"The gradient function of {silent[OP].type} gives None for it."
            return _none(q, Finding("no_path", call_site_of(silent), more, op=silent[OP].type))
        if differentiable:
            return connected(q, chain)
    if not q.source.dtype.is_differentiable:
        made = made_at(q.source)
        line = None if made else q.line_of_name(q.source_expression)
        return _none(q, Finding("integer", made, f"{q.source_name} is {q.source.dtype.name}.",
                                line=line))  # fmt: skip
    reach, parent = walks.steps_from(q.tape, q.source_ids)
    if q.end in reach:
        return _none(q, _cut(q, parent))
    found = _wrong_way(q) or unwatched(q) or lost_on_the_way(q, reach) or apart(q, reach)
    return _none(q, found)


def _wrong_way(q: Question) -> Finding | None:
    """Target and source swapped, or a source that is younger than the target."""
    if isinstance(q.target, Variable) and not isinstance(q.source, EagerTensor):
        return None
    backwards = walks.flows(q.records, set(q.tape._ids(q.target)))
    if q.source_ids & backwards.keys():
        return Finding("swapped", line=q.asked_line)
    if not isinstance(q.source, EagerTensor) or isinstance(q.target, Variable):
        return None
    if min(q.source_ids) > q.end:
        made = walks.maker(q.records, q.source._id)
        line = resolve(call_site_of(made)) if made else q.line_of_name(q.source_expression)
        return Finding("made_after", line=line)
    return None


def _cut(q: Question, parent: dict[int, tuple[Any, int]]) -> Finding:
    """The target depends on the source, but through an op that passes nothing."""
    at, step = q.end, None
    while at in parent:
        this, before = parent[at]
        q.losses += _loses(this, before)
        if not isinstance(this, list):
            step = this if this.why != "join" else step
        elif walks.passes_nothing(this, before):
            step = this
        at = before  # the earliest on the way counts
    if step is None:
        more = f"{q.target_name} is {q.target.dtype.name}."
        return Finding("integer", target_place(q), more, "use floating point")
    if isinstance(step, list):
        more = f"{step[OP].type} passes no gradient to that input."
        return Finding("no_path", call_site_of(step), more, op=step[OP].type)
    op, dtype, call_site = step.op, step.dtype, step.call_site
    if step.why == "paused":
        return Finding("stop_recording", call_site)
    if op.type == "StopGradient":
        return Finding("stop_gradient", call_site)
    if op.type in ("Cast", "ToInt32") and dtype.kind not in "fc":
        advice = "stay in floating point: leave the cast out"
        return Finding("integer", call_site, f"{op.type} gives {dtype}.", advice)
    more = f"{op.type} is not differentiable."
    if op.differentiable and dtype.kind not in "fc":
        more = f"What {op.type} gives there is of {dtype}, and has no gradient."
    return Finding("no_path", call_site, more, op=op.type)


def _loses(step: Any, before: int) -> bool:
    """Whether no gradient passes through a step, also if the one before it were mended."""
    if isinstance(step, list):
        return walks.passes_nothing(step, before)
    if step.why == "join":
        return False
    return step.why == "paused" or not step.op.differentiable or step.dtype.kind not in "fc"


def _silent(q: Question, chain: list[Any]) -> Record | None:
    """The op on the way whose gradient function, written by a user, gives None."""
    users: list[Record] = [record for record, _ in chain if record[OP].kind == "user"]
    if not users:
        return None
    if not q.tape.gave_none(q.source):
        if q.tape._used or not replay.has_values(q.tape):
            return None
        found = replay.cotangents(q.tape, q.target_tensor, q.source_ids)
        if q.source_ids & found.keys():
            return None
    return users[0]


def _none(q: Question, found: Finding) -> Explanation:
    """The explanation of a gradient that is None."""
    names = {"source": q.source_name, "target": q.target_name, "tape": q.tape_name}
    meaning, usual = (text.format(**names) for text in CAUSES[found.cause])
    kind, more = "None", found.more
    if found.cause == "unregistered":
        kind = "a LookupError"
        more = f"{found.op} has no gradient in TensorFlow either, so gradient() raises it."
    return Explanation(
        q.target_name,
        q.source_name,
        False,
        found.cause,
        f"{q.of} is {kind}: {meaning}. {more}".rstrip(),
        found.line or resolve(found.call_site) or q.asked_line,
        found.advice or ADVICE_FOR_OP.get(found.op or "", "") or usual,
        mend(q, found.cause, found.call_site),
        op=found.op,
    )
