"""Sliding windows in WGSL: what convolution and pooling share.

Arrays are (batch, *space, channels). Along spatial axis k: the input has `n` elements, the output
`o`, the window `w`; it moves by `s`, its taps are `d` apart, and `b` elements of padding come
before the input. Place t of the window at output o sees input o·s + t·d − b.
"""

from __future__ import annotations

from collections.abc import Callable

from gradtape_webgpu.kernels.per_element import GROUP
from gradtape_webgpu.kernels.program import (
    STORED,
    Extension,
    Launch,
    Lowered,
    Program,
    Spec,
    plain,
    program,
    spread,
)
from gradtape_webgpu.wgsl import library

Sizes = tuple[int, ...]
Pads = tuple[tuple[int, int], ...]


def output_size(space: Sizes, window: Sizes, strides: Sizes, pads: Pads, dilations: Sizes) -> Sizes:
    """How many positions the window has along each spatial axis."""
    return tuple(
        max(0, (n + before + after - (k - 1) * d - 1) // s + 1)
        for n, k, s, (before, after), d in zip(space, window, strides, pads, dilations, strict=True)
    )


def fields(rank: int) -> tuple[str, ...]:
    """The names of a window's parameters."""
    return tuple(f"{name}{k}" for name in "nowsdb" for k in range(rank))


def values(
    space: Sizes, out: Sizes, window: Sizes, strides: Sizes, pads: Pads, dilations: Sizes
) -> Sizes:
    """Their values."""
    return (*space, *out, *window, *strides, *dilations, *(before for before, _ in pads))


def each_element(
    key: tuple[object, ...],
    body: str,
    reads: tuple[tuple[str, str], ...],
    names: tuple[str, ...],
    epilogue: Extension,
    functions: str = "",
    needs: tuple[str, ...] = (),
) -> Program:
    """A program whose body runs once for every element i of the result, and calls `store(i, v)`.

    All parameters are u32; `needs` are the library functions that the text calls.
    """
    text = f"""
@compute @workgroup_size({GROUP})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {{
  let i = (group.x + group.y * groups.x) * {GROUP}u + local;
  if (i >= p.size) {{ return; }}
  var rest = i;
{body}
}}"""
    named = tuple((name, "u32") for name in ("size", *names))
    return extended(key, functions + text, reads, named, epilogue, needs)


def extended(
    key: tuple[object, ...],
    text: str,
    reads: tuple[tuple[str, str], ...],
    named: tuple[tuple[str, str], ...],
    epilogue: Extension,
    needs: tuple[str, ...] = (),
) -> Program:
    """A program with what the epilogue adds to it."""
    return program(
        (*key, epilogue.key),
        epilogue.text + text,
        (*reads, *epilogue.reads),
        epilogue.writes,
        (*named, *epilogue.fields),
        library.text((*needs, *epilogue.functions)),
    )


def lowered(
    inputs: tuple[Spec, ...],
    y: Spec,
    made: Callable[[Extension], Program],
    numbers: Sizes,
    epilogue: Extension | None,
    *,
    invocations: int | None = None,
    group: int = GROUP,
) -> Lowered:
    """One launch of a program with its epilogue.

    The body runs `invocations` times, by default once for each element of y, and `group` times in
    a workgroup.
    """
    epilogue = epilogue or plain(STORED[y.dtype])
    outputs = (y,) * len(epilogue.writes)
    if not y.size:
        return Lowered(outputs, ())
    size = y.size if invocations is None else invocations
    one = made(epilogue._replace(values=()))  # a program is cached without the numbers of one use
    params = one.pack(size, *numbers, *epilogue.values)
    arguments = tuple(range(len(inputs) + len(epilogue.reads) + len(outputs)))
    return Lowered(outputs, (Launch(one, arguments, params, spread(-(-size // group))),))


def taken_apart(names: list[tuple[str, str]]) -> str:
    """`rest` as coordinates: (name, size) from the innermost on; what remains is the batch."""
    lines = [f"  let {name} = rest % {size}; rest /= {size};" for name, size in names]
    return "\n".join(lines)


def taps(rank: int, body: str) -> str:
    """The body for every tap t of the window in reading order, which is tap number `tap`."""
    lines = ["  var tap = 0u;"]
    lines += [f"  for (var t{k} = 0u; t{k} < p.w{k}; t{k} += 1u) {{" for k in range(rank)]
    lines += [body, "  tap += 1u;", "  }" * rank]
    return "\n".join(lines)


def seen(rank: int) -> str:
    """Whether tap t at output o sees the input (`inside`), and where (`at`)."""
    lines = [f"  let x{k} = o{k} * p.s{k} + t{k} * p.d{k} - p.b{k};" for k in range(rank)]
    # what is below 0 wraps to a great number; & and not &&, which would branch
    inside = " & ".join(f"(x{k} < p.n{k})" for k in range(rank))
    lines += [f"  let inside = {inside};", f"  let at = ({nested('rest', 'x', 'n', rank)});"]
    return "\n".join(lines)


def seeing(rank: int) -> str:
    """Whether tap t sees input x from some output (`found`), and which (`origin`)."""
    lines = []
    for k in range(rank):
        lines.append(f"  let q{k} = x{k} + p.b{k} - t{k} * p.d{k}; let o{k} = q{k} / p.s{k};")
    # what is below 0 wraps to a great number; o is then great too, or q no multiple
    found = " & ".join(
        f"(q{k} < 0x80000000u) & (o{k} < p.o{k}) & (o{k} * p.s{k} == q{k})" for k in range(rank)
    )
    lines += [f"  let found = {found};", f"  let origin = ({nested('rest', 'o', 'o', rank)});"]
    return "\n".join(lines)


def nested(lead: str, name: str, size: str, rank: int) -> str:
    """The number of an element in (lead, *space), row by row."""
    text = lead
    for k in range(rank):
        text = f"({text} * p.{size}{k} + {name}{k})"
    return text
