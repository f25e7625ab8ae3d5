"""One step of recurrence: SimpleRNNCell, LSTMCell, GRUCell.

A cell is called with the inputs of one step and the list of its states, and gives its output and
the list of new states.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import activations, constraints, initializers, random, regularizers
from gradtape.keras.layers.layer import Layer
from gradtape.ops.nn.recurrence import lstm_sequence
from gradtape.runtime import devices
from gradtape.tensors.tensor import EagerTensor


class Cell(Layer):
    """The base of the cells: `gates` blocks of `units` columns in every weight."""

    gates: int
    n_states = 1
    _seed_is_drawn_first = False  # seeds that are not given come in Keras's order

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        if isinstance(units, bool) or not isinstance(units, int) or units <= 0:
            raise ValueError(
                "Received an invalid value for argument `units`, expected a positive integer, "
                f"got {units}."
            )
        super().__init__(**kwargs)
        self.units = units
        if self._seed_is_drawn_first:
            self.seed_generator = random.SeedGenerator(seed)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.recurrent_initializer = initializers.get(recurrent_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.recurrent_regularizer = regularizers.get(recurrent_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.recurrent_constraint = constraints.get(recurrent_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        if not self._seed_is_drawn_first:
            self.seed_generator = random.SeedGenerator(seed)
        self.dropout = min(1.0, max(0.0, dropout))
        self.recurrent_dropout = min(1.0, max(0.0, recurrent_dropout))
        self._masks: dict[str, list[Any]] = {}
        self.bias: Any = None

    @property
    def _bias_shape(self) -> tuple[int, ...]:
        return (self.gates * self.units,)

    def build(self, input_shape: Any) -> None:
        """Make kernel, recurrent kernel and bias."""
        columns = self.gates * self.units
        self.kernel = self.add_weight(
            (input_shape[-1], columns),
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        self.recurrent_kernel = self.add_weight(
            (self.units, columns),
            self.recurrent_initializer,
            regularizer=self.recurrent_regularizer,
            constraint=self.recurrent_constraint,
            name="recurrent_kernel",
        )
        if self.use_bias:
            self.bias = self.add_weight(
                self._bias_shape,
                self._bias_values,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )
        self.built = True

    def _bias_values(self, shape: Any, dtype: Any = None) -> Any:
        return self.bias_initializer(shape, dtype=dtype)

    @property
    def state_size(self) -> Any:
        """The width of the state, or of each."""
        return self.units if self.n_states == 1 else [self.units] * self.n_states

    @property
    def output_size(self) -> int:
        """The width of the output."""
        return self.units

    def get_initial_state(self, batch_size: int) -> list[tf.Tensor]:
        """Zeros for each state."""
        return [tf.zeros((batch_size, self.units), self._dtype) for _ in range(self.n_states)]

    def reset_dropout_masks(self) -> None:
        """Forget the masks, which stay the same for all steps of one sequence."""
        self._masks.clear()

    def _thinned(self, x: Any, which: str, rate: float, training: bool | None) -> list[Any]:
        """`x` for each gate under dropout; masks differ by gate where states are thinned too."""
        if not training or not rate:
            return [x] * self.gates
        if which not in self._masks:
            ones, seeds = tf.ones_like(x), self.seed_generator
            count = self.gates if self.recurrent_dropout else 1
            self._masks[which] = [random.dropout(ones, rate, seed=seeds) for _ in range(count)]
        thinned = [x * mask for mask in self._masks[which]]
        return thinned if len(thinned) > 1 else thinned * self.gates

    def _product(self, parts: list[Any], weight: Any) -> Any:
        """parts @ weight, gate by gate where the parts differ."""
        if all(part is parts[0] for part in parts):
            return tf.matmul(parts[0], weight)
        blocks = tf.split(weight, self.gates, axis=1)
        return tf.concat([tf.matmul(p, w) for p, w in zip(parts, blocks, strict=True)], axis=1)

    def call(self, inputs: Any, states: Any, training: bool | None = False) -> Any:
        """The output and the new states."""
        states = list(states) if isinstance(states, (list, tuple)) else [states]
        inputs = self._thinned(inputs, "inputs", self.dropout, training)
        parts = self._thinned(states[0], "state", self.recurrent_dropout, training)
        return self._step(inputs, parts, states)

    def _step(self, inputs: list[Any], parts: list[Any], states: list[Any]) -> Any:
        """One step from the inputs and the first state by gate, and all states as they are."""
        raise NotImplementedError


class SimpleRNNCell(Cell):
    """h' = activation(x @ kernel + h @ recurrent_kernel + bias)."""

    gates = 1
    _seed_is_drawn_first = True

    def _step(self, inputs: list[Any], parts: list[Any], states: list[Any]) -> Any:
        total = self._product(inputs, self.kernel)
        if self.bias is not None:
            total = total + self.bias
        output = self.activation(total + self._product(parts, self.recurrent_kernel))
        return output, [output]


class LSTMCell(Cell):
    """Long short-term memory: c' = f·c + i·a(candidate), h' = o·a(c').

    The columns of the weights are the gates i, f, the candidate and o, in this order; with
    `unit_forget_bias` the bias of f begins at one.

    Source: Hochreiter & Schmidhuber (1997), Long short-term memory.
    """

    gates = 4
    n_states = 2

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        unit_forget_bias: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(units, activation, **kwargs)
        self.recurrent_activation = activations.get(recurrent_activation)
        self.unit_forget_bias = unit_forget_bias

    def _bias_values(self, shape: Any, dtype: Any = None) -> Any:
        if not self.unit_forget_bias:
            return super()._bias_values(shape, dtype)
        n = self.units
        parts = [
            self.bias_initializer((n,), dtype=dtype),
            tf.ones((n,), dtype),
            self.bias_initializer((2 * n,), dtype=dtype),
        ]
        return tf.concat(parts, axis=0)

    def _step(self, inputs: list[Any], parts: list[Any], states: list[Any]) -> Any:
        memory = states[1]
        from_state = self._product(parts, self.recurrent_kernel)
        total = self._product(inputs, self.kernel) + from_state
        if self.bias is not None:
            total = total + self.bias
        i, f, candidate, o = tf.split(total, 4, axis=1)
        gate = self.recurrent_activation
        memory = gate(f) * memory + gate(i) * self.activation(candidate)
        output = gate(o) * self.activation(memory)
        return output, [output, memory]

    def goes_at_once(self, inputs: Any, states: list[Any], training: bool | None) -> bool:
        """Whether `all_steps` does what the steps would: they are the usual ones, on the CPU."""
        return (
            type(self) is LSTMCell
            and self.activation is activations.tanh
            and self.recurrent_activation is activations.sigmoid
            and not (training and (self.dropout or self.recurrent_dropout))
            and self.activity_regularizer is None
            and not devices.SCOPED
            and self._numpy_dtype.itemsize >= 4
            and all(
                type(x) is EagerTensor
                and type(x._value) is np.ndarray
                and x._value.dtype == self._numpy_dtype
                for x in (inputs, *states)
            )
        )

    def all_steps(self, inputs: Any, states: list[Any]) -> Any:
        """The outputs (steps, batch, units) and the last states, of inputs (steps, batch, …)."""
        z = tf.matmul(inputs, self.kernel)
        if self.bias is not None:
            z = z + self.bias
        recurrent_kernel = tf.convert_to_tensor(self.recurrent_kernel)
        outputs, memories, _ = lstm_sequence(z, *states, recurrent_kernel)
        return outputs, [outputs[-1], memories[-1]]


class GRUCell(Cell):
    """The gated recurrent unit: h' = z·h + (1 − z)·a(candidate).

    The columns of the weights are the gates z, r and the candidate. With `reset_after` (the
    default) r multiplies h @ recurrent_kernel and there are two biases, else it multiplies h.

    Source: Cho et al. (2014), Learning phrase representations using RNN encoder-decoder.
    """

    gates = 3

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        reset_after: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(units, activation, **kwargs)
        self.recurrent_activation = activations.get(recurrent_activation)
        self.reset_after = reset_after

    @property
    def _bias_shape(self) -> tuple[int, ...]:
        columns = self.gates * self.units
        return (2, columns) if self.reset_after else (columns,)

    def _step(self, inputs: list[Any], parts: list[Any], states: list[Any]) -> Any:
        gate = self.recurrent_activation
        from_input = self._product(inputs, self.kernel)
        recurrent_bias = None
        if self.bias is not None:
            input_bias = self.bias
            if self.reset_after:
                input_bias, recurrent_bias = tf.unstack(self.bias)
            from_input = from_input + input_bias
        x_z, x_r, x_c = tf.split(from_input, 3, axis=-1)
        if self.reset_after:
            from_state = self._product(parts, self.recurrent_kernel)
            if recurrent_bias is not None:
                from_state = from_state + recurrent_bias
            h_z, h_r, h_c = tf.split(from_state, 3, axis=-1)
            z, r = gate(x_z + h_z), gate(x_r + h_r)
            h_c = r * h_c
        else:
            for_z, for_r, for_c = tf.split(self.recurrent_kernel, 3, axis=-1)
            z = gate(x_z + tf.matmul(parts[0], for_z))
            r = gate(x_r + tf.matmul(parts[1], for_r))
            h_c = tf.matmul(r * parts[2], for_c)
        output = z * states[0] + (1.0 - z) * self.activation(x_c + h_c)
        return output, [output]
