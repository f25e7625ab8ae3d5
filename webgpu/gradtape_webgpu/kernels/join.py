"""Arrays one after the other: concatenation and stacking.

Seen from the axis on, every input is `outer` rows of `width` elements, and the output
holds these rows side by side. As many inputs as a dispatch has bindings go in one.
"""

from __future__ import annotations

from functools import cache
from math import prod

from gradtape_webgpu.kernels.per_element import over_elements, per_element
from gradtape_webgpu.kernels.program import Launch, Lowered, Program, Spec
from gradtape_webgpu.kernels.registry import lowering

#: eight storage buffers are certain, one of them is the output
MOST = 7


@cache
def _joined(count: int, width: int) -> Program:
    element = "vec4<u32>" if width == 4 else "u32"
    lines = ["    let row = i / p.own;", "    let column = i % p.own;"]
    lines.append("    let at = row * p.all + p.start + column;")
    for k in range(count):
        take = f"y[at] = x{k}[row * (p.end{k} - {edge(k)}) + column - {edge(k)}];"
        lines.append(f"    if (column < p.end{k}) {{ {take} return; }}")
    return per_element(
        ("joined", count, width),
        "\n".join(lines),
        tuple((f"x{k}", element) for k in range(count)),
        (("y", element),),
        ("own", "all", "start", *(f"end{k}" for k in range(count))),
    )


def edge(k: int) -> str:
    """Where part k begins in the row."""
    return f"p.end{k - 1}" if k else "0u"


def _join(outer: int, widths: list[int], y: Spec) -> Lowered:
    width = 1 if any(n % 4 for n in widths) else 4
    used = [(k, n // width) for k, n in enumerate(widths) if n and outer]
    whole, start = sum(n for _, n in used), 0
    launches: list[Launch] = []
    for first in range(0, len(used), MOST):
        part = used[first : first + MOST]
        ends, own = [], 0
        for _, n in part:
            own += n
            ends.append(own)
        arguments = (*(k for k, _ in part), len(widths))
        numbers = (own, whole, start, *ends)
        launches.append(over_elements(_joined(len(part), width), outer * own, arguments, *numbers))
        start += own
    return Lowered((y,), tuple(launches))


@lowering("ConcatV2")
def concat(inputs: tuple[Spec, ...], *, axis: int, rank: int) -> Lowered:
    """The inputs one after the other along an axis."""
    shape = inputs[0].shape
    total = sum(x.shape[axis] for x in inputs)
    y = Spec((*shape[:axis], total, *shape[axis + 1 :]), inputs[0].dtype)
    return _join(prod(shape[:axis]), [prod(x.shape[axis:]) for x in inputs], y)


@lowering("Pack")
def pack(inputs: tuple[Spec, ...], *, axis: int, rank: int) -> Lowered:
    """The inputs along a new axis."""
    shape = inputs[0].shape
    y = Spec((*shape[:axis], len(inputs), *shape[axis:]), inputs[0].dtype)
    return _join(prod(shape[:axis]), [prod(x.shape[axis:]) for x in inputs], y)
