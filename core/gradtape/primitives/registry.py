"""The registry of all ops, by their TensorFlow type."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from gradtape.primitives.op import Op

#: op type → op
REGISTRY: dict[str, Op] = {}
#: where the ops are that the machinery asks for by name, so that one of them does not load all
HOMES: dict[str, str] = {
    op_type: f"gradtape.ops.{module}"
    for module, op_types in {
        "array.indexing": "GatherV2 StridedSlice UnsortedSegmentSum",
        "array.scattering": "GatherNd TensorScatterUpdate",
        "array.shaping": "BroadcastTo ConcatV2 Identity Pack ReadVariableOp Reshape Slice "
        "Transpose",
        "math.arithmetic": "Pow",
        "math.complex_numbers": "Cast ComplexAbs Conj",
        "math.reductions": "Sum",
        "math.scans": "Cumprod",
        "nn.softmax": "SoftmaxCrossEntropyWithLogits",
    }.items()
    for op_type in op_types.split()
}
#: gradients registered by users for op types that do not exist here
FOREIGN_GRADIENTS: dict[str, Any] = {}


def register(op: Op) -> Op:
    """Enter `op`; a second op of the same type is an error."""
    if op.type in REGISTRY:
        raise KeyError(f"the op type {op.type} is registered twice")
    REGISTRY[op.type] = op
    return op


def lookup(op_type: str) -> Callable[..., Any]:
    """The callable of the op of this type, for machinery that must not import `ops`."""
    if op_type not in REGISTRY:
        if op_type in HOMES:
            import_module(HOMES[op_type])
        else:
            load_all()
    return REGISTRY[op_type].call


@cache
def load_all() -> None:
    """Import every module of `ops`; most are loaded when a function first needs them."""
    from pkgutil import walk_packages

    for module in walk_packages(import_module("gradtape.ops").__path__, "gradtape.ops."):
        import_module(module.name)
