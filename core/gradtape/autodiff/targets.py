"""What a gradient is asked of and given as: targets, sources, cotangents and results.

`UnconnectedGradients` says what stands for the gradient where no path leads.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

import numpy as np

from gradtape import nest
from gradtape.autodiff.backward import add_cotangents
from gradtape.dispatch.broadcasting import fit
from gradtape.errors import InvalidArgumentError
from gradtape.tensors.conversion import convert
from gradtape.tensors.indexed_slices import IndexedSlices
from gradtape.tensors.tensor import EagerTensor, wrap
from gradtape.tensors.variable import Variable


class UnconnectedGradients(Enum):
    """What `gradient` gives for a source that the target does not depend on: None or zeros."""

    NONE = "none"
    ZERO = "zero"


def as_unconnected(value: Any) -> bool:
    """Whether `value` asks for zeros; ValueError where it is neither."""
    if value is UnconnectedGradients.NONE:
        return False
    try:
        return UnconnectedGradients(value) is UnconnectedGradients.ZERO
    except ValueError:
        raise ValueError(
            f"Unknown value for unconnected_gradients: {value!r}; use "
            "tf.UnconnectedGradients.NONE or "
            "tf.UnconnectedGradients.ZERO."
        ) from None


def checked(leaves: list[Any], what: str) -> list[Any]:
    """The leaves, if all of them are tensors or variables."""
    for leaf in leaves:
        if not isinstance(leaf, (EagerTensor, Variable)):
            raise TypeError(
                f"a gradient {what} is a tf.Tensor or tf.Variable (or a nest of them), but this "
                f"one is {leaf!r} of type {type(leaf).__name__}. "
                + (
                    "Numbers and NumPy arrays have no gradient: compute the target with tf ops "
                    "inside the tape."
                    if what == "target"
                    else "Use the tensor or variable that the tape watched."
                )
            )
    return leaves


def cotangents(targets: list[Any], target: Any, given: Any) -> list[EagerTensor | None]:
    """`output_gradients`, one per target, of its dtype and a shape that broadcasts to its own."""
    flat = (
        [given]
        if len(targets) == 1 and not isinstance(given, (list, tuple, dict))
        else nest.flatten(given)
    )
    if len(targets) == 1 and len(flat) != 1 and not nest.is_nested(target):
        flat = [given]  # a bare target takes a list of numbers
    if len(flat) != len(targets):
        raise ValueError(
            f"output_gradients has {len(flat)} entries for {len(targets)} targets; give one per "
            "target (None stands for ones)."
        )
    out: list[EagerTensor | None] = []
    for t, g in zip(targets, flat, strict=True):
        if g is None:
            out.append(None)
            continue
        dtype, shape = t.dtype, tuple(t.shape.as_list())
        try:
            tensor = convert(g, dtype)
        except (TypeError, ValueError) as error:
            raise InvalidArgumentError(
                f"output_gradients must be {dtype.name} like its target: {error}"
            ) from None
        have = tuple(tensor.shape.as_list())
        if have != shape:
            if len(have) > len(shape) or any(
                a not in (1, b) for a, b in zip(have[::-1], shape[::-1], strict=False)
            ):
                raise InvalidArgumentError(
                    f"Incompatible shapes: {list(shape)} vs. {list(have)}: an entry of "
                    "output_gradients must have the shape of its target, or broadcast to it."
                )
            tensor = fit(tensor, shape)
        out.append(tensor)
    return out


def result(source: Any, ids: tuple[int, ...], found: dict[int, Any], zero: bool) -> Any:
    """The gradient of one source as a tensor, or what stands for its absence.

    `ids` are those of the values that the source had; the cotangents `found` for them add up.
    """
    total: Any = None
    for i in ids:
        if i in found:
            total = found[i] if total is None else add_cotangents(total, found[i])
    if total is None:
        return zeros_like_source(source) if zero else None
    if type(total) is IndexedSlices:
        values, indices = (
            x if isinstance(x, EagerTensor) else wrap(x) for x in (total.values, total.indices)
        )
        return IndexedSlices(values, indices, wrap(np.array(total.dense_shape, np.int32)))
    return total if isinstance(total, EagerTensor) else wrap(total)


def zeros_like_source(source: Any) -> EagerTensor:
    """Zeros (False, empty text) of a source's shape and dtype."""
    value = (source._tensor if isinstance(source, Variable) else source)._value
    if value.dtype.kind == "O":
        zeros = np.full(value.shape, b"", dtype=object)
    else:
        zeros = np.zeros(value.shape, value.dtype)
    return wrap(zeros)
