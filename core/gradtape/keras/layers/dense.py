"""`Dense`: activation(x @ kernel + bias)."""

from __future__ import annotations

from typing import Any

import gradtape as tf
from gradtape.keras import activations
from gradtape.keras.layers.input_spec import InputSpec
from gradtape.keras.layers.layer import Layer
from gradtape.keras.layers.settings import add, settle


class Dense(Layer):
    """activation(x @ kernel + bias), for inputs of two axes or more.

    Shapes: x (..., n) → y (..., units); kernel (n, units), bias (units,).

    Raises: ValueError where `units` is no positive integer, and for inputs of fewer than two axes
    or of another width than the first.

    >>> import gradtape as tf
    >>> layer = tf.keras.layers.Dense(2, kernel_initializer="ones", activation="relu")
    >>> layer(tf.constant([[1.0, 2.0, 3.0]])).numpy()
    array([[6., 6.]], dtype=float32)
    >>> [v.name for v in layer.trainable_variables]
    ['kernel', 'bias']
    """

    supports_masking = True

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        if isinstance(units, bool) or not isinstance(units, int) or units <= 0:
            raise ValueError(
                "Received an invalid value for `units`, expected a positive integer. "
                f"Received: units={units}"
            )
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.units = units
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        settle(self, "kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        settle(self, "bias", bias_initializer, bias_regularizer, bias_constraint)
        self.input_spec = InputSpec(min_ndim=2)
        self.bias: Any = None

    @property
    def _kernel(self) -> Any:
        """`kernel` under Keras's name for it; a tensor may be put in its place."""
        return self.kernel

    @_kernel.setter
    def _kernel(self, value: Any) -> None:
        self.kernel = value

    def build(self, input_shape: Any) -> None:
        """Make kernel and bias."""
        width = input_shape[-1]
        self.kernel = add(self, "kernel", (width, self.units))
        if self.use_bias:
            self.bias = add(self, "bias", (self.units,))
        self.input_spec = InputSpec(min_ndim=2, axes={-1: width})
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """activation(inputs @ kernel + bias)."""
        kernel, bias = self.kernel, self.bias
        if inputs.dtype.is_complex:  # the weights stay real
            kernel = tf.cast(kernel, inputs.dtype)
            bias = None if bias is None else tf.cast(bias, inputs.dtype)
        else:
            inputs = self._floating(inputs)
        if inputs.ndim > 2:
            outputs = tf.tensordot(inputs, kernel, [[-1], [0]])
        else:
            outputs = tf.matmul(inputs, kernel)
        if bias is not None:
            outputs = tf.add(outputs, bias)
        return self.activation(outputs)

    def __getattr__(self, name: str) -> Any:
        if name == "kernel":
            raise AttributeError("You must build the layer before accessing `kernel`.")
        return super().__getattr__(name)
