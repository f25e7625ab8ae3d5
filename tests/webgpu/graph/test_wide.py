"""Element-wise kernels for large arrays, whose invocations compute four elements each."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradtape as tf
from gradtape_webgpu.graph.fusion import WIDE, WORKGROUP
from gradtape_webgpu.wgsl import library
from tests.webgpu.support.owned import GPU

pytestmark = pytest.mark.usefixtures("own")


def numbers(*shape: int) -> Any:
    return np.random.default_rng(shape).normal(size=shape).astype(np.float32)


def on(device: str, program: Any, *arrays: Any) -> list[Any]:
    with tf.device(device):
        return [y.numpy() for y in program(*(tf.constant(x) for x in arrays))]


def same(program: Any, *arrays: Any) -> None:
    for got, wanted in zip(on(GPU, program, *arrays), on("/CPU:0", program, *arrays), strict=True):
        assert got.dtype == wanted.dtype
        assert got.tobytes() == wanted.tobytes()


@pytest.mark.parametrize("size", [WIDE - 1, WIDE, WIDE + 1, WIDE + 3 * WORKGROUP, 4 * WIDE + 255])
def test_every_element_is_computed_once(size: int) -> None:
    """Whole blocks of four, and what is left over."""
    same(lambda x, y: [x * y + 1.0], numbers(size), numbers(size + 1)[1:])


def test_views_and_broadcasting() -> None:
    a, b, c = numbers(300, 257), numbers(257, 300), numbers(300, 1)
    same(lambda a, b, c: [tf.transpose(b) - a * c, tf.reverse(a, [1]) + c], a, b, c)


def test_several_results_and_truth_values() -> None:
    def program(x: Any, y: Any) -> list[Any]:
        larger = x > y
        return [larger, tf.logical_not(larger), tf.where(larger, x, y), tf.cast(larger, tf.int32)]

    same(program, numbers(WIDE + 77), numbers(WIDE + 78)[1:])


def test_reductions_take_in_what_they_reduce() -> None:
    """Whole numbers, so that no order of adding loses a digit."""
    x = np.arange(WIDE + 91, dtype=np.float32) % 7
    same(lambda x: [tf.reduce_sum(x * x - 1.0), tf.reduce_max(x * 3.0)], x)


@pytest.mark.parametrize("n", [1, 300, 4097, 1_000_003])
def test_half_a_sum_of_squares(n: int) -> None:
    """Near the exact value however many parts there are, and the same bits twice."""
    x = numbers(n)
    (got,), (again,) = (on(GPU, lambda x: [tf.nn.l2_loss(x)], x) for _ in range(2))
    assert got.tobytes() == again.tobytes()
    np.testing.assert_allclose(got, 0.5 * np.sum(x.astype(np.float64) ** 2), rtol=5e-7)


@pytest.mark.parametrize("axis", [-1, 1])
@pytest.mark.parametrize("on_off", [(2.5, -1.0), (True, False), (3, 0)])
def test_one_hot_of_every_kind(on_off: tuple[Any, Any], axis: int) -> None:
    """Ids out of range light nothing."""
    ids = np.random.default_rng(5).integers(-2, 9, (40, 5)).astype(np.int32)
    same(lambda x: [tf.one_hot(x, 7, *on_off, axis=axis)], ids)


def test_what_branches_is_not_repeated_in_a_kernel() -> None:
    """`&&` branches too: eight copies of a square root with one took seconds to compile."""
    straight = ("exponential", "logarithm", "square_root", "hyperbolic_tangent", "sigmoid")
    assert library.is_straight(straight)
    assert not library.is_straight(["sine"])
    for text in ("if (x > 0.0) { return x; }", "return a && b;", "return a || b;"):
        with_branch = {"one": library.Function(text, ())}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(library, "FUNCTIONS", with_branch)
            assert not library.is_straight(["one"])
