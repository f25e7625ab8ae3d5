"""`keras.ops`: activations, pooling, cross-entropies and loops."""

from __future__ import annotations

from functools import wraps
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import activations, config
from gradtape.keras.logits import logits_of
from gradtape.keras.ops.making import as_float, op, tensor
from gradtape.keras.windows import per_axis, tf_format


def _activation(function: Any) -> Any:
    """An activation as a step of functional models."""

    @wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    called.__module__ = __name__
    return op(called)


celu = _activation(activations.celu)
elu = _activation(activations.elu)
glu = _activation(activations.glu)
hard_shrink = _activation(activations.hard_shrink)
hard_sigmoid = _activation(activations.hard_sigmoid)
hard_silu = _activation(activations.hard_silu)
hard_tanh = _activation(activations.hard_tanh)
leaky_relu = _activation(activations.leaky_relu)
log_sigmoid = _activation(activations.log_sigmoid)
log_softmax = _activation(activations.log_softmax)
relu = _activation(activations.relu)
relu6 = _activation(activations.relu6)
selu = _activation(activations.selu)
sigmoid = _activation(activations.sigmoid)
silu = _activation(activations.silu)
soft_shrink = _activation(activations.soft_shrink)
softmax = _activation(activations.softmax)
softplus = _activation(activations.softplus)
softsign = _activation(activations.softsign)
sparse_plus = _activation(activations.sparse_plus)
sparse_sigmoid = _activation(activations.sparse_sigmoid)
sparsemax = _activation(activations.sparsemax)
squareplus = _activation(activations.squareplus)
tanh_shrink = _activation(activations.tanh_shrink)
threshold = _activation(activations.threshold)
swish, hard_swish = silu, hard_silu


@op
def gelu(x: Any, approximate: bool = True) -> Any:
    """x · Φ(x), Φ the standard normal distribution function, by default nearly."""
    return activations.gelu(x, approximate)


@op
def max_pool(
    inputs: Any, pool_size: Any, strides: Any = None, padding: str = "valid",
    data_format: str | None = None,
) -> Any:  # fmt: skip
    """The largest of each window, over 1, 2 or 3 axes."""
    return _pool("MAX", inputs, pool_size, strides, padding, data_format)


@op
def average_pool(
    inputs: Any, pool_size: Any, strides: Any = None, padding: str = "valid",
    data_format: str | None = None,
) -> Any:  # fmt: skip
    """The mean of each window, over 1, 2 or 3 axes."""
    return _pool("AVG", inputs, pool_size, strides, padding, data_format)


def _pool(
    kind: str, inputs: Any, pool_size: Any, strides: Any, padding: str, data_format: str | None
) -> Any:
    x = tensor(inputs)
    n = x.ndim - 2
    size = per_axis(pool_size, n, "pool_size")
    steps = size if strides is None else per_axis(strides, n, "strides")
    function = tf.nn.max_pool if kind == "MAX" else tf.nn.avg_pool
    layout = tf_format(config.standardize_data_format(data_format), n)
    return function(x, list(size), list(steps), padding.upper(), layout)


@op
def moments(x: Any, axes: Any, keepdims: bool = False, synchronized: bool = False) -> Any:
    """Mean and variance along `axes`."""
    return tf.nn.moments(as_float(x), axes=axes, keepdims=keepdims)


@op
def one_hot(
    x: Any, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False
) -> Any:
    """Class numbers as rows of zeros with a single one."""
    x = tensor(x)
    x = x if x.dtype.is_integer else tf.cast(x, tf.int64)
    return tf.one_hot(x, num_classes, axis=axis, dtype=tf.as_dtype(dtype or config.floatx()))


@op
def multi_hot(
    inputs: Any, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False,
    **kwargs: Any,
) -> Any:  # fmt: skip
    """Sets of class numbers as rows with a one for each."""
    x = tensor(inputs)
    along = 1 if x.ndim > 1 else 0
    hot = tf.one_hot(x, num_classes, axis=axis, dtype=tf.as_dtype(dtype or config.floatx()))
    return tf.reduce_max(hot, axis=along)


@op
def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """−y log p − (1 − y) log(1 − p), element by element."""
    output, from_logits = logits_of(output, from_logits, "binary_crossentropy")
    y, p = tensor(target), tensor(output)
    y = tf.cast(y, p.dtype)
    if from_logits:
        return tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=p)
    small = config.epsilon()
    p = as_float(tf.clip_by_value(p, small, 1.0 - small))
    return -(y * tf.math.log(p) + (1.0 - y) * tf.math.log(1.0 - p))


@op
def categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """−Σ y log p along `axis`."""
    output, from_logits = logits_of(output, from_logits, "categorical_crossentropy")
    y, p = tensor(target), tensor(output)
    y = tf.cast(y, p.dtype)
    if from_logits:
        return tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=p, axis=axis)
    small = config.epsilon()
    p = tf.clip_by_value(p / tf.reduce_sum(p, axis=axis, keepdims=True), small, 1.0 - small)
    return -tf.reduce_sum(y * tf.math.log(p), axis=axis)


@op
def sparse_categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """−log p[y], y the number of the class."""
    output, from_logits = logits_of(output, from_logits, "sparse_categorical_crossentropy")
    labels, p = tf.cast(target, tf.int64), tensor(output)
    if labels.ndim == p.ndim and labels.shape[-1] == 1:
        labels = tf.squeeze(labels, [-1])
    hot = tf.one_hot(labels, int(p.shape[axis]), axis=axis, dtype=p.dtype)
    compute = getattr(categorical_crossentropy, "__wrapped__", categorical_crossentropy)
    return compute(hot, p, from_logits, axis)


@op
def depth_to_space(x: Any, block_size: int, data_format: str | None = "channels_last") -> Any:
    """Channels laid out as blocks of pixels."""
    layout = tf_format(config.standardize_data_format(data_format), 2)
    return tf.nn.depth_to_space(x, block_size, layout)


@op
def space_to_depth(x: Any, block_size: int, data_format: str | None = "channels_last") -> Any:
    """Blocks of pixels laid out as channels."""
    layout = tf_format(config.standardize_data_format(data_format), 2)
    return tf.nn.space_to_depth(x, block_size, layout)


@op
def psnr(x1: Any, x2: Any, max_val: float) -> Any:
    """The ratio of peak signal to noise, in decibels."""
    a, b = as_float(x1), as_float(x2)
    noise = tf.reduce_mean(tf.math.squared_difference(a, b))
    return 20.0 * tf.math.log(float(max_val)) / np.log(10) - 10.0 * tf.math.log(noise) / np.log(10)


def cond(pred: Any, true_fn: Any, false_fn: Any) -> Any:
    """true_fn() where `pred` holds, else false_fn()."""
    return tf.cond(pred, true_fn, false_fn)


def switch(index: Any, branches: Any, *operands: Any) -> Any:
    """The branch of this number, called with the operands."""
    place = int(np.clip(int(tensor(index)), 0, len(branches) - 1))
    return branches[place](*operands)


def while_loop(cond: Any, body: Any, loop_vars: Any, maximum_iterations: int | None = None) -> Any:
    """`body` again and again while `cond` holds."""
    alone = not isinstance(loop_vars, (list, tuple))
    state, steps = ((loop_vars,) if alone else tuple(loop_vars)), 0
    state = tuple(tf.nest.map_structure(tensor, each) for each in state)
    while bool(cond(*state)) and (maximum_iterations is None or steps < maximum_iterations):
        new = body(*state)
        state, steps = (tuple(new) if isinstance(new, (list, tuple)) else (new,)), steps + 1
    return state[0] if alone else state


def fori_loop(lower: int, upper: int, body_fun: Any, init_val: Any) -> Any:
    """body_fun(i, value) for i from `lower` to before `upper`."""
    init_val = tf.nest.map_structure(tensor, init_val)
    for i in range(int(lower), int(upper)):
        init_val = body_fun(i, init_val)
    return init_val


def scan(
    f: Any, init: Any, xs: Any = None, length: int | None = None, reverse: bool = False,
    unroll: Any = 1,
) -> Any:  # fmt: skip
    """f(carry, x) → (carry, y) over the first axis; the last carry and all y."""
    flat = tf.nest.flatten(xs) if xs is not None else []
    n = int(flat[0].shape[0]) if flat else int(length or 0)
    order = range(n - 1, -1, -1) if reverse else range(n)
    made: dict[int, Any] = {}
    for i in order:
        x = None if xs is None else tf.nest.map_structure(lambda t, i=i: tensor(t)[i], xs)
        init, made[i] = f(init, x)
    if not made or made[0] is None:
        return init, None
    return init, tf.nest.map_structure(lambda *ys: tf.stack(ys), *(made[i] for i in range(n)))


def map(f: Any, xs: Any) -> Any:
    """f of each slice along the first axis."""
    return scan(lambda carry, x: (carry, f(x)), None, xs)[1]


def vectorized_map(function: Any, elements: Any) -> Any:
    """`function` of each slice along the first axis."""
    return tf.vectorized_map(function, elements)


def custom_gradient(f: Any) -> Any:
    """`f`, which gives its value and its own derivative."""
    return tf.custom_gradient(f)
