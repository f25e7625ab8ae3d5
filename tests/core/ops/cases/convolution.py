"""Convolutions and pooling: strides, dilations, padding, layouts, groups, ties."""

import math

import numpy as np

from tests.core.ops.cases import Draw, case, distinct, exactly, integers, normal

_TIES = [[[[1.0], [1.0], [0.0]], [[1.0], [1.0], [0.0]], [[0.0], [0.0], [0.0]]]]
# TensorFlow's CPU build differentiates neither groups nor, in these, dilations; finite differences
# decide.
_NO_GRADIENT = {"_differs": "there is a gradient"}
# 3-D pooling has no float64 kernel in TensorFlow; float32 is too coarse for finite differences.
_NARROW = {"_numeric": "algebra", "_tol": 1e-5}
_PAIRS = [[0, 0], [1, 2], [0, 1], [0, 0]]


def _volume(*shape: int) -> Draw:
    """Numbers without ties, in float32."""
    n = math.prod(shape)
    return exactly(np.reshape([k * 37 % 101 - 50.0 for k in range(n)], shape).tolist(), "float32")


CASES = [
    case("nn.conv2d", normal(2, 5, 5, 3), normal(3, 3, 3, 4), strides=1, padding="SAME"),
    case("nn.conv2d", normal(2, 5, 6, 3), normal(3, 2, 3, 4), strides=1, padding="VALID"),
    case("nn.conv2d", normal(1, 7, 6, 2), normal(3, 3, 2, 2), strides=2, padding="SAME"),
    case(
        "nn.conv2d", normal(1, 7, 6, 2), normal(3, 3, 2, 2), strides=[1, 3, 2, 1], padding="VALID"
    ),
    case(
        "nn.conv2d",
        normal(1, 8, 7, 2),
        normal(2, 3, 2, 2),
        strides=1,
        padding="SAME",
        dilations=2,
        **_NO_GRADIENT,
    ),
    case(
        "nn.conv2d",
        normal(1, 8, 7, 2),
        normal(2, 2, 2, 2),
        strides=[1, 2],
        padding="VALID",
        dilations=[3, 1],
        **_NO_GRADIENT,
    ),
    case("nn.conv2d", normal(1, 4, 5, 2), normal(2, 2, 2, 3), strides=1, padding=_PAIRS),
    case("nn.conv2d", normal(2, 3, 3, 4), normal(1, 1, 4, 2), strides=1, padding="VALID"),
    case("nn.conv2d", normal(2, 4, 4, 4), normal(1, 1, 4, 2), strides=2, padding="VALID"),
    case(
        "nn.conv2d",
        normal(1, 5, 4, 4),
        normal(3, 3, 2, 6),
        strides=1,
        padding="SAME",
        **_NO_GRADIENT,
    ),
    case("nn.conv2d", normal(1, 5, 5, 3), normal(3, 3, 2, 4), strides=1, padding="SAME"),
    case("nn.conv1d", normal(2, 6, 3), normal(3, 3, 2), stride=1, padding="SAME"),
    case("nn.conv1d", normal(2, 7, 3), normal(3, 3, 2), stride=2, padding="VALID"),
    case(
        "nn.conv1d",
        normal(1, 9, 2),
        normal(3, 2, 2),
        stride=1,
        padding="SAME",
        dilations=2,
        **_NO_GRADIENT,
    ),
    case(
        "nn.conv3d",
        normal(1, 4, 3, 5, 2),
        normal(2, 2, 3, 2, 2),
        strides=[1, 1, 1, 1, 1],
        padding="SAME",
    ),
    case(
        "nn.conv3d",
        normal(1, 5, 4, 5, 1),
        normal(2, 2, 2, 1, 2),
        strides=[1, 2, 1, 2, 1],
        padding="VALID",
    ),
    case("nn.convolution", normal(2, 6, 3), normal(3, 3, 2), padding="SAME"),
    case("nn.convolution", normal(1, 5, 5, 2), normal(2, 2, 2, 2), strides=2),
    case("nn.convolution", normal(1, 7, 7, 1), normal(2, 2, 1, 2), dilations=[2, 3]),
    case("nn.conv2d_transpose", normal(1, 3, 3, 2), normal(3, 3, 4, 2), [1, 3, 3, 4], 1),
    case("nn.conv2d_transpose", normal(1, 3, 2, 2), normal(3, 3, 3, 2), [1, 6, 4, 3], 2),
    case(
        "nn.conv2d_transpose",
        normal(1, 3, 2, 2),
        normal(3, 2, 3, 2),
        [1, 7, 4, 3],
        2,
        padding="VALID",
    ),
    case(
        "nn.conv2d_transpose",
        normal(1, 3, 2, 2),
        normal(3, 2, 3, 2),
        [1, 8, 4, 3],
        2,
        padding="VALID",
    ),
    case("nn.conv1d_transpose", normal(1, 3, 2), normal(3, 3, 2), [1, 6, 3], 2),
    case(
        "nn.conv3d_transpose",
        normal(1, 2, 2, 2, 2),
        normal(2, 2, 2, 1, 2),
        [1, 4, 4, 4, 1],
        [1, 2, 2, 2, 1],
    ),
    case("nn.depthwise_conv2d", normal(2, 5, 5, 3), normal(3, 3, 3, 2), [1, 1, 1, 1], "SAME"),
    case("nn.depthwise_conv2d", normal(1, 6, 5, 2), normal(3, 2, 2, 1), [1, 2, 2, 1], "VALID"),
    case(
        "nn.depthwise_conv2d",
        normal(1, 6, 6, 2),
        normal(2, 2, 2, 1),
        [1, 1, 1, 1],
        "SAME",
        dilations=[2, 2],
    ),
    case(
        "nn.separable_conv2d",
        normal(1, 5, 5, 2),
        normal(3, 3, 2, 2),
        normal(1, 1, 4, 3),
        [1, 1, 1, 1],
        "SAME",
    ),
    case(
        "nn.separable_conv2d",
        normal(1, 5, 5, 2),
        normal(3, 3, 2, 2),
        normal(1, 1, 4, 3),
        [1, 2, 2, 1],
        "VALID",
    ),
    case("nn.max_pool2d", distinct(2, 4, 4, 3), 2, 2, "VALID"),
    case("nn.max_pool2d", distinct(1, 5, 6, 2), [3, 2], [1, 2], "SAME"),
    case("nn.max_pool2d", distinct(1, 5, 5, 1), 3, 2, [[0, 0], [1, 1], [1, 0], [0, 0]]),
    case("nn.max_pool2d", distinct(1, 5, 5, 1), [1, 3, 3, 1], [1, 1, 1, 1], "VALID"),
    case(
        "nn.max_pool2d", exactly(_TIES), 2, 1, "VALID", _numeric=False
    ),  # a tie: the first takes all
    case("nn.max_pool2d", integers(0, 9, 1, 4, 4, 2), 2, 2, "SAME"),
    case("nn.max_pool1d", distinct(2, 7, 3), 3, 2, "SAME"),
    case(
        "nn.max_pool3d",
        _volume(1, 4, 4, 4, 2),
        [1, 2, 2, 2, 1],
        [1, 2, 2, 2, 1],
        "VALID",
        **_NARROW,
    ),
    case(
        "nn.max_pool3d", _volume(1, 3, 4, 5, 1), [1, 2, 3, 2, 1], [1, 1, 2, 2, 1], "SAME", **_NARROW
    ),
    case(
        "nn.avg_pool3d", _volume(1, 4, 3, 4, 2), [1, 2, 2, 2, 1], [1, 2, 2, 2, 1], "SAME", **_NARROW
    ),
    case("nn.max_pool", distinct(1, 6, 6, 1), 2, 2, "VALID"),
    case("nn.max_pool", distinct(1, 6, 1), 2, 2, "VALID"),
    case("nn.avg_pool2d", normal(2, 4, 4, 3), 2, 2, "VALID"),
    case("nn.avg_pool2d", normal(1, 5, 6, 2), [3, 2], [2, 1], "SAME"),
    case("nn.avg_pool1d", normal(2, 7, 3), 3, 2, "SAME"),
    case("nn.avg_pool", normal(1, 6, 6, 1), 3, 1, "SAME"),
    case("nn.avg_pool", normal(1, 6, 1), 2, 2, "VALID"),
    case("nn.avg_pool2d", integers(0, 9, 1, 4, 4, 1), 2, 2, "VALID"),
    case("nn.pool", distinct(1, 7, 6, 2), [2, 3], "MAX", strides=[2, 2], padding="SAME"),
    case("nn.pool", normal(1, 7, 2), [3], "AVG", strides=[2], padding="SAME"),
    case("nn.pool", distinct(1, 7, 7, 1), [2, 2], "MAX", dilations=[2, 3]),
    case("nn.pool", normal(1, 7, 1), [3], "AVG", dilations=[2]),
]
