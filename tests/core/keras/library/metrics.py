"""Metrics beyond the common ones: over several batches, with weights, and after a reset."""

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
    WEIGHTS,
)
from tests.core.keras.library import program, programs

HINGED = 2.0 * BITS - 1.0


@programs(
    true_positives=("TruePositives", {}, BITS, PROBABILITIES),
    false_positives=("FalsePositives", {"thresholds": [0.2, 0.5, 0.9]}, BITS, PROBABILITIES),
    true_negatives=("TrueNegatives", {"thresholds": [0.0, 0.5, 1.0]}, BITS, PROBABILITIES),
    false_negatives=("FalseNegatives", {"thresholds": 0.7}, BITS, PROBABILITIES),
    precision=("Precision", {}, BITS, PROBABILITIES),
    precision_many=("Precision", {"thresholds": [0.1, 0.6, 0.8]}, BITS, PROBABILITIES),
    precision_top=("Precision", {"top_k": 2}, BITS, PROBABILITIES),
    precision_class=("Precision", {"class_id": 1}, BITS, PROBABILITIES),
    recall=("Recall", {}, BITS, PROBABILITIES),
    recall_top=("Recall", {"top_k": 1, "class_id": 2}, BITS, PROBABILITIES),
    recall_flat=("Recall", {"thresholds": 0.4}, BITS[:, 0], PROBABILITIES[:, 0]),
    sensitivity=("SensitivityAtSpecificity", {"specificity": 0.5}, BITS, PROBABILITIES),
    specificity=(
        "SpecificityAtSensitivity",
        {"sensitivity": 0.5, "num_thresholds": 7},
        BITS,
        PROBABILITIES,
    ),
    precision_at=("PrecisionAtRecall", {"recall": 0.5}, BITS, PROBABILITIES),
    recall_at=("RecallAtPrecision", {"precision": 0.6, "num_thresholds": 1}, BITS, PROBABILITIES),
    auc=("AUC", {}, BITS, PROBABILITIES),
    auc_few=("AUC", {"num_thresholds": 5, "summation_method": "majoring"}, BITS, PROBABILITIES),
    auc_own=("AUC", {"thresholds": [0.1, 0.4, 0.7], "curve": "PR"}, BITS, PROBABILITIES),
    auc_pr=("AUC", {"curve": "PR", "summation_method": "minoring"}, BITS, PROBABILITIES),
    auc_gain=("AUC", {"curve": "PRGAIN", "num_thresholds": 9}, BITS, PROBABILITIES),
    auc_labels=("AUC", {"multi_label": True}, BITS, PROBABILITIES),
    auc_labels_own=(
        "AUC",
        {"multi_label": True, "num_labels": 3, "label_weights": [0.2, 0.5, 0.3], "curve": "PR"},
        BITS,
        PROBABILITIES,
    ),
    auc_logits=("AUC", {"from_logits": True, "label_weights": [0.2, 0.5, 0.3]}, BITS, LOGITS),
    f_one=("F1Score", {}, ONE_HOT, PROBABILITIES),
    f_micro=("F1Score", {"average": "micro", "threshold": 0.4}, BITS, PROBABILITIES),
    f_beta=("FBetaScore", {"average": "weighted", "beta": 2.0}, ONE_HOT, PROBABILITIES),
    f_macro=("FBetaScore", {"average": "macro", "threshold": 0.5}, BITS, PROBABILITIES),
    r_two=("R2Score", {}, TRUE, PREDICTED),
    r_two_each=("R2Score", {"class_aggregation": None}, TRUE, PREDICTED),
    r_two_weighted=(
        "R2Score",
        {"class_aggregation": "variance_weighted_average", "num_regressors": 2},
        TRUE,
        PREDICTED,
    ),
    mape=("MeanAbsolutePercentageError", {}, TRUE, PREDICTED),
    msle=("MeanSquaredLogarithmicError", {}, TRUE, PREDICTED),
    log_cosh=("LogCoshError", {}, TRUE, PREDICTED),
    cosine=("CosineSimilarity", {}, TRUE, PREDICTED),
    hinge=("Hinge", {}, HINGED, LOGITS),
    squared_hinge=("SquaredHinge", {}, BITS, LOGITS),
    categorical_hinge=("CategoricalHinge", {}, ONE_HOT, LOGITS),
    divergence=("KLDivergence", {}, PROBABILITIES[::-1].copy(), PROBABILITIES),
    poisson=("Poisson", {}, TRUE, PREDICTED),
    pearson=("PearsonCorrelation", {}, TRUE, PREDICTED),
    concordance=("ConcordanceCorrelation", {}, TRUE, PREDICTED),
)
def further_metric(tf: Any, variant: Any) -> list[Any]:
    kind, settings, y_true, y_pred = variant
    made = getattr(tf.keras.metrics, kind)(**settings)
    if kind in ("R2Score", "F1Score", "FBetaScore") or settings.get("multi_label"):
        made.update_state(y_true, y_pred)
        return [made.result(), *(v.numpy() for v in made.variables), made(y_true, y_pred[::-1])]
    results = [np.array(made(y_true, y_pred))]
    made.update_state(y_true, y_pred[::-1].copy(), sample_weight=WEIGHTS)
    results += [np.array(made.result()), *(v.numpy() for v in made.variables)]
    made.reset_state()
    results.append(np.array(made.result()))
    return [*results, np.array(made(y_true[:2], y_pred[:2]))]


FOUND = np.array([2, 1, 1, 0])


@programs(
    iou=("IoU", {"num_classes": 3, "target_class_ids": [0, 2]}, CLASSES, FOUND),
    mean=("MeanIoU", {"num_classes": 4}, CLASSES, FOUND),
    mean_ignoring=("MeanIoU", {"num_classes": 3, "ignore_class": 1}, CLASSES, FOUND),
    mean_scores=("MeanIoU", {"num_classes": 3, "sparse_y_pred": False}, CLASSES, PROBABILITIES),
    binary=("BinaryIoU", {"target_class_ids": [1], "threshold": 0.4}, BITS, PROBABILITIES),
    one_hot=("OneHotIoU", {"num_classes": 3, "target_class_ids": [1]}, ONE_HOT, PROBABILITIES),
    one_hot_mean=("OneHotMeanIoU", {"num_classes": 3}, ONE_HOT, PROBABILITIES),
)
def intersection(tf: Any, variant: Any) -> list[Any]:
    kind, settings, y_true, y_pred = variant
    made = getattr(tf.keras.metrics, kind)(**settings)
    results = [made(y_true, y_pred)]
    weights = np.arange(np.size(y_pred) if kind == "BinaryIoU" else 4)
    made.update_state(y_true, y_pred, sample_weight=weights)
    results += [made.result(), *(v.numpy() for v in made.variables)]
    made.reset_state()
    return [*results, made.result()]


@program
def weighted_columns(tf: Any) -> list[Any]:
    weights = np.array([0.5, 1.0, 2.0, 0.0], np.float32)
    results = []
    for kind in ("F1Score", "R2Score"):
        made = getattr(tf.keras.metrics, kind)()
        truth = ONE_HOT if kind == "F1Score" else TRUE
        results.append(made(truth, PREDICTED, sample_weight=weights))
    precision = tf.keras.metrics.Precision()
    precision.update_state(BITS, PROBABILITIES, sample_weight=numbers(4, 3, seed=1, low=0.0))
    return [*results, precision.result()]


@program
def metric_functions(tf: Any) -> list[Any]:
    metrics = tf.keras.metrics
    names = "mse mae mape msle kld poisson hinge squared_hinge categorical_hinge huber logcosh"
    results = [getattr(metrics, name)(TRUE, PREDICTED) for name in names.split()]
    results += [metrics.pearson_correlation(TRUE, PREDICTED)]
    results += [metrics.concordance_correlation(TRUE, PREDICTED, axis=0)]
    return [*results, metrics.binary_focal_crossentropy(BITS, PROBABILITIES)]
