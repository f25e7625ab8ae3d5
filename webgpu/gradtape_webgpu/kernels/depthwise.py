"""Depthwise convolution and its two transposes: every channel has filters of its own.

    y[P, c·m + j] = Σ x[P sees T, c] · w[T, c, j]

There is nothing to share between channels, so a thread computes an element; the sums run in the
order of the window. For the filter's gradient, whose sums are long, a workgroup shares an element.
"""

from __future__ import annotations

from functools import cache, partial
from math import prod
from typing import Any

from gradtape_webgpu.kernels import sliding
from gradtape_webgpu.kernels.product import FLOAT
from gradtape_webgpu.kernels.program import Extension, Lowered, Program, Spec
from gradtape_webgpu.kernels.registry import Unsupported, lowering
from gradtape_webgpu.kernels.sliding import Sizes

#: threads that share an element of the filter's gradient
SHARING = 64


def _check(inputs: tuple[Spec, ...]) -> None:
    for x in inputs:
        if x.dtype != FLOAT:
            raise Unsupported(f"a depthwise convolution on the GPU takes float32, not {x.dtype}")


def _names(rank: int) -> tuple[str, ...]:
    return ("channels", "multiple", *sliding.fields(rank))


def _made(key: str, rank: int, reads: str, body: str, epilogue: Extension) -> Program:
    arrays = tuple((name, "f32") for name in reads.split())
    return sliding.each_element((key, rank), body, arrays, _names(rank), epilogue)


@cache
def _forward(rank: int, epilogue: Extension) -> Program:
    spatial = [(f"o{k}", f"p.o{k}") for k in reversed(range(rank))]
    step = f"""{sliding.seen(rank)}
  if (inside) {{
    sum += x[at * p.channels + c] * w[(tap * p.channels + c) * p.multiple + j];
  }}"""
    body = f"""{sliding.taken_apart([("j", "p.multiple"), ("c", "p.channels"), *spatial])}
  var sum = 0.0;
{sliding.taps(rank, step)}
  store(i, sum);"""
    return _made("DepthwiseConv", rank, "x w", body, epilogue)


@lowering("DepthwiseConv2dNative")
def depthwise(
    inputs: tuple[Spec, ...], /, *, epilogue: Extension | None = None, **geometry: Any
) -> Lowered:
    """The cross-correlation of each channel of x with its own filters."""
    _check(inputs)
    x, w = inputs
    *window, channels, multiple = w.shape
    out = sliding.output_size(x.shape[1:-1], tuple(window), **geometry)
    y = Spec((x.shape[0], *out, channels * multiple), FLOAT)
    numbers = channels, multiple, *sliding.values(x.shape[1:-1], out, tuple(window), **geometry)
    return sliding.lowered(inputs, y, partial(_forward, len(out)), numbers, epilogue)


@cache
def _input(rank: int, epilogue: Extension) -> Program:
    spatial = [(f"x{k}", f"p.n{k}") for k in reversed(range(rank))]
    step = f"""{sliding.seeing(rank)}
  if (found) {{
    let from_g = (origin * p.channels + c) * p.multiple;
    let from_w = (tap * p.channels + c) * p.multiple;
    for (var j = 0u; j < p.multiple; j += 1u) {{ sum += g[from_g + j] * w[from_w + j]; }}
  }}"""
    body = f"""{sliding.taken_apart([("c", "p.channels"), *spatial])}
  var sum = 0.0;
{sliding.taps(rank, step)}
  store(i, sum);"""
    return _made("DepthwiseConvBackpropInput", rank, "w g", body, epilogue)


@lowering("DepthwiseConv2dNativeBackpropInput")
def depthwise_input(
    inputs: tuple[Spec, ...], /, *, shape: Sizes, epilogue: Extension | None = None, **geometry: Any
) -> Lowered:
    """g carried back through the filters w to images of `shape`."""
    _check(inputs)
    w, g = inputs
    *window, channels, multiple = w.shape
    out, y = g.shape[1:-1], Spec(shape, FLOAT)
    numbers = channels, multiple, *sliding.values(shape[1:-1], out, tuple(window), **geometry)
    return sliding.lowered(inputs, y, partial(_input, len(out)), numbers, epilogue)


@cache
def _filter(rank: int, epilogue: Extension) -> Program:
    taps = [(f"t{k}", f"p.w{k}") for k in reversed(range(rank))]
    spatial = [(f"o{k}", f"p.o{k}") for k in reversed(range(rank))]
    text = f"""
var<workgroup> sums: array<f32, {SHARING}>;
@compute @workgroup_size({SHARING})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {{
  let i = group.x + group.y * groups.x;
  if (i >= p.size) {{ return; }}
  var position = i;
{sliding.taken_apart([("j", "p.multiple"), ("c", "p.channels"), *taps]).replace("rest", "position")}
  var sum = 0.0;
  for (var pixel = local; pixel < p.pixels; pixel += {SHARING}u) {{
  var rest = pixel;
{sliding.taken_apart(spatial)}
{sliding.seen(rank)}
    if (inside) {{
      sum += x[at * p.channels + c] * g[(pixel * p.channels + c) * p.multiple + j];
    }}
  }}
  sums[local] = sum;
  workgroupBarrier();
  for (var half = {SHARING // 2}u; half > 0u; half /= 2u) {{
    if (local < half) {{ sums[local] += sums[local + half]; }}
    workgroupBarrier();
  }}
  if (local == 0u) {{ store(i, sums[0]); }}
}}"""
    named = tuple((name, "u32") for name in ("size", "pixels", *_names(rank)))
    key = ("DepthwiseConvBackpropFilter", rank)
    return sliding.extended(key, text, (("x", "f32"), ("g", "f32")), named, epilogue)


@lowering("DepthwiseConv2dNativeBackpropFilter")
def depthwise_filter(
    inputs: tuple[Spec, ...], /, *, shape: Sizes, epilogue: Extension | None = None, **geometry: Any
) -> Lowered:
    """g correlated with each channel of the images x: the filters of `shape`."""
    _check(inputs)
    x, g = inputs
    *window, channels, multiple = shape
    out, y = g.shape[1:-1], Spec(shape, FLOAT)
    numbers = sliding.values(x.shape[1:-1], out, tuple(window), **geometry)
    numbers = prod(g.shape[:-1]), channels, multiple, *numbers
    return sliding.lowered(inputs, y, partial(_filter, len(out)), numbers, epilogue, group=1)
