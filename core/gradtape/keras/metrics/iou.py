"""Intersection over union of classes, from the matrix of true and predicted classes."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.metrics.metric import Metric


class IoU(Metric):
    """The mean of tp / (tp + fp + fn) over the classes `target_class_ids` that were met.

    Args: `ignore_class`, a true class that does not count; `sparse_y_true`, `sparse_y_pred`,
    whether these are class numbers, or scores along `axis`.

    Raises: ValueError for a target that is no class.

    >>> metric = IoU(num_classes=2, target_class_ids=[0])
    >>> metric.update_state([0, 0, 1, 1], [0, 1, 0, 1])
    >>> round(float(metric.result()), 6)
    0.333333
    """

    #: the arguments that the class itself gives
    _settled: tuple[str, ...] = ()

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Any,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(dtype or "int64", name)
        if max(target_class_ids) >= num_classes:
            raise ValueError(
                f"Target class id {max(target_class_ids)} is out of range, which is "
                f"[0, {num_classes})."
            )
        self.num_classes, self.target_class_ids = num_classes, list(target_class_ids)
        self.ignore_class, self.axis = ignore_class, axis
        self.sparse_y_true, self.sparse_y_pred = sparse_y_true, sparse_y_pred
        self.total_cm = self.add_variable(
            (num_classes, num_classes), "zeros", name="total_confusion_matrix"
        )

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in a batch of truths and predictions."""
        truth, found = (
            np.asarray(tf.convert_to_tensor(y_true)),
            np.asarray(tf.convert_to_tensor(y_pred)),
        )
        truth = truth if self.sparse_y_true else truth.argmax(axis=self.axis)
        found = found if self.sparse_y_pred else found.argmax(axis=self.axis)
        kind, n = self._dtype.as_numpy_dtype, self.num_classes
        truth, found = (each.astype(kind).reshape(-1) for each in (truth, found))
        given = 1 if sample_weight is None else tf.convert_to_tensor(sample_weight)
        weights = np.asarray(given).astype(kind)
        weights = np.broadcast_to(weights.reshape(-1) if weights.ndim else weights, truth.shape)
        counted = (truth >= 0) & (truth < n) & (found >= 0) & (found < n)
        if self.ignore_class is not None:
            counted &= truth != self.ignore_class
        matrix = np.zeros((n, n), kind)
        places = truth[counted].astype(np.int64), found[counted].astype(np.int64)
        np.add.at(matrix, places, weights[counted])
        self._gather(self.total_cm, matrix)

    def result(self) -> tf.Tensor:
        """The mean over the targets."""
        matrix = np.asarray(self.total_cm._tensor)
        right = np.diag(matrix)
        union = matrix.sum(axis=0) + matrix.sum(axis=1) - right
        right, union = (v[self.target_class_ids].astype(np.float32) for v in (right, union))
        small = np.float32(config.epsilon())
        met = union > 1e-9
        shares = np.where(met, right / (union + small), np.float32(0))
        return tf.constant(np.float32(shares.sum() / (np.float32(met.sum()) + small)))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal metric."""
        arguments = {
            "name": self.name, "dtype": self.dtype, "num_classes": self.num_classes,
            "target_class_ids": self.target_class_ids, "ignore_class": self.ignore_class,
            "sparse_y_true": self.sparse_y_true, "sparse_y_pred": self.sparse_y_pred,
            "axis": self.axis,
        }  # fmt: skip
        return {name: value for name, value in arguments.items() if name not in self._settled}


class BinaryIoU(IoU):
    """`IoU` of the classes 0 and 1, predicted by a score of at least `threshold`."""

    def __init__(
        self,
        target_class_ids: Any = (0, 1),
        threshold: float = 0.5,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(2, target_class_ids, name, dtype)
        self.threshold = threshold

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Take in a batch of truths and predictions."""
        found = np.asarray(tf.cast(y_pred, tf.float32)) >= self.threshold
        super().update_state(y_true, found.astype(np.int32), sample_weight)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal metric."""
        return {
            "name": self.name, "dtype": self.dtype, "threshold": self.threshold,
            "target_class_ids": self.target_class_ids,
        }  # fmt: skip


class MeanIoU(IoU):
    """`IoU` of all classes."""

    _settled: tuple[str, ...] = ("target_class_ids",)

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_true: bool = True,
        sparse_y_pred: bool = True,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes, range(num_classes), name, dtype, ignore_class, sparse_y_true,
            sparse_y_pred, axis,
        )  # fmt: skip


class OneHotIoU(IoU):
    """`IoU` of one-hot labels."""

    _settled = ("sparse_y_true",)

    def __init__(
        self,
        num_classes: int,
        target_class_ids: Any,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(
            num_classes, target_class_ids, name, dtype, ignore_class, False, sparse_y_pred, axis
        )


class OneHotMeanIoU(MeanIoU):
    """`IoU` of all classes, for one-hot labels."""

    _settled = ("target_class_ids", "sparse_y_true")

    def __init__(
        self,
        num_classes: int,
        name: str | None = None,
        dtype: Any = None,
        ignore_class: int | None = None,
        sparse_y_pred: bool = False,
        axis: int = -1,
    ) -> None:
        super().__init__(num_classes, name, dtype, ignore_class, False, sparse_y_pred, axis)
