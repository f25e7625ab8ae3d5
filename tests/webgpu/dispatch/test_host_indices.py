"""Indices that come from the CPU: refused as the CPU refuses them, then narrowed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradtape.errors import InvalidArgumentError
from gradtape.primitives.registry import REGISTRY, load_all
from gradtape_webgpu.dispatch.host_indices import narrowed
from gradtape_webgpu.kernels.program import Spec

load_all()
F32 = np.dtype(np.float32)

BAD: list[tuple[str, int, Any, tuple[tuple[int, ...], ...], dict[str, Any]]] = [
    ("GatherV2", 1, [1, 7], ((5, 3), (2,)), {"axis": 0, "batch_dims": 0}),
    ("GatherV2", 1, [-1], ((5, 3), (1,)), {"axis": 1, "batch_dims": 0}),
    ("GatherNd", 1, [[1, 3]], ((5, 3), (1, 2)), {}),
    ("ScatterNd", 0, [[5]], ((1, 1), (1, 3)), {"shape": (5, 3)}),
    ("TensorScatterAdd", 1, [[5]], ((5, 3), (1, 1), (1, 3)), {}),
    ("UnsortedSegmentSum", 1, [0, 2], ((2, 3), (2,)), {"num_segments": 2}),
    ("UnsortedSegmentMax", 1, [0, 2], ((2, 3), (2,)), {"num_segments": 2}),
    ("SparseSoftmaxCrossEntropyWithLogits", 1, [0, 3], ((2, 3), (2,)), {}),
    ("ReverseSequence", 1, [4, 1], ((2, 3), (2,)), {"seq_axis": -1, "batch_axis": -2}),
]


@pytest.mark.parametrize(("op", "place", "values", "shapes", "params"), BAD)
def test_the_words_are_the_cpus(
    op: str, place: int, values: Any, shapes: Any, params: dict[str, Any]
) -> None:
    """The same exception with the same text."""
    indices = np.array(values, np.int64)
    specs = tuple(Spec(shape, F32) for shape in shapes)
    inputs = [np.zeros(shape, F32) for shape in shapes]
    inputs[place] = indices
    with pytest.raises(InvalidArgumentError) as want:
        REGISTRY[op].kernel(*inputs, **params)
    with pytest.raises(InvalidArgumentError) as got:
        narrowed(op, indices, specs, params)
    assert str(got.value) == str(want.value)


def test_good_ones_are_narrowed() -> None:
    """int32 with the same values; a negative segment id is good."""
    specs = (Spec((3,), F32), Spec((3,), np.dtype(np.int64)))
    got = narrowed("UnsortedSegmentSum", np.array([-1, 0, 1]), specs, {"num_segments": 2})
    assert got.dtype == np.int32 and got.tolist() == [-1, 0, 1]
    with pytest.raises(OverflowError, match="more than 32 bits"):
        narrowed("OneHot", np.array([2**40]), specs, {})
