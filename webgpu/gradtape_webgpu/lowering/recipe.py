"""What becomes of an op on the device: a rule, several rules, or work for the CPU.

`recipe(op, operands, params, target)` is asked once on a device for each op, shapes and parameters;
its answer is remembered and applied many times. An operand is the `Spec` of an array, or a
`Scalar`: a number that travels in the parameter block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from gradtape.primitives.op import Op
from gradtape.primitives.registry import lookup
from gradtape_webgpu.kernels.host_only import HOST_ONLY
from gradtape_webgpu.kernels.program import STORED, Spec
from gradtape_webgpu.kernels.registry import Unsupported, load_all
from gradtape_webgpu.kernels.target import Target
from gradtape_webgpu.lowering import einsum, matmul, reduction
from gradtape_webgpu.lowering.rules import Anchor, Map, Opaque, Rule, ViewRule
from gradtape_webgpu.lowering.view_ops import VIEW_OPS, view_of
from gradtape_webgpu.wgsl.elementwise import CPU, EXPRESSIONS, GUARDED, Expression


class Scalar(NamedTuple):
    """A number of this dtype; its shape matters for the shape of the result only."""

    shape: tuple[int, ...]
    dtype: np.dtype
    #: no `Spec` is ever equal to this
    number: bool = True


Operand = Spec | Scalar
#: function(device, arrays, scalars) → the result
Composition = Callable[[Any, list[Any], tuple[float, ...]], Any]
Recipe = Rule | Composition

_NAMES = {"f": "f32", "i": "i32", "u": "u32", "b": "bool"}
_DTYPES = {"f32": np.float32, "i32": np.int32, "u32": np.uint32, "bool": np.bool_}


def recipe(op: Op, operands: tuple[Operand, ...], params: dict[str, Any], target: Target) -> Recipe:
    """How `op` is computed for such operands on such an adapter.

    Raises: Unsupported with the reason where that is the CPU's work.
    """
    type = op.type
    for operand in operands:
        if operand.dtype not in STORED:
            raise Unsupported(f"{operand.dtype} stays on the CPU")
    if type in COMPOSED:
        return COMPOSED[type](operands, params)
    if type in VIEW_OPS:
        (operand,) = operands
        if isinstance(operand, Scalar):
            raise ScalarsError
        return ViewRule(type, operand, *view_of(type, operand, params))
    if type in EXPRESSIONS:
        return _map(type, operands, params)
    if any(isinstance(operand, Scalar) for operand in operands):
        raise ScalarsError
    lowering = load_all().get(type)
    if lowering is None:
        raise Unsupported(HOST_ONLY.get(type) or CPU.get(type) or f"{type} has no kernel")
    specs = tuple(Spec(operand.shape, operand.dtype) for operand in operands)
    if type == "MatMul":
        return matmul.matmul(specs)
    if type in COUNTED and np.dtype(params["dtype"]) != np.int32:
        return _counted(type, specs, params, target)
    lowered = lowering(specs, target, **params)
    if type in EXTENDED:
        return _extended(type, specs, params, lowered.outputs[0])
    rule = Opaque(type, specs, lowered)
    if type in PIECES and len(rule.outputs) == 1:
        return lambda device, arrays, _: (device.record(rule, arrays),)
    return rule


#: ops whose kernels count in int32; int64, which only the CPU has, is made there
COUNTED = frozenset({"ArgMax", "ArgMin"})
#: ops that give a tuple, even where that is of one array
PIECES = frozenset({"Split", "SplitV", "Unpack"})
#: kernels that take an epilogue, as a parameter of their lowering
EXTENDED = frozenset({
    "AvgPool", "AvgPool3D", "AvgPool3DGrad", "AvgPoolGrad", "Conv2D", "Conv2DBackpropFilter",
    "Conv2DBackpropInput", "Conv3D", "Conv3DBackpropFilterV2", "Conv3DBackpropInputV2",
    "DepthwiseConv2dNative",
    "DepthwiseConv2dNativeBackpropFilter", "DepthwiseConv2dNativeBackpropInput", "LogSoftmax",
    "MaxPool", "MaxPool3D", "MaxPool3DGrad", "MaxPool3DGradGrad", "MaxPoolGrad", "MaxPoolGradGrad",
    "Softmax", "SoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits",
})  # fmt: skip


def _extended(type: str, specs: tuple[Spec, ...], params: dict[str, Any], output: Spec) -> Anchor:
    def build(views: Any, target: Target, before: Any, after: Any) -> Any:
        return load_all()[type](specs, target, **params, epilogue=after)

    return Anchor(type, specs, output, lambda _, view: view.is_flat, build)


def _counted(
    type: str, specs: tuple[Spec, ...], params: dict[str, Any], target: Target
) -> Composition:
    counts = {**params, "dtype": np.dtype(np.int32)}
    rule = Opaque(type, specs, load_all()[type](specs, target, **counts))
    return lambda device, arrays, _: np.asarray(device.record(rule, arrays)).astype(params["dtype"])


class ScalarsError(Exception):
    """This op takes arrays, so numbers are to be sent as arrays."""


def _map(type: str, operands: tuple[Operand, ...], params: dict[str, Any]) -> Map:
    kinds = [_NAMES[operand.dtype.kind] for operand in operands]
    key = kinds[-1]
    if type in ("Cast", "Bitcast"):
        to = np.dtype(params["dtype"])
        if to not in STORED:
            raise Unsupported(f"{to} stays on the CPU")
        key, params = f"{key}->{_NAMES[to.kind]}", {}
    expression = EXPRESSIONS[type].get(key)
    if expression is None and type in GUARDED and key in GUARDED[type]:
        expression = GUARDED[type][key].expression  # the handler has looked at the last operand
    if expression is None:
        raise Unsupported(f"{type} of {key} has no kernel")
    shape = np.broadcast_shapes(*(operand.shape for operand in operands))
    result = {"same": kinds[-1]}.get(expression.result, expression.result)
    output = Spec(shape, np.dtype(_DTYPES[result]))
    return _rule(type, expression, operands, kinds, output, params)


def _rule(
    type: str,
    expression: Expression,
    operands: tuple[Operand, ...],
    kinds: list[str],
    output: Spec,
    params: dict[str, Any],
) -> Map:
    sources: list[int] = []
    scalars: list[str] = []
    inputs: list[Spec] = []
    for operand, kind in zip(operands, kinds, strict=True):
        if isinstance(operand, Scalar):
            sources.append(-1 - len(scalars))
            scalars.append(kind)
        else:
            sources.append(len(inputs))
            inputs.append(operand)
    template = expression.template
    for name in params:  # numbers of the op, after those that stand for operands
        template = template.replace(f"{{{name}}}", f"{{{len(sources)}}}")
        sources.append(-1 - len(scalars))
        scalars.append("f32")
    return Map(
        type, template, expression.functions, tuple(sources), tuple(inputs), output, tuple(scalars)
    )


# -- compositions


def _reduction(type: str) -> Callable[..., Composition]:
    def compose(operands: tuple[Operand, ...], params: dict[str, Any]) -> Composition:
        (spec,) = operands
        if type == "Mean" and spec.dtype.kind != "f":
            raise Unsupported("the mean of integers stays on the CPU")
        if isinstance(spec, Scalar):
            raise ScalarsError
        return lambda device, arrays, _: reduction.reduce(device, type, arrays[0], **params)

    return compose


def _add_n(operands: tuple[Operand, ...], params: dict[str, Any]) -> Composition:
    def compose(device: Any, arrays: list[Any], scalars: Any) -> Any:
        total = arrays[0]
        for x in arrays[1:]:
            total = total + x
        return total if len(arrays) > 1 else total.copy()

    return compose


def _norm(operands: tuple[Operand, ...], params: dict[str, Any]) -> Composition:
    if isinstance(operands[0], Scalar) or operands[0].dtype.kind != "f":
        raise Unsupported("a norm of integers stays on the CPU")

    def compose(device: Any, arrays: list[Any], scalars: Any) -> Any:
        return lookup("Sqrt")(lookup("Sum")(lookup("Square")(arrays[0]), **params))

    return compose


def _half_of_squares(operands: tuple[Operand, ...], params: dict[str, Any]) -> Composition:
    (x,) = operands
    if isinstance(x, Scalar):
        raise ScalarsError
    axis = tuple(range(-len(x.shape), 0))

    def compose(device: Any, arrays: list[Any], scalars: Any) -> Any:
        return 0.5 * lookup("Sum")(lookup("Square")(arrays[0]), axis=axis, keepdims=False)

    return compose


def _one_hot(operands: tuple[Operand, ...], params: dict[str, Any]) -> Composition:
    """`on` where x equals `depth`, `off` elsewhere, with broadcasting."""

    def compose(device: Any, arrays: list[Any], scalars: tuple[float, ...]) -> Any:
        given, numbers = iter(arrays), iter(scalars)
        x, depth, on, off = (
            o.dtype.type(next(numbers)) if isinstance(o, Scalar) else next(given) for o in operands
        )
        return lookup("SelectV2")(lookup("Equal")(x, depth), on, off)

    return compose


def _filled(value: float) -> Callable[..., Recipe]:
    def compose(operands: tuple[Operand, ...], params: dict[str, Any]) -> Composition:
        shape, dtype = operands[0].shape, operands[0].dtype
        kind = _NAMES[dtype.kind]
        rule = Map("Fill", "{0}", (), (-1,), (), Spec(shape, dtype), (kind,))
        return lambda device, arrays, scalars: device.record(rule, [], (value,))

    return compose


def _fill(operands: tuple[Operand, ...], params: dict[str, Any]) -> Recipe:
    operand, dims = operands[0], tuple(params["dims"])
    kind = _NAMES[operand.dtype.kind]
    if isinstance(operand, Scalar):
        return Map("Fill", "{0}", (), (-1,), (), Spec(dims, operand.dtype), (kind,))
    return Map("Fill", "{0}", (), (0,), (operand,), Spec(dims, operand.dtype))


def _arrays_only(compose: Callable[..., Recipe]) -> Callable[..., Recipe]:
    """The same for arrays alone: numbers are sent as such."""

    def checked(operands: tuple[Operand, ...], params: dict[str, Any]) -> Recipe:
        if any(isinstance(operand, Scalar) for operand in operands):
            raise ScalarsError
        return compose(operands, params)

    return checked


def _identities(operands: tuple[Operand, ...], params: dict[str, Any]) -> Composition:
    return lambda device, arrays, scalars: tuple(x.copy() for x in arrays)


def _passed(operands: tuple[Operand, ...], params: dict[str, Any]) -> Composition:
    return lambda device, arrays, scalars: arrays[1].copy()


COMPOSED: dict[str, Callable[..., Recipe]] = {
    **{type: _reduction(type) for type in reduction.KINDS},
    "AddN": _arrays_only(_add_n),
    "Einsum": _arrays_only(einsum.compose),
    "IdentityN": _arrays_only(_identities),
    "PassThrough": _arrays_only(_passed),
    "EuclideanNorm": _norm,
    "L2Loss": _half_of_squares,
    "OneHot": _one_hot,
    "ZerosLike": _filled(0),
    "OnesLike": _filled(1),
    "Fill": _fill,
}


def decisions() -> dict[str, list[str]]:
    """Op type → where it is decided, once for each, so `recipe` may ask them in any order.

    An expression for some dtypes leaves the others to the CPU, as a kernel does that refuses.
    """
    deciders: dict[str, Iterable[str]] = {
        "composition": COMPOSED,
        "view": VIEW_OPS,
        "expression": EXPRESSIONS,
        "kernel": load_all(),
        "CPU: no expression": CPU,
        "CPU": HOST_ONLY,
    }
    found: dict[str, list[str]] = {}
    for decider, types in deciders.items():
        for type in types:
            found.setdefault(type, []).append(decider)
    return found
