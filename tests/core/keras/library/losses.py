"""Losses beyond the common ones, by themselves, reduced, weighted and differentiated."""

from typing import Any

import numpy as np

from tests.core.keras.cases import numbers
from tests.core.keras.cases.losses import (
    BITS,
    CLASSES,
    LOGITS,
    ONE_HOT,
    PREDICTED,
    PROBABILITIES,
    TRUE,
    evaluated,
)
from tests.core.keras.library import program, programs


@programs(
    binary=("BinaryFocalCrossentropy", {}, BITS, PROBABILITIES),
    binary_balanced=(
        "BinaryFocalCrossentropy",
        {"apply_class_balancing": True, "alpha": 0.3, "gamma": 1.5, "label_smoothing": 0.1},
        BITS,
        PROBABILITIES,
    ),
    binary_logits=("BinaryFocalCrossentropy", {"from_logits": True}, BITS, LOGITS),
    categorical=("CategoricalFocalCrossentropy", {}, ONE_HOT, PROBABILITIES),
    categorical_logits=(
        "CategoricalFocalCrossentropy",
        {"from_logits": True, "label_smoothing": 0.1, "alpha": [0.2, 0.3, 0.5]},
        ONE_HOT,
        LOGITS,
    ),
    generalized=("CategoricalGeneralizedCrossEntropy", {"q": 0.3}, CLASSES, PROBABILITIES),
    dice_by_row=("Dice", {"axis": -1}, BITS, PROBABILITIES),
    tversky_by_row=("Tversky", {"axis": (1,), "alpha": 0.3, "beta": 0.8}, BITS, PROBABILITIES),
)
def further_loss(tf: Any, variant: Any) -> list[Any]:
    kind, settings, y_true, y_pred = variant
    loss = getattr(tf.keras.losses, kind)
    return evaluated(tf, lambda **more: loss(**settings, **more), y_true, y_pred)


def of_mean(tf: Any, loss: Any, y_true: Any, y_pred: Any) -> list[Any]:
    predicted = tf.constant(y_pred)
    with tf.GradientTape() as tape:
        tape.watch(predicted)
        value = loss(tf.constant(y_true), predicted)
    return [value, tape.gradient(value, predicted)]


@programs(dice="Dice", tversky="Tversky")
def overlap(tf: Any, kind: str) -> list[Any]:
    return of_mean(tf, getattr(tf.keras.losses, kind)(), BITS, PROBABILITIES)


@program
def circles(tf: Any) -> list[Any]:
    rows = tf.math.l2_normalize(tf.constant(PREDICTED - 0.8), axis=1)
    labels = np.array([0, 1, 0, 1])
    alone = np.array([0, 1, 0, 2])
    results = []
    for settings in ({}, {"gamma": 4.0, "margin": 0.2, "remove_diagonal": False}):
        loss = tf.keras.losses.Circle(**settings)
        results += of_mean(tf, loss, labels, rows)
    summed = tf.keras.losses.Circle(reduction="sum")
    weights = np.array([0.5, 1.0, 2.0, 0.0], np.float32)
    function = tf.keras.losses.circle
    return [
        *results,
        tf.keras.losses.Circle()(alone, rows),
        summed(alone, rows),
        tf.keras.losses.Circle()(labels, rows, sample_weight=weights),
        function(alone, rows),
        function(alone[:2], rows[:2], alone, rows, gamma=2.0),
    ]


@program
def temporal_classification(tf: Any) -> list[Any]:
    logits = numbers(4, 6, 5, seed=3, low=-2.0, high=2.0)
    labels = np.array([[1, 2, 3], [2, 2, 0], [4, 0, 0], [1, 1, 1]], np.int64)
    loss = tf.keras.losses.CTC(reduction=None)
    results = of_mean(tf, tf.keras.losses.CTC(), labels[:3], logits[:3])
    lengths = tf.constant([2, 1, 1]), tf.constant([6, 4, 3])
    function = tf.keras.ops.ctc_loss
    results += [loss(labels, logits), function(labels[:3], logits[:3], *lengths)]
    results.append(function(labels[:3] - 1, logits[:3], *lengths, mask_index=4))
    decoded, scores = tf.keras.ops.ctc_decode(logits[:3], tf.constant([6, 4, 3]))
    return [*results, decoded, scores]


@program
def reductions(tf: Any) -> list[Any]:
    names = tf.keras.losses.Reduction
    made = tf.keras.losses.MeanSquaredError
    return [made(reduction=r)(TRUE, PREDICTED) for r in (names.SUM, names.SUM_OVER_BATCH_SIZE)]
