"""`tf.vectorized_map`: a function written for one element, run once on all of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from gradtape import nest
from gradtape.dispatch.apply import convert_operand
from gradtape.dispatch.batching import OUTSIDE, Batched, batch_in, new_level
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import shape_of
from gradtape.functions.array.creation import zeros
from gradtape.functions.array.joining import stack
from gradtape.ops.array.shaping import broadcast_to, concat, unpack
from gradtape.runtime.recorders import state
from gradtape.tensors.tensor import EagerTensor, wrap


def vectorized_map(
    fn: Callable[[Any], Any], elems: Any, fallback_to_while_loop: bool = True, warn: bool = True
) -> Any:
    """`fn` applied to all slices of `elems` along axis 0 at once, the results stacked.

    Inside `fn` a tensor stands for all elements and has the shape of one. Tapes inside `fn` give
    gradients per element, tapes outside go through it. `elems` and the result are tensors or
    structures of them; a tensor of size 1 along axis 0 is used for every element.

    What cannot be done for all at once (`if` on a tensor, `.numpy()`, a result whose size depends
    on the element) runs element by element after a warning, or raises where
    `fallback_to_while_loop` is False.

    Raises: InvalidArgumentError where slices differ in number, ValueError for scalars.

    >>> def gradient(x):
    ...     with tf.GradientTape() as tape:
    ...         tape.watch(x)
    ...         y = x**3
    ...     return tape.gradient(y, x)
    >>> tf.vectorized_map(gradient, tf.constant([1.0, 2.0])).numpy()
    array([ 3., 12.], dtype=float32)
    """
    flat = [convert_operand(x) for x in nest.flatten(elems)]
    if not flat:
        raise ValueError("tf.vectorized_map needs at least one tensor in elems.")
    for x in flat:
        if not shape_of(x):
            raise ValueError("tf.vectorized_map goes along axis 0, and a scalar has none.")
    counts = {shape_of(x)[0] for x in flat}
    size = max(counts - {1}, default=1)
    if counts - {1, size}:
        raise InvalidArgumentError(
            f"the tensors of elems must have equal sizes along axis 0, or 1, got "
            f"{[shape_of(x)[0] for x in flat]}."
        )
    flat = [
        x if shape_of(x)[0] == size else broadcast_to(x, shape=(size, *shape_of(x)[1:]))
        for x in flat
    ]
    if size == 0:  # what one result would look like, from a slice of zeros that is dropped
        one = [concat(x, zeros((1, *shape_of(x)[1:]), x.dtype), axis=0, rank=x.ndim) for x in flat]
        y = vectorized_map(fn, nest.pack_sequence_as(elems, one), fallback_to_while_loop, warn)
        return nest.map_structure(lambda v: None if v is None else v[:0], y)
    level = new_level()
    OUTSIDE[level] = state.recorders
    try:
        result = fn(nest.pack_sequence_as(elems, [into_batch(x, level) for x in flat]))
        return nest.map_structure(lambda y: _stacked(y, level, size), result)
    except TypeError as error:
        if "vectorized_map" not in str(error) or not fallback_to_while_loop:
            raise
        if warn:
            warnings.warn(
                f"tf.vectorized_map runs element by element, which is slow: {error}", stacklevel=2
            )
    finally:
        del OUTSIDE[level]
    return _loop(fn, elems, flat, size)


def into_batch(x: EagerTensor, level: int) -> EagerTensor:
    """A tensor that stands for every slice of x along axis 0."""
    return wrap(Batched(x if state.recorders else x._value, level))


def _stacked(y: Any, level: int, size: int) -> Any:
    """All the values of a result; the same one `size` times where it is no batch."""
    if y is None:
        return None
    x = convert_operand(y)
    batch = batch_in(x)
    if batch is not None and batch.level == level:
        value = batch.value
        return value if isinstance(value, EagerTensor) else wrap(value)
    return broadcast_to(x, shape=(size, *shape_of(x)))


def _loop(fn: Callable[[Any], Any], elems: Any, flat: list[Any], size: int) -> Any:
    """Element by element; the results stacked."""
    columns = [unpack(x, axis=0) for x in flat]
    results = [fn(nest.pack_sequence_as(elems, [c[k] for c in columns])) for k in range(size)]
    rows = zip(*(nest.flatten(result) for result in results), strict=True)
    return nest.pack_sequence_as(
        results[0], [None if row[0] is None else stack(list(row)) for row in rows]
    )
