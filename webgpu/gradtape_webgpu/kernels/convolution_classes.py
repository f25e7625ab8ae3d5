"""The input gradient of a convolution that moves by more than one pixel.

Seen from pixel x, only taps t with x + b − t a multiple of the stride s reach an output: x falls
into one of s classes r along each axis, and sees taps r, r + s, r + 2s, …. With q the number of
the pixel in its class and u that of the tap,

    dx[s·q + r − b, C] = Σ g[q − u, F] · w[s·u + r, C, F]        depth U·F, a batch for each class

so no product is multiplied that is 0 for its place alone. Taps are in the order of the kernel that
looks at all of them, so sums have the same bits.
"""

from __future__ import annotations

from math import prod
from typing import Any

from gradtape_webgpu.kernels import sliding
from gradtape_webgpu.kernels.product import Operand, Product
from gradtape_webgpu.kernels.sliding import Sizes


def _classes(space: Sizes, window: Sizes, geometry: dict[str, Any]) -> tuple[Sizes, Sizes]:
    """Along each axis the taps of a class at most, and its pixels at most."""
    strides, pads = geometry["strides"], geometry["pads"]
    taps = tuple(-(-w // s) for w, s in zip(window, strides, strict=True))
    pixels = tuple(
        -(-(n + before) // s) for n, (before, _), s in zip(space, pads, strides, strict=True)
    )
    return taps, pixels


def is_worth(space: Sizes, window: Sizes, **geometry: Any) -> bool:
    """Whether going class by class takes fewer products."""
    if any(d != 1 for d in geometry["dilations"]):
        return False
    taps, pixels = _classes(space, window, geometry)
    return bool(prod(geometry["strides"]) * prod(taps) * prod(pixels) < prod(window) * prod(space))


def product(
    shape: Sizes, window: Sizes, filters: int, sizes: tuple[tuple[str, ...], Sizes], **geometry: Any
) -> Product:
    """(channels, taps and filters) · (taps and filters, pixels), for each class."""
    rank, channels = len(window), shape[-1]
    taps, pixels = _classes(shape[1:-1], window, geometry)
    names, values = sizes
    return Product(
        ("ConvBackpropInput by classes", rank),
        *(channels, shape[0] * prod(pixels), prod(taps) * filters, prod(geometry["strides"])),
        _filters(rank),
        _seeing(rank),
        (*names, *(f"u{k}" for k in range(rank)), *(f"q{k}" for k in range(rank))),
        (*values, *taps, *pixels),
        _finish(rank),
    )


def _taken(rank: int, name: str, sizes: str) -> str:
    """`rest` as coordinates of the sizes, row by row, and what remains."""
    return "\n".join(
        f"  let {name}{k} = rest % p.{sizes}{k}; rest /= p.{sizes}{k};"
        for k in reversed(range(rank))
    )


def _finish(rank: int) -> str:
    inside = " & ".join(f"(x{k} < p.n{k})" for k in range(rank))
    at = " ".join(f"let x{k} = at{k} * p.s{k} + r{k} - p.b{k};" for k in range(rank))
    return f"""  var rest = batch;
{_taken(rank, "r", "s")}
  rest = i / p.channels;
{_taken(rank, "at", "q")}
  {at}
  let pixel = {sliding.nested("rest", "x", "n", rank)};
  if ({inside}) {{ store(pixel * p.channels + i % p.channels, value); }}"""


def _filters(rank: int) -> Operand:
    """Filters w[T, C, F] of a class, with the channels outside and the depth (U, F)."""

    def text(side: str) -> str:
        own = "\n".join(f"var<private> {side}_r{k}: u32;" for k in range(rank))
        begun = " ".join(f"{side}_r{k} = r{k};" for k in range(rank))
        taps = " ".join(f"let t{k} = u{k} * p.s{k} + {side}_r{k};" for k in range(rank))
        inside = " & ".join(f"(t{k} < p.w{k})" for k in range(rank))
        number = sliding.nested("rest", "t", "w", rank)  # nothing remains: rest is 0
        return f"""{own}
fn {side}_begin(batch: u32) {{
  var rest = batch;
{_taken(rank, "r", "s")}
  {begun}
}}
fn {side}_position(i: u32) -> u32 {{ return i * p.filters; }}
fn {side}_step(k: u32) -> u32 {{
  var rest = k / p.filters;
{_taken(rank, "u", "u")}
  {taps}
  rest = 0u;
  let at = {number} * p.channels * p.filters + k % p.filters;
  return select(0xffffffffu, at, {inside});
}}
fn {side}(position: u32, step: u32) -> f32 {{
  let inside = step != 0xffffffffu;
  return select(0.0, w[select(0u, position + step, inside)], inside);
}}"""

    return Operand(None, "w", text, (), (), True)


def _seeing(rank: int) -> Operand:
    """The outputs from which the pixels of a class are seen."""

    def text(side: str) -> str:
        members = " ".join(f"x{k}: u32," for k in range(rank))
        pixels = ", ".join(f"at{k}" for k in range(rank))
        taps = ", ".join(f"u{k}" for k in range(rank))
        outputs = " ".join(f"let o{k} = pixel.x{k} - tap.x{k};" for k in range(rank))
        # what is below 0 wraps to a great number; & and not &&, which would branch
        found = " & ".join(f"(o{k} < p.o{k})" for k in range(rank))
        at = sliding.nested("pixel.image", "o", "o", rank)
        return f"""struct Pixel{side} {{ {members} image: u32, }};
struct Tap{side} {{ {members} filter_: u32, }};
fn {side}_begin(batch: u32) {{}}
fn {side}_position(i: u32) -> Pixel{side} {{
  var rest = i;
{_taken(rank, "at", "q")}
  return Pixel{side}({pixels}, rest);
}}
fn {side}_step(k: u32) -> Tap{side} {{
  var rest = k / p.filters;
{_taken(rank, "u", "u")}
  return Tap{side}({taps}, k % p.filters);
}}
fn {side}(pixel: Pixel{side}, tap: Tap{side}) -> f32 {{
  {outputs}
  let found = {found};
  let at = {at} * p.filters + tap.filter_;
  return select(0.0, g[select(0u, at, found)], found);
}}"""

    return Operand(None, "g", text, (), (), True)
