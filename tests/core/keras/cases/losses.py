"""Losses: each with its arguments, reductions and weights, and gradients for the predictions."""

from typing import Any

import numpy as np

from tests.core.keras.cases import numbers, program, programs

TRUE = numbers(4, 3, seed=1, low=0.05, high=2.0)
PREDICTED = numbers(4, 3, seed=2, low=0.05, high=2.0)
PROBABILITIES = numbers(4, 3, seed=3, low=0.02, high=0.98)
LOGITS = numbers(4, 3, seed=4, low=-3.0, high=3.0)
BITS = np.array([[0, 1, 1], [1, 0, 0], [0, 0, 0], [1, 1, 1]], np.float32)
CLASSES = np.array([2, 0, 1, 1], np.int64)
ONE_HOT = np.eye(3, dtype=np.float32)[CLASSES]
WEIGHTS = np.array([0.5, 0.0, 2.0, 1.5], np.float32)


def evaluated(tf: Any, make: Any, y_true: Any, y_pred: Any) -> list[Any]:
    """The loss under every reduction, weighted and not, and the gradient of the mean."""
    predicted = tf.constant(y_pred)
    truth = tf.constant(y_true)
    with tf.GradientTape() as tape:
        tape.watch(predicted)
        mean = make()(truth, predicted)
    results = [mean, tape.gradient(mean, predicted)]
    for reduction in ("sum", None, "mean_with_sample_weight"):
        results.append(make(reduction=reduction)(truth, predicted))
        results.append(make(reduction=reduction)(truth, predicted, sample_weight=WEIGHTS))
    results.append(make()(truth, predicted, sample_weight=WEIGHTS))
    return results


@programs(
    mse=("MeanSquaredError", {}),
    mae=("MeanAbsoluteError", {}),
    mape=("MeanAbsolutePercentageError", {}),
    msle=("MeanSquaredLogarithmicError", {}),
    huber=("Huber", {"delta": 0.4}),
    huber_default=("Huber", {}),
    log_cosh=("LogCosh", {}),
    poisson=("Poisson", {}),
    cosine=("CosineSimilarity", {}),
    in_float64=("MeanSquaredError", {"dtype": "float64"}),
)
def regression_loss(tf: Any, variant: Any) -> list[Any]:
    kind, settings = variant
    loss = getattr(tf.keras.losses, kind)
    return evaluated(tf, lambda **more: loss(**settings, **more), TRUE, PREDICTED)


@program
def losses_of_complex_numbers(tf: Any) -> list[Any]:
    x, z = tf.constant([[1 + 1j, 2 - 1j]]), tf.constant([[-3j, 1 + 0.5j]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.keras.losses.mse(z, x)
    gradient = tape.gradient(y, x)
    return [tf.math.real(y), tf.math.imag(y), tf.math.real(gradient), tf.math.imag(gradient)]


@program
def losses_of_nothing(tf: Any) -> list[Any]:
    kinds = (
        "MeanSquaredError", "Huber", "LogCosh", "CosineSimilarity", "Hinge", "BinaryCrossentropy",
        "CategoricalCrossentropy", "Poisson",
    )  # fmt: skip
    results = []
    for kind in kinds:
        for shape in ((1, 0, 2), (0, 2, 3), (0, 3)):
            x = tf.zeros(shape)
            results.append(getattr(tf.keras.losses, kind)()(x, x))
    return results


@programs(
    binary=("BinaryCrossentropy", {}, BITS, PROBABILITIES),
    binary_smooth=("BinaryCrossentropy", {"label_smoothing": 0.2}, BITS, PROBABILITIES),
    binary_logits=("BinaryCrossentropy", {"from_logits": True}, BITS, LOGITS),
    categorical=("CategoricalCrossentropy", {}, ONE_HOT, PROBABILITIES),
    categorical_smooth=(
        "CategoricalCrossentropy",
        {"label_smoothing": 0.1},
        ONE_HOT,
        PROBABILITIES,
    ),
    categorical_logits=("CategoricalCrossentropy", {"from_logits": True}, ONE_HOT, LOGITS),
    sparse=("SparseCategoricalCrossentropy", {}, CLASSES, PROBABILITIES),
    sparse_logits=("SparseCategoricalCrossentropy", {"from_logits": True}, CLASSES, LOGITS),
    sparse_column=("SparseCategoricalCrossentropy", {}, CLASSES[:, None], PROBABILITIES),
    divergence=("KLDivergence", {}, PROBABILITIES[::-1].copy(), PROBABILITIES),
    hinge=("Hinge", {}, BITS, LOGITS),
    hinge_signs=("Hinge", {}, 2 * BITS - 1, LOGITS),
    squared_hinge=("SquaredHinge", {}, BITS, LOGITS),
    categorical_hinge=("CategoricalHinge", {}, ONE_HOT, LOGITS),
)
def classification_loss(tf: Any, variant: Any) -> list[Any]:
    kind, settings, y_true, y_pred = variant
    loss = getattr(tf.keras.losses, kind)
    return evaluated(tf, lambda **more: loss(**settings, **more), y_true, y_pred)


@program
def losses_along_other_axes(tf: Any) -> list[Any]:
    losses = tf.keras.losses
    a = tf.constant(numbers(2, 3, 4, seed=5, low=0.1, high=0.9))
    b = tf.constant(numbers(2, 3, 4, seed=6, low=0.1, high=0.9))
    return [
        losses.CosineSimilarity(axis=1)(a, b),
        losses.binary_crossentropy(a, b, axis=1),
        losses.categorical_crossentropy(a, b, axis=1),
        losses.categorical_crossentropy(a, b, from_logits=True, axis=1),
        losses.mse(a, b),
        losses.MeanSquaredError()(a, b, sample_weight=numbers(2, 3, seed=7)),
    ]


@program
def ignored_classes(tf: Any) -> list[Any]:
    predicted = tf.constant(LOGITS)
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=1)
    with tf.GradientTape() as tape:
        tape.watch(predicted)
        mean = loss(tf.constant(CLASSES), predicted)
    each = tf.keras.losses.sparse_categorical_crossentropy(
        tf.constant(CLASSES), predicted, from_logits=True, ignore_class=1
    )
    return [mean, tape.gradient(mean, predicted), each]


@program
def extreme_probabilities(tf: Any) -> list[Any]:
    losses = tf.keras.losses
    p = tf.constant([[0.0, 1.0], [1.0, 0.0]])
    y = tf.constant([[1.0, 0.0], [1.0, 0.0]])
    values = [losses.binary_crossentropy, losses.categorical_crossentropy, losses.kld]
    values += [losses.poisson, losses.mape, losses.msle, losses.cosine_similarity]
    zeros = tf.zeros((1, 3))
    return [f(y, p) for f in values] + [losses.cosine_similarity(zeros, zeros)]


@program
def tiny_numbers(tf: Any) -> list[Any]:
    """Where every epsilon shows: true and predicted values of its size, and their gradients."""
    losses = tf.keras.losses
    functions = [
        losses.binary_crossentropy, losses.categorical_crossentropy, losses.kld, losses.poisson,
        losses.mape, losses.msle, losses.cosine_similarity, losses.logcosh, losses.huber,
        losses.hinge, losses.squared_hinge, losses.categorical_hinge, losses.mse, losses.mae,
    ]  # fmt: skip
    results = []
    for f in functions:
        for tiny in (1e-7, 3e-8, 1e-12):
            p = tf.constant([[tiny, 2.0 * tiny], [1.0 - tiny, tiny]])
            with tf.GradientTape() as tape:
                tape.watch(p)
                y = f(tf.constant([[1.0, 1.0], [tiny, 0.0]]), p)
            results += [y, tape.gradient(y, p)]
    sparse = losses.sparse_categorical_crossentropy
    results.append(sparse(tf.constant([0, 1]), tf.constant([[1e-9, 1.0], [1.0, 0.0]])))
    return results


@program
def ranks_that_differ_by_a_column(tf: Any) -> list[Any]:
    losses = tf.keras.losses
    column, row = tf.constant(TRUE[:, :1]), tf.constant(PREDICTED[:, 0])
    return [
        losses.mse(column, row),
        losses.mse(row, column),
        losses.MeanAbsoluteError(reduction=None)(row, column),
        losses.MeanSquaredError()(column, row, sample_weight=WEIGHTS),
        losses.MeanSquaredError()(column, column, sample_weight=WEIGHTS[:, None]),
        losses.mse([1, 2], [3, 5]),
        losses.MeanSquaredError()([1.0, 2.0], [2.0, 4.0], sample_weight=2.0),
    ]
