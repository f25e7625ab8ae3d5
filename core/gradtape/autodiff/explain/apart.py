"""A source that is watched and a target that does not get its gradient: what lies between."""

from __future__ import annotations

import ast
from typing import Any

from gradtape.autodiff.explain import walks
from gradtape.autodiff.explain.finding import Finding
from gradtape.autodiff.explain.question import Question
from gradtape.autodiff.recording import DECIDES
from gradtape.autodiff.records import call_site_of
from gradtape.runtime.call_sites import CallSite, Line, resolve
from gradtape.tensors.tensor import EagerTensor
from gradtape.tensors.variable import Variable

#: Calls that run a function in another thread.
_THREADS = frozenset({"Thread", "submit", "to_thread", "run_in_executor", "apply_async", "Timer"})


def lost_on_the_way(q: Question, reach: set[int]) -> Finding | None:
    """What was made of the source (`reach`) and did not get to the target as a tensor."""
    inner = _behind_a_derivative(q, reach)
    if inner is not None:
        return inner
    for store in q.tape.stores:
        if store.value in reach and _uses_variable(q, store.variable):
            known = q.tape._variables.get(store.variable)
            name = known[0].name if known else "a variable"
            more = f"A value computed from {q.source_name} was assigned to {name}, and reading a "
            return Finding("stateful", store.call_site, more + "variable starts anew.")
    for value, how, call_site in sorted(
        q.tape.exits, key=lambda left: left.value not in q.tape.tracked
    ):
        if value in reach and how not in DECIDES and q.leads_to_target(call_site) is not False:
            if how.startswith("library "):
                return Finding(
                    "no_path", call_site, f"{how[8:]} is not differentiable.", op=how[8:]
                )
            q.losses += 1 if value in q.tape.tracked else 2
            more = f"A value computed from {q.source_name} went through {how} there, and came back "
            return Finding("left_through_numpy", call_site, more + "as a constant.")
    return None


def _behind_a_derivative(q: Question, reach: set[int]) -> Finding | None:
    """A gradient taken under this tape lies between, and does not depend on the source."""
    if not q.tape.inner:
        return None
    made = walks.ancestors(q.records, q.end)
    for inner in q.tape.inner:
        within = any(inner.began < i <= inner.ended for i in made)
        if within and reach.intersection(inner.targets):
            return Finding("derivative_without_it", inner.call_site)
    return None


def _uses_variable(q: Question, variable_id: int) -> bool:
    known = q.tape._variables.get(variable_id)
    ids = set(known[1]) if known else set()
    if isinstance(q.target, Variable) and q.target._id == variable_id:
        return True
    return bool(ids & walks.ancestors(q.records, q.end)) or q.end not in q.tape.tracked


def target_place(q: Question) -> CallSite | None:
    """Where the target was computed, if the tape saw it."""
    made = walks.maker(q.records, q.end)
    if made is not None:
        return call_site_of(made)
    return next((cut.call_site for cut in q.tape.cuts if cut.output == q.end), None)


def apart(q: Question, reach: set[int]) -> Finding:
    """Why nothing leads from the source to the target: when and of what that was computed."""
    tape, end = q.tape, q.end
    computed = not isinstance(q.target, Variable)
    untracked = end not in tape.tracked and end not in tape.cut_off_ids
    line = resolve(target_place(q)) or q.line_of_name(q.target_expression) or q.asked_line
    if computed and end < tape.opened_id:
        if tape._resets:
            return Finding("reset", tape._resets[-1].call_site)
        q.moved = q.statement_of(q.target_expression)
        return Finding("before_open", line=line)
    if untracked and computed and tape._closed_id is not None and end > tape._closed_id:
        return Finding("after_close", line=line)
    before = _computed_before(q)
    if before is not None:
        return Finding("before_open", line=before)
    thread = _thread(q)
    if untracked and thread is not None:
        return Finding("other_thread", line=thread)
    branch = next((e for e in tape.exits if e.value in reach and e.how in DECIDES), None)
    cut = next((c for c in tape.cuts if branch is not None and c.output == branch.value), None)
    if branch is not None and cut is not None and cut.dtype.kind in "iu":
        more = f"{cut.op.type} is not differentiable."
        return Finding("no_path", cut.call_site, more, op=cut.op.type)
    if branch is not None:
        return Finding("control_flow", branch.call_site)
    if untracked and computed and q.depends is False:
        return Finding("constant_target", line=line)
    return Finding("no_connection", line=line)


def _computed_before(q: Question) -> Line | None:
    """The line above the block on which something in the target was computed of the source."""
    program, block = q.program, q.block
    if program is None or block is None:
        return None
    for expression in q.behind:
        for name in ast.walk(expression):
            if not isinstance(name, ast.Name) or name.lineno < block.lineno:
                continue
            if not _older_than_the_tape(q, q.value_of(name)):
                continue
            for statement, made in program.reaching(name.id, name):
                if statement.lineno < block.lineno and made is not None:
                    if any(_names_source(q, part) for part in program.made_of(made)):
                        q.moved = statement
    return None if q.moved is None else program.line_of(q.moved)


def _names_source(q: Question, expression: ast.expr) -> bool:
    """Whether the source, or a layer or list that holds it, is named in an expression."""
    for name in ast.walk(expression):
        if isinstance(name, ast.Name):
            value = q.value_of(name)
            held = value if isinstance(value, (list, tuple)) else ()
            if hasattr(type(value), "variables"):
                held = value.variables
            if value is q.source or any(v is q.source for v in held):
                return True
    return False


def _older_than_the_tape(q: Question, value: Any) -> bool:
    return (
        isinstance(value, EagerTensor)
        and value.dtype.is_differentiable
        and q.source._id < value._id < q.tape.opened_id
    )


def _thread(q: Question) -> Line | None:
    """The line in the block that hands work to another thread."""
    if q.program is None or q.block is None:
        return None
    for node in ast.walk(q.block):
        if isinstance(node, ast.Call):
            func = node.func
            name = func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")
            if name in _THREADS:
                return q.program.line_of(node)
    return None
