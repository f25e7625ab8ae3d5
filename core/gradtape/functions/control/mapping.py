"""Functions applied along axis 0, one slice after the other: map_fn, scan, foldl, foldr."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradtape import nest
from gradtape.dispatch.apply import convert_operand
from gradtape.dtypes import as_dtype
from gradtape.errors import InvalidArgumentError
from gradtape.functions.arguments import shape_of
from gradtape.functions.array.creation import zeros
from gradtape.functions.array.joining import stack
from gradtape.ops.array.shaping import unpack
from gradtape.runtime.recorders import recorders
from gradtape.tensors.conversion import convert


def _columns(elems: Any, what: str) -> tuple[list[list[Any]], int]:
    """For each tensor of `elems` its slices along axis 0, and their common number."""
    tensors = [convert_operand(x) for x in nest.flatten(elems)]
    if not tensors:
        raise ValueError("elems must be a Tensor or (possibly nested) sequence of Tensors.")
    for t in tensors:
        if not shape_of(t):
            raise ValueError(
                f"Elements in elems must be 1+ dimensional Tensors, not scalars: {what} goes along "
                "axis 0."
            )
    counts = [shape_of(t)[0] for t in tensors]
    if len(set(counts)) > 1:
        raise ValueError(f"the tensors of elems must have equal sizes along axis 0, got {counts}.")
    return [list(unpack(t, axis=0)) for t in tensors], counts[0]


def _called(f: Any) -> None:
    if not callable(f):
        raise TypeError(f"The provided function {f!r} is not callable. fn must be callable.")


def map_fn(
    fn: Callable[[Any], Any], elems: Any, dtype: Any = None, parallel_iterations: int | None = None,
    back_prop: bool = True, swap_memory: bool = False, infer_shape: bool = True,
    name: str | None = None, fn_output_signature: Any = None,
) -> Any:  # fmt: skip
    """`fn` applied to each slice of `elems` along axis 0, the results stacked.

    `elems` and the result are tensors or structures of them. The gradient goes through every call.
    Without `fn_output_signature` (or `dtype`) the result has the structure and dtypes of `elems`.
    `tf.vectorized_map` does all slices at once.

    Raises: ValueError for scalars, and where slices differ in number; TypeError or ValueError where
    a result has another structure than was announced (a tuple is no list); InvalidArgumentError
    where it has another dtype.

    >>> tf.map_fn(lambda x: x * x, tf.constant([1.0, 2.0, 3.0])).numpy()
    array([1., 4., 9.], dtype=float32)
    """
    _called(fn)
    signature = dtype if fn_output_signature is None else fn_output_signature
    flat = [convert_operand(x) for x in nest.flatten(elems)]
    columns, count = _columns(flat, "tf.map_fn")
    like = elems if signature is None else signature
    kinds = [
        convert_operand(x).dtype if signature is None else as_dtype(getattr(x, "dtype", x))
        for x in nest.flatten(like)
    ]
    rows = []
    for k in range(count):
        y = fn(nest.pack_sequence_as(elems, [column[k] for column in columns]))
        nest.assert_same_structure(like, y)
        rows.append([_of_dtype(v, kind) for v, kind in zip(nest.flatten(y), kinds, strict=True)])
    if not rows:  # what one result would look like, from a slice of zeros
        with recorders(()):
            slices = [zeros(shape_of(convert_operand(x))[1:], x.dtype) for x in flat]
            try:
                y = fn(nest.pack_sequence_as(elems, slices))
                nest.assert_same_structure(like, y)
            except (
                Exception
            ):  # nobody has asked for the call: TensorFlow, too, is content with less
                return nest.pack_sequence_as(like, [zeros((0,), kind) for kind in kinds])
        empty = [
            zeros((0, *shape_of(convert_operand(v))), t)
            for v, t in zip(nest.flatten(y), kinds, strict=True)
        ]
        return nest.pack_sequence_as(like, empty)
    return nest.pack_sequence_as(like, [stack(parts) for parts in zip(*rows, strict=True)])


def _of_dtype(value: Any, kind: Any) -> Any:
    try:
        return convert_operand(convert(value, kind))
    except (ValueError, TypeError) as error:
        raise InvalidArgumentError(
            f"TensorArray dtype is {kind.word} but the function gave {value!r}. Say what it gives: "
            f"fn_output_signature=tf.float32, for instance. ({error})"
        ) from None


def _fold(
    fn: Callable[..., Any], elems: Any, initializer: Any, backward: bool, name: str
) -> list[Any]:
    """All accumulated states, in the order they were made."""
    _called(fn)
    columns, count = _columns(elems, name)
    order = list(range(count - 1, -1, -1) if backward else range(count))

    def row(k: int) -> Any:
        return nest.pack_sequence_as(elems, [column[k] for column in columns])

    if initializer is None:
        if not order:
            raise ValueError(f"{name} over nothing needs an initializer.")
        first, *order = order
        states = [nest.map_structure(convert_operand, row(first))]
    else:
        states = [nest.map_structure(convert_operand, initializer)]
    for k in order:
        state = fn(states[-1], row(k))
        nest.assert_same_structure(state, states[0], check_types=False)
        kinds = [x.dtype for x in nest.flatten(states[-1])]
        states.append(
            nest.pack_sequence_as(
                states[0],
                [_of_dtype(v, kind) for v, kind in zip(nest.flatten(state), kinds, strict=True)],
            )
        )
    return states


def foldl(
    fn: Callable[..., Any], elems: Any, initializer: Any = None, parallel_iterations: int = 10,
    back_prop: bool = True, swap_memory: bool = False, name: str | None = None,
) -> Any:  # fmt: skip
    """fn(… fn(fn(initializer, elems[0]), elems[1]) …, elems[-1]), differentiably.

    Without `initializer` the first slice is it.

    Raises: ValueError for scalars, and for no slices and no initializer.

    >>> tf.foldl(lambda a, x: a + x, tf.constant([1, 2, 3])).numpy()
    np.int32(6)
    """
    return _fold(fn, elems, initializer, False, "tf.foldl")[-1]


def foldr(
    fn: Callable[..., Any], elems: Any, initializer: Any = None, parallel_iterations: int = 10,
    back_prop: bool = True, swap_memory: bool = False, name: str | None = None,
) -> Any:  # fmt: skip
    """Like `tf.foldl`, from the last slice to the first.

    >>> tf.foldr(lambda a, x: a - x, tf.constant([1, 2, 5])).numpy()
    np.int32(2)
    """
    return _fold(fn, elems, initializer, True, "tf.foldr")[-1]


def scan(
    fn: Callable[..., Any], elems: Any, initializer: Any = None, parallel_iterations: int = 10,
    back_prop: bool = True, swap_memory: bool = False, infer_shape: bool = True,
    reverse: bool = False, name: str | None = None,
) -> Any:  # fmt: skip
    """All the states that `tf.foldl` goes through, stacked: one per slice.

    `reverse` goes from the last slice to the first; state k still stands at place k. Without
    `initializer` the first slice is the first state.

    Raises: ValueError for scalars, and for no slices and no initializer.

    >>> tf.scan(lambda a, x: a + x, tf.constant([1, 2, 3])).numpy()
    array([1, 3, 6], dtype=int32)
    """
    states = _fold(fn, elems, initializer, reverse, "tf.scan")
    if initializer is not None:
        states = states[1:]
    if reverse:
        states = states[::-1]
    if not states:
        kept = nest.map_structure(convert, initializer)
        return nest.map_structure(lambda part: zeros([0, *shape_of(part)], part.dtype), kept)
    rows = [nest.flatten(state) for state in states]
    return nest.pack_sequence_as(states[0], [stack(parts) for parts in zip(*rows, strict=True)])
