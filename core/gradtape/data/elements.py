"""What flows through a pipeline: structures of tensors, and the specs that describe them.

Tuples, named tuples and dictionaries are structures; lists become tensors, as in TensorFlow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from gradtape import nest
from gradtape.errors import InvalidArgumentError
from gradtape.functions.control.specs import TensorSpec
from gradtape.runtime.recorders import state
from gradtape.tensors.conversion import convert
from gradtape.tensors.tensor import EagerTensor, wrap


def element_of(value: Any) -> Any:
    """`value` with tensors as leaves; they have no history, since no gradient leaves a pipeline.

    Raises: TypeError, ValueError for what is no tensor and cannot become one.
    """
    if isinstance(value, tuple):
        parts = [element_of(part) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if isinstance(value, Mapping):
        return type(value)({key: element_of(part) for key, part in value.items()})  # type: ignore[call-arg]
    if value is None or hasattr(value, "element_spec"):  # nothing, or a dataset: a window
        return value
    tensor = convert(value)
    for recorder in state.recorders:
        recorder.note_exit(tensor, "tf.data")
    return wrap(tensor._value)


def leaves_of(element: Any) -> list[Any]:
    """The tensors of an element."""
    return [element] if type(element) is EagerTensor else nest.flatten(element)


def rebuilt(template: Any, leaves: list[Any]) -> Any:
    """Leaves in the structure of `template`."""
    if type(template) is EagerTensor or isinstance(template, TensorSpec):
        return leaves[0]
    return nest.pack_sequence_as(template, leaves)


def call(function: Callable[..., Any], element: Any) -> Any:
    """`function` of an element: a tuple's parts are its arguments, anything else is the one."""
    return function(*element) if type(element) is tuple else function(element)


def spec_of(element: Any) -> Any:
    """The spec of each tensor, in the element's structure."""

    def of_leaf(leaf: Any) -> Any:
        plain = leaf is None or hasattr(leaf, "element_spec")
        return leaf if plain else TensorSpec.from_tensor(leaf)

    return nest.map_structure(of_leaf, element)


def stacked(elements: list[Any]) -> Any:
    """Elements of one structure as one, with a new first axis.

    Raises: InvalidArgumentError where two tensors have different shapes.
    """
    columns = zip(*(leaves_of(element) for element in elements), strict=True)
    return rebuilt(elements[0], [wrap(_stack([x._value for x in column])) for column in columns])


def _stack(arrays: list[Any]) -> Any:
    shapes = {np.shape(array) for array in arrays}
    if len(shapes) > 1:
        raise InvalidArgumentError(
            f"Cannot batch tensors with different shapes: {sorted(shapes)}. Use padded_batch, or "
            "make them alike in map."
        )
    return np.stack([np.asarray(array) for array in arrays])


def padded(elements: list[Any], shapes: Any, values: Any) -> Any:
    """As `stacked`, with each tensor padded at its end to a common shape."""
    columns = list(zip(*(leaves_of(element) for element in elements), strict=True))
    wanted = [None] * len(columns) if shapes is None else aligned(elements[0], shapes)
    fill = [None] * len(columns) if values is None else _spread(values, len(columns))
    out = []
    for column, shape, value in zip(columns, wanted, fill, strict=True):
        arrays = [np.asarray(x._value) for x in column]
        out.append(wrap(_pad(arrays, shape, value)))
    return rebuilt(elements[0], out)


def aligned(template: Any, values: Any) -> list[Any]:
    """What stands in `values` for each leaf of `template`, in the order of the leaves.

    Raises: ValueError where the structures differ.
    """
    if isinstance(template, tuple):
        if not isinstance(values, (tuple, list)) or len(values) != len(template):
            raise ValueError(f"expected a tuple of {len(template)} parts, got {values!r}")
        pairs = zip(template, values, strict=True)
        return [leaf for part, value in pairs for leaf in aligned(part, value)]
    if isinstance(template, Mapping):
        if not isinstance(values, Mapping) or set(values) != set(template):
            raise ValueError(f"expected a dictionary with {sorted(template)}, got {values!r}")
        return [leaf for key in sorted(template) for leaf in aligned(template[key], values[key])]
    return [values]


def _spread(values: Any, count: int) -> list[Any]:
    flat = nest.flatten(values)
    return flat * count if len(flat) == 1 else flat


def _pad(arrays: list[Any], shape: Any, value: Any) -> Any:
    rank = arrays[0].ndim
    most = [max(array.shape[k] for array in arrays) for k in range(rank)]
    if shape is not None:
        sizes = [None if n is None or n == -1 else int(n) for n in shape]
        if len(sizes) != rank:
            raise ValueError(f"padded_shapes has {len(sizes)} axes for tensors of rank {rank}")
        for k, n in enumerate(sizes):
            if n is not None and n < most[k]:
                raise ValueError(
                    f"Attempted to pad to a smaller size than the input element: axis {k} has "
                    f"{most[k]}, padded_shapes says {n}"
                )
        most = [m if n is None else n for m, n in zip(most, sizes, strict=True)]
    kind = arrays[0].dtype
    filler = (b"" if kind.kind == "O" else 0) if value is None else convert(value)._value
    out = np.full((len(arrays), *most), filler, kind)
    for k, array in enumerate(arrays):
        whole: Any = (k, *map(slice, array.shape))
        out[whole] = array
    return out


def same_length(arrays: Iterable[Any]) -> int:
    """The common length of the first axis.

    Raises: ValueError for scalars, and where lengths differ.
    """
    lengths = []
    for array in arrays:
        if not np.ndim(array):
            raise ValueError(
                "Unbatching a tensor is only supported for rank >= 1: from_tensor_slices takes "
                "tensors with a first axis; from_tensors takes one element."
            )
        lengths.append(len(array))
    if not lengths:
        raise ValueError("from_tensor_slices needs at least one tensor")
    if len(set(lengths)) > 1:
        raise ValueError(f"Dimensions {lengths} are not compatible: the first axes must be alike.")
    return lengths[0]
