"""The connectionist temporal classification loss: labels spelled by steps in any of many ways."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import bfloat16, float16, float32
from gradtape.functions.array.casting import cast
from gradtape.functions.array.creation import fill, one_hot
from gradtape.functions.array.joining import concat, stack
from gradtape.functions.array.selection import gather, where
from gradtape.functions.array.shaping import transpose
from gradtape.functions.linalg.products import einsum
from gradtape.functions.math.reductions import reduce_logsumexp
from gradtape.functions.nn.activations import log_softmax
from gradtape.functions.sparse.places import to_dense
from gradtape.tensors.conversion import convert
from gradtape.tensors.sparse_tensor import SparseTensor
from gradtape.tensors.tensor import EagerTensor

#: the logarithm of what cannot be
_NEVER = -1e30


def spelling_loss(
    labels: Any, logits: Any, label_length: Any, logit_length: Any, blank: int
) -> EagerTensor:
    """−log of the probability that the steps spell the labels, blanks and repetitions left out.

    The sum over all ways to spell them is taken step by step, in logarithms; ∞ where the steps are
    too few.

    Shapes: labels (batch, labels) of class numbers, logits (batch, steps, classes), lengths
    (batch,) → (batch,).

    Source: Graves et al. (2006), Connectionist temporal classification.
    """
    scores = convert_operand(logits)
    if not scores.dtype.is_floating or scores.dtype in (float16, bfloat16):
        scores = cast(scores, float32)
    numbers = np.asarray(convert(labels)._value).astype(np.int32)
    lengths = np.asarray(convert(label_length)._value).astype(np.int64)
    steps = np.asarray(convert(logit_length)._value).astype(np.int64)
    batch, width = numbers.shape
    spelled = np.full((batch, 2 * width + 1), blank, np.int32)
    spelled[:, 1::2] = numbers
    skips = np.zeros(spelled.shape, bool)  # over the blank between two different labels
    skips[:, 3::2] = numbers[:, 1:] != numbers[:, :-1]
    seen = _seen(log_softmax(scores), spelled)
    nothing = convert(_NEVER, scores.dtype)
    never = fill([batch, 1], nothing)
    start = np.zeros(spelled.shape, bool)
    start[:, :2] = True
    alpha: Any = where(start, seen[:, 0], nothing)
    for t in range(1, int(scores._value.shape[1])):
        one = concat([never, alpha[:, :-1]], 1)
        two = where(skips, concat([never, one[:, :-1]], 1), nothing)
        new = reduce_logsumexp(stack([alpha, one, two]), axis=0) + seen[:, t]
        alpha = where((t < steps)[:, None], new, alpha)
    last = np.stack([2 * lengths, np.maximum(2 * lengths - 1, 0)], axis=1)
    ends: Any = gather(alpha, last, batch_dims=1)
    alone = (lengths == 0)[:, None] & np.array([[False, True]])
    ends = where(alone, nothing, ends)
    loss = -reduce_logsumexp(ends, axis=1)
    return where(loss > -_NEVER / 2, convert(float("inf"), scores.dtype), loss)


def _seen(scores: Any, spelled: Any) -> Any:
    """The score of each place of the spelling at each step: (batch, steps, places)."""
    picked = one_hot(convert(spelled), int(scores._value.shape[-1]), dtype=scores.dtype)
    return einsum("btc,bsc->bts", scores, picked)


def ctc_loss(
    labels: Any,
    logits: Any,
    label_length: Any,
    logit_length: Any,
    logits_time_major: bool = True,
    unique: Any = None,
    blank_index: int | None = None,
    name: str | None = None,
) -> EagerTensor:
    """−log of the probability that the steps spell the labels, blanks and repetitions left out.

    Shapes: labels (batch, most labels) of class numbers, or a SparseTensor; logits (steps, batch,
    classes), or (batch, steps, classes) where not `logits_time_major`; lengths (batch,) → (batch,).
    `blank_index` is the class of the blank: 0, or of a SparseTensor to be given; −1 is the last.

    Raises: ValueError for a sparse tensor without blank_index, and for other ranks.

    Source: Graves et al. (2006), Connectionist temporal classification.

    >>> logits = tf.math.log([[[0.5, 0.5]], [[0.25, 0.75]]])
    >>> tf.exp(-tf.nn.ctc_loss([[1]], logits, [1], [2])).numpy().round(4)
    array([0.875], dtype=float32)
    """
    x = convert_operand(logits)
    if len(x._value.shape) != 3:
        raise ValueError(f"logits must have three axes, got shape {x.shape}")
    if isinstance(labels, SparseTensor):
        if blank_index is None:
            raise ValueError(
                "Argument `blank_index` must be provided when labels is a SparseTensor."
            )
        rows = np.bincount(
            np.asarray(labels.indices._value)[:, 0].astype(np.intp),
            minlength=int(labels.dense_shape[0]),
        )
        labels, label_length = to_dense(labels), rows if label_length is None else label_length
    blank = 0 if blank_index is None else int(blank_index)
    blank = blank + int(x._value.shape[-1]) if blank < 0 else blank
    if logits_time_major:
        x = transpose(x, [1, 0, 2])
    if logit_length is None:
        logit_length = np.full(x._value.shape[0], x._value.shape[1])
    return spelling_loss(labels, x, label_length, logit_length, blank)
