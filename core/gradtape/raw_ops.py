"""Ops by their TensorFlow type: `tf.raw_ops.MatMul(a=x, b=y)`.

Every op of the registry is here. The common ones take TensorFlow's keyword names, by way of the
public function of the same meaning; any other takes its tensors in order (keywords: in the order of
the alphabet, which is TensorFlow's for `x`, `y` and `a`, `b`, `x`) and its metadata by keyword.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from gradtape.dispatch.apply import convert_operand
from gradtape.primitives.op import Op
from gradtape.primitives.registry import REGISTRY, load_all

_REDUCTION = {"input": "input_tensor", "keep_dims": "keepdims"}

#: op type → (public name, raw keyword → keyword of the public function where they differ)
PUBLIC: dict[str, tuple[str, dict[str, str]]] = {
    "AddN": ("add_n", {}),
    "All": ("reduce_all", _REDUCTION),
    "Any": ("reduce_any", _REDUCTION),
    "ArgMax": ("argmax", {"dimension": "axis"}),
    "ArgMin": ("argmin", {"dimension": "axis"}),
    "AvgPool": ("nn.avg_pool2d", {"value": "input"}),
    "BatchMatMulV2": ("matmul", {"x": "a", "y": "b", "adj_x": "adjoint_a", "adj_y": "adjoint_b"}),
    "BiasAdd": ("nn.bias_add", {}),
    "Bitcast": ("bitcast", {}),
    "BroadcastTo": ("broadcast_to", {}),
    "Cast": ("cast", {"DstT": "dtype"}),
    "CheckNumerics": ("debugging.check_numerics", {}),
    "Cholesky": ("linalg.cholesky", {}),
    "ClipByValue": ("clip_by_value", {}),
    "ConcatV2": ("concat", {}),
    "Conv2D": ("nn.conv2d", {"filter": "filters"}),
    "Cumprod": ("math.cumprod", {}),
    "Cumsum": ("cumsum", {}),
    "DynamicPartition": ("dynamic_partition", {}),
    "DynamicStitch": ("dynamic_stitch", {}),
    "EnsureShape": ("ensure_shape", {"input": "x"}),
    "Einsum": ("einsum", {}),
    "ExpandDims": ("expand_dims", {}),
    "Fill": ("fill", {}),
    "GatherNd": ("gather_nd", {}),
    "GatherV2": ("gather", {}),
    "IdentityN": ("identity_n", {}),
    "InvertPermutation": ("math.invert_permutation", {}),
    "L2Loss": ("nn.l2_loss", {}),
    "LeakyRelu": ("nn.leaky_relu", {}),
    "LinSpace": ("linspace", {}),
    "LogSoftmax": ("nn.log_softmax", {}),
    "MatMul": ("matmul", {}),
    "MatrixInverse": ("linalg.inv", {}),
    "MatrixSolve": ("linalg.solve", {}),
    "Max": ("reduce_max", _REDUCTION),
    "MaxPool": ("nn.max_pool2d", {}),
    "Mean": ("reduce_mean", _REDUCTION),
    "Min": ("reduce_min", _REDUCTION),
    "MirrorPad": ("pad", {"input": "tensor"}),
    "OneHot": ("one_hot", {}),
    "OnesLike": ("ones_like", {"x": "input"}),
    "Pack": ("stack", {}),
    "Pad": ("pad", {"input": "tensor"}),
    "PadV2": ("pad", {"input": "tensor"}),
    "Prod": ("reduce_prod", _REDUCTION),
    "Range": ("range", {}),
    "Reshape": ("reshape", {}),
    "ReverseSequence": ("reverse_sequence", {"seq_dim": "seq_axis", "batch_dim": "batch_axis"}),
    "ReverseV2": ("reverse", {}),
    "Roll": ("roll", {}),
    "ScatterNd": ("scatter_nd", {}),
    "SelectV2": ("where", {"t": "x", "e": "y"}),
    "Shape": ("shape", {}),
    "ShapeN": ("shape_n", {}),
    "Size": ("size", {}),
    "Slice": ("slice", {"input": "input_"}),
    "Softmax": ("nn.softmax", {}),
    "SparseSoftmaxCrossEntropyWithLogits": (
        "nn.sparse_softmax_cross_entropy_with_logits", {"features": "logits"}
    ),
    "Split": ("split", {"num_split": "num_or_size_splits"}),
    "SplitV": ("split", {"size_splits": "num_or_size_splits", "num_split": "num"}),
    "Squeeze": ("squeeze", {"squeeze_dims": "axis"}),
    "StridedSlice": ("strided_slice", {"input": "input_"}),
    "StringJoin": ("strings.join", {}),
    "StringLength": ("strings.length", {}),
    "StringToNumber": ("strings.to_number", {"string_tensor": "input"}),
    "Sum": ("reduce_sum", _REDUCTION),
    "TensorScatterAdd": ("tensor_scatter_nd_add", {}),
    "TensorScatterMax": ("tensor_scatter_nd_max", {}),
    "TensorScatterMin": ("tensor_scatter_nd_min", {}),
    "TensorScatterSub": ("tensor_scatter_nd_sub", {}),
    "TensorScatterUpdate": ("tensor_scatter_nd_update", {}),
    "Tile": ("tile", {}),
    "TopKV2": ("math.top_k", {}),
    "Transpose": ("transpose", {"x": "a"}),
    "Unique": ("unique", {}),
    "Unpack": ("unstack", {}),
    "UnsortedSegmentSum": ("math.unsorted_segment_sum", {}),
    "Where": ("where", {}),
    "ZerosLike": ("zeros_like", {"x": "input"}),
}  # fmt: skip

#: older op types → those of today that say the same
_TODAY = {"Add": "AddV2", "BatchMatMul": "BatchMatMulV2", "Div": "RealDiv", "Gather": "GatherV2"}

#: the keywords of ops whose order is not that of the alphabet
_ORDER = {"Zeta": ("x", "q"), "SelectV2": ("condition", "t", "e")}


def _resolve(path: str) -> Callable[..., Any] | None:
    value: Callable[..., Any] | ModuleType | None = import_module("gradtape")
    for part in path.split("."):
        value = getattr(value, part, None)
    return None if isinstance(value, ModuleType) else value


def _by_keyword(op_type: str, function: Callable[..., Any], names: dict[str, str]) -> Any:
    def raw(**kwargs: Any) -> Any:
        return function(**{names.get(key, key): value for key, value in kwargs.items()})

    taken = inspect.signature(function).parameters
    back = {public: raw_name for raw_name, public in names.items()}
    keys = ", ".join(back.get(name, name) for name in taken)
    return _dressed(
        raw, op_type, f"{op_type}({keys}), by keyword. The same as:\n\n{function.__doc__}"
    )


def _in_order(name: str, op: Op) -> Any:
    code = op.kernel.__code__ if hasattr(op.kernel, "__code__") else None
    metadata = (
        code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
        if code is not None
        else ()
    )

    def raw(*xs: Any, **kwargs: Any) -> Any:
        kwargs.pop("name", None)
        params = {key: kwargs.pop(key) for key in list(kwargs) if key in metadata}
        order = _ORDER.get(op.type, tuple(sorted(kwargs)))
        values = [*xs, *(kwargs[key] for key in order)]
        count = len(op.rules) or len(values)
        if len(values) != count or set(metadata) - set(params):
            raise TypeError(
                f"tf.raw_ops.{op.type} takes {count} tensors and the keywords {list(metadata)}, "
                f"got {len(values)} tensors and {sorted(params)}."
            )
        return op.call(*(convert_operand(x) for x in values), **params)

    return _dressed(raw, name, op.doc or "")


def _dressed(raw: Any, op_type: str, doc: str) -> Any:
    raw.__name__ = raw.__qualname__ = op_type
    raw.__doc__ = doc
    return raw


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    load_all()
    op = REGISTRY.get(_TODAY.get(name, name))
    known = PUBLIC.get(_TODAY.get(name, name))
    function = _resolve(known[0]) if known else None
    if known and function is not None:
        made = _by_keyword(name, function, known[1])
    elif op is not None:
        made = _in_order(name, op)
    else:
        raise AttributeError(
            f"gradtape has no op of type {name!r}; dir(tf.raw_ops) lists the {len(REGISTRY)} that "
            "there are."
        )
    globals()[name] = made
    return made


def __dir__() -> list[str]:
    load_all()
    return sorted({*REGISTRY, *PUBLIC, *_TODAY})
