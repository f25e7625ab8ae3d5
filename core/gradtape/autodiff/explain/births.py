"""Where a NaN or an infinity was born: in a value, in a derivative, or outside the tape.

A tape whose values are still there is run once more, op by op. One that has let them go has kept
those of the ops in which NumPy reported a division by zero, an overflow or an invalid operation.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradtape.autodiff.explain import replay, walks
from gradtape.autodiff.explain.question import Question, base_name
from gradtape.autodiff.records import (
    COTANGENT,
    DTYPE,
    INPUTS,
    OP,
    PARAMS,
    SAVED,
    SHAPE,
    Record,
    call_site_of,
    outputs_of,
)
from gradtape.primitives.op import Like
from gradtape.runtime.call_sites import CallSite, Line, resolve
from gradtape.runtime.recorders import restore_warnings, silence_warnings
from gradtape.tensors.tensor import EagerTensor
from gradtape.tensors.variable import Variable

#: Ops that can give finite values for operands that are not.
_STOPS = frozenset(
    "SelectV2 Maximum Minimum DivNoNan MulNoNan RealDiv Reciprocal Sigmoid Tanh Relu GatherV2 "
    "GatherNd StridedSlice Exp Softmax Erf Atan".split()
)


#: Ops whose derivative is infinite somewhere, though their value is finite there.
_SINGULAR = frozenset(
    "Acos Acosh Asin Atan2 Atanh EuclideanNorm Log Log1p Pow RealDiv Reciprocal Rsqrt Sqrt".split()
)


@dataclass
class Birth:
    """An op that made something that is not finite of what was, or a value that came in so."""

    born: str
    op: str | None
    call_site: CallSite | None
    line: Line | None
    operands: list[str]
    values: list[Any]
    result: Any = None
    cotangent: Any = None
    beside: list[Birth] = field(default_factory=list)  # others of the same pass


def birth(q: Question) -> Birth | None:
    """Where what is not finite in the source's gradient comes from."""
    if replay.has_values(q.tape):
        if not replay.finite(q.target_tensor):
            beside: list[Birth] = []
            made = _in_values(q, births=beside)
            if made is not None:
                made.beside = [b for b in beside if b is not made]
            return made
        found = replay.marked(q.tape, q.target_tensor, replay.not_finite)
        record = next((found.made_so[i] for i in q.source_ids if i in found.made_so), None)
        if record is None:
            return _came_in(q, None)
        given = next((found.cotangents.get(o) for o in outputs_of(record)), None)
        if not all(replay.finite(v) for v in _operands(record) if v is not None):
            made = _in_values(q, record)
            if made is not None and made.born == "input":
                return made
        return _of(record, "backward", _known(q), given)
    flowing = walks.flows(q.records, q.source_ids)
    for record in reversed(q.records):
        if len(record) > COTANGENT and any(o in flowing for o in outputs_of(record)):
            return _of(record, "backward", _known(q), record[COTANGENT])
    return _came_in(q, None)


def _known(q: Question) -> dict[int, Any]:
    """The values that are still at hand, by id; worked out once for a question."""
    if q.values is not None:
        return q.values
    known = q.values = {q.end: replay.array(q.target_tensor)}
    for variable, ids in q.tape._variables.values():
        if variable._tensor._id in ids:
            known[variable._tensor._id] = replay.array(variable._tensor)
    if isinstance(q.source, EagerTensor):
        known[q.source._id] = replay.array(q.source)
    for record in q.records:
        for part in record[SAVED] or ():
            if isinstance(part, EagerTensor):
                known[part._id] = replay.array(part)
    return known


def _operands(record: Record, known: dict[int, Any] | None = None) -> list[Any]:
    """The inputs of an op, None where a value is not at hand."""
    values = []
    saved = [*(record[SAVED] or ())][1:]
    for k, i in enumerate(record[INPUTS]):
        part = saved[k] if k < len(saved) else None
        if known is not None and i in known:
            values.append(known[i])
        elif part is None or isinstance(part, (Like, tuple)):
            values.append(None)
        else:
            values.append(replay.array(part))
    return values


def _result(record: Record, values: list[Any]) -> Any:
    """What an op gives for its operands, as a tuple; None where it cannot be had."""
    op = record[OP]
    if any(v is None for v in values) or op.kind == "user":
        return None
    token = silence_warnings()
    try:
        y = op.kernel(*values, **(record[PARAMS] or {}))
    except Exception:
        return None  # it needs more than its operands
    finally:
        restore_warnings(token)
    return y if type(y) is tuple else (y,)


def others(q: Question, found: Birth) -> list[Birth]:
    """Further ops on the way that give what is not finite, or have no finite derivative there."""
    if not replay.has_values(q.tape):
        return []
    known, seen = _known(q), {(found.call_site, found.op)}
    births = list(found.beside)
    singular = [
        record
        for record in q.records
        if record[OP].type in _SINGULAR and (call_site_of(record), record[OP].type) not in seen
    ]
    needed = walks.ancestors(q.records, q.end) if singular else set()
    live = {*q.source_ids, *walks.flows(q.records, q.source_ids)} if singular else set()
    for record in singular:
        outputs = outputs_of(record)
        if not live.intersection(record[INPUTS]):
            continue
        values = [v for v in _operands(record, known) if v is not None]
        if len(outputs) == 1 and outputs[0] in needed and all(map(replay.finite, values)):
            ones = np.ones(record[SHAPE], record[DTYPE])
            token = silence_warnings()
            pulled = replay.pulled(q.tape, record, {outputs[0]: ones})
            restore_warnings(token)
            if not all(map(replay.finite, pulled.values())):
                births.append(_of(record, "backward", known))
    further = []
    for birth in births:
        if (birth.call_site, birth.op) not in seen:
            seen.add((birth.call_site, birth.op))
            further.append(birth)
    return further


def _in_values(
    q: Question, up_to: Record | None = None, births: list[Birth] | None = None
) -> Birth | None:
    """The op in the forward pass that first gave what is not finite, on any way to the target.

    All such ops are added to `births`.
    """
    known = _known(q)
    made = {o for record in q.records for o in outputs_of(record)}
    poisoned: dict[int, Birth] = {}
    needed = walks.ancestors(q.records, outputs_of(up_to)[0] if up_to else q.end)
    last = None
    for record in q.records:
        if needed.isdisjoint(outputs_of(record)):
            continue
        source = next((poisoned[i] for i in record[INPUTS] if i in poisoned), None)
        if source is not None and record[OP].type not in _STOPS:
            poisoned.update(dict.fromkeys(outputs_of(record), source))
            continue
        values = _operands(record, known)
        bad = [k for k, v in enumerate(values) if v is not None and not replay.finite(v)]
        results = _result(record, values)
        for k, o in enumerate(outputs_of(record)):
            value = known.get(o) if results is None else results[k]
            if value is not None:
                known[o] = np.asarray(value)
            if value is not None and replay.finite(value):
                continue
            if source is not None:
                poisoned[o] = source
            elif bad and record[INPUTS][bad[0]] not in made:
                poisoned[o] = _came_in(q, record, bad[0]) or _of(record, "input", known)
            elif value is not None:
                poisoned[o] = _of(record, "forward", known)
                if births is not None:
                    births.append(poisoned[o])
            last = poisoned.get(o, last)
        if record is up_to:
            break
    if up_to is not None:
        return last
    return poisoned.get(q.end) or last or _came_in(q, None)


def _of(record: Record, born: str, known: dict[int, Any], cotangent: Any = None) -> Birth:
    call_site = call_site_of(record)
    values = _operands(record, known)
    result = known.get(outputs_of(record)[0])
    operands = [told(v) for v in values if v is not None]
    op = record[OP].type
    return Birth(born, op, call_site, resolve(call_site), operands, values, result, cotangent)


def told(value: Any) -> str:
    """A value in a few words: a number, or the first element that stands out and its index."""
    a = np.asarray(value)
    if a.ndim == 0:
        return f"{a[()]:.6g}" if a.dtype.kind in "fc" else str(a[()])
    odd = ~np.isfinite(a) if a.dtype.kind in "fc" else np.zeros(a.shape, bool)
    if not odd.any():
        odd = a == 0
    shape = f"{a.dtype.name}{list(a.shape)}"
    if not odd.any() or not a.size:
        low, high = (a.min(), a.max()) if a.size and a.dtype.kind != "c" else (0, 0)
        return f"{shape} of {low:.6g} … {high:.6g}" if a.dtype.kind in "iuf" else shape
    index = np.unravel_index(int(odd.reshape(-1).argmax()), a.shape)
    at = ", ".join(map(str, map(int, index)))
    return f"{shape} with {a[index]:.6g} at [{at}]"


def _came_in(q: Question, record: Record | None, k: int = 0) -> Birth | None:
    """A variable, constant or array in the target's text that is not finite."""
    program = q.program
    seen: dict[str, ast.Name] = {}
    for expression in q.behind:
        for node in ast.walk(expression):
            if isinstance(node, ast.Name):
                seen.setdefault(node.id, node)
    opened = q.tape.opened_id
    for name, node in seen.items():
        value = q.value_of(node)
        if isinstance(value, Variable):
            if not replay.finite(value._tensor):
                return _input(name, value._tensor, _last_update(q, name) or resolve(value._made))
        elif isinstance(value, EagerTensor) and value.dtype.is_floating:
            origin = getattr(value, "_origin", None)
            made = origin[1] if origin is not None and origin[0] == "made" else None
            if (made or value._id < opened) and not replay.finite(value):
                return _input(name, value, resolve(made) or _bound(q, name))
        elif isinstance(value, np.ndarray) and value.dtype.kind == "f":
            if not np.isfinite(value).all() and program is not None:
                return _input(name, value, _bound(q, name))
    if record is not None:
        call_site = call_site_of(record)
        value = _operands(record, _known(q))[k]
        return Birth(
            "input", record[OP].type, call_site, resolve(call_site), [told(value)], [value]
        )
    return None


def _input(name: str, value: Any, line: Line | None) -> Birth:
    a = replay.array(value)
    return Birth("input", None, None, line, [f"{name} = {told(a)}"], [a])


def _bound(q: Question, name: str) -> Line | None:
    statement = q.binding(name)
    return None if statement is None or q.program is None else q.program.line_of(statement)


def _last_update(q: Question, name: str) -> Line | None:
    """The line that last changed a variable, as far as the text tells."""
    program = q.program
    if program is None:
        return None
    found = None
    for node in ast.walk(program.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            method, owner = node.func.attr, base_name(node.func.value)
            if method == "apply_gradients" or (method.startswith("assign") and owner == name):
                found = node
    return None if found is None else program.line_of(found)
