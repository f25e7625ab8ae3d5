"""`Masking`: steps all of whose features are one value are left out by what follows."""

from __future__ import annotations

from typing import Any

import gradtape as tf
from gradtape.keras.layers.layer import Layer
from gradtape.keras.ops.elementwise import not_equal
from gradtape.keras.ops.reductions import any as any_of


class Masking(Layer):
    """The inputs, with a mask: False for the steps all of whose features are `mask_value`.

    Shapes: (batch, steps, features) → the same; the mask is (batch, steps). Steps that it leaves
    out are zeros.

    >>> import gradtape as tf
    >>> x = tf.constant([[[1.0, 2.0], [0.0, 0.0], [0.0, 3.0]]])
    >>> tf.keras.layers.Masking().compute_mask(x).numpy()
    array([[ True, False,  True]])
    >>> sums = tf.keras.layers.SimpleRNN(1, None, kernel_initializer="ones", use_bias=False)
    >>> sums(tf.keras.layers.Masking(mask_value=3.0)(x))._keras_mask is None
    True
    """

    def __init__(self, mask_value: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mask_value = mask_value
        self.built = True

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Whether any feature of a step is another value."""
        return any_of(not_equal(inputs, self.mask_value), axis=-1)

    def call(self, inputs: Any) -> Any:
        """The inputs, zeros where a step is left out."""
        kept = tf.reduce_any(tf.not_equal(inputs, self.mask_value), axis=-1, keepdims=True)
        return tf.where(kept, inputs, tf.zeros_like(inputs))
