"""What the arguments of TensorFlow's raw ops mean here.

An op is a public function under other names (`PUBLIC`), a function written below (`@raw`), or,
where it stands in neither, the op of the registry, which takes the same tensors in the same order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.errors import InvalidArgumentError, UnimplementedError
from gradtape.functions.array import ordering, shaping
from gradtape.functions.image import resizing
from gradtape.functions.linalg import decompositions, products
from gradtape.functions.nn import depthwise
from gradtape.functions.public import binary
from gradtape.ops.math import counting
from gradtape.ops.nn.softmax import softmax
from gradtape.primitives.registry import lookup
from gradtape.raw_ops.signatures import SIGNATURES
from gradtape.tensors.conversion import convert, is_tensor_like
from gradtape.tensors.tensor import wrap

Function = Callable[..., Any]

_REDUCTION = {"input": "input_tensor", "keep_dims": "keepdims"}

#: op type → (public name, argument of the op → parameter of the function where they differ)
PUBLIC: dict[str, tuple[str, dict[str, str]]] = {
    "AddN": ("add_n", {}),
    "AdjustContrastv2": ("image.adjust_contrast", {}),
    "AdjustHue": ("image.adjust_hue", {"images": "image"}),
    "AdjustSaturation": (
        "image.adjust_saturation", {"images": "image", "scale": "saturation_factor"}
    ),
    "All": ("reduce_all", _REDUCTION),
    "Any": ("reduce_any", _REDUCTION),
    "ArgMax": ("argmax", {"dimension": "axis"}),
    "ArgMin": ("argmin", {"dimension": "axis"}),
    "AsString": ("strings.as_string", {}),
    "AvgPool": ("nn.avg_pool2d", {"value": "input"}),
    "AvgPool3D": ("nn.avg_pool3d", {}),
    "BatchMatMulV2": ("matmul", {"x": "a", "y": "b", "adj_x": "adjoint_a", "adj_y": "adjoint_b"}),
    "BiasAdd": ("nn.bias_add", {}),
    "Bitcast": ("bitcast", {}),
    "BroadcastTo": ("broadcast_to", {}),
    "CheckNumerics": ("debugging.check_numerics", {}),
    "Cholesky": ("linalg.cholesky", {}),
    "Conv2D": ("nn.conv2d", {"filter": "filters"}),
    "Conv3D": ("nn.conv3d", {"filter": "filters"}),
    "Cumprod": ("math.cumprod", {}),
    "Cumsum": ("cumsum", {}),
    "CumulativeLogsumexp": ("math.cumulative_logsumexp", {}),
    "DepthToSpace": ("nn.depth_to_space", {}),
    "DynamicPartition": ("dynamic_partition", {}),
    "DynamicStitch": ("dynamic_stitch", {}),
    "EnsureShape": ("ensure_shape", {"input": "x"}),
    "EuclideanNorm": ("math.reduce_euclidean_norm", _REDUCTION),
    "ExpandDims": ("expand_dims", {}),
    "Fill": ("fill", {}),
    "Gather": ("gather", {}),
    "GatherV2": ("gather", {}),
    "IdentityN": ("identity_n", {}),
    "InTopKV2": ("math.in_top_k", {}),
    "InvertPermutation": ("math.invert_permutation", {}),
    "L2Loss": ("nn.l2_loss", {}),
    "LogicalAnd": ("logical_and", {}),
    "LogicalOr": ("logical_or", {}),
    "LogSoftmax": ("nn.log_softmax", {}),
    "MatMul": ("matmul", {}),
    "MatrixBandPart": ("linalg.band_part", {}),
    "MatrixDiagPartV3": ("linalg.diag_part", {}),
    "MatrixDiagV3": ("linalg.diag", {}),
    "MatrixInverse": ("linalg.inv", {}),
    "MatrixSetDiagV3": ("linalg.set_diag", {}),
    "MatrixSolve": ("linalg.solve", {}),
    "MatrixTriangularSolve": ("linalg.triangular_solve", {}),
    "Max": ("reduce_max", _REDUCTION),
    "MaxPool": ("nn.max_pool2d", {}),
    "MaxPool3D": ("nn.max_pool3d", {}),
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
    "SegmentMax": ("math.segment_max", {}),
    "SegmentMean": ("math.segment_mean", {}),
    "SegmentMin": ("math.segment_min", {}),
    "SegmentProd": ("math.segment_prod", {}),
    "SegmentSum": ("math.segment_sum", {}),
    "SelectV2": ("where", {"t": "x", "e": "y"}),
    "Shape": ("shape", {}),
    "ShapeN": ("shape_n", {}),
    "Sign": ("sign", {}),
    "Size": ("size", {}),
    "Slice": ("slice", {"input": "input_"}),
    "Softmax": ("nn.softmax", {}),
    "SpaceToDepth": ("nn.space_to_depth", {}),
    "Split": ("split", {"num_split": "num_or_size_splits"}),
    "SplitV": ("split", {"size_splits": "num_or_size_splits", "num_split": "num"}),
    "SquaredDifference": ("math.squared_difference", {}),
    "StridedSlice": ("strided_slice", {"input": "input_"}),
    "StringJoin": ("strings.join", {}),
    "StringLength": ("strings.length", {}),
    "StringLower": ("strings.lower", {}),
    "StringToNumber": ("strings.to_number", {"string_tensor": "input"}),
    "StringUpper": ("strings.upper", {}),
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
    "UniqueWithCounts": ("unique_with_counts", {}),
    "Unpack": ("unstack", {}),
    "UnsortedSegmentMax": ("math.unsorted_segment_max", {}),
    "UnsortedSegmentMin": ("math.unsorted_segment_min", {}),
    "UnsortedSegmentProd": ("math.unsorted_segment_prod", {}),
    "UnsortedSegmentSum": ("math.unsorted_segment_sum", {}),
    "Where": ("where", {}),
    "ZerosLike": ("zeros_like", {"x": "input"}),
}  # fmt: skip

#: older op types → those of today that say the same
TODAY = {"Add": "AddV2", "BatchMatMul": "BatchMatMulV2", "Div": "RealDiv"}

#: op type → its function, which takes TensorFlow's arguments by name
WRITTEN: dict[str, Function] = {}


def raw(op: str) -> Callable[[Function], Function]:
    """Declare what computes an op."""

    def declare(function: Function) -> Function:
        WRITTEN[op] = function
        return function

    return declare


class SoftmaxCrossEntropyWithLogits(NamedTuple):
    """The loss, and its derivative with respect to the logits."""

    loss: Any
    backprop: Any


class SelfAdjointEigV2(NamedTuple):
    """Eigenvalues and eigenvectors."""

    e: Any
    v: Any


class Svd(NamedTuple):
    """Singular values, left and right vectors."""

    s: Any
    u: Any
    v: Any


@raw("Einsum")
def einsum(inputs: Any, equation: str) -> Any:
    """tf.einsum."""
    return products.einsum(equation, *inputs)


@raw("Squeeze")
def squeeze(input: Any, axis: Any) -> Any:
    """tf.squeeze."""
    return shaping.squeeze(input, axis)


@raw("DepthwiseConv2dNative")
def depthwise_conv2d_native(
    input: Any, filter: Any, strides: Any, padding: Any, data_format: str, dilations: Any
) -> Any:
    """tf.nn.depthwise_conv2d."""
    rows = 2 if data_format == "NCHW" else 1
    return depthwise.depthwise_conv2d(
        input, filter, strides, padding, data_format, list(dilations)[rows : rows + 2]
    )


@raw("DenseBincount")
def dense_bincount(input: Any, size: Any, weights: Any, binary_output: bool) -> Any:
    """How often each of 0 … size − 1 occurs, or the sum of its weights."""
    values, by = convert_operand(input), convert_operand(weights)
    return counting.dense_bincount(
        values, by, size=int(size), dtype=by.dtype.numpy, binary=bool(binary_output)
    )


@raw("LowerBound")
def lower_bound(sorted_inputs: Any, values: Any, out_type: Any) -> Any:
    """tf.searchsorted."""
    return ordering.searchsorted(sorted_inputs, values, "left", out_type)


@raw("UpperBound")
def upper_bound(sorted_inputs: Any, values: Any, out_type: Any) -> Any:
    """tf.searchsorted on the other side."""
    return ordering.searchsorted(sorted_inputs, values, "right", out_type)


@raw("LogMatrixDeterminant")
def log_matrix_determinant(input: Any) -> Any:
    """tf.linalg.slogdet."""
    return decompositions.slogdet(input)


@raw("Qr")
def qr(input: Any, full_matrices: bool) -> Any:
    """tf.linalg.qr."""
    return decompositions.qr(input, full_matrices)


@raw("SelfAdjointEigV2")
def self_adjoint_eig_v2(input: Any, compute_v: bool) -> SelfAdjointEigV2:
    """tf.linalg.eigh; without vectors the second part is empty."""
    values, vectors = decompositions.eigh(input)
    return SelfAdjointEigV2(values, vectors if compute_v else _nothing(vectors))


@raw("Svd")
def svd(input: Any, compute_uv: bool, full_matrices: bool) -> Svd:
    """tf.linalg.svd; without vectors the second and third part are empty."""
    if compute_uv:
        return Svd(*decompositions.svd(input, full_matrices))
    s = decompositions.svd(input, compute_uv=False)
    return Svd(s, _nothing(s), _nothing(s))


def _nothing(x: Any) -> Any:
    return wrap(np.zeros(0, x.dtype.numpy))


def _resized(images: Any, size: Any, method: str, corners: Any, centers: Any) -> Any:
    if corners or not centers:
        raise UnimplementedError(
            f"gradtape resizes with half-pixel centres alone (half_pixel_centers=True, "
            f"align_corners=False), got {bool(centers)} and {bool(corners)}."
        )
    return resizing.resize(images, size, method)


@raw("ResizeArea")
def resize_area(images: Any, size: Any, align_corners: bool) -> Any:
    """tf.image.resize with "area"."""
    return _resized(images, size, "area", align_corners, True)


@raw("ResizeBicubic")
def resize_bicubic(images: Any, size: Any, align_corners: bool, half_pixel_centers: bool) -> Any:
    """tf.image.resize with "bicubic"."""
    return _resized(images, size, "bicubic", align_corners, half_pixel_centers)


@raw("ResizeBilinear")
def resize_bilinear(images: Any, size: Any, align_corners: bool, half_pixel_centers: bool) -> Any:
    """tf.image.resize with "bilinear"."""
    return _resized(images, size, "bilinear", align_corners, half_pixel_centers)


@raw("ResizeNearestNeighbor")
def resize_nearest_neighbor(
    images: Any, size: Any, align_corners: bool, half_pixel_centers: bool
) -> Any:
    """tf.image.resize with "nearest"."""
    return _resized(images, size, "nearest", align_corners, half_pixel_centers)


@raw("SoftmaxCrossEntropyWithLogits")
def softmax_cross_entropy_with_logits(features: Any, labels: Any) -> SoftmaxCrossEntropyWithLogits:
    """The loss of each row, and softmax(features) − labels."""
    x = convert_operand(features)
    z = labels if is_tensor_like(labels) else convert(labels, x.dtype)
    if z.dtype.name != x.dtype.name:
        raise InvalidArgumentError(
            f"cannot compute SoftmaxCrossEntropyWithLogits as input #1(zero-based) was expected to "
            f"be a {x.dtype.name} tensor but is a {z.dtype.name} tensor. Use tf.cast."
        )
    z = convert_operand(z)
    if x.ndim != 2 or z.ndim != 2:
        raise InvalidArgumentError(
            f"logits and labels must be matrices, got {list(x.shape)} and {list(z.shape)} "
            "[Op:SoftmaxCrossEntropyWithLogits]"
        )
    shape = np.broadcast_shapes(x._value.shape, z._value.shape)
    x, z = shaping.broadcast_to(x, shape), shaping.broadcast_to(z, shape)
    return SoftmaxCrossEntropyWithLogits(
        lookup("SoftmaxCrossEntropyWithLogits")(x, z), softmax(x, axis=-1) - z
    )


#: The arguments of ops of two numbers, the second of which may be a Python number.
_PAIRS = (
    ["x", "y"],
    ["x", "y", "incompatible_shape_error"],
    ["y", "x"],
    ["x1", "x2"],
    ["a", "x"],
    ["x", "q"],
)


def of_registry(op: Any) -> Function:
    """An op of the registry, its tensors in TensorFlow's order."""
    if list(SIGNATURES.get(op.type, ())) in _PAIRS:
        return binary(op.call)

    def call(*xs: Any) -> Any:
        return op.call(*map(convert_operand, xs))

    return call
