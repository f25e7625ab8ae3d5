"""Kernels of one thread per element: the shell around their text, and how they are launched."""

from __future__ import annotations

from collections.abc import Hashable

from gradtape_webgpu.kernels.program import Launch, Program, program, spread

#: threads of a workgroup
GROUP = 256

Names = tuple[tuple[str, str], ...]


def per_element(
    key: Hashable,
    body: str,
    reads: Names,
    writes: Names,
    fields: tuple[str, ...] = (),
    functions: str = "",
) -> Program:
    """A program whose body runs once for every i below `p.size`; `fields` are u32."""
    text = f"""
@compute @workgroup_size({GROUP})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {{
    let i = (group.x + group.y * groups.x) * {GROUP}u + local;
    if (i >= p.size) {{ return; }}
{body}
}}
"""
    named = tuple((name, "u32") for name in ("size", *fields))
    return program(key, text, reads, writes, named, functions)


def over_elements(program: Program, size: int, arguments: tuple[int, ...], *values: int) -> Launch:
    """The launch of such a program over `size` elements; negative numbers wrap as u32."""
    params = program.pack(size, *(value & 0xFFFFFFFF for value in values))
    return Launch(program, arguments, params, spread(-(-size // GROUP)))
