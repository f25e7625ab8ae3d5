"""Neural-network functions: `tf.nn`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradtape.functions.array.ordering import top_k
from gradtape.functions.linalg.norms import l2_normalize
from gradtape.functions.math.elementary import log_sigmoid, sigmoid, softplus, tanh
from gradtape.functions.nn.activations import (
    crelu,
    elu,
    gelu,
    leaky_relu,
    log_softmax,
    relu,
    relu6,
    selu,
    silu,
    softmax,
    softsign,
)
from gradtape.functions.nn.activations import silu as swish
from gradtape.functions.nn.averaging import compute_average_loss, scale_regularization_loss
from gradtape.functions.nn.convolutions import (
    conv1d,
    conv1d_transpose,
    conv2d,
    conv2d_transpose,
    conv3d,
    conv3d_transpose,
    conv_transpose,
    convolution,
)
from gradtape.functions.nn.cross_entropies import (
    log_poisson_loss,
    sigmoid_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits,
    sparse_softmax_cross_entropy_with_logits,
    weighted_cross_entropy_with_logits,
)
from gradtape.functions.nn.ctc import ctc_loss
from gradtape.functions.nn.depthwise import depthwise_conv2d, separable_conv2d
from gradtape.functions.nn.dropout import dropout
from gradtape.functions.nn.embedding import embedding_lookup
from gradtape.functions.nn.normalization import (
    batch_normalization,
    bias_add,
    depth_to_space,
    l2_loss,
    moments,
    space_to_depth,
    weighted_moments,
)
from gradtape.functions.nn.pooling import (
    avg_pool,
    avg_pool1d,
    avg_pool2d,
    avg_pool3d,
    max_pool,
    max_pool1d,
    max_pool2d,
    max_pool3d,
    pool,
)
from gradtape.functions.nn.sampled_losses import nce_loss, sampled_softmax_loss
from gradtape.names.absence import absent_from
from gradtape.nn import experimental
from gradtape.random.candidates import all_candidate_sampler, compute_accidental_hits

__all__ = [
    "all_candidate_sampler",
    "avg_pool",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "batch_normalization",
    "bias_add",
    "compute_accidental_hits",
    "compute_average_loss",
    "conv1d",
    "conv1d_transpose",
    "conv2d",
    "conv2d_transpose",
    "conv3d",
    "conv3d_transpose",
    "conv_transpose",
    "convolution",
    "crelu",
    "ctc_loss",
    "depth_to_space",
    "depthwise_conv2d",
    "dropout",
    "elu",
    "embedding_lookup",
    "experimental",
    "gelu",
    "l2_loss",
    "l2_normalize",
    "leaky_relu",
    "log_poisson_loss",
    "log_sigmoid",
    "log_softmax",
    "max_pool",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "moments",
    "nce_loss",
    "pool",
    "relu",
    "relu6",
    "sampled_softmax_loss",
    "scale_regularization_loss",
    "selu",
    "separable_conv2d",
    "sigmoid",
    "sigmoid_cross_entropy_with_logits",
    "silu",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softplus",
    "softsign",
    "space_to_depth",
    "sparse_softmax_cross_entropy_with_logits",
    "swish",
    "tanh",
    "top_k",
    "weighted_cross_entropy_with_logits",
    "weighted_moments",
]

if not TYPE_CHECKING:  # for type checkers there is what stands above
    __getattr__ = absent_from(__name__)
