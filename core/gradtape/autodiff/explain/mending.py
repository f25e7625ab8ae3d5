"""The edit that mends a gradient which is None: one small function a cause.

An edit is offered only where the text and the objects agree that a gradient will come of it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from gradtape.autodiff.explain import edits, numpy_calls, walks
from gradtape.autodiff.explain.edits import Edit
from gradtape.autodiff.explain.program import Program, arguments
from gradtape.autodiff.explain.question import Question, base_name
from gradtape.runtime.call_sites import CallSite
from gradtape.tensors.variable import Variable

#: Calls in whose presence watching alone brings no gradient.
_LOSSES = frozenset(
    "numpy argmax argmin floor ceil round rint stop_gradient float int shape size rank one_hot "
    "argsort categorical shuffle zeros_like ones_like numpy_function".split()
)
#: Functions that take whole numbers and numbers alike.
_EITHER = frozenset(
    "cast reduce_sum reduce_mean reduce_max reduce_min square multiply add subtract abs negative "
    "maximum minimum constant convert_to_tensor reshape transpose stack concat matmul watch "
    "gradient jacobian explain print".split()
)


def mend(q: Question, cause: str, call_site: CallSite | None) -> Edit | None:
    """The edit for a cause that was found at `call_site`, or None."""
    if q.program is None or cause not in _MENDERS or q.losses > 1:
        return None  # where two things stand in the way, mending one of them brings nothing
    return _MENDERS[cause](q, q.program, call_site)


# -- watching


def _watch(q: Question, program: Program, call_site: CallSite | None) -> Edit | None:
    """Put tape.watch(source) where the source exists and has not been used."""
    block, source = q.block, q.source_expression
    if block is None or source is None or not isinstance(source, (ast.Name, ast.Attribute)):
        return None
    if q.call is None or program.scope(q.call) is not program.scope(block):
        return None  # the name may stand for something else there
    closed = q.tape._closed_id
    untimely = q.end < q.tape.opened_id or (closed is not None and q.end > closed)
    if q.depends is False or (untimely and not isinstance(q.target, Variable)) or _loses(q):
        return None
    text = f"{q.tape_name}.watch({q.source_name})"
    made = q.binding(base_name(source) or "")
    if made is not None and made in block.body and q.source._id > q.tape.opened_id:
        return edits.after_statement(program, made, text)
    existed = q.source._id < q.tape.opened_id
    if existed and (made is None or made.lineno < block.lineno):
        return edits.before_statement(program, block.body[0], text)
    return None


def _loses(q: Question) -> bool:
    """Whether the text of the target has a call in it that passes no gradient."""
    calls = [n for e in q.behind for n in ast.walk(e) if isinstance(n, ast.Call)]
    names = {getattr(c.func, "attr", None) or getattr(c.func, "id", "") for c in calls}
    return not _LOSSES.isdisjoint(names)


def _trainable(q: Question, program: Program, call_site: CallSite | None) -> Edit | None:
    """trainable=False becomes True; where it was not written, the source is watched."""
    call = program.node_at(call_site)
    if isinstance(call, ast.Call):
        for keyword in call.keywords:
            if keyword.arg == "trainable" and isinstance(keyword.value, ast.Constant):
                return edits.replacing(program, (keyword.value, "True"))
    return None


# -- a name that was given again


def _assign(q: Question, program: Program, call_site: CallSite | None) -> Edit | None:
    """x = x + 1 becomes x.assign_add(1)."""
    node = program.node_at(call_site)
    statement = None if node is None else program.statement(node)
    origin = getattr(q.source, "_origin", None)
    variable = None if origin is None else origin[2]
    if (
        variable is None
        or not isinstance(statement, ast.Assign)
        or len(statement.targets) != 1
        or not isinstance(statement.targets[0], ast.Name)
        or statement.targets[0].id != q.source_name
        or (variable.shape, variable.dtype) != (q.source.shape, q.source.dtype)
    ):
        return None
    name, value = q.source_name, statement.value
    method, argument = "assign", value
    if (
        isinstance(value, ast.BinOp)
        and isinstance(value.op, (ast.Add, ast.Sub))
        and isinstance(value.left, ast.Name)
        and value.left.id == name
        and q.source.ndim == 0  # a number is added to every element, but not in place
    ):
        method = "assign_add" if isinstance(value.op, ast.Add) else "assign_sub"
        argument = value.right
    text = f"{name}.{method}({program.written(argument)})"
    span = ast.copy_location(ast.Name(name, ast.Load()), statement)
    return edits.replacing(program, (span, text))


# -- whole numbers


def _floating(q: Question, program: Program, call_site: CallSite | None) -> Edit | None:
    """The numbers of tf.constant(3) get a decimal point, or the call another dtype."""
    call: ast.AST | None = program.node_at(call_site)
    if call_site is None:
        call = getattr(q.statement_of(q.source_expression), "value", None)
    if not isinstance(call, ast.Call) or not call.args or not q.source.dtype.is_integer:
        return None
    if q.source.dtype.is_bool or not _goes_with_floats(q, program):
        return None
    if len(call.args) > 1 and getattr(call.func, "attr", "") in ("constant", "convert_to_tensor"):
        return edits.replacing(program, (call.args[1], f"{q.library}.float32"))
    if any(k.arg == "dtype" for k in call.keywords):
        return edits.with_keyword(program, call, "dtype", f"{q.library}.float32")
    numbers = _numbers(call.args[0])
    func = getattr(call.func, "attr", "")
    if numbers and (func in ("constant", "Variable", "convert_to_tensor", "range")):
        return edits.replacing(program, *[(n, f"{n.value}.0") for n in numbers])  # type: ignore[attr-defined]
    if func in ("constant", "Variable", "convert_to_tensor"):
        argument = call.args[0]
        text = f"{q.library}.cast({program.written(argument)}, {q.library}.float32)"
        return edits.replacing(program, (argument, text))
    return None


def _numbers(node: ast.expr) -> list[ast.expr]:
    """The integers of a number or of a nested list of numbers; empty where it is anything else."""
    if isinstance(node, ast.Constant):
        return [node] if type(node.value) is int and re.fullmatch(r"\d+", str(node.value)) else []
    if isinstance(node, ast.UnaryOp):
        return _numbers(node.operand)
    if isinstance(node, (ast.List, ast.Tuple)):
        parts = [_numbers(element) for element in node.elts]
        return [n for part in parts for n in part] if all(parts) else []
    return []


def _goes_with_floats(q: Question, program: Program) -> bool:
    """Whether every use of the source is one in which a float may stand."""
    name = q.source_expression
    if not isinstance(name, ast.Name) or q.call is None:
        return False
    for use in program.inside(program.scope(q.call)):
        if not (isinstance(use, ast.Name) and use.id == name.id and isinstance(use.ctx, ast.Load)):
            continue
        around = program.parents[use]
        if isinstance(around, ast.BinOp):
            other = around.right if around.left is use else around.left
            if not _number_or(q, other, name.id) or isinstance(
                around.op, (ast.Mod, ast.FloorDiv, ast.LShift, ast.RShift, ast.BitAnd, ast.BitOr)
            ):
                return False
        elif isinstance(around, ast.Call):
            func = getattr(around.func, "attr", None) or getattr(around.func, "id", "")
            if func not in _EITHER:
                return False
        elif not isinstance(around, (ast.Tuple, ast.List)) or around not in (arguments(q.call)[1],):
            return False
    return True


def _number_or(q: Question, node: ast.expr, name: str) -> bool:
    """Whether an operand is a number, or the source itself, or floating point."""
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    if isinstance(node, ast.Constant):
        return isinstance(node.value, (int, float))
    if isinstance(node, ast.Name) and node.id == name:
        return True
    dtype = getattr(q.value_of(node), "dtype", None)
    return bool(getattr(dtype, "is_floating", False)) and dtype.name == "float32"  # type: ignore[union-attr]


# -- ops that pass nothing


def _unstopped(q: Question, program: Program, call_site: CallSite | None) -> Edit | None:
    """tf.stop_gradient(x) becomes x."""
    call = program.node_at(call_site)
    if (
        isinstance(call, ast.Call)
        and len(call.args) == 1
        and getattr(call.func, "attr", "") == "stop_gradient"
    ):
        return edits.standing_for(program, call, program.written(call.args[0]))
    return None


def _passed_through(q: Question, program: Program, call_site: CallSite | None) -> Edit | None:
    """tf.floor(x) becomes tf.grad_pass_through(tf.floor)(x)."""
    call = program.node_at(call_site)
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    if call.func.attr not in ("floor", "ceil", "round", "rint") or call.keywords:
        return None
    if base_name(call.func) != q.library:
        return None
    text = f"{q.library}.grad_pass_through({program.written(call.func)})"
    return edits.replacing(program, (call.func, text))


# -- where and when


def _into_the_block(q: Question, program: Program, call_site: CallSite | None) -> Edit | None:
    """The line that computes the target moves into the block."""
    name = q.target_expression
    if q.block is None or not isinstance(name, ast.Name):
        return None
    statement = q.binding(name.id)
    if statement is None or statement.lineno <= q.block.lineno:
        return None
    return edits.into_block_from_below(program, q.block, statement)


def _into_the_block_from_above(
    q: Question, program: Program, call_site: CallSite | None
) -> Edit | None:
    if q.block is None or q.moved is None or not isinstance(q.source, Variable):
        return None
    return edits.into_block_from_above(program, q.block, q.moved)


def _swap(q: Question, program: Program, call_site: CallSite | None) -> Edit | None:
    if q.call is None:
        return None
    first, second = arguments(q.call)
    if first is None or second is None or ast.unparse(second) != q.source_name:
        return None
    parts = (first, program.written(second)), (second, program.written(first))
    return edits.replacing(program, *parts)


def _whole_source(q: Question, program: Program, call_site: CallSite | None) -> Edit | None:
    """tape.gradient(y, x[0]) becomes tape.gradient(y, x)[0]; a cast or a read is left out."""
    call = q.call
    source = None if call is None else arguments(call)[1]
    if call is None or source is None:
        return None
    if isinstance(source, ast.Subscript):
        inner: ast.expr = source.value
        behind = program.written(source)[len(program.written(inner)) :]
    elif isinstance(source, ast.Call) and isinstance(source.func, ast.Attribute):
        method = source.func.attr in ("read_value", "value")
        converted = source.func.attr in ("cast", "convert_to_tensor", "identity") and source.args
        if not method and not converted:
            return None
        inner, behind = source.func.value if method else source.args[0], ""
    else:
        return None
    whole = q.value_of(inner)
    if whole is None or not hasattr(whole, "_id"):
        return None
    if q.end not in walks.flows(q.records, set(q.tape._ids(whole))):
        return None
    text, written = program.written(call), program.written(source)
    return edits.replacing(program, (call, text.replace(written, program.written(inner)) + behind))


_MENDERS: dict[str, Callable[[Question, Program, CallSite | None], Edit | None]] = {
    "never_watched": _watch,
    "watched_late": _watch,
    "not_trainable": _trainable,
    "replaced_by_tensor": _assign,
    "left_through_numpy": numpy_calls.in_tensors,
    "integer": _floating,
    "stop_gradient": _unstopped,
    "no_path": _passed_through,
    "after_close": _into_the_block,
    "before_open": _into_the_block_from_above,
    "swapped": _swap,
    "made_after": _whole_source,
}
