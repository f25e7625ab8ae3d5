"""Layers around a layer: `TimeDistributed`, and `SpectralNormalization` of its kernel."""

from __future__ import annotations

from typing import Any

import numpy as np

import gradtape as tf
from gradtape.keras import initializers, naming
from gradtape.keras.layers.input_spec import InputSpec
from gradtape.keras.layers.layer import Layer, takes
from gradtape.keras.ops.normalizing import normalize


class Wrapper(Layer):
    """The base of layers that hold another: `layer`, which `build` builds."""

    def __init__(self, layer: Any, **kwargs: Any) -> None:
        if not isinstance(layer, Layer):
            raise ValueError(
                f"Layer {layer} supplied to Wrapper isn't a supported layer type. Please ensure "
                "wrapped layer is a valid Keras layer."
            )
        super().__init__(**kwargs)
        self.layer = layer

    def build(self, input_shape: Any = None) -> None:
        """Build the layer inside."""
        if not self.layer.built:
            with naming.inside(self), naming.inside(self.layer):
                self.layer.build(input_shape)
            self.layer.built = True
        self.built = True


class TimeDistributed(Wrapper):
    """A layer applied to each step of its inputs by itself.

    Shapes: x (batch, steps, ...) → (batch, steps, ...), where the layer takes (batch, ...).

    Raises: ValueError for inputs of fewer than three axes, and masks of another shape.
    """

    supports_masking = True

    def build(self, input_shape: Any = None) -> None:
        """Build the layer inside for one step."""
        if not isinstance(input_shape, (tuple, list)) or len(input_shape) < 3:
            raise ValueError(
                "`TimeDistributed` Layer should be passed an `input_shape` with at least 3 "
                f"dimensions, received: {input_shape}"
            )
        super().build((input_shape[0], *input_shape[2:]))

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """The outputs for all steps."""
        if mask is not None and tuple(mask.shape[:2]) != tuple(inputs.shape[:2]):
            raise ValueError(
                f"The `mask` passed to the `TimeDistributed` layer has a shape {mask.shape} that "
                f"is incompatible with the input shape {inputs.shape}."
            )
        outputs = []
        for i, step in enumerate(tf.unstack(inputs, axis=1)):
            arguments = {}
            if mask is not None and takes(self.layer, "mask"):
                arguments["mask"] = mask[:, i]
            if takes(self.layer, "training"):
                arguments["training"] = training
            outputs.append(self.layer(step, **arguments))
        return tf.stack(outputs, axis=1)


class SpectralNormalization(Wrapper):
    """A layer whose kernel is divided by its largest singular value, at each call in training.

    That value is found by `power_iterations` steps from a vector that is kept between calls.

    Raises: ValueError where the layer has neither `kernel` nor `embeddings`.

    Source: Miyato et al. (2018), Spectral normalization for generative adversarial networks.
    """

    def __init__(self, layer: Any, power_iterations: int = 1, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        if power_iterations <= 0:
            raise ValueError(
                "`power_iterations` should be greater than zero. Received: "
                f"`power_iterations={power_iterations}`"
            )
        self.power_iterations = power_iterations

    def build(self, input_shape: Any = None) -> None:
        """Build the layer inside, and make the vector."""
        super().build(input_shape)
        self.input_spec = InputSpec(min_ndim=1, axes={-1: input_shape[-1]})
        self.kernel = self._found()
        self.vector_u = self.add_weight(
            name="vector_u",
            shape=(1, self.kernel.shape[-1]),
            initializer=initializers.TruncatedNormal(stddev=0.02),
            trainable=False,
            dtype=self.kernel.dtype,
        )

    def _found(self) -> Any:
        for name in ("kernel", "embeddings"):
            if isinstance(getattr(self.layer, name, None), tf.Variable):
                return getattr(self.layer, name)
        raise ValueError(
            f"{type(self.layer).__name__} object has no attribute 'kernel' nor 'embeddings'"
        )

    def call(self, inputs: Any, training: bool | None = False) -> Any:
        """The outputs of the layer, in training with its kernel divided first."""
        if training and np.any(np.asarray(self.kernel)):
            self._divide()
        return tf.cast(self.layer(inputs), inputs.dtype)

    def _divide(self) -> None:
        kernel = tf.stop_gradient(tf.convert_to_tensor(self.kernel))
        rows = tf.reshape(kernel, [-1, kernel.shape[-1]])
        u = tf.stop_gradient(tf.convert_to_tensor(self.vector_u))
        for _ in range(self.power_iterations):
            v = normalize(tf.matmul(u, rows, transpose_b=True), axis=None)
            u = normalize(tf.matmul(v, rows), axis=None)
        largest = tf.matmul(tf.matmul(v, rows), u, transpose_b=True)
        self.vector_u.assign(u)
        self.kernel.assign(tf.reshape(kernel / largest, kernel.shape))
