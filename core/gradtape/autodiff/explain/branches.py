"""Branches on which a gradient is lost beside one on which it flows, and the warning about them.

Where a value leaves for NumPy and comes back, the gradient is that of the other branches, as in
TensorFlow. It is said once for each line, to the logger.
"""

from __future__ import annotations

from typing import Any

from gradtape.autodiff.explain import walks
from gradtape.autodiff.explain.explanation import Lost
from gradtape.autodiff.explain.question import Question, argument_names
from gradtape.autodiff.recording import Recording, warnings
from gradtape.autodiff.records import INPUTS, OUTPUT, call_site_of, outputs_of
from gradtape.runtime.call_sites import CallSite, resolve, user_frame
from gradtape.runtime.logger import get_logger

#: Ops of which nobody expects a gradient.
_EXPECTED = frozenset("Shape ShapeN Size Rank ZerosLike OnesLike Range".split())
#: Ways of leaving that hand the number itself on.
_VALUES = ("numpy()", "NumPy", "float()", "complex()", "fetch()")


def lost(q: Question) -> list[Lost]:
    """Every branch from source to target on which the gradient is lost."""
    tape = q.tape
    if not (tape.cuts or tape.exits or tape.stores):
        return []
    reach, _ = walks.steps_from(tape, q.source_ids)
    behind = _behind(tape, q.end)
    found: dict[tuple[str, Any], Lost] = {}

    def add(how: str, call_site: CallSite | None) -> None:
        found.setdefault((how, call_site), Lost(how, resolve(call_site)))

    for op, inputs, output, _, dtype, call_site, why in tape.cuts:
        live = [i for i in inputs if i in reach and i not in tape.cut_off_ids]
        if not live or output not in behind or why == "join":
            continue
        if dtype.kind == "b" or op.type in _EXPECTED:
            continue
        add("the tape was paused" if why == "paused" else f"{op.type} passes none", call_site)
    for record in q.records:
        if record[OUTPUT] in behind:
            for i in record[INPUTS]:
                if i in reach and walks.passes_nothing(record, i):
                    add("no gradient for that input", call_site_of(record))
    for i, how, call_site in tape.exits:
        if i in reach and how in _VALUES and q.leads_to_target(call_site):
            add(f"it went through {how} and came back as a constant", call_site)
    for i, variable_id, call_site in tape.stores:
        known = tape._variables.get(variable_id)
        if i in reach and known is not None and not behind.isdisjoint(known[1]):
            add("it was stored in a variable", call_site)
    return list(found.values())


def _behind(tape: Recording, end: int) -> set[int]:
    """Everything that the target was computed from, by roads that carry a gradient or not."""
    edges = [(o, r[INPUTS]) for r in tape.records or () for o in outputs_of(r)]
    edges += [(cut.output, cut.inputs) for cut in tape.cuts]
    found = {end}
    for output, inputs in sorted(edges, key=lambda edge: edge[0], reverse=True):
        if output in found:
            found.update(i for i in inputs if i)
    return found


#: The places where a value left that were judged already, so that a loop is not slowed down.
_judged: set[CallSite] = set()


def warn_of_lost(tape: Recording, targets: list[Any], sources: list[Any]) -> None:
    """Say, once for a line, that a gradient was lost there while others flowed."""
    left = [e for e in tape.exits if e.how in _VALUES and e.call_site not in _judged]
    if not warnings["lost"] or not left or len(targets) != 1:
        return
    frame = user_frame(2)
    reach = walks.flows(tape.records or [], {i for s in sources for i in tape._ids(s)})
    names = argument_names(frame)
    if names is None:
        return
    roots = {i for s in sources for i in tape._ids(s)}
    q = Question(tape, targets[0], sources[0], names, frame)
    if q.end not in reach:
        return  # there is no gradient at all, and a None is seen
    for i, how, call_site in left:
        if call_site is None or call_site in _judged or not (i in reach or i in roots):
            continue
        if len(_judged) < 10_000:
            _judged.add(call_site)
        if q.leads_to_target(call_site):
            line = resolve(call_site)
            get_logger().warning(
                "%s: a gradient is lost in part: the value went through %s and came back as a "
                "constant, so only the other branches count. Use the tf function of the same "
                "meaning, or tf.stop_gradient to say that it is meant "
                "(tf.debugging.disable_lost_gradient_warnings() turns this off). %s",
                line, how, "" if line is None else line.source,
            )  # fmt: skip
