"""`tf.keras.ops`: functions of tensors under Keras's names."""

from gradtape.keras.ops.convolutions import conv, conv_transpose, depthwise_conv, separable_conv
from gradtape.keras.ops.ctc import ctc_decode, ctc_loss
from gradtape.keras.ops.normalizing import (
    batch_normalization,
    dot_product_attention,
    layer_normalization,
    normalize,
    rms_normalization,
)
from gradtape.names.absence import absent_from

__all__ = [
    "batch_normalization", "conv", "conv_transpose", "ctc_decode", "ctc_loss", "depthwise_conv",
    "dot_product_attention", "layer_normalization", "normalize", "rms_normalization",
    "separable_conv",
]  # fmt: skip

__getattr__ = absent_from(__name__)
