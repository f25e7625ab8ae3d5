"""Metrics: over several batches, with weights, and after a reset."""

from typing import Any

from tests.core.keras.cases import numbers, program, programs
from tests.core.keras.cases.losses import (
    BITS,
    CLASSES,
    ONE_HOT,
    PREDICTED,
    PROBABILITIES,
    TRUE,
    WEIGHTS,
)


def gathered(metric: Any, y_true: Any, y_pred: Any) -> list[Any]:
    """Results after a first batch, a weighted second, and a reset with a third."""
    results = [metric(y_true, y_pred)]
    metric.update_state(y_true, y_pred[::-1].copy(), sample_weight=WEIGHTS)
    results += [metric.result(), *(v.numpy() for v in metric.variables)]
    metric.reset_state()
    results.append(metric.result())
    return [*results, metric(y_true[:2], y_pred[:2])]


@programs(
    mse=("MeanSquaredError", {}, TRUE, PREDICTED),
    mae=("MeanAbsoluteError", {}, TRUE, PREDICTED),
    rmse=("RootMeanSquaredError", {}, TRUE, PREDICTED),
    accuracy=("Accuracy", {}, CLASSES, CLASSES % 2),
    binary=("BinaryAccuracy", {}, BITS, PROBABILITIES),
    binary_high=("BinaryAccuracy", {"threshold": 0.8}, BITS, PROBABILITIES),
    categorical=("CategoricalAccuracy", {}, ONE_HOT, PROBABILITIES),
    sparse=("SparseCategoricalAccuracy", {}, CLASSES, PROBABILITIES),
    sparse_column=("SparseCategoricalAccuracy", {}, CLASSES[:, None], PROBABILITIES),
    top_two=("TopKCategoricalAccuracy", {"k": 2}, ONE_HOT, PROBABILITIES),
    sparse_top_two=("SparseTopKCategoricalAccuracy", {"k": 2}, CLASSES, PROBABILITIES),
    crossentropy=("BinaryCrossentropy", {}, BITS, PROBABILITIES),
    sparse_crossentropy=("SparseCategoricalCrossentropy", {}, CLASSES, PROBABILITIES),
)
def metric(tf: Any, variant: Any) -> list[Any]:
    kind, settings, y_true, y_pred = variant
    return gathered(getattr(tf.keras.metrics, kind)(**settings), y_true, y_pred)


@programs(mean="Mean", sum="Sum")
def gathering(tf: Any, kind: str) -> list[Any]:
    made = getattr(tf.keras.metrics, kind)()
    results = [made.result(), made([1.0, 3.0]), made(5.0), made(numbers(3, 2, seed=1))]
    results.append(made([1.0, 2.0], sample_weight=[0.0, 1.0]))
    results.append(made(numbers(3, 2, seed=2), sample_weight=[1.0, 0.5, 2.0]))
    results.append(made(numbers(2, 2, seed=3), sample_weight=numbers(2, 2, seed=4)))
    return results + [v.numpy() for v in made.variables]


@program
def accuracies(tf: Any) -> list[Any]:
    metrics = tf.keras.metrics
    return [
        metrics.binary_accuracy(BITS, PROBABILITIES),
        metrics.categorical_accuracy(ONE_HOT, PROBABILITIES),
        metrics.sparse_categorical_accuracy(CLASSES, PROBABILITIES),
        metrics.top_k_categorical_accuracy(ONE_HOT, PROBABILITIES, k=1),
    ]
