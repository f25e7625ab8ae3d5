"""The matrix product on two software GPUs, against NumPy in double precision.

The bound: a sum of k products in single precision is off by at most about k · 2⁻²⁴ times the sum
of the products' sizes, whatever the order; half of that is allowed and a last place on top.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradtape_webgpu.kernels.matmul import build, described, matmul
from gradtape_webgpu.kernels.program import Extension, Spec, plain
from gradtape_webgpu.kernels.registry import Unsupported
from gradtape_webgpu.kernels.target import (
    Adapter,
    Target,
    adapter_of,
    candidates,
    shape_class,
)
from tests.support.exact import assert_product
from tests.webgpu.support.launching import HARDWARE, run_lowered, specs, target_of

CLASSES = ("row", "small", "low", "medium", "large", "huge")


@pytest.fixture
def target(driver: Any) -> Target:
    """The adapter of the driver."""
    return target_of(driver)


def samples(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng((seed, *shape)).standard_normal(shape).astype(np.float32)


def check(y: Any, a: Any, b: Any) -> None:
    assert_product(y, a, b, terms=a.shape[-1] / 2 + 1)


SHAPES = [
    ((1, 1), (1, 1)),
    ((5, 7), (7, 3)),
    ((1, 33), (33, 70)),
    ((70, 33), (33, 1)),
    ((2, 5), (5, 130)),
    ((17, 3), (3, 19)),
    ((65, 66), (66, 67)),
    ((128, 50), (50, 10)),
    ((31, 129), (129, 257)),
    ((3, 4, 5), (5, 6)),
    ((3, 4, 5), (3, 5, 6)),
    ((4, 5), (3, 5, 6)),
    ((2, 1, 4, 5), (3, 5, 6)),
    ((2, 3, 9, 5), (2, 1, 5, 11)),
    ((2, 1, 3, 1, 2, 2), (1, 2, 1, 2, 2, 3)),
]


@pytest.mark.parametrize("shapes", SHAPES, ids=str)
def test_agrees_with_numpy(driver: Any, target: Target, shapes: Any) -> None:
    a, b = (samples(*shape) for shape in shapes)
    (y,) = run_lowered(driver, matmul(specs(a, b), target), (a, b))
    check(y, a, b)


@pytest.mark.parametrize("flags", [(True, False), (False, True), (True, True)], ids=str)
@pytest.mark.parametrize("shapes", [((5, 7), (7, 3)), ((3, 9, 34), (3, 34, 40))], ids=str)
def test_transposed_operands_are_read_where_they_lie(
    driver: Any, target: Target, shapes: Any, flags: Any
) -> None:
    a, b = (samples(*shape) for shape in shapes)
    given = [
        np.ascontiguousarray(x.swapaxes(-1, -2)) if flag else x
        for x, flag in zip((a, b), flags, strict=True)
    ]
    lowered = build(*specs(*given), target, transpose_a=flags[0], transpose_b=flags[1])
    assert lowered.temps == () and len(lowered.launches) == 1
    (y,) = run_lowered(driver, lowered, tuple(given))
    check(y, a, b)


@pytest.mark.parametrize("software", [True, False])
@pytest.mark.parametrize("subgroups", [True, False])
@pytest.mark.parametrize("kind", CLASSES)
def test_every_candidate_gives_the_same_bits(
    driver: Any, target: Target, kind: str, software: bool, subgroups: bool
) -> None:
    if subgroups and not adapter_of(driver.caps).subgroups:
        pytest.skip("this adapter has no subgroups")
    a, b = samples(150, 45), samples(45, 170)  # more than a block of every tile, and no multiple
    turned = tuple(np.ascontiguousarray(x.T) for x in (a, b))
    (expected,) = run_lowered(driver, matmul(specs(a, b), target), (a, b))
    for tile in candidates(Adapter(software, subgroups), kind):
        (y,) = run_lowered(driver, build(*specs(a, b), target, tile=tile), (a, b))
        check(y, a, b)
        assert y.tobytes() == expected.tobytes(), tile
        flags = {"transpose_a": True, "transpose_b": True}
        (y,) = run_lowered(driver, build(*specs(*turned), target, tile=tile, **flags), turned)
        assert y.tobytes() == expected.tobytes(), f"{tile}, both transposed"


def test_a_product_is_huge_where_any_block_leaves_work_for_a_large_card() -> None:
    assert shape_class(1024, 1024, 1) == shape_class(128, 512, 16) == "huge"
    assert shape_class(1023, 1024, 1) == shape_class(127, 1 << 20, 1) == "large"
    sizes = [tile.block for tile in candidates(Adapter(False, False), "huge")]
    assert max(rows * columns for rows, columns in sizes) * 64 <= 1 << 20


@pytest.mark.parametrize(
    "shapes",
    [((3, 3000), (3000, 5)), ((1, 1537), (1537, 1)), ((2, 6, 2049), (2, 2049, 3))],
    ids=str,
)
def test_a_long_depth_is_summed_in_parts(driver: Any, target: Target, shapes: Any) -> None:
    a, b = (samples(*shape) for shape in shapes)
    lowered = matmul(specs(a, b), target)
    assert len(lowered.launches) == 2
    (y,) = run_lowered(driver, lowered, (a, b))
    check(y, a, b)


def test_the_same_bits_twice(driver: Any, target: Target) -> None:
    a, b = samples(130, 77), samples(77, 140)
    first, second = (run_lowered(driver, matmul(specs(a, b), target), (a, b))[0] for _ in range(2))
    assert first.tobytes() == second.tobytes()


def test_a_product_over_nothing_is_zero(driver: Any, target: Target) -> None:
    a, b = np.zeros((3, 0), np.float32), np.zeros((0, 70), np.float32)
    (y,) = run_lowered(driver, matmul(specs(a, b), target), (a, b))
    assert y.shape == (3, 70) and not y.any()


def test_infinities_and_nans_stay_where_they_are(driver: Any, target: Target) -> None:
    a, b = samples(19, 6), samples(6, 21)
    a[2, 5], b[3, 20], b[0, 0] = np.inf, np.nan, -np.inf
    (y,) = run_lowered(driver, matmul(specs(a, b), target), (a, b))
    with np.errstate(invalid="ignore"):
        expected = a.astype(np.float64) @ b
    finite = np.isfinite(expected)
    assert np.array_equal(np.isnan(y), np.isnan(expected))
    assert np.array_equal(y[~finite], expected[~finite].astype(np.float32), equal_nan=True)
    check(y[:2, 1:20], a[:2], b[:, 1:20])
    check(y[3:, 1:20], a[3:], b[:, 1:20])


@pytest.mark.parametrize("shapes", [((9, 20), (20, 70)), ((70, 20), (20, 9))], ids=str)
def test_an_epilogue_stores_in_its_own_way(driver: Any, target: Target, shapes: Any) -> None:
    a, b = (samples(*shape) for shape in shapes)
    bias = samples(shapes[1][1], seed=1)
    epilogue = Extension(
        key="bias, scaled",
        reads=(("bias", "f32"),),
        writes=(("y", "f32"), ("z", "f32")),
        fields=(("width", "u32"), ("factor", "f32")),
        values=(shapes[1][1], 0.5),
        text="""fn store(i: u32, v: f32) {
            let t = v + bias[i % p.width]; y[i] = t; z[i] = t * p.factor; }""",
    )
    lowered = build(*specs(a, b), target, epilogue=epilogue)
    y, z = run_lowered(driver, lowered, (a, b, bias))
    (expected,) = run_lowered(driver, matmul(specs(a, b), target), (a, b))
    assert np.array_equal(y, expected + bias)
    assert np.array_equal(z, y * np.float32(0.5))


def test_other_dtypes_are_refused_in_words() -> None:
    x = Spec((2, 2), np.dtype(np.int32))
    with pytest.raises(Unsupported, match="takes float32, not int32"):
        matmul((x, x), HARDWARE)


def test_one_matrix_for_all_batches_is_one_product() -> None:
    product, shape = described((8, 4, 5), (5, 6), False, False)
    assert (product.rows, product.batches, shape) == (32, 1, (8, 4, 6))


def test_the_text_knows_no_sizes() -> None:
    x, y = (Spec((n, n), np.dtype(np.float32)) for n in (200, 301))
    one, two = (matmul((s, s), HARDWARE).launches[0].program for s in (x, y))
    assert one.text == two.text and one.key == two.key
    assert plain().key in one.key
