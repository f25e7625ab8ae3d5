"""Random orders: `tf.random.shuffle` and its stateless form."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape.dispatch.cuts import without_gradient
from gradtape.random.arguments import host, stateless_stream, traced_seed
from gradtape.random.philox import Stream
from gradtape.random.seeds import op_stream, traced_draw
from gradtape.runtime.recorders import state
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor, wrap

__all__ = ["shuffle", "stateless_shuffle"]

Array = np.ndarray[Any, Any]


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
    swaps = _swaps(tensor)
    blocks = -(-swaps // 4)
    if state.trace is not None and swaps:
        order = traced_draw(state.trace, seed, blocks, lambda s: _order(swaps + 1, s.words(swaps)))
        return _placed(tensor, order)
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
    tensor = convert(value)
    swaps, traced = _swaps(tensor), traced_seed(seed, alg)
    if traced is not None and swaps:
        return _placed(tensor, traced(lambda stream: _order(swaps + 1, stream.words(swaps))))
    return _shuffled(tensor, stateless_stream(seed, alg))


def _swaps(tensor: EagerTensor) -> int:
    return max(len(tensor) - 1, 0) if tensor.ndim else 0


def _shuffled(tensor: EagerTensor, stream: Stream) -> EagerTensor:
    """Each slice in turn changes places with a random one of those not yet placed."""
    swaps = _swaps(tensor)
    if not swaps:
        return without_gradient("RandomShuffle", (tensor,), wrap(tensor._text()))
    order = _order(swaps + 1, stream.words(swaps))
    if state.trace is not None:
        return _placed(tensor, order)
    return without_gradient("RandomShuffle", (tensor,), wrap(host(tensor)[order]))


def _placed(tensor: EagerTensor, order: Any) -> EagerTensor:
    """The slices in an order that a traced function draws, of a value that it may have made."""
    rows = state.trace.compute(None, _rows, (tensor._value, order), {})
    return without_gradient("RandomShuffle", (tensor,), wrap(rows))


def _rows(array: Any, order: Any) -> Any:
    return array[order]


def order_of(n: int, stream: Stream) -> Array:
    """The numbers below n in a random order."""
    return _order(n, stream.words(n - 1)) if n > 1 else np.arange(n)


def _order(n: int, words: Array) -> Array:
    """The order to which n − 1 exchanges lead: of i and i + words[i] mod (n − i), from i = 0 on.

    All at once. What comes to place i last stood at its partner j. Either nobody had come there
    before, or what had, came from the place that was served then, where it had come in its turn: a
    chain of places, which is followed for all places together, in steps that double.
    """
    place = np.arange(n, dtype=np.int64 if n >> 31 else np.int32)
    turn = place[:-1]
    partner = turn + (words % (n - turn).astype(np.uint32)).astype(place.dtype)
    last, before = _visits(n, turn, partner)
    # where what stands at a place, when its turn comes, has come from: the last visit of another
    itself = np.append(partner == turn, False)
    chain = np.where(itself, before, last)
    chain = np.where(chain < 0, place, chain)
    while not np.array_equal(further := chain.take(chain), chain):
        chain = further
    order = chain.copy()
    order[:-1] = np.where(before[:-1] < 0, partner, chain.take(before[:-1], mode="clip"))
    return order


def _visits(n: int, turn: Array, partner: Array) -> tuple[Array, Array]:
    """For each place the last turn of which it is the partner; for each turn the one before it.

    Turns write themselves to their partner's place, and of those with one partner the last stays.
    Those that are overwritten write again: what stays then came before. -1 stands for none.
    """
    slot = np.full(n, -1, turn.dtype)
    before = slot.copy()
    slot[partner] = turn
    last = slot.copy()
    stays = slot.take(partner) == turn
    while (overwritten := np.flatnonzero(~stays)).size:
        turn, partner = turn.take(overwritten), partner.take(overwritten)
        later = slot.take(partner)
        slot[partner] = turn
        stays = slot.take(partner) == turn
        kept = np.flatnonzero(stays)
        before[later.take(kept)] = turn.take(kept)
    return last, before
