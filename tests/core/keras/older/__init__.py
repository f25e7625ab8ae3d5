"""Programs that use Keras's older functions, `K.sum(x)`; recorded in keras_backend.npz."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.core.keras.cases import Programs, numbers

OLDER = Programs()

X = numbers(2, 3, seed=1)
Y = numbers(2, 3, seed=2)
WIDE = numbers(2, 3, 4, seed=3)
OTHER = numbers(4, 5, seed=4)
DEEP = numbers(2, 4, 5, seed=5)
PICTURES = numbers(2, 4, 5, 3, seed=6)
VOLUMES = numbers(1, 3, 4, 3, 2, seed=7)
SHARES = numbers(3, 4, seed=8, low=0.0, high=1.0)
BITS = (numbers(3, 4, seed=9) > 0).astype(np.float32)
CLASSES = np.array([1, 3, 0])
ONE_HOT = np.eye(4, dtype=np.float32)[CLASSES]
TRUTH = np.array([[True, False, True], [False, False, True]])
FIRST = {"data_format": "channels_first"}
CHANNELS = numbers(2, 3, 6, 5, seed=10)

#: function → argument lists; a dictionary at the end holds the named ones
CALLS: dict[str, list[list[Any]]] = {
    **{
        name: [[X]]
        for name in "abs cos exp sin square sign round tanh sqrt sigmoid softplus softsign elu "
        "relu hard_sigmoid softmax flatten transpose zeros_like ones_like shape "
        "stop_gradient".split()
    },
    **{
        name: [[X], [WIDE, {"axis": 1}], [WIDE, {"axis": [0, -1], "keepdims": True}]]
        for name in "sum prod mean std var max min".split()
    },
    **{name: [[X, Y]] for name in "maximum minimum equal not_equal greater less".split()},
    **{name: [[X, X]] for name in "equal greater_equal less_equal".split()},
    "log": [[SHARES]],
    "pow": [[SHARES, 3.0]],
    "any": [[TRUTH], [X, {"axis": 1}]],
    "all": [[TRUTH, {"axis": 0, "keepdims": True}], [X]],
    "argmax": [[WIDE], [WIDE, {"axis": 0}]],
    "argmin": [[WIDE], [WIDE, {"axis": 1}]],
    "cumsum": [[X], [X, {"axis": 1}]],
    "cumprod": [[X], [X, {"axis": -1}]],
    "clip": [[X, -0.3, 0.4], [X, 0.5, 0.1], [X, None, 0.1], [X, 0.2, None]],
    "l2_normalize": [[X], [X, {"axis": 1}]],
    "cast": [[X, "float64"], [X, "int32"]],
    "dot": [[X, numbers(3, 2, seed=11)], [WIDE, OTHER], [WIDE, numbers(3, 4, 2, seed=12)]],
    "batch_dot": [[WIDE, DEEP], [X, Y], [WIDE, X, {"axes": 1}]],
    "permute_dimensions": [[WIDE, (2, 0, 1)]],
    "reshape": [[WIDE, (4, -1)]],
    "batch_flatten": [[PICTURES]],
    "expand_dims": [[X], [X, 0]],
    "squeeze": [[X[:, :1], 1]],
    "concatenate": [[[X, Y]], [[X, Y], {"axis": 0}]],
    "stack": [[[X, Y]], [[X, Y], {"axis": 1}]],
    "tile": [[X, (2, 1)], [X[0], 2]],
    "repeat": [[X, 3]],
    "repeat_elements": [[WIDE, 2, 1], [X, 3, -1]],
    "reverse": [[WIDE, 1], [WIDE, [0, 2]]],
    "gather": [[WIDE, np.array([1, 0, 1])]],
    "one_hot": [[CLASSES, 5]],
    "switch": [
        [np.array(True), X, Y],
        [np.array(0), X, Y],
        [TRUTH, X, Y],
        [TRUTH, WIDE, -WIDE],
        [np.array([True, False, True]), X, Y],
    ],
    "temporal_padding": [[WIDE], [WIDE, (2, 0)]],
    "spatial_2d_padding": [[PICTURES], [PICTURES, ((0, 1), (2, 0)), "channels_first"]],
    "resize_images": [
        [PICTURES, 2, 3, "channels_last"],
        [PICTURES, 2, 1, "channels_first", {"interpolation": "bilinear"}],
    ],
    "bias_add": [
        [PICTURES, numbers(3, seed=13)],
        [PICTURES, numbers(4, seed=13), "channels_first"],
        [WIDE, numbers(3, 4, seed=14)],
        [PICTURES, numbers(5, 3, 4, seed=15), "channels_first"],
    ],
    "batch_normalization": [[X, X[0] / 4, SHARES[0, :3], Y[0], Y[1]]],
    "conv1d": [
        [WIDE, numbers(2, 4, 3, seed=16)],
        [WIDE, numbers(2, 4, 3, seed=16), {"padding": "causal", "dilation_rate": 2}],
        [DEEP, numbers(2, 5, 3, seed=16), {"padding": "same", "strides": 2}],
    ],
    "conv2d": [
        [PICTURES, numbers(2, 3, 3, 2, seed=17)],
        [PICTURES, numbers(2, 3, 3, 2, seed=17), {"padding": "same", "strides": (2, 1)}],
    ],
    "conv3d": [[VOLUMES, numbers(2, 2, 2, 2, 2, seed=18), {"padding": "same"}]],
    "pool2d": [
        [PICTURES, (2, 2)],
        [PICTURES, (2, 3), (2, 1), "same", {"pool_mode": "avg"}],
    ],
    "pool3d": [[VOLUMES, (2, 2, 2)], [VOLUMES, (2, 2, 2), {"pool_mode": "avg"}]],
    "binary_crossentropy": [[BITS, SHARES], [BITS, SHARES, {"from_logits": True}], [BITS, BITS]],
    "categorical_crossentropy": [
        [ONE_HOT, SHARES],
        [ONE_HOT, SHARES, {"from_logits": True}],
        [BITS, SHARES, {"axis": 0}],
    ],
    "sparse_categorical_crossentropy": [
        [CLASSES, SHARES],
        [CLASSES[:, None], SHARES, {"from_logits": True}],
        [np.array([1, 0, 2, 1]), SHARES, {"axis": 0}],
        [CLASSES, SHARES, {"ignore_class": 3}],
        [np.array([[1, 0, 2], [3, 1, 1]]), WIDE, {"from_logits": True, "ignore_class": 1}],
    ],
    "in_top_k": [[SHARES, CLASSES.astype(np.int32), 2]],
    "arange": [[5], [2, 9, 3], [1, 3, 1, {"dtype": "float32"}]],
    "constant": [[[1, 2]], [3.0, {"shape": (2, 2), "dtype": "float64"}]],
    "variable": [[X], [3, {"dtype": "int64"}]],
    "zeros": [[(2, 3)], [(2,), {"dtype": "int32"}]],
    "ones": [[(2, 3)]],
    "eye": [[3]],
}
#: further argument lists of functions that stand above with others
CALLS["softmax"] += [[WIDE, 1], [WIDE, (1, 2)]]
CALLS["elu"] += [[X, 0.3]]
CALLS["relu"] += [
    [X, 0.2],
    [X, {"max_value": 0.5}],
    [8 * X, {"max_value": 6}],
    [X, {"threshold": 0.3}],
    [X, 0.1, 0.7, 0.2],
]
CALLS["hard_sigmoid"] += [[5 * X]]


def called(tf: Any, function: Any, arguments: list[Any]) -> list[Any]:
    """The value, and the gradients of a weighted sum of it for the arrays of floats."""
    *plain, last = arguments
    named = last if isinstance(last, dict) else {}
    plain = plain if named else arguments
    tensors = tf.nest.map_structure(
        lambda a: tf.constant(a) if isinstance(a, np.ndarray) else a, plain
    )
    inputs = [t for t in tf.nest.flatten(tensors) if tf.is_tensor(t) and t.dtype.is_floating]
    with tf.GradientTape() as tape:
        for each in inputs:
            tape.watch(each)
        value = function(*tensors, **named)
        value = tf.convert_to_tensor(value)
        if value.dtype.is_floating and inputs:
            loss = tf.reduce_sum(tf.cast(value, tf.float32) * numbers(*value.shape, seed=20))
    if value.dtype == tf.bool:
        return [tf.cast(value, tf.int32)]
    if not value.dtype.is_floating or not inputs:
        return [value]
    slopes = tape.gradient(loss, inputs)  # that of a gather is rows
    return [value, *(None if g is None else tf.convert_to_tensor(g) for g in slopes)]


def enter(name: str) -> None:
    """Enter a program for a function's calls."""

    def program(tf: Any) -> list[Any]:
        function = getattr(tf.keras.backend, name)
        return [result for each in CALLS[name] for result in called(tf, function, each)]

    program.__name__ = name
    OLDER.program(program)


for _name in CALLS:
    enter(_name)


@OLDER.program
def variables(tf: Any) -> list[Any]:
    """Set, and added to."""
    K = tf.keras.backend
    v, w = K.variable(X, name="v"), K.zeros((2,))
    K.update_add(v, Y)
    K.update_sub(v, 2 * X)
    added = K.get_value(v)
    K.update(v, X)
    K.moving_average_update(v, Y, 0.9)
    averaged = K.eval(v)
    K.set_value(w, [1, 2])
    K.batch_set_value([(v, Y)])
    texts = [K.dtype(v), str(K.int_shape(v)), str(K.ndim(v)), str(K.count_params(v))]
    return [added, averaged, *K.batch_get_value([v, w]), np.array(texts), K.cast_to_floatx([1, 2])]


@OLDER.program
def same_bits_draws(tf: Any) -> list[Any]:
    """From the seed that `set_random_seed` gives, and from those given."""
    K = tf.keras.backend
    tf.keras.utils.set_random_seed(5)
    ones = tf.ones([3, 4])
    return [
        K.random_uniform((2, 3)),
        K.random_uniform((2,), -1.0, 4.0, seed=3),
        K.random_bernoulli((9,), 0.4),
        K.dropout(ones, 0.5),
        K.dropout(ones, 0.25, noise_shape=(3, 1), seed=8),
    ]


@OLDER.program
def draws(tf: Any) -> list[Any]:
    K = tf.keras.backend
    tf.keras.utils.set_random_seed(6)
    return [
        K.random_normal((2, 3), 1.0, 0.5),
        K.truncated_normal((4,), seed=2),
        K.random_normal((2,), dtype="float64"),
    ]
