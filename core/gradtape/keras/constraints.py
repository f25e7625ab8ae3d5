"""Projections that keep weights in a set, applied by optimizers after each update."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.identifiers import Registry
from gradtape.names.absence import absent_from


class Constraint:
    """The base of all constraints: `constraint(weight)` is the nearest allowed weight."""

    def __call__(self, w: Any) -> Any:
        """The allowed weight."""
        raise NotImplementedError(f"{type(self).__name__} needs a method __call__(self, w).")

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal constraint."""
        return dict(vars(self))

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Constraint:
        """The constraint made from `get_config`'s arguments."""
        return cls(**config)


class NonNeg(Constraint):
    """Negative elements become zero."""

    def __call__(self, w: Any) -> Any:
        """The allowed weight."""
        w = tf.convert_to_tensor(w)
        return tf.maximum(w, tf.zeros_like(w))


class MaxNorm(Constraint):
    """Norms along `axis` are at most `max_value`."""

    def __init__(self, max_value: float = 2, axis: Any = 0) -> None:
        self.max_value, self.axis = max_value, axis

    def __call__(self, w: Any) -> Any:
        """The allowed weight."""
        w = tf.convert_to_tensor(w)
        norms = tf.sqrt(tf.reduce_sum(tf.square(w), axis=self.axis, keepdims=True))
        desired = tf.clip_by_value(norms, 0.0, float(self.max_value))
        return w * (desired / (config.epsilon() + norms))


class MinMaxNorm(Constraint):
    """Norms along `axis` lie in [min_value, max_value], or are drawn there by the share `rate`."""

    def __init__(
        self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: Any = 0
    ) -> None:
        self.min_value, self.max_value, self.rate, self.axis = min_value, max_value, rate, axis

    def __call__(self, w: Any) -> Any:
        """The allowed weight."""
        w = tf.convert_to_tensor(w)
        norms = tf.sqrt(tf.reduce_sum(tf.square(w), axis=self.axis, keepdims=True))
        inside: Any = tf.clip_by_value(norms, float(self.min_value), float(self.max_value))
        desired = self.rate * inside + (1.0 - self.rate) * norms
        return w * (desired / (config.epsilon() + norms))


class UnitNorm(Constraint):
    """Norms along `axis` are one."""

    def __init__(self, axis: Any = 0) -> None:
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        """The allowed weight."""
        w = tf.convert_to_tensor(w)
        norms = tf.sqrt(tf.reduce_sum(tf.square(w), axis=self.axis, keepdims=True))
        return w / (config.epsilon() + norms)


max_norm, non_neg, unit_norm, min_max_norm = MaxNorm, NonNeg, UnitNorm, MinMaxNorm

_registry = Registry("constraint", [NonNeg, MaxNorm, MinMaxNorm, UnitNorm])


def get(identifier: Any) -> Any:
    """The constraint of this name or class; None and functions stay as they are."""
    return _registry.get(identifier)


if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
