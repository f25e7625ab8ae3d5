"""Comparing what a program gave with what TensorFlow's Keras gave."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np


def check(
    name: str,
    results: Sequence[Any],
    recorded: Mapping[str, Any],
    tolerance: Callable[[Any], float],
) -> None:
    """Each result has the shape, the dtype and the numbers that were recorded.

    `tolerance` gives that of a dtype; programs called `same_bits_…` have none.
    """
    expected = [recorded[f"{name}/{i}"] for i in range(len(results))]
    assert f"{name}/{len(results)}" not in recorded
    for i, (result, wanted) in enumerate(zip(results, expected, strict=True)):
        if wanted.dtype.kind == "U" and wanted.shape == ():
            assert result is None, f"result {i} should be None"
            continue
        array = np.asarray(result)
        assert (array.shape, array.dtype) == (wanted.shape, wanted.dtype), f"result {i}"
        if wanted.dtype.kind not in "fc" or name.startswith("same_bits_"):
            np.testing.assert_array_equal(array, wanted, strict=True)
            continue
        close = tolerance(wanted.dtype)
        np.testing.assert_allclose(array, wanted, rtol=close, atol=close, err_msg=f"result {i}")
