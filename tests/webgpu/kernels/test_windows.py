"""Convolution and pooling on two software GPUs against the CPU's own kernels in double precision.

The bound of a sum of k products is as in `test_matmul.py`: k/2 + 1 last places of the sum of the
products' sizes; that of a mean counts the places of the window. Maxima are exact, bit for bit.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import pytest

from gradtape_webgpu.kernels import convolution_classes
from gradtape_webgpu.kernels.program import Extension
from gradtape_webgpu.kernels.registry import LOWERINGS, Unsupported, load_all
from gradtape_webgpu.kernels.target import Adapter, Target, adapter_of
from tests.support.exact import assert_sum
from tests.webgpu.support.launching import run_lowered, specs, target_of
from tests.webgpu.support.samples import Call, calls

load_all()
RNG = np.random.default_rng(3)
SUMS = (
    "Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter",
    "Conv3D", "Conv3DBackpropInputV2", "Conv3DBackpropFilterV2",
    "DepthwiseConv2dNative", "DepthwiseConv2dNativeBackpropInput",
    "DepthwiseConv2dNativeBackpropFilter",
    "AvgPool", "AvgPoolGrad", "AvgPool3D", "AvgPool3DGrad",
)  # fmt: skip
MAXIMA = tuple(f"MaxPool{rank}{what}" for rank in ("", "3D") for what in ("", "Grad", "GradGrad"))


def images(*shape: int) -> Any:
    return RNG.standard_normal(shape).astype(np.float32)


def on(driver: Any, call: Call, target: Target | None = None) -> Any:
    """What the kernel gives that is lowered for the driver's adapter, or for another one."""
    target = target or target_of(driver)
    lowered = LOWERINGS[call.op](specs(*call.inputs), target, **call.params)
    (y,) = run_lowered(driver, lowered, call.inputs)
    (again,) = run_lowered(driver, lowered, call.inputs)
    assert y.tobytes() == again.tobytes(), f"{call}: not the same bits twice"
    return y


def terms(call: Call) -> int:
    """At most how many products make one sum."""
    if call.op.endswith(("Filter", "FilterV2")):
        return prod(call.inputs[1].shape[:-1])
    if "Pool" in call.op:
        return prod(call.params["window"])
    w = call.inputs[0] if "Input" in call.op else call.inputs[1]
    return prod(w.shape[:-2]) * max(w.shape[-2:])


def check(driver: Any, call: Call, target: Target | None = None) -> None:
    y, (exact,) = on(driver, call, target), call.exactly()
    sizes = Call(call.op, tuple(map(np.abs, call.inputs)), call.params).exactly()[0]
    assert_sum(y, exact, sizes, terms(call) / 2 + 2, str(call))


@pytest.mark.parametrize("op", SUMS)
def test_sums_agree_with_the_cpu_over_the_cases_of_the_registry(driver: Any, op: str) -> None:
    served, refused = 0, []
    for call in calls(frozenset(SUMS))[op]:
        try:
            check(driver, call)
            served += 1
        except Unsupported as reason:
            refused.append(f"{call}: {reason}")
    assert served, refused


@pytest.mark.parametrize("op", MAXIMA)
def test_maxima_are_those_of_the_cpu_over_the_cases_of_the_registry(driver: Any, op: str) -> None:
    found = calls(frozenset(MAXIMA))[op.removesuffix("Grad") if op.endswith("GradGrad") else op]
    if op.endswith("GradGrad"):  # the tangent of what the gradient's cases pool
        found = [Call(op, (images(*x.shape), x, top), place) for _, (_, x, top), place in found]
    assert found
    for call in found:
        np.testing.assert_array_equal(on(driver, call), call.on_cpu()[0], err_msg=str(call))


PLACES = [
    ((2, 9, 11, 3), (3, 3, 3, 5), (1, 1), ((1, 1), (1, 1)), (1, 1)),
    ((2, 12, 10, 4), (3, 2, 4, 18), (2, 3), ((0, 1), (2, 0)), (1, 1)),
    ((1, 14, 13, 2), (3, 3, 2, 3), (1, 2), ((2, 3), (0, 4)), (2, 3)),
    ((3, 5, 5, 1), (5, 5, 1, 2), (1, 1), ((0, 0), (0, 0)), (1, 1)),
    ((1, 28, 28, 1), (1, 1, 1, 40), (1, 1), ((0, 0), (0, 0)), (1, 1)),
    ((8, 20, 20, 2), (3, 3, 2, 4), (1, 1), ((1, 1), (1, 1)), (1, 1)),
]


def family(op: str, place: Any) -> list[Call]:
    """A convolution and its two transposes at one place."""
    x, w, strides, pads, dilations = place
    params = {"strides": strides, "pads": pads, "dilations": dilations}
    forward = Call(op, (images(*x), images(*w)), params)
    g = images(*forward.on_cpu()[0].shape)
    return [
        forward,
        Call(f"{op}BackpropInput", (forward.inputs[1], g), {**params, "shape": x}),
        Call(f"{op}BackpropFilter", (forward.inputs[0], g), {**params, "shape": w}),
    ]


@pytest.mark.parametrize("op", ["Conv2D", "DepthwiseConv2dNative"])
@pytest.mark.parametrize("place", PLACES, ids=str)
def test_strides_pads_and_dilations(driver: Any, op: str, place: Any) -> None:
    for call in family(op, place):
        check(driver, call)


@pytest.mark.parametrize("subgroups", [True, False])
def test_every_kind_of_tile_convolves(driver: Any, subgroups: bool) -> None:
    if subgroups and not adapter_of(driver.caps).subgroups:
        pytest.skip("this adapter has no subgroups")
    for software in (True, False):
        for call in family("Conv2D", PLACES[1]):
            check(driver, call, Target(Adapter(software, subgroups)))


STRIDED = [
    ((9, 8), (3, 3), (2, 2), ((1, 1), (0, 1))),
    ((12, 7), (2, 4), (2, 3), ((0, 0), (2, 1))),
    ((16, 5), (5, 1), (4, 1), ((3, 2), (0, 0))),
    ((7, 6, 8), (3, 2, 3), (2, 2, 3), ((1, 0), (0, 0), (2, 2))),
]


@pytest.mark.parametrize("sizes", STRIDED, ids=str)
def test_pixels_taken_by_classes_have_the_bits_of_all_taps(
    driver: Any, monkeypatch: pytest.MonkeyPatch, sizes: Any
) -> None:
    space, window, strides, pads = sizes
    geometry = {"strides": strides, "pads": pads, "dilations": (1,) * len(space)}
    w = images(*window, 3, 5)
    op = "Conv2D" if len(space) == 2 else "Conv3D"
    forward = Call(op, (images(2, *space, 3), w), geometry)
    g = images(*forward.on_cpu()[0].shape)
    shape = (2, *space, 3)
    back = "Conv2DBackpropInput" if len(space) == 2 else "Conv3DBackpropInputV2"
    call = Call(back, (w, g), {"shape": shape, **geometry})
    assert convolution_classes.is_worth(space, window, **geometry)
    by_classes = on(driver, call)
    check(driver, call)
    monkeypatch.setattr(convolution_classes, "is_worth", lambda *_, **__: False)
    assert by_classes.tobytes() == on(driver, call).tobytes()


def test_padding_hides_infinities_from_no_one(driver: Any) -> None:
    """0 · inf is nan in a product, and what is outside is no product at all for the mean."""
    x = images(1, 4, 4, 1)
    x[0, 0, 0, 0] = np.inf
    place = {"strides": (1, 1), "pads": ((1, 1), (1, 1)), "dilations": (1, 1)}
    call = Call("Conv2D", (x, np.ones((3, 3, 1, 1), np.float32)), place)
    y, (exact,) = on(driver, call), call.exactly()
    assert np.array_equal(np.isinf(y), np.isinf(exact)) and not np.isnan(y).any()


def special(*shape: int) -> Any:
    """Few different numbers, so that there are ties, and nan, −inf and zeros of both signs."""
    values = np.array([0.0, -0.0, 1.0, 1.0, 2.0, -np.inf, np.nan], np.float32)
    return RNG.choice(values, shape, p=(0.2, 0.2, 0.2, 0.2, 0.1, 0.08, 0.02))


POOLS = [
    ((3, 8, 6, 5), (2, 2), (2, 2), ((0, 0), (0, 0))),
    ((1, 9, 8, 2), (3, 4), (3, 4), ((0, 0), (0, 0))),
    ((2, 8, 9, 3), (2, 2), (2, 2), ((0, 0), (0, 1))),
    ((1, 9, 7, 2), (3, 3), (1, 2), ((1, 1), (2, 1))),
    ((2, 5, 6, 1), (3, 2), (1, 1), ((0, 0), (0, 0))),
]


@pytest.mark.parametrize("pool", POOLS, ids=str)
def test_ties_nans_and_infinities_in_maxima(driver: Any, pool: Any) -> None:
    shape, window, strides, pads = pool
    place = {"window": window, "strides": strides, "pads": pads, "dilations": (1, 1)}
    x = special(*shape)
    forward = Call("MaxPool", (x,), place)
    (top,) = forward.on_cpu()
    backward = Call("MaxPoolGrad", (images(*top.shape), x, top), place)
    tangent = Call("MaxPoolGradGrad", (images(*shape), x, top), place)
    for call in (forward, backward, tangent):
        np.testing.assert_array_equal(on(driver, call), call.on_cpu()[0], err_msg=str(call))


def test_integers_are_pooled_too(driver: Any) -> None:
    x = RNG.integers(-9, 9, (1, 6, 6, 2)).astype(np.int32)
    place = {"window": (2, 2), "strides": (1, 1), "pads": ((0, 1), (1, 0)), "dilations": (1, 1)}
    call = Call("MaxPool", (x,), place)
    np.testing.assert_array_equal(on(driver, call), call.on_cpu()[0])
    tiled = {"window": (3, 2), "strides": (3, 2), "pads": ((0, 0), (0, 0)), "dilations": (1, 1)}
    call = Call("MaxPool", (x,), tiled)
    np.testing.assert_array_equal(on(driver, call), call.on_cpu()[0])


def test_a_convolution_has_an_epilogue(driver: Any) -> None:
    call = family("Conv2D", PLACES[0])[0]
    bias = images(5)
    epilogue = Extension(
        "bias", (("bias", "f32"),), (("y", "f32"),), (("width", "u32"),), (5,),
        "fn store(i: u32, v: f32) { y[i] = v + bias[i % p.width]; }",
    )  # fmt: skip
    lowered = LOWERINGS["Conv2D"](
        specs(*call.inputs), target_of(driver), **call.params, epilogue=epilogue
    )
    (y,) = run_lowered(driver, lowered, (*call.inputs, bias))
    assert np.array_equal(y, on(driver, call) + bias)
