"""What is called as an op: straight paths for element-wise ops, the general one for all others.

An element-wise op of one or two inputs without metadata is most of what programs call, and a call
of a function costs as much as its bookkeeping. So these two paths write out what `apply.apply`,
`Recording.record` and `call_sites.user_frame` do: operands read, dtypes checked, the kernel called,
the record appended. Nothing else may be copied here, and what is written out must stay equal to
the general path; the tests of the registry run every op on both.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from sys import _getframe
from typing import Any

import numpy as np

from gradtape.dispatch.apply import HANDLERS, apply, note_origin
from gradtape.dispatch.placement import FUNCTION_WORK, LEAST_WORK, WORK
from gradtape.dispatch.refusals import check_same, failed, refused_dtype
from gradtape.primitives.op import Op
from gradtape.runtime import devices
from gradtape.runtime.call_sites import INTERNAL, user_frame
from gradtape.runtime.recorders import next_id, restore_warnings, silence_warnings, state
from gradtape.tensors.conversion import READERS, as_array, convert, is_tensor_like
from gradtape.tensors.tensor import EagerTensor, ForeignTensor, wrap

if sys.platform == "emscripten":
    from gradtape.dispatch import replacing  # natively nothing is replaced, and nothing is loaded

_new = object.__new__
_ndarray = np.ndarray


def make_call(op: Op) -> Callable[..., Any]:
    """Give `op` its callable, the fastest that fits its kind."""
    op.work = WORK.get(op.type)
    if sys.platform == "emscripten":
        replacing.offer(op)
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
    large = LEAST_WORK // FUNCTION_WORK if op.work is not None else 0

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
        token = silence_warnings()
        try:
            value = kernel(x)
        finally:
            restore_warnings(token)
        y = _new(EagerTensor)
        y._value = value
        y._id = y_id = next_id()
        recorders = state.recorders
        if recorders:
            a_id = a._id
            for recorder in recorders:
                if a_id in recorder.tracked:
                    if recorder.inline_records:
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
                elif recorder.cut_off_ids:
                    recorder.record_cut(op, (a,), y, user_frame(2))
        if variable is not None:
            note_origin(y, variable, user_frame(2))
        return y

    return call


def _binary(op: Op) -> Callable[..., Any]:
    kernel, allowed = op.kernel, op.allowed - {"O"}  # text takes the general path
    keep = [op.keep_for((bool(mask & 1), bool(mask & 2))) for mask in range(4)]

    def call(a: Any, b: Any) -> Any:
        if devices.SCOPED:
            return apply_binary(op, a, b)
        variable = None
        if type(a) is not EagerTensor:
            if type(a) in READERS:
                variable, a = a, a._operand()
                if type(a) is not EagerTensor:  # its value lies on a device
                    return apply_binary(op, variable, b)
            elif type(a) is _ndarray is type(b):
                return kernel(a, b)
            elif type(b) is EagerTensor and (type(a) is float or type(a) is int):
                x = b._value
                if x.dtype.kind != "f":
                    return apply_binary(op, a, b)
                a = wrap(_number(a, x))
            else:
                return apply_binary(op, a, b)
        if type(b) in READERS:
            first = a if variable is None else variable
            variable, b = b, b._operand()
            if type(b) is not EagerTensor:
                return apply_binary(op, first, variable)
        x = a._value
        dtype = x.dtype
        if type(b) is EagerTensor:
            w = b._value
            if w.dtype is not dtype:
                check_same(op, (x, w))
            b_id = b._id
        elif (type(b) is float or type(b) is int) and dtype.kind == "f":
            interned = _CONSTANTS[type(x) is _ndarray, dtype.char]
            b = w = interned.get(b) if b in interned else _constant(b, x, interned)
            b_id = 0
        else:
            return apply_binary(op, a if variable is None else variable, b)
        if dtype.kind not in allowed:
            if dtype.kind in op.allowed:
                return apply(op, (a, b), {})
            raise refused_dtype(op, dtype)
        token = silence_warnings()
        try:
            value = kernel(x, w)
        except ValueError as error:
            raise failed(op, (x, w), error) from None
        finally:
            restore_warnings(token)
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
                    if recorder.inline_records:
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
                        if recorder.cut_off_ids:
                            recorder.join(op, (a, b), y, frame)
                    else:
                        recorder.record(op, (a, b), y, {}, user_frame(2))
                elif recorder.cut_off_ids:
                    recorder.record_cut(op, (a, b), y, user_frame(2))
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
    interned = _CONSTANTS[type(x) is _ndarray, x.dtype.char]
    return interned.get(b) if b in interned else _constant(b, x, interned)


def _constant(b: Any, x: Any, interned: dict[Any, Any]) -> Any:
    token = silence_warnings()  # what is too large becomes infinity
    try:
        made = np.array(b, x.dtype) if type(x) is _ndarray else x.dtype.type(b)
    finally:
        restore_warnings(token)
    if (
        b and b == b and len(interned) < 1024
    ):  # -0.0 equals 0.0 and nan equals nothing: they stay out
        interned[b] = made
    return made


def apply_binary(op: Op, a: Any, b: Any) -> Any:
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
        interned = EagerTensor, *READERS  # `apply` reads variables, and remembers that it did
        a, b = (x if isinstance(x, interned) else convert(x) for x in (a, b))
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
