"""Penalties on the size of weights, to be added to a loss."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import gradtape as tf
from gradtape.keras.identifiers import Registry
from gradtape.keras.serializing.arguments import parameters
from gradtape.names.absence import absent_from


def _strength(value: Any, argument: str) -> float:
    if value is None:
        return 0.0
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not math.isfinite(value)
        or value < 0
    ):
        raise ValueError(
            f"Invalid value for argument {argument}: expected a non-negative float. "
            f"Received: {argument}={value}"
        )
    return float(value)


class Regularizer:
    """The base of all regularizers: `regularizer(weight)` is a scalar penalty."""

    def __call__(self, x: Any) -> tf.Tensor:
        """The penalty for the weight `x`."""
        raise NotImplementedError(f"{type(self).__name__} needs a method __call__(self, x).")

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal regularizer."""
        names = parameters(type(self), object)
        return {key: value for key, value in vars(self).items() if key in names}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Regularizer:
        """The regularizer made from `get_config`'s arguments."""
        return cls(**config)


class L1L2(Regularizer):
    """l1 · Σ|x| + l2 · Σx².

    >>> float(L1L2(l1=1.0, l2=2.0)(tf.constant([1.0, -2.0])))
    13.0
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1, self.l2 = _strength(l1, "l1"), _strength(l2, "l2")

    def __call__(self, x: Any) -> tf.Tensor:
        """The penalty for the weight `x`."""
        penalty = tf.constant(0.0, dtype=x.dtype)
        if self.l1:
            penalty = penalty + self.l1 * tf.reduce_sum(tf.abs(x))
        if self.l2:
            penalty = penalty + self.l2 * tf.reduce_sum(tf.square(x))
        return penalty


class L1(L1L2):
    """l1 · Σ|x|."""

    def __init__(self, l1: float = 0.01) -> None:
        super().__init__(l1=l1)


class L2(L1L2):
    """l2 · Σx²."""

    def __init__(self, l2: float = 0.01) -> None:
        super().__init__(l2=l2)


class OrthogonalRegularizer(Regularizer):
    """factor times the mean |cosine| of the angles between the rows (or columns) of a matrix.

    Raises: ValueError for weights that are no matrices.
    """

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        if mode not in ("rows", "columns"):
            raise ValueError(
                "Invalid value for argument `mode`. Expected one of "
                f'{{"rows", "columns"}}. Received: mode={mode}'
            )
        self.factor, self.mode = _strength(factor, "factor"), mode

    def __call__(self, inputs: Any) -> tf.Tensor:
        """The penalty for the weight."""
        if len(inputs.shape) != 2:
            raise ValueError(
                "Inputs to OrthogonalRegularizer must have rank 2. "
                f"Received: inputs.shape={inputs.shape}"
            )
        w = tf.convert_to_tensor(inputs)
        rows = tf.math.l2_normalize(w if self.mode == "rows" else tf.transpose(w), axis=1)
        n = int(rows.shape[0] or 0)
        products = tf.matmul(rows, rows, transpose_b=True) * (1.0 - tf.eye(n, dtype=w.dtype))
        pairs = n * (n - 1.0) / 2.0
        return self.factor * 0.5 * tf.reduce_sum(tf.abs(products)) / pairs


l1, l2, l1_l2, orthogonal_regularizer = L1, L2, L1L2, OrthogonalRegularizer

_registry = Registry(
    "regularizer", [L1, L2, L1L2, OrthogonalRegularizer], {"l1": L1, "l2": L2, "l1l2": L1L2}
)


def get(identifier: Any) -> Any:
    """The regularizer of this name, class or configuration; None and functions stay as they are."""
    return _registry.get(identifier)


if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
