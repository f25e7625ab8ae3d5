"""Moving elements: sizes that no tile and no vector divides, many axes, every way of walking."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradtape_webgpu.kernels.registry import LOWERINGS, load_all
from gradtape_webgpu.kernels.views import collapse
from tests.webgpu.support.launching import HARDWARE, lowered, run_lowered, specs
from tests.webgpu.support.samples import Call

load_all()
RNG = np.random.default_rng(3)


def odd(*shape: int) -> Any:
    """Numbers with every special value among them."""
    x = RNG.standard_normal(shape).astype(np.float32)
    flat = x.reshape(-1)
    special = np.array([np.nan, np.inf, -np.inf, -0.0, 1e-42], np.float32)
    flat[: special.size] = special[: flat.size]
    return x


def transposes() -> list[Call]:
    """Two axes, a batch of matrices, the leading two, everything turned round."""
    calls = []
    for shape, perm in [
        ((33, 65), (-1, -2)),
        ((16, 64), (-1, -2)),
        ((3, 17, 130), (-3, -1, -2)),
        ((1000, 3), (-1, -2)),
        ((40, 50, 4), (-2, -3, -1)),
        ((2, 3, 4, 5, 6, 7), (-1, -2, -3, -4, -5, -6)),
        ((7, 5, 3), (-1, -3, -2)),
    ]:
        calls.append(Call("Transpose", (odd(*shape),), {"perm": perm}))
    return calls


def cuts() -> list[Call]:
    """Slices that go backwards, skip and drop axes, and the way back."""
    x = odd(9, 10, 12)
    indices: list[Any] = [
        (slice(None), slice(2, 9, 3), slice(None)),
        (slice(8, None, -3), 4, None, slice(-1, 0, -2)),
        (Ellipsis, slice(4, 8)),
        (-1, -2, -3),
        (None, slice(1, 2), Ellipsis, None),
        (slice(None), slice(None), slice(4, 12)),
    ]
    found = []
    for index in indices:
        found.append(Call("StridedSlice", (x,), {"index": index}))
        part = np.ascontiguousarray(x[index])
        found.append(
            Call(
                "StridedSliceGrad",
                (part.reshape(x[index].shape),),
                {"index": index, "shape": x.shape},
            )
        )
    return found


def rest() -> list[Call]:
    """The other movements at odd sizes."""
    x, m = odd(5, 7, 9), odd(3, 11, 13)
    return [
        Call("Pad", (x,), {"paddings": ((1, 2), (0, 0), (3, 0))}),
        Call("Pad", (odd(2, 6, 6, 3),), {"paddings": ((0, 0), (1, 1), (2, 0), (0, 0))}),
        Call("MirrorPad", (x,), {"paddings": ((2, 1), (0, 0), (8, 8)), "border": 1}),
        Call("MirrorPad", (x,), {"paddings": ((5, 5), (7, 0), (0, 9)), "border": 0}),
        Call("MirrorPadGrad", (odd(11, 7, 20),),
             {"paddings": ((3, 4), (0, 0), (6, 5)), "border": 0}),
        Call("MirrorPadGrad", (odd(9,),), {"paddings": ((2, 2),), "border": 1}),
        Call("Roll", (x,), {"shift": (3, -11), "axis": (-1, -3)}),
        Call("Roll", (x,), {"shift": (4, 3), "axis": (-2, -2)}),
        Call("Tile", (x,), {"multiples": (2, 1, 3)}),
        Call("BroadcastTo", (odd(7, 1),), {"shape": (2, 5, 7, 9)}),
        Call("ReverseV2", (x,), {"axis": (-1, -3)}),
        Call("ConcatV2", tuple(odd(3, k + 1, 2) for k in range(17)), {"axis": 1, "rank": 3}),
        Call("ConcatV2", (x, odd(5, 0, 9), x), {"axis": 1, "rank": 3}),
        Call("ConcatV2", (odd(6, 4), odd(6, 8)), {"axis": 1, "rank": 2}),
        Call("Pack", tuple(odd(3, 5) for _ in range(9)), {"axis": 2, "rank": 2}),
        Call("Unpack", (x,), {"axis": 1}),
        Call("SplitV", (x,), {"sizes": (2, 0, 4, 1), "axis": 1}),
        Call("MatrixBandPart", (m,), {"lower": 2, "upper": -1}),
        Call("MatrixBandPart", (m,), {"lower": 0, "upper": 0}),
        Call("MatrixDiagPartV3", (m,), {"k": -4}),
        Call("MatrixDiagPartV3", (m,), {"k": 12}),
        Call("MatrixDiagV3", (odd(2, 4),), {"k": -2, "shape": (6, 5)}),
        Call("MatrixSetDiagV3", (m, odd(3, 11)), {"k": 1}),
        Call("ReverseSequence", (x, np.array([0, 9, 4, 1, 2], np.int32)),
             {"seq_axis": -1, "batch_axis": -3}),
    ]  # fmt: skip


CALLS = transposes() + cuts() + rest()


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_every_bit_is_moved(call: Call, driver: Any) -> None:
    """NaN keeps its bits, zero its sign, and a subnormal its value, where nothing is computed."""
    got = run_lowered(driver, lowered(call.op, call.inputs, call.params), call.inputs)
    for a, b in zip(got, call.on_cpu(), strict=True):
        assert a.shape == b.shape and a.dtype == b.dtype
        if call.op == "MirrorPadGrad":  # sums
            np.testing.assert_allclose(a, b, rtol=0, atol=1e-40)
        else:
            assert a.tobytes() == np.ascontiguousarray(b).tobytes()


def test_a_grid_that_one_axis_cannot_hold(driver: Any) -> None:
    """More than 65,535 workgroups of 256 elements."""
    x = np.arange(65_537 * 256 + 3, dtype=np.int32)
    call = Call("Roll", (x,), {"shift": (5,), "axis": (-1,)})
    made = LOWERINGS["Roll"](specs(x), HARDWARE, **call.params)
    assert made.launches[0].groups[1] > 1
    (got,) = run_lowered(driver, made, (x,))
    assert np.array_equal(got, np.roll(x, 5))


def test_axes_are_taken_together() -> None:
    """A whole array is one axis however many it has; what cannot be joined stays apart."""
    assert collapse((2, 1, 3, 4), [(12, 12, 4, 1)]) == ((24,), [(1,)])
    assert collapse((3, 4), [(1, 3)]) == ((3, 4), [(1, 3)])
    assert collapse((3, 4), [(4, 1), (1, 3)]) == ((3, 4), [(4, 1), (1, 3)])
    assert collapse((5, 7), [(0, 0)]) == ((35,), [(0,)])
    assert collapse((), [()]) == ((), [()])


def test_shapes_are_no_text() -> None:
    """Another shape of the same kind is the same program."""
    first, second = (
        lowered("Transpose", (odd(*shape),), {"perm": (-1, -2)}).launches[0].program
        for shape in ((40, 50), (33, 90))
    )
    assert first is second
