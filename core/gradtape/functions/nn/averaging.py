"""Losses averaged over a global batch, as programs for several devices divide them.

gradtape runs in one process, so there is one replica and the global batch is the batch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.apply import convert_operand
from gradtape.functions.math.reductions import reduce_sum
from gradtape.ops.math.complex_numbers import cast
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor


def compute_average_loss(
    per_example_loss: Any, sample_weight: Any = None, global_batch_size: Any = None
) -> EagerTensor:
    """Σ wᵢ·lossᵢ / global_batch_size; by default the batch is the length of the first axis.

    Of no losses: 0.

    Derivative: wᵢ / global_batch_size. Shapes: (n, …) to a scalar. Dtypes: that of the losses.
    Raises: ValueError for a scalar loss, and for a batch size that is no positive number.

    >>> tf.nn.compute_average_loss([1.0, 2.0, 3.0], global_batch_size=6).numpy()
    np.float32(1.0)
    """
    losses = convert_operand(per_example_loss)
    if not losses._value.shape:
        raise ValueError(
            "Invalid value passed for `per_example_loss`. Expected a tensor with at least rank 1."
        )
    dtype = losses._value.dtype
    if sample_weight is not None:
        weights = cast(convert_operand(sample_weight), dtype=dtype)
        missing = len(losses._value.shape) - len(weights._value.shape)
        if missing > 0:
            weights = weights[(..., *[None] * missing)]
        losses = losses * weights
    size: Any = losses._value.shape[0]
    if global_batch_size is not None:
        given = convert(global_batch_size)
        size = np.asarray(given._value)
        if size.ndim or size.dtype.kind not in "iu":
            raise TypeError(
                f"`global_batch_size` must be an int scalar, got {global_batch_size!r}."
            )
        if size < 1:
            raise ValueError(f"`global_batch_size` must be non-negative and not zero, got {size}.")
    return reduce_sum(losses) / convert(dtype.type(max(size, 1)))


def scale_regularization_loss(regularization_loss: Any) -> EagerTensor:
    """The sum of penalties, divided by the number of replicas, which is one.

    >>> tf.nn.scale_regularization_loss([1.0, 2.0]).numpy()
    np.float32(3.0)
    """
    return reduce_sum(convert_operand(regularization_loss))
