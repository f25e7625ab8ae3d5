"""`Metric`: a number gathered over batches: means and sums."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import gradtape as tf
from gradtape.errors import InvalidArgumentError, shape_text
from gradtape.keras import config, initializers, naming
from gradtape.keras.losses.loss import masked_weight, to_same_rank
from gradtape.keras.masks import mask_of
from gradtape.keras.metrics.tracing import traceable
from gradtape.keras.serializing import deserialize_keras_object, own_arguments
from gradtape.keras.serializing.arguments import library_class
from gradtape.keras.variable import Variable


class Metric:
    """The base of all metrics: define `update_state`, `result`, and variables by `add_variable`.

    `metric(...)` updates and gives the result; `reset_state` begins again. What is gathered has no
    gradient.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls.__module__.startswith(__package__):  # others are traced op by op
            for name in ("update_state", "result"):
                if name in vars(cls):
                    setattr(cls, name, traceable(vars(cls)[name]))

    def __init__(self, dtype: Any = None, name: str | None = None) -> None:
        self.name = name or naming.unique(naming.snake_case(type(self).__name__))
        self._dtype = tf.as_dtype(dtype or config.floatx())
        self._variables: list[tuple[Variable, Any]] = []

    def _checkpoint_children(self) -> dict[str, Any]:
        return {f"{k}": v for k, v in vars(self).items() if k != "_variables"} | {
            "_variables": self.variables
        }

    @property
    def dtype(self) -> str:
        """The dtype of the variables."""
        return self._dtype.name

    @property
    def variables(self) -> list[Variable]:
        """What the metric has gathered."""
        return [variable for variable, _ in self._variables]

    def add_variable(
        self,
        shape: Any = (),
        initializer: Any = "zeros",
        dtype: Any = None,
        aggregation: Any = None,
        name: str | None = None,
    ) -> Variable:
        """A new variable, which `reset_state` sets to its initial value again."""
        initial = initializers.get(initializer)
        with naming.inside(self):
            variable = Variable(initial, shape, dtype or self._dtype, trainable=False, name=name)
        self._variables.append((variable, initial))
        return variable

    add_weight = add_variable

    def reset_state(self) -> None:
        """Begin again."""
        for variable, initial in self._variables:
            variable.assign(initial(tuple(variable.shape), dtype=variable.dtype))

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Take in a batch."""
        raise NotImplementedError(f"{type(self).__name__} needs a method update_state.")

    def result(self) -> Any:
        """The number for all batches since the last reset."""
        raise NotImplementedError(f"{type(self).__name__} needs a method result.")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Take in a batch, and give the number for all so far."""
        self.update_state(*args, **kwargs)
        return self.result()

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal metric.

        Of a class of one's own they are `name` and `dtype`, and what its `get_config` adds.
        """
        own = own_arguments(self, object, frozenset({"name", "dtype"}))
        return {"name": self.name, "dtype": self.dtype, **own}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The metric made from `get_config`'s arguments."""
        return cls(**deserialize_keras_object(config))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"

    def _gather(self, variable: Variable, amount: Any) -> None:
        value = np.asarray(variable._now()._value) + self._dtype.as_numpy_dtype(amount)
        variable.set_array(value.astype(self._dtype.as_numpy_dtype))

    def _per_sample(
        self, values: Any, sample_weight: Any, reduce: Callable[..., Any]
    ) -> tuple[Any, Any]:
        """Weighted values, one per sample, and the weights, as arrays."""
        mask = mask_of(values)
        values = tf.cast(values, self._dtype)
        if sample_weight is not None:
            sample_weight = masked_weight(sample_weight, mask, self._dtype)
        if sample_weight is None:
            array = np.asarray(values)
            return (
                reduce(array, axis=tuple(range(1, array.ndim))) if array.ndim > 1 else array
            ), None
        weights = tf.cast(sample_weight, self._dtype)
        values, weights = (np.asarray(t) for t in to_same_rank(values, weights))
        if weights.ndim < values.ndim:
            values = reduce(values, axis=tuple(range(weights.ndim, values.ndim)))
        try:
            values = values * weights
        except ValueError:
            raise InvalidArgumentError(
                f"Incompatible shapes: sample_weight is {shape_text(weights.shape)} and the values "
                f"are {shape_text(values.shape)}; one weight goes with each sample."
            ) from None
        further = tuple(range(1, values.ndim))
        if further:
            weights = reduce(np.broadcast_to(weights, values.shape), axis=further)
            values = reduce(values, axis=further)
        return values, weights


class Sum(Metric):
    """The sum of all values, times their weights."""

    def __init__(self, name: str = "sum", dtype: Any = None) -> None:
        super().__init__(dtype, name)
        self.total = self.add_variable(name="total")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Add the values."""
        values, _ = self._per_sample(values, sample_weight, np.sum)
        self._gather(self.total, np.sum(values))

    def result(self) -> tf.Tensor:
        """The sum."""
        return tf.constant(self.total.numpy())


class Mean(Metric):
    """The mean of all values, by their weights; 0 before the first.

    >>> mean = Mean()
    >>> mean.update_state([1.0, 3.0])
    >>> float(mean.result()), float(mean(5.0))
    (2.0, 3.0)
    """

    def __init__(self, name: str = "mean", dtype: Any = None) -> None:
        super().__init__(dtype, name)
        self.total = self.add_variable(name="total")
        self.count = self.add_variable(name="count")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Take in the values."""
        values, weights = self._per_sample(values, sample_weight, np.mean)
        self._gather(self.total, np.sum(values))
        if weights is None:
            self._gather(self.count, len(values) if values.ndim else 1)
        else:
            self._gather(self.count, np.sum(np.broadcast_to(weights, np.shape(values))))

    def result(self) -> tf.Tensor:
        """The mean."""
        total, count = self.total.numpy(), self.count.numpy()
        return tf.constant(total / count if count else np.zeros_like(total))


class MeanMetricWrapper(Mean):
    """The mean of fn(y_true, y_pred)."""

    def __init__(
        self, fn: Callable[..., Any], name: str | None = None, dtype: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(name or naming.unique(naming.snake_case(type(self).__name__)), dtype)
        self._fn, self._fn_settings = fn, kwargs

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal metric."""
        config = super().get_config()
        if library_class(type(self)) is MeanMetricWrapper:
            config |= {"fn": self._fn, **self._fn_settings}
        return config

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
        """Take in a batch of truths and predictions."""
        values = self._fn(y_true, y_pred, **self._fn_settings)
        weight = masked_weight(sample_weight, mask_of(y_pred), self._dtype)
        super().update_state(values, weight)
