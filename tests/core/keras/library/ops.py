"""keras.ops: each function's value, and its gradient where it has one."""

from typing import Any

import numpy as np

from tests.core.keras.cases import numbers
from tests.core.keras.library import program, programs

X, Y = numbers(3, 4, seed=1, low=-2.0, high=2.0), numbers(3, 4, seed=2, low=0.1, high=2.0)
SMALL = numbers(3, 4, seed=3, low=-0.9, high=0.9)
POSITIVE = numbers(3, 4, seed=4, low=1.1, high=3.0)
SQUARE = numbers(3, 3, seed=5) + 3 * np.eye(3, dtype=np.float32)
SYMMETRIC = SQUARE @ SQUARE.T
SEGMENTS = np.array([0, 2, 0])
NUMBERS = np.array([[3, 0, 2, 5], [1, 1, 4, 0]], np.int32)
CUBE = numbers(2, 3, 4, seed=6)


def evaluated(tf: Any, function: Any, x: Any, *more: Any, **settings: Any) -> list[Any]:
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        outputs = tf.nest.flatten(function(x, *more, **settings))
        floats = [y for y in outputs if y.dtype.is_floating]
        loss = sum(tf.reduce_sum(y * numbers(*y.shape, seed=9 + i)) for i, y in enumerate(floats))
    slope = tape.gradient(loss, x) if floats and x.dtype.is_floating else None
    values = [tf.cast(y, "int32") if y.dtype == "bool" else y for y in outputs]
    return [*values, None if slope is None else tf.convert_to_tensor(slope)]


UNARY = {
    "absolute abs negative square sign ceil floor cos cosh erf exp expm1 sin sinh tanh exp2 "
    "deg2rad rad2deg trunc sinc isfinite isinf isnan round logical_not relu relu6 sigmoid silu elu "
    "selu gelu softplus softsign log_sigmoid log_softmax softmax hard_sigmoid hard_silu "
    "hard_tanh celu "
    "hard_shrink soft_shrink sparse_plus sparse_sigmoid sparsemax squareplus tanh_shrink glu "
    "leaky_relu swish hard_swish nan_to_num tan fabs": X,
    "arccos arcsin arctan arctanh arcsinh erfinv": SMALL,
    "arccosh log log1p log2 log10 sqrt rsqrt reciprocal": POSITIVE,
    "sum mean var std max min amax amin prod logsumexp ptp median all any count_nonzero argmax "
    "argmin cumsum cumprod ravel transpose flip sort argsort tril triu diff rot90 normalize "
    "average unstack copy rms_normalization layer_normalization": X,
    "cholesky det inv logdet slogdet trace diagonal diag pinv": SYMMETRIC,
    "sum mean exp sqrt max sort": NUMBERS,
}  # fmt: skip


@programs(**{str(i): group for i, group in enumerate(UNARY.items())})
def unary_functions(tf: Any, group: Any) -> list[Any]:
    names, x = group
    results = []
    for name in names.split():
        results += evaluated(tf, getattr(tf.keras.ops, name), x)
    return results


@program
def binary_functions(tf: Any) -> list[Any]:
    names = (
        "add subtract multiply divide true_divide divide_no_nan maximum minimum mod fmod "
        "floor_divide equal not_equal greater greater_equal less less_equal arctan2 hypot "
        "logaddexp logical_and logical_or logical_xor isclose heaviside"
    )
    results = []
    for name in names.split():
        results += evaluated(tf, getattr(tf.keras.ops, name), X, tf.constant(Y))
    ops = tf.keras.ops
    results += evaluated(tf, ops.power, Y, 1.5) + evaluated(tf, ops.add, NUMBERS, 0.5)
    mixed = [ops.add(NUMBERS, numbers(2, 4)), ops.multiply(NUMBERS, 2), ops.divide(NUMBERS, 2)]
    bits = "bitwise_and bitwise_or bitwise_xor left_shift right_shift"
    two = np.array([[1, 2, 3, 1], [0, 1, 2, 3]], np.int32)
    mixed += [getattr(ops, name)(NUMBERS, two) for name in bits.split()]
    return [
        *results,
        *mixed,
        ops.bitwise_not(NUMBERS),
        ops.gcd(NUMBERS, two),
        ops.lcm(NUMBERS, two),
    ]


@program
def axes_and_shapes(tf: Any) -> list[Any]:
    ops = tf.keras.ops
    calls = [
        (ops.sum, (1, True)), (ops.mean, ((0, 2),)), (ops.max, (1, False, 0.2)), (ops.std, (2,)),
        (ops.argmax, (1, True)), (ops.cumsum, (2,)), (ops.reshape, ((3, -1),)),
        (ops.transpose, ((2, 0, 1),)), (ops.swapaxes, (0, 2)), (ops.moveaxis, (0, -1)),
        (ops.expand_dims, (1,)), (ops.repeat, (2, 1)), (ops.tile, ((2, 1, 1, 2),)),
        (ops.flip, (1,)),
        (ops.roll, (1, 2)), (ops.pad, (((0, 0), (1, 2), (0, 1)),)), (ops.take, ([2, -1, 0], 2)),
        (ops.take, ([5, 0],)), (ops.split, (2, 2)), (ops.split, ([1, 3], 2)),
        (ops.array_split, (3, 2)), (ops.slice, ((0, 1, 1), (2, 1, 2))), (ops.diff, (2, 2)),
        (ops.diagonal, (1, 1, 2)), (ops.trace, (0, 1, 2)), (ops.quantile, ([0.2, 0.5], 1)),
        (ops.quantile, (0.3, (0, 2), "lower", True)), (ops.percentile, (30, 2, "midpoint")),
        (ops.average, (1, [0.2, 0.3, 0.5])), (ops.clip, (-0.3, 0.4)), (ops.round, (1,)),
        (ops.norm, (1, 2)), (ops.norm, (None, (1, 2), True)), (ops.trapezoid, ()),
        (ops.append, (CUBE[:1], 0)), (ops.normalize, (1, 3)), (ops.logsumexp, ((0, 1),)),
        (ops.top_k, (2,)), (ops.moments, ([0, 1],)), (ops.get_item, ((0, slice(1, 3)),)),
        (ops.softmax, (1,)), (ops.median, (1,)), (ops.tensordot, (CUBE, [[0, 1], [0, 1]])),
        (ops.one_hot, (3,)), (ops.squeeze, ()), (ops.broadcast_to, ((2, 2, 3, 4),)),
    ]  # fmt: skip
    results = []
    for function, arguments in calls:
        x = NUMBERS % 3 if function is ops.one_hot else CUBE
        results += evaluated(tf, function, x, *arguments)
    return results


@program
def products_of_matrices(tf: Any) -> list[Any]:
    ops = tf.keras.ops
    a, b = tf.constant(SQUARE), tf.constant(numbers(3, 2, seed=8))
    v = tf.constant(numbers(3, seed=7))
    results = [ops.matmul(a, b), ops.matmul(v, a), ops.matmul(a, v), ops.dot(a, b), ops.dot(v, v)]
    results += [ops.inner(a, a), ops.outer(v, b), ops.vdot(a, a), ops.kron(a, b), ops.cross(v, a)]
    results += [ops.solve(a, b), ops.solve(a, v), ops.lstsq(a, b), ops.einsum("ij,jk->k", a, b)]
    results += [ops.solve_triangular(ops.tril(a), b, lower=True), ops.svd(a, compute_uv=False)]
    q, r = ops.qr(a)
    return [*results, q @ r, ops.eigh(SYMMETRIC)[0], ops.matrix_rank(a), ops.diag(v, 1)]


@program
def made_tensors(tf: Any) -> list[Any]:
    ops = tf.keras.ops
    results = [ops.zeros((2, 3)), ops.ones((2,), "int32"), ops.full((2,), 3.0), ops.eye(3, 4, 1)]
    results += [ops.identity(2), ops.tri(3, k=-1), ops.arange(5), ops.arange(1.0, 2.0, 0.25)]
    results += [ops.arange(2, 9, 3, "float32"), ops.linspace(0.0, 1.0, 5), ops.logspace(0, 2, 3)]
    results += [
        ops.hanning(5),
        ops.hamming(4),
        ops.blackman(6),
        ops.bartlett(5),
        ops.kaiser(4, 2.0),
    ]
    results += [ops.zeros_like(X), ops.full_like(X, 2), *ops.meshgrid([1.0, 2.0], [3.0, 4.0, 5.0])]
    results += [ops.vander(ops.arange(3), 3), *ops.nonzero(NUMBERS), ops.where(X > 0, X, 0.0)]
    results += [ops.scatter([[0], [2]], [1.0, 2.0], (4,)), ops.searchsorted([1.0, 2.0], [1.5])]
    results += [ops.scatter_update(X, [[0, 1], [2, 3]], [5.0, 6.0]), ops.bincount(NUMBERS[0])]
    results += [
        ops.slice_update(X, (1, 1), np.ones((2, 2), np.float32)),
        ops.digitize(X, [0.0, 1.0]),
    ]
    results += [
        ops.hstack([X, Y]),
        ops.vstack([X, Y]),
        ops.stack([X, Y], 1),
        ops.concatenate([X, Y]),
    ]
    results += [ops.segment_sum(Y, SEGMENTS, 3), ops.segment_max(Y, SEGMENTS, 3)]
    results += [
        ops.multi_hot(np.array([[0, 2], [1, 1]]), 3),
        ops.take_along_axis(X, np.array([[0], [3], [1]]), axis=1),
    ]
    return [
        *results,
        *ops.unravel_index(np.array([5, 7]), (3, 4)),
        ops.saturate_cast(X * 200, "int8"),
    ]


@program
def neural_functions(tf: Any) -> list[Any]:
    ops = tf.keras.ops
    images, p = numbers(2, 4, 4, 3, seed=1), numbers(2, 3, seed=2, low=0.05, high=0.9)
    y = np.eye(3, dtype=np.float32)[[2, 0]]
    results = evaluated(tf, ops.max_pool, images, 2) + evaluated(
        tf, ops.average_pool, images, (2, 1)
    )
    results += evaluated(tf, ops.conv, images, numbers(2, 2, 3, 2, seed=3), padding="same")
    results += evaluated(tf, ops.conv, numbers(2, 4, 4, 4), numbers(2, 2, 2, 6, seed=3))
    results += evaluated(tf, ops.conv_transpose, images, numbers(2, 2, 2, 3, seed=3), strides=2)
    results += evaluated(tf, ops.depthwise_conv, images, numbers(2, 2, 3, 1, seed=3))
    results += [ops.binary_crossentropy(y, p), ops.categorical_crossentropy(y, p)]
    results += [ops.sparse_categorical_crossentropy([2, 0], p), ops.psnr(p, y, 1.0)]
    results += [
        ops.depth_to_space(numbers(1, 2, 2, 4), 2),
        ops.space_to_depth(numbers(1, 4, 4, 1), 2),
    ]
    results += [ops.batch_normalization(p, p[0], p[1], axis=-1), ops.threshold(X, 0.5, 9.0)]
    heads = numbers(2, 3, 4, 5, seed=4)
    results += [ops.dot_product_attention(heads, heads, heads, is_causal=True)]
    results += [ops.dot_product_attention(heads, heads[:, :, :2], heads[:, :, :2])]
    last, seen = ops.scan(lambda c, x: (c + x, c * x), ops.zeros((4,)), tf.constant(X))
    results += [last, seen, ops.fori_loop(0, 4, lambda i, v: v + i, 1), ops.map(ops.square, X)]
    results.append(ops.while_loop(lambda i: i < 5, lambda i: (i + 2,), (0,))[0])
    return [*results, ops.cond(True, lambda: 1.0, lambda: 2.0)]


@program
def penalties_and_projections(tf: Any) -> list[Any]:
    w = tf.constant(numbers(4, 3, seed=14, low=-2.0, high=2.0))
    keras = tf.keras
    results = [keras.constraints.MinMaxNorm(0.5, 1.5, 0.7)(w)]
    for mode in ("rows", "columns"):
        results.append(keras.regularizers.OrthogonalRegularizer(0.1, mode)(w))
    return results
