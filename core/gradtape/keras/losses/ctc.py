"""The connectionist temporal classification loss, as Keras calls it."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras.losses.loss import FunctionLoss
from gradtape.keras.ops.ctc import ctc_loss


def ctc(y_true: Any, y_pred: Any) -> Any:
    """−log of the probability that the steps of `y_pred`, logits, spell the labels `y_true`.

    Class 0 is the blank, and fills up the labels.

    Shapes: y_true (batch, labels), y_pred (batch, steps, classes) → (batch,).
    """
    y_true, y_pred = tf.convert_to_tensor(y_true), tf.convert_to_tensor(y_pred)
    if y_true.ndim != 2 or y_pred.ndim != 3:
        raise ValueError(
            "Targets `y_true` are expected to be a tensor of shape `(batch_size, max_length)` and "
            "logits `y_pred` one of shape `(batch_size, max_length, num_classes)`. Received: "
            f"y_true.shape={y_true.shape}, y_pred.shape={y_pred.shape}"
        )
    lengths = np.sum(np.asarray(y_true) != 0, axis=-1)
    steps = np.full(y_pred.shape[0], y_pred.shape[1])
    return ctc_loss(y_true, y_pred, lengths, steps, mask_index=0)


class CTC(FunctionLoss):
    """The connectionist temporal classification loss; class 0 is the blank."""

    takes_integers = True
    function, default_name = staticmethod(ctc), "ctc"
