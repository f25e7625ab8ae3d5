"""Sources that the tape does not watch, or watches too late: what they are and why."""

from __future__ import annotations

import ast

from gradtape.autodiff.explain.finding import Finding, made_at
from gradtape.autodiff.explain.question import Question, base_name
from gradtape.runtime.call_sites import CallSite, Line, resolve
from gradtape.tensors.variable import Variable


def unwatched(q: Question) -> Finding | None:
    """Why the source is not watched; None where it is."""
    tape = q.tape
    if isinstance(q.source, Variable):
        return None if q.source._id in tape._variables else _variable(q, q.source)
    if q.source_ids & (tape.tracked | tape.cut_off_ids):
        late = min((tape.watched.get(i, 0) for i in q.source_ids), default=0)
        if late > q.end > tape.opened_id and not isinstance(q.target, Variable):
            call_site = next((tape.watched_at.get(i) for i in q.source_ids), None)
            return Finding("watched_late", call_site)
        return None
    return _tensor(q)


def _variable(q: Question, source: Variable) -> Finding | None:
    tape = q.tape
    if not tape._accessed:
        more = "The tape was made with watch_accessed_variables=False."
        return Finding("never_watched", tape._opened_at, more)
    if not source.trainable:
        frozen = getattr(source, "_frozen_at", None)
        line = None if frozen else _line_of_keyword(q, source._made, "trainable")
        return Finding("not_trainable", frozen or source._made, line=line)
    if tape._resets:
        return Finding("reset", tape._resets[-1].call_site)
    if tape.pauses and any(i in tape.cut_off_ids for i in q.source_ids):
        more = "It was read only while the tape was paused."
        return Finding("stop_recording", tape.pauses[0].call_site, more)
    return None


def _line_of_keyword(q: Question, call_site: CallSite | None, name: str) -> Line | None:
    """The line of a keyword in the call at `call_site`."""
    program = q.program
    call = None if program is None else program.node_at(call_site)
    if program is None or not isinstance(call, ast.Call):
        return None
    return next((program.line_of(k.value) for k in call.keywords if k.arg == name), None)


def _tensor(q: Question) -> Finding | None:
    tape = q.tape
    origin = getattr(q.source, "_origin", None)
    if origin is not None and origin[0] == "read" and _replaces(q, origin[1]):
        variable = origin[2]
        name = f"the variable {variable.name}" if variable.name else "a variable"
        more = f"{q.source_name} is a tensor computed from {name} there."
        return Finding("replaced_by_tensor", origin[1], more)
    if tape._resets:
        return Finding("reset", tape._resets[-1].call_site)
    late = next((tape.watched_at[i] for i in q.source_ids if i in tape.watched_at), None)
    if late is not None:
        return Finding("watched_late", late)
    again = _given_again(q) if origin is None else None
    if again is not None:
        more = f"{q.source_name} had stood for a variable before."
        return Finding("replaced_by_tensor", None, more, line=again)
    if q.depends is False:
        return None
    call_site = made_at(q.source) or (origin[1] if origin is not None else None)
    line = resolve(call_site) or q.line_of_name(q.source_expression) or resolve(tape._opened_at)
    return Finding("never_watched", None, "Only variables are watched by themselves.", line=line)


def _replaces(q: Question, call_site: CallSite | None) -> bool:
    """Whether at `call_site` a name was given again that had stood for a variable."""
    program = q.program
    node = None if program is None else program.node_at(call_site)
    if program is None or node is None:
        return True  # without a text it is the likely reason
    statement = program.statement(node)
    if not isinstance(statement, (ast.Assign, ast.AugAssign)):
        return False
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    names = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
    used = {n.id for n in ast.walk(statement.value) if isinstance(n, ast.Name)}
    return bool(names & used) or isinstance(statement, ast.AugAssign)


def _given_again(q: Question) -> Line | None:
    """The line on which a name that had stood for a tf.Variable was given a tensor."""
    program, name = q.program, base_name(q.source_expression)
    statement = q.statement_of(q.source_expression)
    if program is None or name is None or not isinstance(statement, ast.Assign):
        return None
    if name not in {n.id for n in ast.walk(statement.value) if isinstance(n, ast.Name)}:
        return None
    for other, value in program.bindings(name, program.scope(statement)):
        if other.lineno < statement.lineno and isinstance(value, ast.Call):
            if getattr(value.func, "attr", "") == "Variable":
                return program.line_of(statement)
    return None
