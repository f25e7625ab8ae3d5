"""How often values and pairs of values occur, and whether targets rank high."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dispatch.cuts import without_gradient
from gradtape.dtypes import as_dtype
from gradtape.errors import InvalidArgumentError, shape_text
from gradtape.functions.arguments import indices_of, integer, numpy_dtype, shape_of
from gradtape.functions.array.casting import cast
from gradtape.ops.array.indexing import unsorted_segment_sum
from gradtape.ops.array.shaping import reshape
from gradtape.ops.math import counting as ops
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor, wrap


def in_top_k(targets: Any, predictions: Any, k: Any, name: str | None = None) -> EagerTensor:
    """Whether the target of each row is among its k largest predictions; ties all count as in.

    `predictions` is (rows, classes) of float32, `targets` (rows,) of integers. False where the
    target is out of range, or a prediction of the row not finite. There is no gradient:
    LookupError.

    Raises: InvalidArgumentError where the shapes do not fit.

    >>> tf.math.in_top_k([1, 0], [[0.1, 0.9], [0.3, 0.7]], k=1).numpy()
    array([ True, False])
    """
    if isinstance(predictions, np.ndarray) and predictions.dtype.kind == "f":
        predictions = predictions.astype(np.float32)  # arrays become what the op takes
    p, t = convert_operand(predictions), convert_operand(targets)
    if t.dtype.name not in ("int32", "int64"):
        error = InvalidArgumentError if t.dtype.is_floating else TypeError
        raise error(f"targets are class numbers (int32 or int64), got {t.dtype!r}.")
    if p.dtype.name != "float32":
        raise InvalidArgumentError(
            f"predictions must be a float tensor but is a {p.dtype.word} tensor [Op:InTopKV2]; use "
            "tf.cast(p, tf.float32)."
        )
    if p.ndim != 2 or t.ndim != 1 or shape_of(p)[0] != shape_of(t)[0]:
        raise InvalidArgumentError(
            "in_top_k takes predictions of shape [rows, classes] and one target per row, got "
            f"{shape_text(shape_of(p))} and {shape_text(shape_of(t))} [Op:InTopKV2]"
        )
    return ops.in_top_k(p, t, k=integer(k, "k"))


def bincount(
    arr: Any, weights: Any = None, minlength: Any = None, maxlength: Any = None,
    dtype: Any = "int32", name: str | None = None, axis: Any = None, binary_output: bool = False,
) -> EagerTensor:  # fmt: skip
    """How often each of 0, 1, 2, … occurs in `arr`, or the sum of its weights.

    There are as many counts as the largest value says, at least `minlength` and at most
    `maxlength`. `axis=-1` counts the rows of a matrix one by one; `binary_output` gives 1 for what
    occurs at all. `dtype` is that of counts; sums keep the dtype of the weights. There is no
    gradient to the weights: LookupError (tf.math.unsorted_segment_sum has one).

    Raises: InvalidArgumentError for negative values, or weights of another shape; ValueError for
    weights together with `binary_output`.

    >>> tf.math.bincount([1, 1, 3]).numpy()
    array([0, 2, 0, 1], dtype=int32)
    """
    if weights is not None and binary_output:
        raise ValueError(
            "Arguments `binary_output` and `weights` are mutually exclusive. Please specify only "
            "one."
        )
    if axis not in (None, 0, -1):
        raise ValueError(
            f"Unsupported value for argument axis={axis}. Only 0 and -1 are currently supported."
        )
    values = given = indices_of(arr, "arr")
    array = np.asarray(values._value)
    if values.dtype.name not in ("int32", "int64"):
        raise InvalidArgumentError(
            f"Value for attr 'Tidx' of {values.dtype.word} is not in the list of allowed values: "
            "int32, int64 [Op:DenseBincount]. Use tf.cast(arr, tf.int32)."
        )
    if array.size and array.min() < 0:
        raise InvalidArgumentError(
            f"Input arr must be non-negative! It holds {array.min()} [Op:DenseBincount]"
        )
    if axis == -1 and array.ndim > 2:
        raise InvalidArgumentError(
            f"Shape must be at most rank 2 but is rank {array.ndim} [Op:DenseBincount]"
        )
    size = int(array.max()) + 1 if array.size else 0
    if minlength is not None:
        size = max(size, integer(minlength, "minlength"))
    if maxlength is not None:
        size = min(size, integer(maxlength, "maxlength"))
    if weights is None:
        added = wrap(np.zeros((0,), numpy_dtype(dtype)))
    else:
        added = convert_operand(weights)
        if shape_of(added) != array.shape:
            raise InvalidArgumentError(
                f"`weights` must be the same shape as `arr`, got {shape_text(shape_of(added))} and "
                f"{shape_text(array.shape)} [Op:DenseBincount]"
            )
    for what, kind in (("dtype", numpy_dtype(dtype)), ("weights", added.dtype.numpy)):
        if kind.name not in ("int32", "int64", "float32", "float64"):
            raise InvalidArgumentError(
                f"Value for attr 'T' of {as_dtype(kind).word} is not in the list of allowed "
                f"values: int32, int64, float, double [Op:DenseBincount]: {what} is one of these."
            )
    if axis != -1 or not array.ndim:
        values = convert(array.reshape(-1))
    counts = ops.dense_bincount(
        values, added, size=size, dtype=added.dtype.numpy, binary=bool(binary_output)
    )
    return without_gradient("DenseBincount", (given,), counts)


def confusion_matrix(
    labels: Any, predictions: Any, num_classes: Any = None, weights: Any = None,
    dtype: Any = "int32", name: str | None = None,
) -> EagerTensor:  # fmt: skip
    """How often label i was predicted as j, as a square matrix (row i, column j).

    With `weights` their sums, in `dtype`; these have a gradient where `dtype` is floating point:
    each weight that of its cell. `num_classes` is one more than the largest label or prediction
    where it is not given.

    Raises: InvalidArgumentError for negative values, values of num_classes or more, and shapes that
    differ.

    >>> tf.math.confusion_matrix([0, 1, 1], [0, 1, 0]).numpy()
    array([[1, 0],
           [1, 1]], dtype=int32)
    """
    rows, columns = indices_of(labels, "labels"), indices_of(predictions, "predictions")
    counted = np.asarray(rows._value, np.int64), np.asarray(columns._value, np.int64)
    if counted[0].shape != counted[1].shape or counted[0].ndim != 1:
        raise InvalidArgumentError(
            f"labels and predictions must be vectors of one length, got "
            f"{shape_text(counted[0].shape)} and {shape_text(counted[1].shape)}."
        )
    largest = max((int(x.max()) for x in counted if x.size), default=-1)
    n = largest + 1 if num_classes is None else integer(num_classes, "num_classes")
    for what, x in zip(("labels", "predictions"), counted, strict=True):
        if x.size and (x.min() < 0 or x.max() >= n):
            raise InvalidArgumentError(
                f"`{what}` contains values outside [0, {n}), from {x.min()} to {x.max()}: negative "
                "values are not classes, and num_classes must exceed them all."
            )
    to = as_dtype(dtype)
    if weights is None:
        values: Any = wrap(np.ones(counted[0].shape, to.numpy))
    else:
        values = cast(weights, to)
        if shape_of(values) != counted[0].shape:
            raise InvalidArgumentError(
                f"weights must have the shape of labels, {shape_text(counted[0].shape)}, got "
                f"{shape_text(shape_of(values))}."
            )
    places = without_gradient(
        "ConfusionMatrix", (rows, columns), convert(counted[0] * n + counted[1])
    )
    cells = unsorted_segment_sum(values, places, num_segments=n * n)
    return reshape(cells, shape=(n, n))
