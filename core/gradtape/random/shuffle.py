"""Random orders: `tf.random.shuffle` and its stateless form."""

from __future__ import annotations

from typing import Any

from gradtape.dispatch.cuts import without_gradient
from gradtape.random.arguments import host, stateless_stream
from gradtape.random.philox import Stream
from gradtape.random.seeds import op_stream
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor, wrap

__all__ = ["shuffle", "stateless_shuffle"]


def shuffle(value: Any, seed: Any = None, name: str | None = None) -> EagerTensor:
    """The slices of `value` along axis 0, in a random order.

    No gradient passes, as in TensorFlow: `tf.gather(x, tf.random.shuffle(tf.range(n)))` has one.

    Shapes: that of `value`; a scalar and a single slice stay as they are.
    Dtypes: all. For seeds see `tf.random.set_seed`.
    Source: the shuffle of Fisher & Yates; the order is that of TensorFlow on a CPU.

    >>> import gradtape as tf
    >>> tf.random.set_seed(1)
    >>> tf.random.shuffle([0, 1, 2, 3, 4]).numpy()
    array([2, 0, 1, 4, 3], dtype=int32)
    """
    tensor = convert(value)
    blocks = -(-_swaps(tensor) // 4)
    stream = op_stream("RandomShuffle", seed, (tensor.dtype.name,), blocks)
    return _shuffled(tensor, stream)


def stateless_shuffle(
    value: Any, seed: Any, alg: Any = "auto_select", name: str | None = None
) -> EagerTensor:
    """The slices of `value` along axis 0, in an order that depends on `seed` alone.

    No gradient passes. Shapes and dtypes: those of `tf.random.shuffle`; `seed` is two integers.

    Raises: InvalidArgumentError where the seed has another form.
    Source: the shuffle of Fisher & Yates; the order is that of TensorFlow on a CPU.

    >>> import gradtape as tf
    >>> tf.random.experimental.stateless_shuffle([0, 1, 2, 3, 4], seed=[1, 2]).numpy()
    array([0, 2, 1, 4, 3], dtype=int32)
    """
    return _shuffled(convert(value), stateless_stream(seed, alg))


def _swaps(tensor: EagerTensor) -> int:
    return max(len(tensor) - 1, 0) if tensor.ndim else 0


def _shuffled(tensor: EagerTensor, stream: Stream) -> EagerTensor:
    """Each slice in turn changes places with a random one of those not yet placed."""
    swaps, array = _swaps(tensor), host(tensor)
    if not swaps:
        return without_gradient("RandomShuffle", (tensor,), wrap(tensor._text()))
    order = list(range(len(array)))
    for i, word in enumerate(stream.words(swaps).tolist()):
        other = i + word % (len(order) - i)
        order[i], order[other] = order[other], order[i]
    return without_gradient("RandomShuffle", (tensor,), wrap(array[order]))
