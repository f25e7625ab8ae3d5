"""Convolution and its two transposes as products of matrices that are never laid out.

With pixels P (batch and space of the output), taps T of the window, channels C and filters F:

    y[P, F]       = Σ x[P sees T, C] · w[T C, F]            depth T·C
    dx[pixel, C]  = Σ g[P that T sees pixel from, F] · w[T C, F]   depth T·F
    dw[T C, F]    = Σ x[P sees T, C] · g[P, F]              depth P

Each operand says where an element lies (`product.py`); the tiles are those of the matrix product.
An element in the padding is 0. Where the window moves by more than one pixel, dx is taken class by
class instead (`convolution_classes.py`).
"""

from __future__ import annotations

from math import prod
from typing import Any

from gradtape_webgpu.kernels import convolution_classes as classes
from gradtape_webgpu.kernels import sliding
from gradtape_webgpu.kernels.product import FLOAT, Operand, Product, lowered
from gradtape_webgpu.kernels.program import Extension, Lowered, Spec
from gradtape_webgpu.kernels.registry import Unsupported, lowering
from gradtape_webgpu.kernels.sliding import Sizes
from gradtape_webgpu.kernels.target import Target


def _check(inputs: tuple[Spec, ...]) -> None:
    for x in inputs:
        if x.dtype != FLOAT:
            raise Unsupported(f"a convolution on the GPU takes float32, not {x.dtype}")


@lowering("Conv2D", "Conv3D", tuned=True)
def convolution(
    inputs: tuple[Spec, ...],
    target: Target,
    /,
    *,
    epilogue: Extension | None = None,
    **geometry: Any,
) -> Lowered:
    """The cross-correlation of images x with filters w."""
    _check(inputs)
    x, w = inputs
    *window, channels, filters = w.shape
    out = sliding.output_size(x.shape[1:-1], tuple(window), **geometry)
    rank, y = len(out), Spec((x.shape[0], *out, filters), FLOAT)
    product = Product(
        ("Conv", rank),
        *(prod(y.shape[:-1]), filters, prod(window) * channels, 1),
        _seen(rank, pixels_outside=True),
        _plain("w"),
        *_sizes(x.shape[1:-1], out, tuple(window), channels, filters, geometry),
    )
    return lowered(product, y, target, epilogue)


@lowering("Conv2DBackpropInput", "Conv3DBackpropInputV2", tuned=True)
def convolution_input(
    inputs: tuple[Spec, ...],
    target: Target,
    /,
    *,
    shape: Sizes,
    epilogue: Extension | None = None,
    **geometry: Any,
) -> Lowered:
    """g carried back through the filters w to images of `shape`."""
    _check(inputs)
    w, g = inputs
    *window, channels, filters = w.shape
    out = g.shape[1:-1]
    rank = len(out)
    if classes.is_worth(shape[1:-1], tuple(window), **geometry):
        sizes = _sizes(shape[1:-1], out, tuple(window), channels, filters, geometry)
        product = classes.product(shape, tuple(window), filters, sizes, **geometry)
        return lowered(product, Spec(shape, FLOAT), target, epilogue, transposed=True)
    product = Product(
        ("ConvBackpropInput", rank),
        *(channels, prod(shape[:-1]), prod(window) * filters, 1),
        _filters(),
        _seeing(rank),
        *_sizes(shape[1:-1], out, tuple(window), channels, filters, geometry),
    )
    # the pixels are the columns: the result is stored by its transpose
    return lowered(product, Spec(shape, FLOAT), target, epilogue, transposed=True)


@lowering("Conv2DBackpropFilter", "Conv3DBackpropFilterV2", tuned=True)
def convolution_filter(
    inputs: tuple[Spec, ...],
    target: Target,
    /,
    *,
    shape: Sizes,
    epilogue: Extension | None = None,
    **geometry: Any,
) -> Lowered:
    """g correlated with the images x: the filters of `shape`."""
    _check(inputs)
    x, g = inputs
    *window, channels, filters = shape
    out = g.shape[1:-1]
    rank = len(out)
    product = Product(
        ("ConvBackpropFilter", rank),
        *(prod(window) * channels, filters, prod(g.shape[:-1]), 1),
        _seen(rank, pixels_outside=False),
        _plain("g"),
        *_sizes(x.shape[1:-1], out, tuple(window), channels, filters, geometry),
    )
    return lowered(product, Spec(shape, FLOAT), target, epilogue)


def _sizes(
    space: Sizes, out: Sizes, window: Sizes, channels: int, filters: int, geometry: dict[str, Any]
) -> tuple[tuple[str, ...], Sizes]:
    """The parameters of a convolution and their values."""
    names = ("channels", "filters", *sliding.fields(len(out)))
    return names, (channels, filters, *sliding.values(space, out, window, **geometry))


def _plain(array: str) -> Operand:
    """A matrix (depth, filters)."""

    def text(side: str) -> str:
        return f"""fn {side}_begin(batch: u32) {{}}
fn {side}_position(i: u32) -> u32 {{ return i; }}
fn {side}_step(k: u32) -> u32 {{ return k * p.filters; }}
fn {side}(position: u32, step: u32) -> f32 {{ return {array}[position + step]; }}"""

    return Operand(None, array, text, (), (), False)


def _filters() -> Operand:
    """Filters w[T, C, F] with the channels outside and the depth (T, F)."""

    def text(side: str) -> str:
        return f"""fn {side}_begin(batch: u32) {{}}
fn {side}_position(i: u32) -> u32 {{ return i * p.filters; }}
fn {side}_step(k: u32) -> u32 {{
  return k / p.filters * p.channels * p.filters + k % p.filters;
}}
fn {side}(position: u32, step: u32) -> f32 {{ return w[position + step]; }}"""

    return Operand(None, "w", text, (), (), True)


def _struct(name: str, rank: int, rest: str) -> str:
    coordinates = " ".join(f"x{k}: u32," for k in range(rank))
    return f"struct {name} {{ {coordinates} {rest}: u32, }};"


def _taken(rank: int, sizes: str, number: str) -> str:
    """A number as coordinates t0, t1, … of the sizes, row by row, and what remains in `rest`."""
    lines = [f"  var rest = {number};"]
    for k in reversed(range(rank)):
        lines.append(f"  let t{k} = rest % p.{sizes}{k}; rest /= p.{sizes}{k};")
    return "\n".join(lines)


def _pixel(side: str, rank: int, fn: str, argument: str, at: str) -> str:
    """A pixel as coordinates and the number of its image."""
    values = ", ".join(at.format(k=k) for k in range(rank))
    sizes = "o" if "p.s" in at else "n"
    return f"""fn {side}_{fn}({argument}: u32) -> Pixel{side} {{
{_taken(rank, sizes, argument)}
  return Pixel{side}({values}, rest);
}}"""


def _tap(side: str, rank: int, fn: str, argument: str, inner: str) -> str:
    """A tap of the window and a channel or filter, as offsets."""
    values = ", ".join(f"t{k} * p.d{k}" for k in range(rank))
    return f"""fn {side}_{fn}({argument}: u32) -> Tap{side} {{
  let inner = {argument} % p.{inner};
{_taken(rank, "w", f"{argument} / p.{inner}")}
  return Tap{side}({values}, inner);
}}"""


def _seen(rank: int, *, pixels_outside: bool) -> Operand:
    """What pixels see through the window: x at o·s − b + t·d, 0 in the padding."""

    def text(side: str) -> str:
        pixel, tap = ("position", "step") if pixels_outside else ("step", "position")
        arguments = {"position": "i", "step": "k"}
        # what is below 0 wraps to a great number; & and not &&, which would branch
        inside = " & ".join(f"(x{k} < p.n{k})" for k in range(rank))
        coordinates = " ".join(f"let x{k} = pixel.x{k} + tap.x{k};" for k in range(rank))
        at = sliding.nested("pixel.image", "x", "n", rank)
        first, second = ("pixel", "tap") if pixels_outside else ("tap", "pixel")
        kinds = {"pixel": f"Pixel{side}", "tap": f"Tap{side}"}
        return "\n".join(
            (
                _struct(f"Pixel{side}", rank, "image"),
                _struct(f"Tap{side}", rank, "channel"),
                f"fn {side}_begin(batch: u32) {{}}",
                _pixel(side, rank, pixel, arguments[pixel], "t{k} * p.s{k} - p.b{k}"),
                _tap(side, rank, tap, arguments[tap], "channels"),
                f"fn {side}({first}: {kinds[first]}, {second}: {kinds[second]}) -> f32 {{",
                f"  {coordinates}",
                f"  let inside = {inside};",
                f"  let at = {at} * p.channels + tap.channel;",
                "  return select(0.0, x[select(0u, at, inside)], inside);",
                "}",
            )
        )

    return Operand(None, "x", text, (), (), pixels_outside)


def _seeing(rank: int) -> Operand:
    """The outputs from which a pixel of the input is seen through tap t of the window."""

    def text(side: str) -> str:
        tests = " & ".join(
            f"(q{k} < 0x80000000u) & (o{k} < p.o{k}) & (o{k} * p.s{k} == q{k})" for k in range(rank)
        )
        coordinates = " ".join(
            f"let q{k} = pixel.x{k} - tap.x{k}; let o{k} = q{k} / p.s{k};" for k in range(rank)
        )
        at = sliding.nested("pixel.image", "o", "o", rank)
        return "\n".join(
            (
                _struct(f"Pixel{side}", rank, "image"),
                _struct(f"Tap{side}", rank, "channel"),
                f"fn {side}_begin(batch: u32) {{}}",
                _pixel(side, rank, "position", "i", "t{k} + p.b{k}"),
                _tap(side, rank, "step", "k", "filters"),
                f"fn {side}(pixel: Pixel{side}, tap: Tap{side}) -> f32 {{",
                f"  {coordinates}",
                f"  let found = {tests};",
                f"  let at = {at} * p.filters + tap.channel;",
                "  return select(0.0, g[select(0u, at, found)], found);",
                "}",
            )
        )

    return Operand(None, "g", text, (), (), True)
