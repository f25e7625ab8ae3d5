"""Cells of one's own and cells upon cells: what `RNN` asks of a cell.

A cell is a layer with `state_size` and `call(inputs, states)`, which gives its output and the new
states; a list of states where `state_size` is one, else the state itself or a list of it.
"""

from __future__ import annotations

import inspect
from typing import Any

import gradtape as tf
from gradtape import nest
from gradtape.keras.layers.layer import Layer


def sizes(state_size: Any) -> list[Any]:
    """The widths (or shapes) of the states."""
    return list(state_size) if isinstance(state_size, (list, tuple)) else [state_size]


def initial_state(cell: Any, batch: int) -> list[Any]:
    """The states that a cell begins with: its own, or zeros of its `state_size`."""
    if hasattr(cell, "get_initial_state"):
        found: list[Any] = nest.flatten(cell.get_initial_state(batch_size=batch))
        return found
    return [
        tf.zeros((batch, *(size if isinstance(size, (list, tuple)) else (size,))))
        for size in sizes(cell.state_size)
    ]


def one_step(cell: Any, inputs: Any, states: list[Any], training: Any) -> Any:
    """The output and new states of one call; `training` for the cells that take it."""
    if "training" in inspect.signature(getattr(cell, "call", cell)).parameters:
        return cell(inputs, states, training=training)
    return cell(inputs, states)


class StackedRNNCells(Layer):
    """Cells one upon the other: the outputs of each are the inputs of the next.

    Its states are those of all cells, one after the other. `keras.layers.RNN([…])` makes one.

    Raises: ValueError for an entry without `call` and `state_size`.
    """

    def __init__(self, cells: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for cell in cells:
            if not callable(cell) or not hasattr(cell, "state_size"):
                raise ValueError(
                    f"All cells must have a `call` method and a `state_size`, got {cell!r}."
                )
        self.cells = list(cells)

    @property
    def state_size(self) -> list[Any]:
        """The widths of the states of all cells."""
        return [size for cell in self.cells for size in sizes(cell.state_size)]

    @property
    def output_size(self) -> Any:
        """The width of the outputs."""
        return getattr(self.cells[-1], "output_size", None) or sizes(self.cells[-1].state_size)[0]

    def get_initial_state(self, batch_size: int) -> list[Any]:
        """The states of all cells, as they begin."""
        return [state for cell in self.cells for state in initial_state(cell, batch_size)]

    def reset_dropout_masks(self) -> None:
        """Let every cell draw its masks anew."""
        for cell in self.cells:
            if hasattr(cell, "reset_dropout_masks"):
                cell.reset_dropout_masks()

    def call(self, inputs: Any, states: Any, training: bool | None = False) -> Any:
        """The output of the last cell, and the new states of all."""
        left, found = list(states), []
        for cell in self.cells:
            count = len(sizes(cell.state_size))
            own, left = left[:count], left[count:]
            inputs, new = one_step(cell, inputs, own, training)
            found += nest.flatten(new)
        return inputs, found
