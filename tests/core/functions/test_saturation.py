"""What does not fit into a dtype, or on a circle, is moved to the nearest that does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradtape as tf

INF = np.inf
MOST = {d: float(np.finfo(d).max) for d in ("float16", "float32", "float64")}


@pytest.mark.parametrize(
    ("of", "to", "most"),
    [
        ("float32", "complex64", MOST["float32"]), ("float64", "complex64", MOST["float32"]),
        ("float64", "complex128", MOST["float64"]), ("float64", "float32", MOST["float32"]),
        ("float32", "float64", MOST["float32"]), ("float16", "float32", MOST["float16"]),
        ("float32", "float16", MOST["float16"]), ("float16", "int32", 65504),
        ("float32", "int8", 127), ("float32", "int32", 2**31 - 128),
        ("float32", "int64", 2**63 - 2**39), ("float64", "uint64", 2**64 - 2**11),
    ],
)  # fmt: skip
def test_infinity_becomes_the_largest_number(of: str, to: str, most: float) -> None:
    y = tf.saturate_cast(tf.constant([INF, 1.5], of), to)
    assert y.dtype.name == to
    assert complex(y[0]).real == most
    assert complex(y[1]).real == (1.5 if y.dtype.is_floating or y.dtype.is_complex else 1)


def test_a_finite_number_too_large_and_a_nan() -> None:
    y = tf.saturate_cast(tf.constant([1e300, -1e300, np.nan], tf.float64), tf.complex64).numpy()
    assert y[:2].tolist() == [MOST["float32"], -MOST["float32"]]
    assert np.isnan(y[2])


@pytest.mark.parametrize("ids", [[0, 1, 2], [[0], [1], [2]]])
def test_numbers_of_a_table_of_numbers_are_scaled_one_by_one(ids: Any) -> None:
    table = tf.constant([3.0, -4.0, 0.5])
    with tf.GradientTape() as tape:
        tape.watch(table)
        y = tf.nn.embedding_lookup(table, ids, max_norm=1.0)
    assert y.shape == np.shape(ids)
    assert np.ravel(y).tolist() == [1, -1, 0.5]
    assert np.ravel(tape.gradient(y, table).values).tolist() == [0, 0, 1]


def test_rows_and_blocks_are_scaled_as_one() -> None:
    table = tf.constant([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]])
    found = tf.nn.embedding_lookup(table, [0, 1, 2], max_norm=1.0)
    assert np.allclose(found, [[0.6, 0.8], [0.3, 0.4], [0, 0]])
    block = tf.nn.embedding_lookup(tf.ones([2, 2, 2]), [1], max_norm=1.0)
    assert np.allclose(block, np.full((1, 2, 2), 0.5))
    assert not np.any(tf.nn.embedding_lookup(table, [0, 1], max_norm=-1.0))
