"""Recurrence over the steps of sequences: RNN, SimpleRNN, LSTM, GRU."""

from __future__ import annotations

from typing import Any

import gradtape as tf
from gradtape import nest
from gradtape.keras import naming
from gradtape.keras.layers.cells import Cell, GRUCell, LSTMCell, SimpleRNNCell
from gradtape.keras.layers.input_spec import InputSpec
from gradtape.keras.layers.layer import Layer
from gradtape.keras.layers.stacked_cells import StackedRNNCells, initial_state, one_step

_OWN = frozenset({"activity_regularizer", "trainable", "name", "input_shape", "input_dim"})

_OF_A_LAYER = frozenset({"name", "trainable", "dtype", "activity_regularizer"})


class RNN(Layer):
    """A cell applied to each step of a sequence, handing on its states.

    Shapes: x (batch, steps, features) → (batch, units), or (batch, steps, units) with
    `return_sequences`. With `return_state` a tuple: the outputs, then the last states.

    Args: `go_backwards` reads the steps from the last to the first; `stateful` begins with the
    states that the last call ended with (`reset_state` forgets them).

    Call with `mask` (batch, steps), by default that of the inputs, to skip steps: states and
    outputs stay as they were; and with `initial_state`, a tensor or a list of them.

    Raises: ValueError for inputs that have not three axes, or no steps.
    """

    def __init__(
        self,
        cell: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if isinstance(cell, (list, tuple)):
            cell = StackedRNNCells(cell)
        if not callable(cell) or not hasattr(cell, "state_size"):
            raise ValueError(
                "Argument `cell` should be a cell, such as keras.layers.LSTMCell(4), a list of "
                f"cells, or a layer with `call` and `state_size`, got {cell!r}."
            )
        self.cell = cell
        self.return_sequences, self.return_state = return_sequences, return_state
        self.go_backwards, self.stateful = go_backwards, stateful
        self.unroll, self.zero_output_for_mask = unroll, zero_output_for_mask
        self.input_spec = InputSpec(ndim=3)
        self._states: list[tf.Tensor] | None = None

    def build(self, input_shape: Any) -> None:
        """Make the cell's weights."""
        with_steps = tuple(input_shape)
        if not self.cell.built:
            with naming.inside(self.cell):
                self.cell.build((with_steps[0], with_steps[2]))
            self.cell.built = True
        self.built = True

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer."""
        config = super().get_config()
        own = ("return_sequences", "return_state", "go_backwards", "stateful", "unroll", "cell")
        common = {k: v for k, v in config.items() if k in _OF_A_LAYER}
        settings = {name: getattr(self, name, False) for name in own}
        return {**common, **settings, "zero_output_for_mask": self.zero_output_for_mask}

    def get_initial_state(self, batch_size: int) -> list[Any]:
        """The states that a call begins with: the cell's own, or zeros."""
        return initial_state(self.cell, batch_size)

    def reset_state(self) -> None:
        """Begin the next call of a stateful layer with zeros."""
        self._states = None

    reset_states = reset_state

    def call(
        self,
        inputs: Any,
        initial_state: Any = None,
        mask: Any = None,
        training: bool | None = False,
    ) -> Any:
        """The outputs of the last step or of all, and the states where asked for."""
        batch, n_steps = int(inputs.shape[0]), int(inputs.shape[1])
        if not n_steps:
            raise ValueError(
                f"Layer '{self.name}' got a sequence without steps: shape {tuple(inputs.shape)}."
            )
        states = self._initial(initial_state, batch)
        inputs = self._floating(inputs)
        if hasattr(self.cell, "reset_dropout_masks"):
            self.cell.reset_dropout_masks()
        at_once = getattr(self.cell, "goes_at_once", None)
        if mask is None and at_once is not None and at_once(inputs, states, training):
            sequence, states = self._all_steps(inputs, states)
        else:
            sequence, states = self._one_by_one(inputs, states, mask, training)
        if self.stateful:
            self._states = [tf.stop_gradient(state) for state in states]
        return (sequence, *states) if self.return_state else sequence

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """That of the inputs where the outputs are sequences; the states have none."""
        mask = nest.flatten(mask)[0] if self.return_sequences else None
        if not self.return_state:
            return mask
        return [mask, *(None for _ in nest.flatten(self.cell.state_size))]

    def _all_steps(self, inputs: Any, states: list[Any]) -> Any:
        steps = tf.transpose(inputs, [1, 0, 2])
        if self.go_backwards:
            steps = tf.reverse(steps, [0])
        outputs, states = self.cell.all_steps(steps, states)
        if self.return_sequences:
            return tf.transpose(outputs, [1, 0, 2]), states
        return states[0], states

    def _one_by_one(self, inputs: Any, states: list[Any], mask: Any, training: Any) -> Any:
        n_steps = int(inputs.shape[1])
        steps = tf.unstack(inputs, axis=1)
        kept = [None] * n_steps if mask is None else tf.unstack(tf.cast(mask, tf.bool), axis=1)
        if self.go_backwards:
            steps, kept = steps[::-1], kept[::-1]
        outputs: list[Any] = []
        for step, keep in zip(steps, kept, strict=True):
            output, new = one_step(self.cell, step, states, training)
            new = nest.flatten(new)
            if keep is not None:
                keep = tf.expand_dims(keep, -1)
                zero = self.zero_output_for_mask or not outputs
                output = tf.where(keep, output, tf.zeros_like(output) if zero else outputs[-1])
                new = [tf.where(keep, n, old) for n, old in zip(new, states, strict=True)]
            outputs.append(output)
            states = new
        return tf.stack(outputs, axis=1) if self.return_sequences else outputs[-1], states

    def _initial(self, given: Any, batch: int) -> list[Any]:
        zeros = initial_state(self.cell, batch)
        if given is None:
            given = self._states if self.stateful and self._states else zeros
        states = list(given) if isinstance(given, (list, tuple)) else [given]
        if len(states) != len(zeros):
            raise ValueError(
                f"Layer '{self.name}' has {len(zeros)} states, but initial_state gave "
                f"{len(states)}: a list of {len(zeros)} tensors of shape {tuple(zeros[0].shape)}."
            )
        return states


class _OneCell(RNN):
    """An `RNN` that makes its cell from its own arguments."""

    cell_class: type[Cell]

    def __init__(
        self,
        units: int,
        *args: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        use_cudnn: Any = "auto",
        **kwargs: Any,
    ) -> None:
        own = {key: kwargs.pop(key) for key in _OWN & kwargs.keys()}
        shared = {key: kwargs[key] for key in ("dtype",) if key in kwargs}
        name = naming.snake_case(self.cell_class.__name__)
        cell = self.cell_class(units, *args, name=name, **kwargs)
        super().__init__(
            cell,
            return_sequences,
            return_state,
            go_backwards,
            stateful,
            unroll,
            zero_output_for_mask,
            **own,
            **shared,
        )

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer: its own and its cell's."""
        own = RNN.get_config(self)
        cell = {k: v for k, v in self.cell.get_config().items() if k not in _OF_A_LAYER}
        del own["cell"]
        return {**own, **cell}

    @property
    def units(self) -> int:
        """The width of the outputs."""
        return int(self.cell.units)


class SimpleRNN(_OneCell):
    """h' = tanh(x @ kernel + h @ recurrent_kernel + bias) over the steps; see `RNN`."""

    cell_class = SimpleRNNCell


class LSTM(_OneCell):
    """Long short-term memory over the steps of sequences; see `RNN` and `LSTMCell`."""

    cell_class = LSTMCell


class GRU(_OneCell):
    """Gated recurrent units over the steps of sequences; see `RNN` and `GRUCell`."""

    cell_class = GRUCell
