"""The connectionist temporal classification loss, and the best labels that a network reads."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf

#: the logarithm of what cannot be
_NEVER = -1e30


def ctc_loss(
    target: Any, output: Any, target_length: Any, output_length: Any, mask_index: int = 0
) -> Any:
    """−log of the probability that the steps spell the labels, blanks and repetitions left out.

    The sum over all ways to spell them is taken step by step, in logarithms; ∞ where the steps are
    too few.

    Shapes: target (batch, labels) of class numbers, output (batch, steps, classes) of logits,
    lengths (batch,) → (batch,). `mask_index` is the blank.

    Source: Graves et al. (2006), Connectionist temporal classification.
    """
    logits = tf.convert_to_tensor(output)
    if not logits.dtype.is_floating or logits.dtype in (tf.float16, tf.bfloat16):
        logits = tf.cast(logits, tf.float32)
    labels = np.asarray(tf.convert_to_tensor(target)).astype(np.int32)
    lengths = np.asarray(tf.convert_to_tensor(target_length)).astype(np.int64)
    steps = np.asarray(tf.convert_to_tensor(output_length)).astype(np.int64)
    batch, width = labels.shape
    spelled = np.full((batch, 2 * width + 1), mask_index, np.int32)
    spelled[:, 1::2] = labels
    skips = np.zeros(spelled.shape, bool)  # over the blank between two different labels
    skips[:, 3::2] = labels[:, 1:] != labels[:, :-1]
    seen = _seen(tf.nn.log_softmax(logits), spelled)
    never = tf.fill([batch, 1], tf.constant(_NEVER, logits.dtype))
    start = np.zeros(spelled.shape, bool)
    start[:, :2] = True
    alpha: Any = tf.where(start, seen[:, 0], tf.constant(_NEVER, logits.dtype))
    for t in range(1, int(logits.shape[1] or 0)):
        one = tf.concat([never, alpha[:, :-1]], axis=1)
        two = tf.concat([never, one[:, :-1]], axis=1)
        two = tf.where(skips, two, tf.constant(_NEVER, logits.dtype))
        new = tf.reduce_logsumexp(tf.stack([alpha, one, two]), axis=0) + seen[:, t]
        alpha = tf.where((t < steps)[:, None], new, alpha)
    last = np.stack([2 * lengths, np.maximum(2 * lengths - 1, 0)], axis=1)
    ends: Any = tf.gather(alpha, last, batch_dims=1)
    alone = (lengths == 0)[:, None] & np.array([[False, True]])
    ends = tf.where(alone, tf.constant(_NEVER, logits.dtype), ends)
    loss = -tf.reduce_logsumexp(ends, axis=1)
    return tf.where(loss > -_NEVER / 2, tf.constant(float("inf"), logits.dtype), loss)


def _seen(scores: Any, spelled: Any) -> Any:
    """The score of each place of the spelling at each step: (batch, steps, places)."""
    picked = tf.one_hot(tf.constant(spelled), scores.shape[-1], dtype=scores.dtype)
    return tf.einsum("btc,bsc->bts", scores, picked)


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
