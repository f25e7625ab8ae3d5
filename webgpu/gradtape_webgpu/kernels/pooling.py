"""Pooling: the largest or the mean value of every window, and the gradients, one thread an element.

Gradients are gathered: an element of the input asks every window that sees it, in the order in
which the CPU adds them. The gradient of a maximum goes to the first of the largest values. Small
windows of the largest value that lie side by side, as most do, have kernels of their own: the
window stands in the text, its values are read at once, and its gradient is written by one thread.
"""

from __future__ import annotations

from functools import cache, partial
from itertools import product
from math import prod
from typing import Any

import numpy as np

from gradtape_webgpu.kernels import sliding
from gradtape_webgpu.kernels.program import STORED, Extension, Lowered, Program, Spec
from gradtape_webgpu.kernels.registry import Unsupported, lowering
from gradtape_webgpu.kernels.sliding import Pads, Sizes

#: dtype → what is below everything, what joins two values, whether they are equal (two nans are)
_ORDER = {
    "f32": (
        "bitcast<f32>(0xff800000u ^ opaque_zero)",
        "larger_of({}, {})",
        "(equals({0}, {1}) | (is_nan({0}) & is_nan({1})))",
    ),
    "i32": ("i32(-0x7fffffff - 1)", "max({}, {})", "({} == {})"),
    "u32": ("0u", "max({}, {})", "({} == {})"),
}


def _kind(x: Spec) -> str:
    if x.dtype == np.bool_:
        raise Unsupported("truth values are not pooled")
    return STORED[x.dtype]


def _needs(kind: str) -> tuple[str, ...]:
    return ("larger_of", "equals", "is_nan") if kind == "f32" else ()


def _out(x: Sizes, geometry: dict[str, Any]) -> Sizes:
    return sliding.output_size(x[1:-1], **geometry)


def _numbers(space: Sizes, out: Sizes, channels: int, geometry: dict[str, Any]) -> Sizes:
    return (channels, *sliding.values(space, out, **geometry))


def _made(
    key: str, rank: int, kind: str, reads: str, body: str, epilogue: Extension, functions: str = ""
) -> Program:
    names = ("channels", *sliding.fields(rank))
    arrays = tuple((name, kind) for name in reads.split())
    return sliding.each_element(
        (key, rank, kind), body, arrays, names, epilogue, functions, _needs(kind)
    )


def _of_output(rank: int) -> str:
    spatial = [(f"o{k}", f"p.o{k}") for k in reversed(range(rank))]
    return sliding.taken_apart([("c", "p.channels"), *spatial])


def _of_input(rank: int) -> str:
    spatial = [(f"x{k}", f"p.n{k}") for k in reversed(range(rank))]
    return sliding.taken_apart([("c", "p.channels"), *spatial])


def _side_by_side(x: Sizes, out: Sizes, geometry: dict[str, Any]) -> bool:
    """Whether small windows cover the input, each element once."""
    window = geometry["window"]
    return (
        window == geometry["strides"]
        and all(d == 1 for d in geometry["dilations"])
        and not any(map(any, geometry["pads"]))
        and prod(window) <= 16
        and all(n == o * w for n, o, w in zip(x[1:-1], out, window, strict=True))
    )


def _taps(window: Sizes) -> str:
    """The taps of the window at output o, from `at0` on, in reading order."""
    lines = []
    for number, taps in enumerate(product(*map(range, window))):
        text = "rest"
        for k, t in enumerate(taps):
            text = f"({text} * p.n{k} + o{k} * {window[k]}u + {t}u)"
        lines.append(f"  let at{number} = {text} * p.channels + c;")
    lines += [f"  let v{k} = x[at{k}];" for k in range(prod(window))]
    return "\n".join(lines)


# -- the largest value


@cache
def _largest_of(window: Sizes, kind: str, epilogue: Extension) -> Program:
    join = _ORDER[kind][1]
    value = "v0"
    for k in range(1, prod(window)):
        value = join.format(value, f"v{k}")
    body = f"{_of_output(len(window))}\n{_taps(window)}\n  store(i, {value});"
    return _made(f"MaxPool {window}", len(window), kind, "x", body, epilogue)


@cache
def _largest(rank: int, kind: str, epilogue: Extension) -> Program:
    low, join, _ = _ORDER[kind]
    step = f"""{sliding.seen(rank)}
  if (inside) {{ value = {join.format("value", "x[at * p.channels + c]")}; }}"""
    loop = sliding.taps(rank, step)
    body = f"{_of_output(rank)}\n  var value = {low};\n{loop}\n  store(i, value);"
    return _made("MaxPool", rank, kind, "x", body, epilogue)


@lowering("MaxPool", "MaxPool3D")
def max_pool(
    inputs: tuple[Spec, ...], /, *, epilogue: Extension | None = None, **geometry: Any
) -> Lowered:
    """The largest value of every window."""
    (x,) = inputs
    out, channels = _out(x.shape, geometry), x.shape[-1]
    y = Spec((x.shape[0], *out, channels), x.dtype)
    if _side_by_side(x.shape, out, geometry):
        made = partial(_largest_of, geometry["window"], _kind(x))
    else:
        made = partial(_largest, len(out), _kind(x))
    numbers = _numbers(x.shape[1:-1], out, channels, geometry)
    return sliding.lowered(inputs, y, made, numbers, epilogue)


def _holder(rank: int, kind: str) -> str:
    """The tap of the window at output o that holds the first of the largest values, or −1."""
    low, _, equal = _ORDER[kind]
    step = f"""{sliding.seen(rank)}
  var value = {low};
  if (inside) {{ value = x[at * p.channels + c]; }}
  if ({equal.format("value", "top")}) {{
    return vec2<u32>(tap, select(0xffffffffu, at, inside));
  }}"""
    outputs = ", ".join(f"o{k}: u32" for k in range(rank))
    return f"""
fn holder(rest: u32, {outputs}, c: u32, top: {kind}) -> vec2<u32> {{
{sliding.taps(rank, step)}
  return vec2<u32>(0xffffffffu);
}}"""


@cache
def _put_back(window: Sizes, kind: str, epilogue: Extension) -> Program:
    equal = _ORDER[kind][2]
    lines = [_of_output(len(window)), "  let own = g[i];", "  let most = top[i];", _taps(window)]
    lines.append("  var open = true;")
    for k in range(prod(window)):
        lines.append(f"  let hit{k} = open & {equal.format(f'v{k}', 'most')};")
        lines.append(f"  store(at{k}, select({kind}(), own, hit{k}));")
        lines.append(f"  open = open & !hit{k};")
    body = "\n".join(lines)
    return _made(f"MaxPoolGrad {window}", len(window), kind, "g x top", body, epilogue)


@cache
def _spread(rank: int, kind: str, epilogue: Extension) -> Program:
    outputs = ", ".join(f"o{k}" for k in range(rank))
    equal = _ORDER[kind][2]
    step = f"""{sliding.seeing(rank)}
  if (found) {{
    let j = origin * p.channels + c;
    if ({equal.format("x[i]", "top[j]")}) {{
      if (holder(rest, {outputs}, c, top[j]).x == tap) {{ sum += g[j]; }}
    }}
  }}"""
    body = f"{_of_input(rank)}\n  var sum = {kind}();\n{sliding.taps(rank, step)}\n  store(i, sum);"
    return _made("MaxPoolGrad", rank, kind, "g x top", body, epilogue, _holder(rank, kind))


@lowering("MaxPoolGrad", "MaxPool3DGrad")
def max_pool_grad(
    inputs: tuple[Spec, ...], /, *, epilogue: Extension | None = None, **geometry: Any
) -> Lowered:
    """g put back at the first largest value of every window of x."""
    g, x, top = inputs
    out = top.shape[1:-1]
    y = Spec(x.shape, g.dtype)
    numbers = _numbers(x.shape[1:-1], out, x.shape[-1], geometry)
    if y.size and not g.size:
        raise Unsupported("no window fits")
    if _side_by_side(x.shape, out, geometry):
        made = partial(_put_back, geometry["window"], _kind(x))
        return sliding.lowered(inputs, y, made, numbers, epilogue, invocations=top.size)
    made = partial(_spread, len(out), _kind(x))
    return sliding.lowered(inputs, y, made, numbers, epilogue)


@cache
def _collected(rank: int, kind: str, epilogue: Extension) -> Program:
    outputs = ", ".join(f"o{k}" for k in range(rank))
    body = f"""{_of_output(rank)}
  let at = holder(rest, {outputs}, c, top[i]).y;
  var value = {kind}();
  if (at != 0xffffffffu) {{ value = g[at * p.channels + c]; }}
  store(i, value);"""
    return _made("MaxPoolGradGrad", rank, kind, "g x top", body, epilogue, _holder(rank, kind))


@lowering("MaxPoolGradGrad", "MaxPool3DGradGrad")
def max_pool_grad_grad(
    inputs: tuple[Spec, ...], /, *, epilogue: Extension | None = None, **geometry: Any
) -> Lowered:
    """The tangent taken at the first largest value of every window of x."""
    t, x, top = inputs
    out = top.shape[1:-1]
    y = Spec(top.shape, t.dtype)
    made = partial(_collected, len(out), _kind(x))
    numbers = _numbers(x.shape[1:-1], out, x.shape[-1], geometry)
    return sliding.lowered(inputs, y, made, numbers, epilogue)


# -- the mean


def _count(rank: int) -> str:
    """How many elements of the input the window at output o sees."""
    outputs = ", ".join(f"o{k}: u32" for k in range(rank))
    lines = [f"fn count({outputs}) -> f32 {{", "  var product = 1u;"]
    for k in range(rank):
        lines.append(f"""  var seen{k} = 0u;
  for (var t = 0u; t < p.w{k}; t += 1u) {{
    seen{k} += select(0u, 1u, o{k} * p.s{k} + t * p.d{k} - p.b{k} < p.n{k});
  }}
  product *= seen{k};""")
    return "\n".join((*lines, "  return f32(product);", "}"))


def _float(x: Spec) -> None:
    if x.dtype != np.float32:
        raise Unsupported(f"a mean on the GPU takes float32, not {x.dtype}")


@cache
def _mean(rank: int, epilogue: Extension) -> Program:
    outputs = ", ".join(f"o{k}" for k in range(rank))
    step = f"{sliding.seen(rank)}\n  if (inside) {{ sum += x[at * p.channels + c]; }}"
    body = f"""{_of_output(rank)}
  var sum = 0.0;
{sliding.taps(rank, step)}
  store(i, sum / count({outputs}));"""
    return _made("AvgPool", rank, "f32", "x", body, epilogue, _count(rank))


@lowering("AvgPool", "AvgPool3D")
def mean_pool(
    inputs: tuple[Spec, ...], /, *, epilogue: Extension | None = None, **geometry: Any
) -> Lowered:
    """The mean of the values in every window."""
    (x,) = inputs
    _float(x)
    out, channels = _out(x.shape, geometry), x.shape[-1]
    y = Spec((x.shape[0], *out, channels), x.dtype)
    numbers = _numbers(x.shape[1:-1], out, channels, geometry)
    return sliding.lowered(inputs, y, partial(_mean, len(out)), numbers, epilogue)


@cache
def _shares(rank: int, epilogue: Extension) -> Program:
    outputs = ", ".join(f"o{k}" for k in range(rank))
    step = f"""{sliding.seeing(rank)}
  if (found) {{ sum += g[origin * p.channels + c] / count({outputs}); }}"""
    body = f"{_of_input(rank)}\n  var sum = 0.0;\n{sliding.taps(rank, step)}\n  store(i, sum);"
    return _made("AvgPoolGrad", rank, "f32", "g", body, epilogue, _count(rank))


@lowering("AvgPoolGrad", "AvgPool3DGrad")
def mean_pool_grad(
    inputs: tuple[Spec, ...], /, *, shape: Sizes, epilogue: Extension | None = None, **geometry: Any
) -> Lowered:
    """g shared out among the values of every window."""
    (g,) = inputs
    _float(g)
    y = Spec(shape, g.dtype)
    if y.size and not g.size:
        raise Unsupported("no window fits")
    out = g.shape[1:-1]
    numbers = _numbers(shape[1:-1], out, shape[-1], geometry)
    return sliding.lowered(inputs, y, partial(_shares, len(out)), numbers, epilogue)


__all__ = ["Pads", "max_pool", "max_pool_grad", "max_pool_grad_grad", "mean_pool", "mean_pool_grad"]
