"""The one door: every op comes through here.

`make_call(op)` builds the op's callable. It takes tensors, variables, arrays and batches:

    arrays only          → the kernel's array              (the backward pass, when nobody records)
    a tensor among them  → a tensor, fed to the recorders
    a batch among them   → a batch                         (see batching.py)

This is the hot loop of the whole product, so unary and binary element-wise ops have their own
straight paths; `apply` is the general one.
"""

from __future__ import annotations

from collections.abc import Callable
from sys import _getframe
from typing import Any

import numpy as np

from gradtape.dispatch.refusals import check_same, failed, refused_dtype
from gradtape.errors import InvalidArgumentError
from gradtape.primitives.registry import FUNCTION_WORK, Op
from gradtape.runtime import devices
from gradtape.runtime.call_sites import INTERNAL, user_frame
from gradtape.runtime.recorders import loud, next_id, quiet, state
from gradtape.tensors.conversion import as_array, convert, is_tensor_like
from gradtape.tensors.tensor import EagerTensor, ForeignTensor, wrap

_new = object.__new__
_ndarray = np.ndarray

#: types whose `_operand()` is the tensor to compute with: `Variable`
READERS: set[type] = set()

#: heavy ops with less work than this (multiplications) do not ask for a GPU
LEAST_WORK = 1 << 21

#: function(op, values) that gives a value where the same op was applied to the like before, or None
QUICK: Callable[[Op, tuple[Any, ...]], Any] | None = None

#: type of a value that is not NumPy's → function(op, values, params) that applies an op to it
HANDLERS: dict[type, Callable[[Op, tuple[Any, ...], dict[str, Any]], Any]] = {}


def make_call(op: Op) -> Callable[..., Any]:
    """Give `op` its callable, the fastest that fits its kind."""
    if op.kind == "elementwise" and not op.has_params and len(op.rules) in (1, 2):
        op.call = (_unary if len(op.rules) == 1 else _binary)(op)
    else:
        op.call = _general(op)
    return op.call


def _general(op: Op) -> Callable[..., Any]:
    def call(*xs: Any, **params: Any) -> Any:
        for x in xs:
            if type(x) is not _ndarray:
                return apply(op, xs, params)
        return op.kernel(*xs, **params)

    return call


def _unary(op: Op) -> Callable[..., Any]:
    kernel, allowed = op.kernel, op.allowed
    keep_y, keep_x = op.keep_for((True,))
    #: arrays of this many elements may be worth the way to a GPU; 0: none is
    large = LEAST_WORK // FUNCTION_WORK if op.heavy else 0

    def call(a: Any) -> Any:
        variable = None
        if type(a) is not EagerTensor:
            if type(a) not in READERS:
                return kernel(a) if type(a) is _ndarray else apply(op, (a,), {})
            variable, a = a, a._operand()
        if devices.SCOPED or type(a) is not EagerTensor:
            return apply(op, (a if variable is None else variable,), {})
        x = a._value
        if x.dtype.kind not in allowed:
            raise refused_dtype(op, x.dtype)
        if large and x.size >= large:
            return apply(op, (a if variable is None else variable,), {})
        token = quiet()
        try:
            value = kernel(x)
        finally:
            loud(token)
        y = _new(EagerTensor)
        y._value = value
        y._id = y_id = next_id()
        recorders = state.recorders
        if recorders:
            a_id = a._id
            for recorder in recorders:
                if a_id in recorder.tracked:
                    if recorder.fast:
                        recorder.tracked.add(y_id)
                        frame = _getframe(1)
                        while INTERNAL[frame.f_code.co_filename]:
                            frame = frame.f_back  # type: ignore[assignment]
                        recorder.records.append(
                            [
                                op,
                                (a_id,),
                                y_id,
                                (y if keep_y else None, a if keep_x else None),
                                None,
                                None,
                                value.shape,
                                value.dtype,
                                frame.f_code,
                                frame.f_lasti,
                            ]
                        )
                    else:
                        recorder.record(op, (a,), y, {}, user_frame(2))
                elif recorder.shadow:
                    recorder.record_shadow(op, (a,), y, user_frame(2))
        if variable is not None:
            note_origin(y, variable, user_frame(2))
        return y

    return call


def _binary(op: Op) -> Callable[..., Any]:
    kernel, allowed = op.kernel, op.allowed - {"O"}  # text takes the general path
    keep = [op.keep_for((bool(mask & 1), bool(mask & 2))) for mask in range(4)]

    def call(a: Any, b: Any) -> Any:
        if devices.SCOPED:
            return _operands(op, a, b)
        variable = None
        if type(a) is not EagerTensor:
            if type(a) in READERS:
                variable, a = a, a._operand()
                if type(a) is not EagerTensor:  # its value lies on a device
                    return _operands(op, variable, b)
            elif type(a) is _ndarray is type(b):
                return kernel(a, b)
            elif type(b) is EagerTensor and (type(a) is float or type(a) is int):
                x = b._value
                if x.dtype.kind != "f":
                    return _operands(op, a, b)
                a = wrap(_number(a, x))
            else:
                return _operands(op, a, b)
        if type(b) in READERS:
            first = a if variable is None else variable
            variable, b = b, b._operand()
            if type(b) is not EagerTensor:
                return _operands(op, first, variable)
        x = a._value
        dtype = x.dtype
        if type(b) is EagerTensor:
            w = b._value
            if w.dtype is not dtype:
                check_same(op, (x, w))
            b_id = b._id
        elif (type(b) is float or type(b) is int) and dtype.kind == "f":
            known = _CONSTANTS[type(x) is _ndarray, dtype.char]
            b = w = known.get(b) if b in known else _constant(b, x, known)
            b_id = 0
        else:
            return _operands(op, a if variable is None else variable, b)
        if dtype.kind not in allowed:
            if dtype.kind in op.allowed:
                return apply(op, (a, b), {})
            raise refused_dtype(op, dtype)
        token = quiet()
        try:
            value = kernel(x, w)
        except ValueError as error:
            raise failed(op, (x, w), error) from None
        finally:
            loud(token)
        y = _new(EagerTensor)
        y._value = value
        y._id = y_id = next_id()
        recorders = state.recorders
        if recorders:
            a_id = a._id
            for recorder in recorders:
                tracked = recorder.tracked
                mask = (1 if a_id in tracked else 0) + (2 if b_id in tracked else 0)
                if mask:
                    if recorder.fast:
                        tracked.add(y_id)
                        frame = _getframe(1)
                        while INTERNAL[frame.f_code.co_filename]:
                            frame = frame.f_back  # type: ignore[assignment]
                        keep_y, keep_a, keep_b = keep[mask]
                        shape = value.shape
                        recorder.records.append(
                            [
                                op,
                                (a_id if mask & 1 else 0, b_id if mask & 2 else 0),
                                y_id,
                                (
                                    y if keep_y else None,
                                    a if keep_a else None,
                                    b if keep_b else None,
                                ),
                                None,
                                None
                                if x.shape == shape and w.shape == shape
                                else (x.shape, w.shape),
                                shape,
                                value.dtype,
                                frame.f_code,
                                frame.f_lasti,
                            ]
                        )
                        if recorder.shadow:
                            recorder.join(op, (a, b), y, frame)
                    else:
                        recorder.record(op, (a, b), y, {}, user_frame(2))
                elif recorder.shadow:
                    recorder.record_shadow(op, (a, b), y, user_frame(2))
        if variable is not None:
            note_origin(y, variable, user_frame(2))
        return y

    return call


#: Numbers that stand in arithmetic, once converted. Beside an array a 0-d array is the faster
#: operand, beside a scalar a scalar.
_CONSTANTS: dict[tuple[bool, str], dict[Any, Any]] = {
    (a, c): {} for a in (False, True) for c in "efd"
}


def _number(b: float, x: Any) -> Any:
    """A Python number in the dtype of x, which is a float's."""
    known = _CONSTANTS[type(x) is _ndarray, x.dtype.char]
    return known.get(b) if b in known else _constant(b, x, known)


def _constant(b: Any, x: Any, known: dict[Any, Any]) -> Any:
    token = quiet()  # what is too large becomes infinity
    try:
        made = np.array(b, x.dtype) if type(x) is _ndarray else x.dtype.type(b)
    finally:
        loud(token)
    if b and b == b and len(known) < 1024:  # -0.0 equals 0.0 and nan equals nothing: they stay out
        known[b] = made
    return made


def _operands(op: Op, a: Any, b: Any) -> Any:
    """The slow door of binary ops: variables, arrays, Python values, batches."""
    if type(a) in HANDLERS or type(b) in HANDLERS or type(a) is type(b) is ForeignTensor:
        return apply(op, (a, b), {})
    if type(a) is ForeignTensor and type(b) in (float, int) and a._value.dtype.kind == "f":
        return apply(op, (a, wrap(_number(b, a._value))), {})
    if type(b) is ForeignTensor and type(a) in (float, int) and b._value.dtype.kind == "f":
        return apply(op, (wrap(_number(a, b._value)), b), {})
    a_tensor, b_tensor = is_tensor_like(a), is_tensor_like(b)
    if not (a_tensor or b_tensor):
        return apply(op, (a, b), {})
    if a_tensor and b_tensor:
        known = EagerTensor, *READERS  # `apply` reads variables, and remembers that it did
        a, b = (x if isinstance(x, known) else convert(x) for x in (a, b))
        return apply(op, (a, b), {})
    if a_tensor:
        if type(a) not in READERS:
            a = convert(a)
        try:
            b = (
                convert(b, a.dtype)
                if not isinstance(b, (_ndarray, np.generic))
                else wrap(as_array(b, a.dtype))
            )
        except TypeError:
            if op.type != "AddV2":
                raise
            b = convert(b)  # of another type than a: the check names both
    else:
        if type(b) not in READERS:
            b = convert(b)
        a = (
            convert(a, b.dtype)
            if not isinstance(a, (_ndarray, np.generic))
            else wrap(as_array(a, b.dtype))
        )
    return apply(op, (a, b), {})


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
            if QUICK is not None and not params:
                value = QUICK(op, xs)
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
    values = tuple([x._value if isinstance(x, EagerTensor) else x for x in xs])
    value = None
    if foreign and QUICK is not None and not params and not devices.known.logged:
        value = QUICK(op, values)
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
                if recorder.shadow:
                    recorder.record_shadow(op, xs, y, frame)
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
    token = quiet()
    try:
        if foreign:
            if devices.known.logged:
                devices.log(op.type, "CPU:0" if state.place == "CPU" else "GPU:0")
            handler = next(HANDLERS[type(v)] for v in values if type(v) in HANDLERS)
            return handler(op, xs, params)
        if op.heavy or devices.SCOPED:
            return _placed(op, values, params)
        return op.kernel(*values, **params)
    except InvalidArgumentError:
        raise
    except (ValueError, IndexError, ArithmeticError) as error:
        raise failed(op, values, error) from None
    finally:
        loud(token)


def _placed(op: Op, values: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """The op where it is to run: what the block says, else where it is quicker."""
    place = state.place
    if place is None and op.work is not None:
        work = op.work(*values, **params)
        if work >= LEAST_WORK and devices.worth_asking(work):
            place = "GPU" if devices.backend().is_quicker(op, values, params) else None
    if devices.known.logged:
        devices.log(op.type, f"{place or 'CPU'}:0")
    if place == "GPU":
        return devices.entered().apply(op, values, params)
    return op.kernel(*values, **params)


def note_origin(y: EagerTensor, variable: Any, frame: Any) -> None:
    """Remember that a tensor was computed from a variable, in case it replaces it."""
    if frame is not None:
        y._origin = ("read", (frame.f_code, frame.f_lasti), variable.ref_weak)
