"""The connectionist temporal classification loss, and the best labels that a network reads."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.functions.nn.ctc import spelling_loss
from gradtape.keras.symbolic import functional


@functional
def ctc_loss(
    target: Any, output: Any, target_length: Any, output_length: Any, mask_index: int = 0
) -> Any:
    """−log of the probability that the steps spell the labels, blanks and repetitions left out.

    Shapes: target (batch, labels) of class numbers, output (batch, steps, classes) of logits,
    lengths (batch,) → (batch,). `mask_index` is the blank. See `tf.nn.ctc_loss`.
    """
    return spelling_loss(target, output, target_length, output_length, mask_index)


@functional
def ctc_decode(
    inputs: Any,
    sequence_lengths: Any,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int = 0,
) -> tuple[Any, Any]:
    """The labels that are read by taking the best class of each step, and minus their log scores.

    Shapes: inputs (batch, steps, classes) → labels (1, batch, steps), −1 where there is none, and
    scores (batch, 1).

    Raises: NotImplementedError for the strategy `beam_search`.
    """
    if strategy != "greedy":
        raise NotImplementedError(
            f"ctc_decode(strategy={strategy!r}) is not done here; use strategy='greedy'."
        )
    scores = np.asarray(tf.convert_to_tensor(inputs))
    lengths = np.asarray(tf.convert_to_tensor(sequence_lengths))
    best = scores.argmax(axis=-1)
    labels = np.full(best.shape, -1, np.int32)
    for row, (path, n) in enumerate(zip(best, lengths, strict=True)):
        path = path[:n]
        kept = path != mask_index
        if merge_repeated and n:
            kept &= np.concatenate([[True], path[1:] != path[:-1]])
        labels[row, : kept.sum()] = path[kept]
    within = np.arange(best.shape[1]) < lengths[:, None]
    total = -np.where(within, scores.max(axis=-1), 0).sum(axis=-1, keepdims=True)
    return tf.constant(labels[None]), tf.constant(total)
