"""The one door: every op comes through here, but for the straight paths of `elementwise.py`.

`apply` takes tensors, variables, arrays and batches:

    arrays only          → the kernel's array              (the backward pass, when nobody records)
    a tensor among them  → a tensor, fed to the recorders
    a batch among them   → a batch                         (see batching.py)

This is the hot loop of the whole product, so unary and binary element-wise ops have their own
straight paths; `apply` is the general one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradtape.dispatch.placement import run_where_quicker
from gradtape.dispatch.refusals import check_same, failed, refused_dtype
from gradtape.errors import InvalidArgumentError
from gradtape.primitives.op import Op
from gradtape.runtime import devices
from gradtape.runtime.call_sites import user_frame
from gradtape.runtime.recorders import restore_warnings, silence_warnings, state
from gradtape.tensors.conversion import READERS, convert
from gradtape.tensors.tensor import EagerTensor, ForeignTensor, wrap

Handler = Callable[[Op, tuple[Any, ...], dict[str, Any]], Any]
Replay = Callable[[Op, tuple[Any, ...]], Any]

#: type of a value that is not NumPy's → what applies an op to it
HANDLERS: dict[type, Handler] = {}
_replay: Replay | None = None


def register_array_type(kind: type, apply: Handler, replay: Replay | None = None) -> None:
    """Let values of the type `kind` stand where arrays do: in tensors and in rules.

    `apply(op, values, params)` computes an op with such a value among its operands.
    `replay(op, values)`, asked first where an op has no metadata, may give the value at once where
    the same op was applied to the like before, else None; one such function serves all types.
    Arithmetic on bare values of `kind` is given by `functions.operators.attach(kind)`.
    """
    global _replay
    HANDLERS[kind] = apply
    if replay is not None:
        _replay = replay


def convert_operand(value: Any) -> EagerTensor:
    """A tensor for an operand: variables are read without the copy that `read_value` makes."""
    return value._operand() if type(value) in READERS else convert(value)


def apply(op: Op, xs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """Apply `op` to any mix of tensors, variables, arrays and batches."""
    tensors = foreign = False
    variable = None
    for x in xs:
        kind = type(x)
        if kind is EagerTensor:
            tensors = True
        elif kind in HANDLERS:
            if _replay is not None and not params:
                value = _replay(op, xs)
                if value is not None:
                    return value
            return HANDLERS[kind](op, xs, params)
        elif kind is ForeignTensor:
            tensors, foreign = True, True
        elif kind in READERS:
            tensors, variable = True, x
    if not tensors:
        return op.kernel(*xs, **params)
    if variable is not None:
        xs = tuple(x._operand() if type(x) in READERS else x for x in xs)
        foreign = foreign or any(type(x) is ForeignTensor for x in xs)
    values = tuple([x._value if isinstance(x, EagerTensor) else x for x in xs])
    value = None
    if foreign and _replay is not None and not params and not devices.gpu_state.logged:
        value = _replay(op, values)
    quick = value is not None
    if not quick:
        value = _computed(op, xs, values, params, foreign)
    y: Any = tuple(map(wrap, value)) if type(value) is tuple else wrap(value)
    recorders = state.recorders
    if foreign and recorders and not quick:
        # what was active around a batch records what happens to all elements, not to one of them
        outside = getattr(value[0] if type(value) is tuple else value, "outside", ())
        if outside:
            recorders = tuple(r for r in recorders if r not in outside)
    if recorders or variable is not None:
        frame = user_frame(2)
        ids = [x._id for x in xs if isinstance(x, EagerTensor)]
        for recorder in recorders:
            tracked = recorder.tracked
            for i in ids:
                if i in tracked:
                    recorder.record(op, xs, y, params, frame)
                    break
            else:
                if recorder.cut_off_ids:
                    recorder.record_cut(op, xs, y, frame)
        if variable is not None and type(y) is not tuple:
            note_origin(y, variable, frame)
    return y


def _computed(
    op: Op, xs: tuple[Any, ...], values: tuple[Any, ...], params: dict[str, Any], foreign: bool
) -> Any:
    """The value of an op, after its operands were checked."""
    for value in values:
        if value.dtype.kind not in op.allowed:
            raise refused_dtype(op, value.dtype)
    if op.alike:
        check_same(op, tuple([values[k] for k in op.alike]))
    token = silence_warnings()
    try:
        if foreign:
            if devices.gpu_state.logged:
                devices.log(op.type, "CPU:0" if state.device == "CPU" else "GPU:0")
            handler = next(HANDLERS[type(v)] for v in values if type(v) in HANDLERS)
            return handler(op, xs, params)
        if op.work is not None or devices.SCOPED:
            return run_where_quicker(op, values, params)
        return op.kernel(*values, **params)
    except InvalidArgumentError:
        raise
    except (ValueError, IndexError, ArithmeticError) as error:
        raise failed(op, values, error) from None
    finally:
        restore_warnings(token)


def note_origin(y: EagerTensor, variable: Any, frame: Any) -> None:
    """Remember that a tensor was computed from a variable, in case it replaces it."""
    if frame is not None:
        y._origin = ("read", (frame.f_code, frame.f_lasti), variable.ref_weak)
