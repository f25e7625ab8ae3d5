"""Where many elements are computed in another way than few, they come out as the few do."""

from itertools import product

import numpy as np
import pytest

import gradtape as tf
from gradtape.ops.array.grouping import join_rows
from gradtape.ops.array.sorting import largest_order, stable_order
from gradtape.random.shuffle import _order

RNG = np.random.default_rng(1)
DTYPES = ("float16", "float32", "float64", "int8", "uint8", "int32", "uint32", "int64", "uint64")


def ties(dtype: str, *shape: int) -> np.ndarray:
    """Numbers of which many are equal; floats with both zeros, both infinities and nans."""
    values = RNG.integers(0, 100, shape).astype(dtype)
    if values.dtype.kind != "f":
        return values
    for odd in (np.nan, -np.nan, -0.0, np.inf, -np.inf):
        values[RNG.random(shape) < 0.05] = odd
    return values


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(3000,), (4, 700)])
def test_orders_are_stable(dtype: str, shape: tuple[int, ...]) -> None:
    x = ties(dtype, *shape)
    assert np.array_equal(stable_order(x), np.argsort(x, axis=-1, kind="stable"))
    turned = np.argsort(x[..., ::-1], axis=-1, kind="stable")[..., ::-1]
    for k in (0, 1, 300, shape[-1]):
        assert np.array_equal(largest_order(x, k), shape[-1] - 1 - turned[..., :k])


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64"])
@pytest.mark.parametrize("shape", [(3000,), (2, 3, 700)])
def test_the_largest_without_ties(dtype: str, shape: tuple[int, ...]) -> None:
    x = RNG.permutation(int(np.prod(shape))).astype(dtype).reshape(shape)
    for k in (1, 7, shape[-1] // 8):
        assert np.array_equal(largest_order(x, k), np.argsort(-x, axis=-1)[..., :k])


@pytest.mark.parametrize("dtype", [*DTYPES, "complex64", "bool"])
def test_unique_numbers_values_by_their_first_place(dtype: str) -> None:
    x = ties(dtype, 3000)
    known: dict[object, int] = {}
    numbers = []
    for k, value in enumerate(x.tolist()):
        key = ("nan", k) if value != value else value
        numbers.append(known.setdefault(key, len(known)))
    y, idx, count = tf.unique_with_counts(x)
    assert idx.numpy().tolist() == numbers
    assert count.numpy().tolist() == np.bincount(numbers).tolist()
    first = [numbers.index(k) for k in range(len(known))]
    assert y.numpy().tobytes() == x[first].tobytes()


@pytest.mark.parametrize("groups", [1, 40, 3000, 70_000])
@pytest.mark.parametrize("tail", [(), (3,), (2, 2)])
@pytest.mark.parametrize("is_sorted", [False, True])
def test_rows_are_joined_one_after_the_other(groups: int, tail: tuple, is_sorted: bool) -> None:
    ids = RNG.integers(0, groups, 4000)
    if is_sorted:
        ids.sort()
    for ufunc, dtype in product((np.add, np.subtract, np.multiply, np.maximum), ("i1", "i4", "f8")):
        rows = RNG.integers(-3, 4, (4000, *tail)).astype(dtype)
        if ufunc is np.multiply:
            rows = np.sign(rows)  # exact in every order
        found = RNG.integers(-3, 4, (groups, *tail)).astype(dtype)
        wanted = found.copy()
        ufunc.at(wanted, ids, rows)
        join_rows(ufunc, found, ids, rows)
        assert np.array_equal(found, wanted)


@pytest.mark.parametrize("n", [2, 3, 10, 1000])
@pytest.mark.parametrize("few", [False, True])
def test_exchanges_made_at_once_lead_where_they_lead_in_turn(n: int, few: bool) -> None:
    for _ in range(20):
        words = RNG.integers(0, 3 if few else 1 << 32, n - 1, dtype=np.uint32)
        order = list(range(n))
        for i, word in enumerate(words.tolist()):
            other = i + word % (n - i)
            order[i], order[other] = order[other], order[i]
        assert _order(n, words).tolist() == order


@pytest.mark.parametrize("dtype", ["int32", "int64"])
@pytest.mark.parametrize("largest", [10, 1 << 20, (1 << 31) - 1])
def test_a_product_of_integers_wraps_around(dtype: str, largest: int) -> None:
    a = RNG.integers(-largest - 1, largest, (40, 90), dtype=dtype)
    b = RNG.integers(-largest - 1, largest, (90, 30), dtype=dtype)
    wanted = (a.astype(object) @ b.astype(object)) % (1 << 64)
    found = tf.matmul(a, b).numpy()
    assert np.array_equal(found, wanted.astype(np.uint64).astype(dtype))


def test_a_product_of_halves_is_rounded_once() -> None:
    a, b = (RNG.integers(-64, 65, (40, 40)).astype(np.float16) for _ in range(2))
    exact = a.astype(np.float64) @ b.astype(np.float64)
    assert np.array_equal(tf.matmul(a, b).numpy(), exact.astype(np.float16))


def test_counts_of_many() -> None:
    values = RNG.integers(0, 50, (20, 100)).astype(np.int32)
    weights = RNG.integers(0, 9, (20, 100)).astype(np.float32)
    for size in (30, 50):
        wanted = np.array([np.bincount(row, minlength=50)[:size] for row in values])
        options = {"maxlength": size, "axis": -1}
        assert np.array_equal(tf.math.bincount(values, **options).numpy(), wanted)
        binary = tf.math.bincount(values, binary_output=True, **options).numpy()
        assert np.array_equal(binary, wanted > 0)
        pairs = zip(values, weights, strict=True)
        wanted = np.array([np.bincount(row, w, 50)[:size] for row, w in pairs])
        found = tf.math.bincount(values, weights=weights, **options).numpy()
        assert np.array_equal(found, wanted)
