"""Layers: outputs, gradients for inputs and weights, draws by seed, and what training leaves."""

from typing import Any

import numpy as np

from tests.core.keras.cases import built_and_differentiated, numbers, set_weights
from tests.core.keras.library import program, programs

IMAGES = numbers(2, 5, 6, 4, seed=1)
VOLUMES = numbers(2, 4, 5, 4, 2, seed=2)
SEQUENCES = numbers(2, 7, 4, seed=3)
BY_AXES = {1: SEQUENCES, 2: IMAGES, 3: VOLUMES}


def made(tf: Any, kind: str, *arguments: Any, **settings: Any) -> Any:
    return getattr(tf.keras.layers, kind)(*arguments, **settings)


@programs(
    three=("Conv3D", {"filters": 3, "kernel_size": 2, "activation": "relu"}),
    three_same=(
        "Conv3D",
        {"filters": 2, "kernel_size": (2, 3, 1), "padding": "same", "strides": 2},
    ),
    up_one=("Conv1DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2}),
    up_two=("Conv2DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same"}),
    up_two_wide=("Conv2DTranspose", {"filters": 2, "kernel_size": 2, "strides": (3, 2)}),
    up_two_more=(
        "Conv2DTranspose",
        {"filters": 2, "kernel_size": 3, "strides": 2, "output_padding": 1, "padding": "same"},
    ),
    up_three=("Conv3DTranspose", {"filters": 2, "kernel_size": 2, "strides": 2, "use_bias": False}),
    depthwise_one=("DepthwiseConv1D", {"kernel_size": 3, "depth_multiplier": 2}),
    depthwise_two=("DepthwiseConv2D", {"kernel_size": 2, "strides": 2, "padding": "same"}),
    depthwise_dilated=("DepthwiseConv2D", {"kernel_size": 2, "dilation_rate": 2}),
    separable_one=("SeparableConv1D", {"filters": 3, "kernel_size": 2, "padding": "same"}),
    separable_two=(
        "SeparableConv2D",
        {"filters": 3, "kernel_size": 3, "depth_multiplier": 2, "activation": "tanh"},
    ),
)
def convolution(tf: Any, variant: Any) -> list[Any]:
    kind, settings = variant
    inputs = BY_AXES[int(kind[kind.index("D") - 1] if "Depth" not in kind else kind[-2])]
    return built_and_differentiated(tf, made(tf, kind, **settings), inputs)


@programs(
    max_three=("MaxPooling3D", {}, 3),
    average_three=("AveragePooling3D", {"pool_size": (2, 1, 2), "padding": "same"}, 3),
    global_max_three=("GlobalMaxPooling3D", {}, 3),
    global_average_three=("GlobalAveragePooling3D", {"keepdims": True}, 3),
    adaptive_max=("AdaptiveMaxPooling2D", {"output_size": (2, 4)}, 2),
    adaptive_average=("AdaptiveAveragePooling2D", {"output_size": 3}, 2),
    adaptive_one=("AdaptiveAveragePooling1D", {"output_size": 3}, 1),
    adaptive_three=("AdaptiveMaxPooling3D", {"output_size": 2}, 3),
)
def pooled(tf: Any, variant: Any) -> list[Any]:
    kind, settings, axes = variant
    return built_and_differentiated(tf, made(tf, kind, **settings), BY_AXES[axes])


@programs(
    crop_one=("Cropping1D", {"cropping": (2, 1)}, 1),
    crop_two=("Cropping2D", {"cropping": ((1, 0), (2, 1))}, 2),
    crop_three=("Cropping3D", {}, 3),
    zeros_one=("ZeroPadding1D", {"padding": (1, 2)}, 1),
    zeros_two=("ZeroPadding2D", {"padding": (1, 2)}, 2),
    zeros_three=("ZeroPadding3D", {"padding": ((1, 0), (0, 2), (1, 1))}, 3),
    up_one=("UpSampling1D", {"size": 3}, 1),
    up_three=("UpSampling3D", {"size": (1, 2, 2)}, 3),
    softmax_of_axes=("Softmax", {"axis": (1, 2)}, 2),
    prelu=("PReLU", {}, 1),
    prelu_shared=("PReLU", {"shared_axes": [1, 2]}, 2),
    unit=("UnitNormalization", {}, 1),
    unit_of_axes=("UnitNormalization", {"axis": [1, 2]}, 2),
    group=("GroupNormalization", {"groups": 2}, 2),
    group_each=("GroupNormalization", {"groups": -1, "epsilon": 0.1}, 2),
    group_first=("GroupNormalization", {"groups": 1, "axis": 1, "center": False}, 1),
    rms=("RMSNormalization", {}, 1),
    rms_of_axes=("RMSNormalization", {"axis": [2, 3], "epsilon": 0.1}, 2),
    activity=("ActivityRegularization", {"l1": 0.1, "l2": 0.2}, 1),
)
def elementwise(tf: Any, variant: Any) -> list[Any]:
    kind, settings, axes = variant
    layer = made(tf, kind, **settings)
    return built_and_differentiated(tf, layer, BY_AXES[axes]) + list(layer.losses)


@programs(
    spatial_one=("SpatialDropout1D", 0.4, 1),
    spatial_two=("SpatialDropout2D", 0.5, 2),
    spatial_three=("SpatialDropout3D", 0.5, 3),
    gaussian=("GaussianDropout", 0.3, 1),
    alpha=("AlphaDropout", 0.3, 1),
)
def thinned(tf: Any, variant: Any) -> list[Any]:
    kind, rate, axes = variant
    layer = made(tf, kind, rate, seed=5)
    x = tf.constant(BY_AXES[axes])
    return [layer(x, training=True), layer(x, training=True), layer(x)]


@programs(
    plain=("abc,cd->abd", 5, {}),
    heads=("abc,cde->abde", (None, 2, 3), {"bias_axes": "de", "activation": "tanh"}),
    left=("...x,xy->...y", 3, {"bias_axes": "y"}),
    right=("ab...,bc->ac...", 6, {"bias_axes": "c"}),
)
def einsum_dense(tf: Any, variant: Any) -> list[Any]:
    equation, shape, settings = variant
    if isinstance(shape, int) and equation.startswith("abc"):
        shape = (None, shape)
    layer = made(tf, "EinsumDense", equation, shape, **settings)
    return built_and_differentiated(tf, layer, SEQUENCES)


@program
def einsum_dense_draws(tf: Any) -> list[Any]:
    results = []
    for kernel in ("glorot_uniform", "he_normal"):
        initializer = tf.keras.initializers.get(kernel)
        seeded = type(initializer)(seed=3)
        layer = made(tf, "EinsumDense", "abc,cde->abde", (None, 2, 3), kernel_initializer=seeded)
        layer.build((None, 7, 4))
        results.append(layer.kernel)
    return [tf.convert_to_tensor(each) for each in results]


def attended(
    tf: Any, layer: Any, *inputs: Any, weighted: bool = True, **arguments: Any
) -> list[Any]:
    """Outputs (and weights), and gradients of inputs and trained weights."""
    tensors = [tf.constant(each) for each in inputs]
    given = [tensors] if isinstance(layer, tf.keras.layers.Attention) else tensors
    layer(*given)
    set_weights(layer)
    with tf.GradientTape() as tape:
        for tensor in tensors:
            tape.watch(tensor)
        outputs = tf.nest.flatten(layer(*given, **arguments))
        loss = sum(tf.reduce_sum(y * numbers(*y.shape, seed=80 + i)) for i, y in enumerate(outputs))
    return [*outputs, *tape.gradient(loss, [*tensors, *layer.trainable_variables])]


QUERY, VALUE, KEY = numbers(2, 3, 4, seed=5), numbers(2, 5, 4, seed=6), numbers(2, 5, 4, seed=7)
SEEN = np.array([[1, 1, 0], [1, 0, 1]], bool)
KEPT = np.array([[1, 1, 1, 0, 0], [0, 1, 1, 1, 1]], bool)


@programs(
    dot=("Attention", {}, {}),
    dot_scaled=("Attention", {"use_scale": True}, {"return_attention_scores": True}),
    concat=("Attention", {"score_mode": "concat", "use_scale": True}, {}),
    causal=("Attention", {}, {"use_causal_mask": True}),
    masked=("Attention", {}, {"mask": True}),
    masked_causal=("Attention", {}, {"mask": True, "use_causal_mask": True}),
    additive=("AdditiveAttention", {}, {}),
    additive_plain=("AdditiveAttention", {"use_scale": False}, {"mask": True}),
)
def attention(tf: Any, variant: Any) -> list[Any]:
    kind, settings, arguments = variant
    if "mask" in arguments:
        arguments = {**arguments, "mask": [tf.constant(SEEN), tf.constant(KEPT)]}
    results = attended(tf, made(tf, kind, **settings), QUERY, VALUE, KEY, **arguments)
    results += attended(tf, made(tf, kind, **settings), QUERY, VALUE, **arguments)
    return results


MASKS = {"value_mask": KEPT, "attention_mask": numbers(2, 3, 5, seed=8) > -0.3}


@programs(
    plain=("MultiHeadAttention", (2, 3), {}, {}),
    scores=("MultiHeadAttention", (2, 3), {"value_dim": 5}, {"return_attention_scores": True}),
    causal=("MultiHeadAttention", (2, 3), {"use_bias": False}, {"use_causal_mask": True}),
    masked=("MultiHeadAttention", (2, 3), {"output_shape": 6}, MASKS),
    masked_scores=("MultiHeadAttention", (1, 2), {}, {**MASKS, "return_attention_scores": True}),
    window=("MultiHeadAttention", (2, 3), {"sliding_window": 2}, {"use_causal_mask": True}),
    gated=("MultiHeadAttention", (2, 3), {"use_gate": True}, {}),
    groups=("GroupQueryAttention", (3, 4, 2), {}, {}),
    groups_masked=("GroupQueryAttention", (3, 4, 2), {"use_gate": True}, MASKS),
    groups_scores=("GroupQueryAttention", (3, 4, 1), {}, {"return_attention_scores": True}),
)
def heads(tf: Any, variant: Any) -> list[Any]:
    kind, arguments, settings, call = variant
    call = {k: tf.constant(v) if isinstance(v, np.ndarray) else v for k, v in call.items()}
    return attended(tf, made(tf, kind, *arguments, **settings), QUERY, VALUE, KEY, **call)


@program
def heads_over_two_axes(tf: Any) -> list[Any]:
    layer = made(tf, "MultiHeadAttention", 2, 3, attention_axes=(2,))
    return attended(tf, layer, IMAGES, IMAGES) + attended(
        tf, made(tf, "MultiHeadAttention", 2, 3), IMAGES, IMAGES
    )


@program
def heads_draw_by_seed(tf: Any) -> list[Any]:
    tf.keras.utils.set_random_seed(4)
    layer = made(tf, "MultiHeadAttention", 2, 3, dropout=0.4)
    x = tf.constant(QUERY)
    y, scores = layer(x, x, training=True, return_attention_scores=True)
    return [y, scores, *(tf.convert_to_tensor(w) for w in layer.weights)]


@program
def merges(tf: Any) -> list[Any]:
    a, b = tf.constant(numbers(2, 3, seed=6)), tf.constant(numbers(2, 3, seed=7))
    c, d = tf.constant(numbers(2, 3, 4, seed=8)), tf.constant(numbers(2, 5, 4, seed=9))
    layers = tf.keras.layers
    functions = (layers.add, layers.average, layers.concatenate, layers.maximum, layers.minimum)
    results = [f([a, b]) for f in (*functions, layers.multiply, layers.subtract)]
    results += [layers.concatenate([a, b], axis=0), layers.dot([a, b], axes=1)]
    results += [
        layers.Dot(axes=2)([c, d]),
        layers.Dot(axes=(2, 1), normalize=True)([c, tf.constant(numbers(2, 4, 3, seed=10))]),
    ]
    return [*results, layers.Dot(axes=1, normalize=True)([a, b]), layers.Dot(axes=(1, 1))([a, c])]


@programs(dense=("Dense", (2,)), lstm=("LSTM", (3,)), normal=("BatchNormalization", ()))
def by_step(tf: Any, variant: Any) -> list[Any]:
    kind, arguments = variant
    inputs = numbers(2, 3, 5, 4, seed=4)
    layer = made(tf, "TimeDistributed", made(tf, kind, *arguments))
    return built_and_differentiated(tf, layer, inputs, training=True)


@program
def spectral_normalization(tf: Any) -> list[Any]:
    layer = made(tf, "SpectralNormalization", made(tf, "Dense", 3), power_iterations=2)
    results = built_and_differentiated(tf, layer, SEQUENCES, training=True)
    return results + [tf.convert_to_tensor(w) for w in layer.weights]
