"""Sliding windows in WGSL: what convolution and pooling share.

Arrays are (batch, *space, channels). Along spatial axis k: the input has `n` places, the output
`o`, the window `w`; it moves by `s`, its places are `d` apart, and `b` places of padding come
before the input. Place t of the window at output o sees input o·s + t·d − b.
"""

from __future__ import annotations

from gradtape_webgpu.kernels.each import GROUP
from gradtape_webgpu.program import Launch, Program, program, spread

Sizes = tuple[int, ...]
Pads = tuple[tuple[int, int], ...]


def output_size(space: Sizes, window: Sizes, strides: Sizes, pads: Pads, dilations: Sizes) -> Sizes:
    """How many places the window has along each spatial axis."""
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
    kind: str,
    names: tuple[str, ...],
    functions: str = "",
) -> Program:
    """A program whose body runs once for every element i of `y`; all parameters are u32."""
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
    return program(key, text, reads, (("y", kind),), named, functions)


def over(made: Program, size: int, arguments: Sizes, *numbers: int) -> Launch:
    """Its launch over `size` elements."""
    return Launch(made, arguments, made.pack(size, *numbers), spread(-(-size // GROUP)))


def taken_apart(names: list[tuple[str, str]]) -> str:
    """`rest` as coordinates: (name, size) from the innermost on; what remains is the batch."""
    lines = [f"  let {name} = rest % {size}; rest /= {size};" for name, size in names]
    return "\n".join(lines)


def taps(rank: int, body: str) -> str:
    """The body for every place t of the window in reading order, which is place number `tap`."""
    lines = ["  var tap = 0u;"]
    lines += [f"  for (var t{k} = 0u; t{k} < p.w{k}; t{k} += 1u) {{" for k in range(rank)]
    lines += [body, "  tap += 1u;", "  }" * rank]
    return "\n".join(lines)


def seen(rank: int) -> str:
    """Whether place t at output o sees the input (`inside`), and where (`at`)."""
    lines = [f"  let x{k} = o{k} * p.s{k} + t{k} * p.d{k} - p.b{k};" for k in range(rank)]
    # what is below 0 wraps to a great number; & and not &&, which would branch
    inside = " & ".join(f"(x{k} < p.n{k})" for k in range(rank))
    lines += [f"  let inside = {inside};", f"  let at = ({nested('rest', 'x', 'n', rank)});"]
    return "\n".join(lines)


def seeing(rank: int) -> str:
    """Whether place t sees input x from some output (`found`), and which (`origin`)."""
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
    """The number of a place in (lead, *space), row by row."""
    text = lead
    for k in range(rank):
        text = f"({text} * p.{size}{k} + {name}{k})"
    return text
