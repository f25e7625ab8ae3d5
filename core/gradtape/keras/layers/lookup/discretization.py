"""`Discretization`: the numbers of the intervals that values lie in, by boundaries given or learnt.

Boundaries are learnt from quantiles: a summary of the data is kept, at most 1 / epsilon values with
how many of the data each stands for.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import config
from gradtape.keras.layers.lookup.encoding import (
    DataLayer,
    checked_mode,
    encoded,
    encoded_shape,
    refuse_sparse_numbers,
)


class Discretization(DataLayer):
    """The number of the interval of each value: boundaries[i − 1] ≤ x < boundaries[i] gives i.

    Args: `bin_boundaries`, rising numbers; or `num_bins`, for as many intervals of equal shares of
    the data that `adapt` sees; `epsilon`, how exact the shares are; `output_mode` "int" (int32),
    "one_hot", "multi_hot" or "count"; `sparse`, vectors as a SparseTensor.

    Raises: ValueError where both or neither of `bin_boundaries` and `num_bins` are given, for
    another mode, and for a call before the boundaries are known.

    >>> import gradtape as tf
    >>> layer = tf.keras.layers.Discretization(bin_boundaries=[0.0, 1.0, 2.0])
    >>> layer([[-1.5, 1.0, 3.4, 0.5]]).numpy()
    array([[0, 2, 3, 1]], dtype=int32)
    """

    def __init__(
        self, bin_boundaries: Any = None, num_bins: int | None = None, epsilon: float = 0.01,
        output_mode: str = "int", sparse: bool = False, dtype: Any = None, name: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(name=name, dtype=dtype)
        refuse_sparse_numbers(sparse, output_mode)
        self.output_mode = checked_mode(self, output_mode, ("int", "one_hot", "multi_hot", "count"))
        if num_bins is not None and num_bins < 0:
            raise ValueError(
                f"`num_bins` must be greater than or equal to 0. Received: `num_bins={num_bins}`"
            )
        if num_bins is not None and bin_boundaries is not None:
            raise ValueError(
                "Both `num_bins` and `bin_boundaries` should not be set. Received: "
                f"`num_bins={num_bins}` and `bin_boundaries={bin_boundaries}`"
            )
        if num_bins is None and bin_boundaries is None:
            raise ValueError("You need to set either `num_bins` or `bin_boundaries`.")
        self.bin_boundaries, self.num_bins = bin_boundaries, num_bins
        self.epsilon, self.sparse = epsilon, sparse
        self.summary: Any = None
        self.reset_state()
        self.built = True

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Learn the boundaries: from an array, a tensor, or batches of a data set or iterable.

        Raises: ValueError where the boundaries were given.
        """
        if self.num_bins is None:
            raise ValueError(
                "Cannot adapt a Discretization layer that has been initialized with "
                "`bin_boundaries`, use `num_bins` instead."
            )
        self.reset_state()
        whole = isinstance(data, np.ndarray) or tf.is_tensor(data)
        for i, batch in enumerate([data] if whole else data):
            if steps is not None and i >= steps:
                break
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Take one batch into the summary."""
        values = np.sort(np.array(data).astype(np.float32).reshape(-1))
        step = max(values.size / (1.0 / self.epsilon), 1)
        chosen = values[int(step - 1) :: int(step)]
        summary = np.stack([chosen, np.ones_like(chosen) * step])
        merged = np.concatenate([summary, self.summary], axis=1)
        self.summary = _compressed(merged[:, np.argsort(merged[0])], self.epsilon)

    def finalize_state(self) -> None:
        """Make the boundaries of the summary."""
        if self.num_bins is not None:
            shares = _compressed(self.summary, 1.0 / self.num_bins)
            self.bin_boundaries = shares[0, :-1].tolist()

    def reset_state(self) -> None:
        """Forget the summary."""
        self.summary = np.zeros((2, 0), np.float32)

    def call(self, inputs: Any) -> Any:
        """The numbers of the intervals, or their vectors."""
        if self.bin_boundaries is None:
            raise ValueError(
                "You need to either pass the `bin_boundaries` argument at construction time or "
                "call `adapt(dataset)` before you can start using the `Discretization` layer."
            )
        values = np.asarray(tf.cast(inputs, tf.float32))
        bounds = np.asarray(self.bin_boundaries, np.float32)
        numbers = np.searchsorted(bounds, values, side="right").astype(np.int32)
        depth = len(self.bin_boundaries) + 1
        dtype = tf.as_dtype(self._output_dtype())
        return encoded(tf.constant(numbers), self.output_mode, depth, dtype, self.sparse)

    def _output_dtype(self) -> str:
        return "int32" if self.output_mode == "int" else str(self.compute_dtype)

    @property
    def input_dtype(self) -> str:
        """The dtype that values are compared in."""
        return config.floatx()

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the numbers or vectors."""
        known = self.bin_boundaries is not None
        depth = len(self.bin_boundaries) + 1 if known else self.num_bins
        return encoded_shape(input_shape, self.output_mode, depth)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer, with the boundaries that it learnt."""
        names = "bin_boundaries num_bins epsilon output_mode sparse name dtype"
        return {name: getattr(self, name) for name in names.split()}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """The layer made from `get_config`'s arguments, with learnt boundaries too."""
        given = {**config}
        learnt = given.get("num_bins") is not None and given.get("bin_boundaries") is not None
        boundaries = given.pop("bin_boundaries") if learnt else None
        layer = cls(**given)
        if learnt:
            layer.bin_boundaries = boundaries
        return layer


def _compressed(summary: Any, epsilon: float) -> Any:
    """A summary of about 1 / epsilon values, found between those there are."""
    if summary.shape[1] * epsilon < 1:
        return summary
    shares = epsilon + np.arange(0.0, 1.0, epsilon)
    counts = summary[1].cumsum()
    values = np.interp(shares, counts / counts[-1], summary[0])
    reached = np.interp(shares, counts / counts[-1], counts)
    return np.stack([values, np.diff(reached, prepend=0)]).astype(np.float32)
