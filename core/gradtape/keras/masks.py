"""Masks: which steps of a sequence count. A mask travels with its tensor, as `_keras_mask`.

Layers set it on what they give and read it from what they take; losses and metrics weigh by it.
What plain functions compute from a tensor has no mask, as in Keras.
"""

from __future__ import annotations

import math
from typing import Any

import gradtape as tf
from gradtape import nest
from gradtape.keras.symbolic.tensor import KerasTensor
from gradtape.tensors.tensor import Tensor


def mask_of(value: Any) -> Any:
    """The mask that travels with a tensor, or None."""
    return value._keras_mask if isinstance(value, (Tensor, KerasTensor)) else None


def masks_of(value: Any) -> Any:
    """The mask of a tensor; of a structure, the structure of the masks."""
    return nest.map_structure(mask_of, value) if nest.is_nested(value) else mask_of(value)


def set_mask(value: Any, mask: Any) -> None:
    """Let a mask travel with a tensor; None takes it away."""
    if isinstance(value, (Tensor, KerasTensor)):
        value._keras_mask = mask


def carried(before: Any, after: Any) -> Any:
    """`after`, the same values in another form, with the mask of `before`."""
    mask = mask_of(before)
    if mask is not None and after is not before:
        set_mask(after, mask)
    return after


def with_mask(value: Any, mask: Any) -> Any:
    """The same values with another mask, or without one; the tensor itself keeps its own."""
    if mask is mask_of(value) or not tf.is_tensor(value):
        return value
    same: Any = tf.identity(value)
    set_mask(same, mask)
    return same


def weight_of_mask(mask: Any, dtype: Any, mean: bool) -> Any:
    """The weights that a mask stands for: 1 and 0, or for a mean the total over the kept ones."""
    weight: Any = tf.cast(mask, dtype)
    if not mean:
        return weight
    total = tf.constant(float(math.prod(weight.shape)), dtype)
    share = tf.math.divide_no_nan(total, tf.reduce_sum(weight))
    return tf.where(tf.cast(mask, tf.bool), share, tf.zeros_like(weight))
