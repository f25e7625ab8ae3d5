"""Gather, scatter, segments, sorting and places, at sizes that take every path."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradtape_webgpu.kernels.registry import LOWERINGS, Unsupported, load_all
from tests.webgpu.support.launching import HARDWARE, run_lowered, specs
from tests.webgpu.support.samples import Call

load_all()
RNG = np.random.default_rng(5)


def numbers(*shape: int) -> Any:
    """Standard normal float32."""
    return RNG.standard_normal(shape).astype(np.float32)


def ids(n: int, *shape: int, low: int = 0) -> Any:
    """int32 from `low` up to n."""
    return RNG.integers(low, n, shape).astype(np.int32)


def tied(*shape: int) -> Any:
    """Few different numbers, NaN of both signs, infinities and both zeros among them."""
    pool = np.array([np.nan, -np.nan, np.inf, -np.inf, 0.0, -0.0, 1.5, -2.5, 1e-42], np.float32)
    return pool[RNG.integers(0, pool.size, shape)]


def signed(*shape: int) -> Any:
    """Like `tied`, without subnormal numbers: some devices take them for 0 when they add."""
    x = tied(*shape)
    return np.where(np.abs(x) < 1e-30, np.copysign(np.float32(0), x), x)


def same(call: Call, driver: Any) -> None:
    """The kernel's numbers are the CPU's, and its bits the same twice."""
    call = call._replace(inputs=tuple(map(np.asarray, call.inputs)))
    lowered = LOWERINGS[call.op](specs(*call.inputs), HARDWARE, **call.params)
    got = run_lowered(driver, lowered, call.inputs)
    again = run_lowered(driver, lowered, call.inputs)
    for a, b, c in zip(got, again, call.on_cpu(), strict=True):
        assert a.tobytes() == b.tobytes()
        assert a.shape == c.shape and a.dtype == c.dtype
        np.testing.assert_array_equal(a, c)


GATHERS = [
    Call("GatherV2", (numbers(50, 7), ids(50, 33)), {"axis": 0, "batch_dims": 0}),
    Call("GatherV2", (numbers(50, 64), ids(50, 3, 5)), {"axis": 0, "batch_dims": 0}),
    Call("GatherV2", (numbers(4, 9, 11), ids(9, 6)), {"axis": 1, "batch_dims": 0}),
    Call("GatherV2", (numbers(4, 3, 9, 8), ids(9, 4, 6, 2)), {"axis": 2, "batch_dims": 1}),
    Call("GatherV2", (numbers(4, 3, 9), ids(9, 4, 3, 5)), {"axis": 2, "batch_dims": 2}),
    Call("GatherNd", (numbers(5, 6, 7), ids(5, 40, 2)), {}),
    Call("GatherNd", (numbers(5, 6, 7), ids(5, 4, 3, 3)), {}),
]

SCATTERS = [
    Call("UnsortedSegmentSum", (numbers(n, 3), ids(k, n, low=-1)), {"num_segments": k})
    for n, k in [(10, 4), (65, 7), (300, 5), (5000, 700), (5000, 3), (257, 100_000)]
] + [
    Call("UnsortedSegmentSum", (ids(9, 700, 2), ids(50, 700)), {"num_segments": 50}),
    Call("UnsortedSegmentMax", (tied(5000), ids(900, 5000)), {"num_segments": 900}),
    Call("UnsortedSegmentMin", (tied(5000), ids(900, 5000)), {"num_segments": 900}),
    Call("UnsortedSegmentMin", (ids(99, 50, 2, low=-99), ids(9, 50)), {"num_segments": 9}),
    Call("UnsortedSegmentProd", (numbers(5000, 1), ids(1100, 5000)), {"num_segments": 1100}),
    Call("ScatterNd", (ids(9, 5000, 2), numbers(5000, 4)), {"shape": (9, 9, 4)}),
    Call("ScatterNd", (ids(9, 20, 3), numbers(20)), {"shape": (9, 9, 9)}),
    *(
        Call(f"TensorScatter{how}", (x, ids(40, m, 2), updates), {})
        for how in ("Update", "Add", "Sub", "Max", "Min")
        for m, x, updates in [
            (30, numbers(40, 41, 3), numbers(30, 3)),
            (
                5000,
                *(
                    (numbers(40, 41), signed(5000))
                    if how in ("Add", "Sub")
                    else (tied(40, 41), tied(5000))
                ),
            ),
        ]
    ),
]

ORDERS = [
    Call("TopKV2", (draw(rows, n),), {"k": k, "sorted": True, "dtype": np.int32})
    for draw in (numbers, tied)
    for rows, n, k in [(3, 5, 5), (7, 64, 3), (5, 65, 65), (2, 1000, 10), (3, 2048, 2048)]
    + [(3, 2049, 2), (2, 5000, 16), (1, 5000, 5000), (17, 2100, 40)]
] + [
    Call("TopKV2", (ids(50, 4, 300, low=-50),), {"k": 300, "sorted": True, "dtype": np.int32}),
    Call(
        "TopKV2",
        (np.array([[-(2**31), 2**31 - 1, 0, -(2**31)]], np.int32),),
        {"k": 4, "sorted": True, "dtype": np.int32},
    ),
]

PLACES = [
    Call(op, (draw(*shape),), {"axis": axis, "dtype": np.int32})
    for op in ("ArgMax", "ArgMin")
    for draw, shape, axis in [
        (numbers, (5, 3), -1),
        (numbers, (5, 30), -1),
        (numbers, (3, 100), -1),
        (numbers, (3, 7000), -1),
        (tied, (40, 500), -1),
        (tied, (40, 500), -2),
        (numbers, (30, 50, 40), -2),
        (numbers, (3000,), -1),
        (lambda *shape: ids(9, *shape), (20, 77), -1),
    ]
] + [
    Call(
        op,
        (np.sort(tied(6, 900), axis=-1), tied(6, 77)),
        {"dtype": np.int32},
    )
    for op in ("LowerBound", "UpperBound")
] + [
    Call("InTopKV2", (tied(50, n), ids(n + 2, 50, low=-1)), {"k": 3}) for n in (4, 40, 400)
]  # fmt: skip


@pytest.mark.parametrize("call", GATHERS + SCATTERS + ORDERS + PLACES, ids=str)
def test_every_path_gives_the_cpus_bits(call: Call, driver: Any) -> None:
    """Sums too: they are added in the CPU's order."""
    same(call, driver)


OUTSIDE = [
    ("GatherV2", ([1.0, 2.0], np.int32([1, 2, -1])), {"axis": 0, "batch_dims": 0}, [2, 0, 0]),
    ("GatherNd", ([1.0, 2.0], np.int32([[-3], [0], [9]])), {}, [0, 1, 0]),
    ("UnsortedSegmentSum", ([1.0, 2.0, 4.0], np.int32([-7, 0, 2])), {"num_segments": 2}, [2, 0]),
    ("ScatterNd", (np.int32([[5], [1], [-1]]), [1.0, 2.0, 4.0]), {"shape": (2,)}, [0, 2]),
    ("TensorScatterUpdate", ([8.0, 9.0], np.int32([[2], [0]]), [1.0, 2.0]), {}, [2, 9]),
]


@pytest.mark.parametrize(("op", "values", "params", "want"), OUTSIDE)
def test_an_index_out_of_range_reads_zero_and_writes_nowhere(
    op: str, values: Any, params: Any, want: list[int], driver: Any
) -> None:
    """A kernel cannot refuse; what it does instead is the same everywhere."""
    inputs = tuple(np.array(x, np.float32) if isinstance(x, list) else x for x in values)
    (got,) = run_lowered(driver, LOWERINGS[op](specs(*inputs), HARDWARE, **params), inputs)
    assert got.tolist() == want


def test_places_of_64_bits_are_refused_in_words() -> None:
    """The reason that the user reads."""
    with pytest.raises(Unsupported, match="indices as int64, which live on the CPU"):
        LOWERINGS["ArgMax"](specs(numbers(3)), HARDWARE, axis=-1, dtype=np.int64)
    with pytest.raises(Unsupported, match="indices of int64"):
        LOWERINGS["GatherV2"](specs(numbers(3), np.array([1])), HARDWARE, axis=0, batch_dims=0)
