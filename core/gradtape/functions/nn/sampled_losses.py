"""Losses over many classes that look at the true ones and a few drawn ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import int64
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import shape_of
from gradtape.functions.array.casting import cast
from gradtape.functions.array.joining import concat
from gradtape.functions.array.passing import stop_gradient
from gradtape.functions.linalg.products import matmul
from gradtape.functions.math.elementary import log
from gradtape.functions.math.reductions import reduce_sum
from gradtape.functions.nn.cross_entropies import (
    sigmoid_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits,
)
from gradtape.functions.nn.embedding import embedding_lookup
from gradtape.ops.array.shaping import reshape
from gradtape.random.candidates import compute_accidental_hits, log_uniform_candidate_sampler
from gradtape.tensors.tensor import EagerTensor, wrap


def sampled_softmax_loss(
    weights: Any, biases: Any, labels: Any, inputs: Any, num_sampled: int, num_classes: int,
    num_true: int = 1, sampled_values: Any = None, remove_accidental_hits: bool = True,
    seed: Any = None, name: str = "sampled_softmax_loss",
) -> EagerTensor:  # fmt: skip
    """The softmax's cross-entropy between the true classes and `num_sampled` drawn ones.

    Logits are inputs·weightsₖ + biasesₖ − log Q(k), where Q is how often k is expected among the
    drawn ones; those that are true classes of the row are left out. It is for training alone: the
    loss over all classes is `tf.nn.softmax_cross_entropy_with_logits`. The drawn classes are
    `sampled_values`, by default of `tf.random.log_uniform_candidate_sampler`, which suits classes
    numbered by how frequent they are. Derivatives: of weights and biases `tf.IndexedSlices` of the
    rows that were used.

    Shapes: weights (num_classes, dim) or a list of parts, biases (num_classes,), labels
    (batch, num_true), inputs (batch, dim); the loss (batch,).
    Raises: InvalidArgumentError where labels are no matrix, or are no classes.
    Source: Jean et al. (2014), On using very large target vocabulary.

    >>> w, b = tf.ones([10, 2]), tf.zeros([10])
    >>> loss = tf.nn.sampled_softmax_loss(w, b, [[1]], [[1.0, 2.0]], 4, 10, seed=1)
    >>> loss.shape
    TensorShape([1])
    """
    logits, targets = _logits(
        weights, biases, labels, inputs, num_sampled, num_classes, num_true, sampled_values,
        remove_accidental_hits, seed,
    )  # fmt: skip
    return softmax_cross_entropy_with_logits(targets, logits)


def nce_loss(
    weights: Any, biases: Any, labels: Any, inputs: Any, num_sampled: int, num_classes: int,
    num_true: int = 1, sampled_values: Any = None, remove_accidental_hits: bool = False,
    name: str = "nce_loss",
) -> EagerTensor:  # fmt: skip
    """Noise-contrastive estimation: logistic losses of true against drawn classes, summed by row.

    Arguments, shapes, derivatives and errors are those of `tf.nn.sampled_softmax_loss`.

    Source: Gutmann & Hyvärinen (2010); Mnih & Teh (2012).

    >>> w, b = tf.ones([10, 2]), tf.zeros([10])
    >>> tf.nn.nce_loss(w, b, [[1]], [[1.0, 2.0]], 4, 10).shape
    TensorShape([1])
    """
    logits, targets = _logits(
        weights, biases, labels, inputs, num_sampled, num_classes, num_true, sampled_values,
        remove_accidental_hits, None,
    )  # fmt: skip
    return reduce_sum(sigmoid_cross_entropy_with_logits(targets, logits), axis=1)


def _logits(
    weights: Any, biases: Any, labels: Any, inputs: Any, count: int, num_classes: int,
    num_true: int, sampled_values: Any, remove_hits: bool, seed: Any,
) -> tuple[EagerTensor, EagerTensor]:  # fmt: skip
    """Logits of the true classes and the drawn ones, and what they should be."""
    true, x = cast(convert_operand(labels), int64), convert_operand(inputs)
    if len(shape_of(true)) != 2 or len(shape_of(x)) != 2:
        raise InvalidArgumentError(
            f"labels must be a matrix (batch, num_true) and inputs one (batch, dim), got shapes "
            f"{list(shape_of(true))} and {list(shape_of(x))}; tf.reshape(labels, [-1, 1]) makes "
            "one of a vector"
        )
    values = sampled_values or log_uniform_candidate_sampler(
        true, num_true, count, True, num_classes, seed
    )
    sampled, true_expected, sampled_expected = (stop_gradient(v) for v in values)
    sampled = cast(sampled, int64)
    batch, n = shape_of(true)[0], shape_of(true)[0] * num_true
    every = concat([reshape(true, shape=(n,)), sampled], 0)
    rows = cast(embedding_lookup(weights, every), x.dtype)
    offsets = cast(embedding_lookup(biases, every), x.dtype)
    true_rows = reshape(rows[:n], shape=(batch, num_true, shape_of(rows)[-1]))
    of_true = reduce_sum(x[:, None, :] * true_rows, axis=-1)
    of_true = of_true + reshape(offsets[:n], shape=(batch, num_true))
    of_sampled = matmul(x, rows[n:], transpose_b=True) + offsets[n:]
    if remove_hits:
        hits = compute_accidental_hits(true, sampled, num_true)
        away = np.zeros((batch, shape_of(sampled)[0]), x.dtype.numpy)
        away[hits.indices.numpy(), hits.ids.numpy()] = hits.weights.numpy()
        of_sampled = of_sampled + wrap(away)
    of_true = of_true - cast(log(true_expected), x.dtype)
    of_sampled = of_sampled - cast(log(sampled_expected), x.dtype)
    targets = np.zeros((batch, num_true + shape_of(sampled)[0]), x.dtype.numpy)
    targets[:, :num_true] = 1 / num_true
    return concat([of_true, of_sampled], 1), wrap(targets)
