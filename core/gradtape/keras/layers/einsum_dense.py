"""`EinsumDense`: a dense layer whose product is any `tf.einsum` of two operands."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import gradtape as tf
from gradtape.keras import activations
from gradtape.keras.initializers import VarianceScaling
from gradtape.keras.layers.input_spec import InputSpec
from gradtape.keras.layers.layer import Layer
from gradtape.keras.layers.settings import add, settle

_EQUATION = re.compile(r"(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?")


class _Plan(NamedTuple):
    """The shapes that an equation gives, and which axes of the kernel are summed over."""

    kernel: tuple[int, ...]
    bias: tuple[int, ...] | None
    summed: list[int]
    kept: list[int]


def plan(equation: str, bias_axes: str | None, inputs: Any, outputs: Any) -> _Plan:
    """What the equation says for inputs of this shape and outputs of this one but the batch.

    >>> plan("abc,cd->abd", "d", (None, 4, 3), (None, 8)).kernel
    (3, 8)
    """
    match = _EQUATION.fullmatch(equation.replace(" ", ""))
    if match is None:
        raise ValueError(
            f"Invalid einsum equation '{equation}'. Equations must be in the form "
            "[X],[Y]->[Z], ...[X],[Y]->...[Z], or [X]...,[Y]->[Z]...."
        )
    left, given, right, weight, out_left, made, out_right = match.groups()
    if (left, right) != (out_left, out_right) or (left and right):
        raise ValueError(f"Invalid einsum equation '{equation}': the ellipses do not agree.")
    hidden = len(inputs) - len(given)
    sizes = [inputs[0], *outputs]
    if left:
        sizes[1:1] = inputs[1:hidden]
    elif right:
        sizes += inputs[len(inputs) - hidden :]
    shift = hidden if left else 0
    of_input = {letter: inputs[i + shift] for i, letter in enumerate(given)}
    of_output = {letter: sizes[i + shift] for i, letter in enumerate(made)}
    for letter, size in of_output.items():
        known = of_input.get(letter)
        if letter not in of_input and letter not in weight:
            raise ValueError(
                f"Dimension '{letter}' was specified in the output '{made}' but has no "
                f"corresponding dim in the input spec '{given}' or weight spec '{weight}'"
            )
        if size is not None and known is not None and size != known:
            raise ValueError(
                "Input shape and output shape do not match at shared dimension "
                f"'{letter}'. Input shape is {known}, and output shape is {size}."
            )
    kernel, summed, kept = [], [], []
    for i, letter in enumerate(weight):
        if letter in of_output:
            kernel.append(of_output[letter])
            kept.append(i)
        elif letter in of_input:
            kernel.append(of_input[letter])
            summed.append(i)
        else:
            raise ValueError(
                f"Weight dimension '{letter}' did not have a match in either the input spec "
                f"'{given}' or the output spec '{made}'."
            )
    bias = None
    if bias_axes is not None:
        if missing := [letter for letter in bias_axes if letter not in made]:
            raise ValueError(
                f"Bias dimension '{missing[0]}' was requested, but is not part of the output "
                f"spec '{made}'"
            )
        first = min(made.index(letter) for letter in bias_axes)
        shape = [of_output[c] if c in bias_axes else 1 for c in made[first:]]
        bias = (*shape, *[1] * (hidden if right else 0))
    return _Plan(tuple(kernel), bias, summed, kept)


class EinsumDense(Layer):
    """activation(einsum(equation, x, kernel) + bias).

    Args: `equation`, as "ab,bc->ac" or with an ellipsis on one side; `output_shape`, that of the
    outputs but the batch, None where the size is that of the inputs; `bias_axes`, the letters of
    the outputs that have a bias each.

    >>> import gradtape as tf
    >>> layer = tf.keras.layers.EinsumDense("abc,cd->abd", (None, 8), bias_axes="d")
    >>> layer(tf.ones((2, 4, 3))).shape, layer.kernel.shape
    (TensorShape([2, 4, 8]), TensorShape([3, 8]))
    """

    def __init__(
        self,
        equation: str,
        output_shape: Any,
        activation: Any = None,
        bias_axes: str | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.equation = equation
        self.partial_output_shape = (
            (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
        )
        self.bias_axes = bias_axes
        self.activation = activations.get(activation)
        settle(self, "kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        settle(self, "bias", bias_initializer, bias_regularizer, bias_constraint)
        self.bias: Any = None

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal layer."""
        config: dict[str, Any] = super().get_config()
        return {**config, "output_shape": self.partial_output_shape}

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias."""
        found = plan(self.equation, self.bias_axes, input_shape, self.partial_output_shape)
        initializer = self.kernel_initializer
        if isinstance(initializer, VarianceScaling) and initializer.input_axes is None:
            initializer = initializer.along(found.summed, found.kept)
        self.kernel = self.add_weight(
            name="kernel",
            shape=found.kernel,
            initializer=initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        if found.bias is not None:
            self.bias = add(self, "bias", found.bias)
        self.input_spec = InputSpec(ndim=len(input_shape))
        self.built = True

    def call(self, inputs: Any) -> Any:
        """activation(einsum + bias)."""
        outputs = tf.einsum(self.equation, self._floating(inputs), self.kernel)
        if self.bias is not None:
            outputs = tf.add(outputs, self.bias)
        return self.activation(outputs)
