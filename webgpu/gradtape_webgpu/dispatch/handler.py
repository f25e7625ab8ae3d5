"""What dispatch calls when an array on the device is among the operands of an op.

Arrays stay on the device and the result is pending there; numbers travel as parameters; arrays of
the host are sent when a kernel needs them. What the device does not do, the CPU does: its inputs
are read, its result stays on the host, and that is said once for each op.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import register_array_type
from gradtape.dispatch.batching import Batched, apply_batched
from gradtape.functions import operators
from gradtape.primitives.op import Op
from gradtape.primitives.registry import lookup
from gradtape.runtime.logger import get_logger
from gradtape.runtime.recorders import state
from gradtape.tensors.tensor import EagerTensor
from gradtape_webgpu.device.device import Device
from gradtape_webgpu.device.in_use import current
from gradtape_webgpu.dispatch import segments
from gradtape_webgpu.dispatch.host_indices import INDEX_INPUTS, narrowed
from gradtape_webgpu.graph.array import DeviceArray
from gradtape_webgpu.kernels.program import STORED, Spec
from gradtape_webgpu.kernels.registry import Unsupported
from gradtape_webgpu.kernels.segment import NEIGHBOURS
from gradtape_webgpu.lowering.recipe import Operand, Recipe, Scalar, ScalarsError, recipe
from gradtape_webgpu.lowering.rules import Rule
from gradtape_webgpu.wgsl.elementwise import GUARDED

#: numbers of Python that are finite in float32
LARGEST = float(np.finfo(np.float32).max)
_said: set[str] = set()


def apply(op: Op, xs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """`op` on the device, or on the CPU where that is its work."""
    values = [x._value if isinstance(x, EagerTensor) else x for x in xs]
    for value in values:
        if type(value) is Batched:
            return apply_batched(op, xs, params)
    device = _device_of(values)
    values = _numbers(values)
    if op.type in INDEX_INPUTS:
        _check_indices(op, values, params)
    if state.device == "CPU" or device.lost is not None:
        return op.kernel(
            *(np.asarray(v) if type(v) is DeviceArray else v for v in values), **params
        )
    if op.type in GUARDED and not _harmless(op.type, values[-1]):
        return on_host(op, values, params, "integers whose divisor or power only the device knows")
    if op.type in NEIGHBOURS and (ids := segments.known_ids(values[1], values[0])) is not None:
        try:
            return segments.reduced(op.type, _moved(values[0], device), ids, device)
        except Unsupported as reason:
            return on_host(op, values, params, str(reason))
    arrays: list[Any] = []
    scalars: list[float] = []
    operands: list[Operand] = []
    for value in values:
        if type(value) is DeviceArray:
            if value.host is not None and value.size == 1:
                scalars.append(value.host.item())
                operands.append(Scalar(value.shape, value.dtype))
            else:
                arrays.append(value)
                operands.append(value.spec)
        elif value.size == 1:
            scalars.append(value.item())
            operands.append(Scalar(value.shape, value.dtype))
        else:
            arrays.append(value)
            operands.append(Spec(value.shape, value.dtype))
    if not arrays or any(0 in operand.shape for operand in operands):
        return _folded(op, values, params, device)
    key: Any = (op.type, tuple(operands), _key(params))
    made = device.recipes.get(key)
    if made is None:
        made = device.recipes[key] = _asked(op, tuple(operands), params, device)
    if isinstance(made, ScalarsError):
        values = [v if type(v) is DeviceArray else device.asarray(np.asarray(v)) for v in values]
        specs = tuple(v.spec for v in values)
        key = (op.type, specs, key[2], "arrays")
        made = device.recipes.get(key)
        if made is None:
            made = device.recipes[key] = _asked(op, specs, params, device)
        arrays, scalars = values, []
    if isinstance(made, (Unsupported, ScalarsError)):
        return on_host(op, values, params, str(made))
    arrays = [_moved(a, device) for a in arrays]
    if isinstance(made, Rule):
        if len(made.scalars) > len(scalars):  # numbers of the op itself
            scalars += [float(v) for v in params.values()][: len(made.scalars) - len(scalars)]
        if not params:
            _remember(op, values, made, device)
        return device.record(made, arrays, scalars)
    return made(device, arrays, tuple(scalars))


def replay(op: Op, values: tuple[Any, ...]) -> Any:
    """The result of an op that was applied before to such operands, or None.

    Specs are known by their ids (equal ones are one object), so this costs a look-up.
    """
    key: list[Any] = [op]
    arrays: list[DeviceArray] = []
    scalars: list[float] = []
    device: Any = None
    for value in values:
        if type(value) is DeviceArray:
            if value.host is not None and (value.buffer is None or value.spec.size == 1):
                return None
            if value.device is not device:
                if device is not None:
                    return None
                device = value.device
            key.append(id(value.spec))
            arrays.append(value)
        elif type(value) is np.float32 or (
            # known beside arrays of float32 alone, whose dtype it takes; others are refused or inf
            (type(value) is float or type(value) is int) and -LARGEST <= value <= LARGEST
        ):
            key.append(0)
            scalars.append(float(value))
        else:
            return None
    rule = None if device is None else device.rules.get(tuple(key))
    if rule is None or state.device == "CPU":
        return None
    return device.record(rule, arrays, scalars)


def _remember(op: Op, values: list[Any], rule: Rule, device: Device) -> None:
    """Let `replay` know the rule, where its operands say all there is to know."""
    if op.type in GUARDED and rule.outputs[0].dtype.kind != "f":
        return  # each divisor is looked at
    if op.kind == "elementwise" and len(rule.scalars) <= 1:
        key: list[Any] = [op]
        for value in values:
            if type(value) is DeviceArray and not (value.host is not None and value.size == 1):
                key.append(id(value.spec))
            elif type(value) is np.float32:
                key.append(0)
            else:
                return
        device.rules[tuple(key)] = rule


def _asked(
    op: Op, operands: tuple[Operand, ...], params: dict[str, Any], device: Device
) -> Recipe | Unsupported | ScalarsError:
    try:
        made = recipe(op, operands, params, device.target)
    except (Unsupported, ScalarsError) as reason:
        return reason
    arrays = [x for x in operands if isinstance(x, Spec)]
    if isinstance(made, Rule) and made.arity != len(arrays):
        return ScalarsError()  # the rule takes them all as arrays
    arrays += made.outputs if isinstance(made, Rule) else ()
    size = max((4 * x.size for x in arrays), default=0)
    if size > device.largest:
        return Unsupported(
            f"an array of {size:,} bytes is larger than the {device.largest:,} bytes that a kernel "
            f"of {device.driver.caps.adapter} binds at once"
        )
    return made


def _key(params: dict[str, Any]) -> Any:
    if not params:
        return ()
    key = tuple(params.items())
    try:
        hash(key)
    except TypeError:  # slices
        return repr(key)
    return key


def _numbers(values: list[Any]) -> list[Any]:
    """Python's numbers in the dtype of the arrays beside them."""
    for k, value in enumerate(values):
        kind = type(value)
        if kind is float or kind is int or kind is bool:
            dtype = next(v.dtype for v in values if type(v) not in (float, int, bool))
            values[k] = dtype.type(value)
    return values


def _check_indices(op: Op, values: list[Any], params: dict[str, Any]) -> None:
    """Indices that the host knows are refused here where they are out of range, or narrowed."""
    position = INDEX_INPUTS[op.type][0]
    indices = values[position]
    if type(indices) is DeviceArray:
        indices = indices.host
    if indices is not None and indices.size and indices.dtype.kind == "i":
        specs = tuple(Spec(v.shape, v.dtype) for v in values)
        checked = narrowed(op.type, np.asarray(indices), specs, params)
        if type(values[position]) is not DeviceArray:
            values[position] = checked


def _harmless(type: str, last: Any) -> bool:
    """Whether the last operand is known to be one that the kernel is right for (see `Guarded`)."""
    guarded = GUARDED[type].get({"i": "i32", "u": "u32"}.get(last.dtype.kind, ""))
    if guarded is None:
        return True
    host = last.host if isinstance(last, DeviceArray) else last
    return host is not None and guarded.is_harmless(np.asarray(host))


def _device_of(values: list[Any]) -> Device:
    """The device of the first operand that is on one, else the one in use.

    A device that was replaced is stood for by its successor.
    """
    for value in values:
        if type(value) is DeviceArray:
            device: Any = value.device
            while device.successor is not None:
                device = device.successor
            return device  # type: ignore[no-any-return]
    return current()


def _moved(a: Any, device: Device) -> Any:
    """An array of the host, or of another device, on this one."""
    if type(a) is not DeviceArray:
        return _sent(a, device)
    if a.device is device:
        return a
    moved = device.asarray(a.to_numpy())
    return moved if a.device.lost is None else a.become(moved)


def _sent(host: Any, device: Device) -> Any:
    """An array of the host on the device; a view of one that was sent is a view there too.

    The gradient of a product transposes its operand anew in each step.
    """
    whole = host.base
    alike = type(whole) is np.ndarray and whole.dtype == host.dtype and whole.size == host.size
    if alike and device.has(whole):
        if host.flags.c_contiguous and whole.flags.c_contiguous:
            return lookup("Reshape")(device.asarray(whole), shape=host.shape)
        perm = tuple(whole.strides.index(s) for s in host.strides if s in whole.strides)
        if sorted(perm) == list(range(whole.ndim)):
            turned = whole.transpose(perm)
            if (turned.shape, turned.strides) == (host.shape, host.strides):
                return lookup("Transpose")(device.asarray(whole), perm=perm)
    return device.asarray(host)


def _folded(op: Op, values: list[Any], params: dict[str, Any], device: Device) -> Any:
    """Numbers and empty arrays: no dispatch is worth it, and their values are known here."""
    y = op.kernel(*(np.asarray(v)[()] for v in values), **params)
    if type(y) is tuple:
        return tuple(_placed(part, device) for part in y)
    return _placed(y, device)


def _placed(value: Any, device: Device) -> Any:
    value = np.asarray(value)
    return device.asarray(value) if value.dtype in STORED else value


def on_host(op: Op, values: list[Any], params: dict[str, Any], reason: str) -> Any:
    """The CPU's result, which stays on the host."""
    if op.type not in _said:
        _said.add(op.type)
        get_logger().info("%s runs on the CPU: %s", op.type, reason)
    return op.kernel(*(np.asarray(v) if type(v) is DeviceArray else v for v in values), **params)


register_array_type(DeviceArray, apply, replay=replay)
operators.attach(DeviceArray)
