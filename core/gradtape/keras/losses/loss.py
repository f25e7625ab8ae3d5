"""`Loss`: one number per example, weighted and reduced to one for the batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradtape as tf
from gradtape import nest
from gradtape.keras import config, naming
from gradtape.keras.masks import mask_of, weight_of_mask

REDUCTIONS = ("sum", "none", None, "mean", "sum_over_batch_size", "mean_with_sample_weight")


class Reduction:
    """The names of reductions, as older programs write them: `Reduction.SUM` is "sum"."""

    AUTO = "auto"
    NONE = "none"
    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"

    @classmethod
    def all(cls) -> tuple[str, ...]:
        """All of them."""
        return (cls.AUTO, cls.NONE, cls.SUM, cls.SUM_OVER_BATCH_SIZE)

    @classmethod
    def validate(cls, key: str) -> None:
        """Raise ValueError unless `key` is one of them."""
        if key not in cls.all():
            raise ValueError(f'Invalid Reduction Key: {key}. Expected keys are "{cls.all()}"')


def to_same_rank(first: Any, second: Any) -> tuple[Any, Any]:
    """Both tensors, one of them with a last axis of size 1 taken away or added.

    Labels (batch,) and predictions (batch, 1) would otherwise broadcast to (batch, batch).
    """
    a, b = first.ndim, second.ndim
    if a == b + 1 and first.shape[-1] == 1:
        return (first, tf.expand_dims(second, -1)) if b == 1 else (tf.squeeze(first, -1), second)
    if b == a + 1 and second.shape[-1] == 1:
        return (tf.expand_dims(first, -1), second) if a == 1 else (first, tf.squeeze(second, -1))
    return first, second


def both_masks(y_pred: Any, values: Any) -> Any:
    """The mask of a prediction and that of its losses as one, or None."""
    masks = [mask for mask in (mask_of(y_pred), mask_of(values)) if mask is not None]
    return tf.logical_and(*masks) if len(masks) > 1 else masks[0] if masks else None


def masked_weight(sample_weight: Any, mask: Any, dtype: Any, mean: bool = False) -> Any:
    """The weights of the samples, without those that `mask` leaves out.

    For a `mean` over all values they are such that it is the mean of the others.
    """
    if mask is None:
        return sample_weight
    weight = weight_of_mask(mask, dtype, mean)
    if sample_weight is None:
        return weight
    weight, sample_weight = to_same_rank(weight, tf.cast(sample_weight, dtype))
    return sample_weight * weight


def reduce_weighted(
    values: Any, sample_weight: Any = None, reduction: str | None = "sum_over_batch_size",
    mask: Any = None,
) -> Any:  # fmt: skip
    """The values times their weights, summed or averaged as `reduction` says.

    What `mask` leaves out has the weight zero, and does not count in a mean.
    """
    total_weight = None
    mean = reduction in ("mean", "sum_over_batch_size")
    sample_weight = masked_weight(sample_weight, mask, values.dtype, mean)
    if sample_weight is not None:
        sample_weight = tf.cast(sample_weight, values.dtype)
        values, sample_weight = to_same_rank(values, sample_weight)
        values = values * sample_weight
        if reduction == "mean_with_sample_weight":
            total_weight = tf.reduce_sum(tf.broadcast_to(sample_weight, values.shape))
    if reduction in ("none", None) or not values.ndim or values.shape == (0,):
        return values
    if reduction == "sum":
        return tf.reduce_sum(values)
    if total_weight is not None:
        return tf.math.divide_no_nan(tf.reduce_sum(values), total_weight)
    # nothing has no mean, but Keras's loss of an empty batch is 0
    return tf.reduce_sum(values) if 0 in values.shape else tf.reduce_mean(values)


class Loss:
    """The base of all losses: define `call(y_true, y_pred)`, one number per example.

    Args:
      reduction: `sum_over_batch_size` or `mean` (the sum over the number of values), `sum`,
        `mean_with_sample_weight` (the sum over the sum of the weights), `none`.
      dtype: what both arguments are cast to, `floatx()` by default, also where they are float64.

    Call with `sample_weight` to weigh the examples.

    Raises: ValueError for an unknown reduction.
    """

    #: whether the truth is class numbers, which are not cast to the dtype of the loss
    takes_integers = False

    def __init__(
        self, name: str | None = None, reduction: str | None = "sum_over_batch_size",
        dtype: Any = None,
    ) -> None:  # fmt: skip
        if reduction not in REDUCTIONS:
            raise ValueError(
                "Invalid value for argument `reduction`. Expected one of "
                f"{set(REDUCTIONS)}. Received: reduction={reduction}"
            )
        self.name = name or naming.unique(naming.snake_case(type(self).__name__))
        self.reduction = reduction
        self._dtype = tf.as_dtype(dtype or config.floatx())

    @property
    def dtype(self) -> str:
        """The dtype in which the loss is computed."""
        return self._dtype.name

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """One number per example."""
        raise NotImplementedError(f"{type(self).__name__} needs a method call(y_true, y_pred).")

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The weighted and reduced loss of a batch."""
        if not self.takes_integers:
            y_true = tf.cast(y_true, self._dtype)
        values = self.call(y_true, tf.cast(y_pred, self._dtype))
        return reduce_weighted(values, sample_weight, self.reduction, both_masks(y_pred, values))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal loss."""
        return {"name": self.name, "reduction": self.reduction}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Loss:
        """The loss made from `get_config`'s arguments."""
        return cls(**config)


class FunctionLoss(Loss):
    """A loss that is a function of both arguments and some settings."""

    function: Callable[..., Any]
    default_name = ""

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
        **settings: Any,
    ) -> None:
        super().__init__(name or self.default_name, reduction, dtype)
        self._settings = settings

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """One number per example."""
        if not (nest.is_nested(y_true) or nest.is_nested(y_pred)):
            y_true, y_pred = to_same_rank(*map(tf.convert_to_tensor, (y_true, y_pred)))
        return type(self).function(y_true, y_pred, **self._settings)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal loss."""
        return {**super().get_config(), **self._settings}


def as_pair(y_true: Any, y_pred: Any, same_rank: bool = True) -> tuple[Any, Any]:
    """Both arguments as tensors of the prediction's floating-point or complex dtype."""
    y_pred = tf.convert_to_tensor(y_pred)
    if not (y_pred.dtype.is_floating or y_pred.dtype.is_complex):
        y_pred = tf.cast(y_pred, config.floatx())
    y_true = tf.cast(y_true, y_pred.dtype)
    return to_same_rank(y_true, y_pred) if same_rank else (y_true, y_pred)
