"""Refusing indices that are out of range while they are still on the CPU.

A kernel cannot refuse an index, so those that come from the CPU are looked at before they are sent.
Where one is out of range the op's own NumPy kernel runs on zeros that take no memory, and raises
what it always raises.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.primitives.registry import REGISTRY
from gradtape_webgpu.kernels.program import Spec

Array = np.ndarray[Any, Any]
#: (indices, the specs of all inputs, parameters) → whether every index is in range
Test = Callable[[Array, tuple[Spec, ...], dict[str, Any]], bool]


def _within(indices: Array, n: int) -> bool:
    return bool(indices.min() >= 0 and indices.max() < n)


def _coordinates(indices: Array, shape: tuple[int, ...]) -> bool:
    return bool(((indices >= 0) & (indices < np.array(shape[: indices.shape[-1]]))).all())


def _gather(indices: Array, specs: tuple[Spec, ...], params: dict[str, Any]) -> bool:
    return _within(indices, specs[0].shape[params["axis"]])


def _last(indices: Array, specs: tuple[Spec, ...], params: dict[str, Any]) -> bool:
    return _within(indices, specs[0].shape[-1])


def _blocks(indices: Array, specs: tuple[Spec, ...], params: dict[str, Any]) -> bool:
    return _coordinates(indices, specs[0].shape)


def _shape(indices: Array, specs: tuple[Spec, ...], params: dict[str, Any]) -> bool:
    return _coordinates(indices, params["shape"])


def _segments(indices: Array, specs: tuple[Spec, ...], params: dict[str, Any]) -> bool:
    return bool(indices.max() < params["num_segments"])  # a negative id drops its row


def _lengths(indices: Array, specs: tuple[Spec, ...], params: dict[str, Any]) -> bool:
    return _within(indices, specs[0].shape[params["seq_axis"]] + 1)


#: op type → which input holds indices, and the test of them (None: every number will do)
INDEX_INPUTS: dict[str, tuple[int, Test | None]] = {
    "GatherV2": (1, _gather),
    "GatherNd": (1, _blocks),
    "SparseSoftmaxCrossEntropyWithLogits": (1, _last),
    "ReverseSequence": (1, _lengths),
    "InTopKV2": (1, None),
    "OneHot": (0, None),
    "ScatterNd": (0, _shape),
    **{f"TensorScatter{how}": (1, _blocks) for how in ("Update", "Add", "Sub", "Max", "Min")},
    **{f"UnsortedSegment{how}": (1, _segments) for how in ("Sum", "Prod", "Max", "Min")},
}


def narrowed(op: str, indices: Array, specs: tuple[Spec, ...], params: dict[str, Any]) -> Array:
    """The indices as int32, after they were checked.

    Raises: what the op raises on the CPU; OverflowError where an index that the op allows has no
    form in 32 bits.
    """
    position, test = INDEX_INPUTS[op]
    if indices.size and test is not None and not test(indices, specs, params):
        zeros = [np.broadcast_to(np.zeros((), spec.dtype), spec.shape) for spec in specs]
        zeros[position] = indices
        REGISTRY[op].kernel(*zeros, **params)
    if indices.dtype == np.int32:
        return indices
    few = indices.astype(np.int32)
    if not np.array_equal(few, indices):
        raise OverflowError(f"an index of {op} needs more than 32 bits; compute on the CPU")
    return few
