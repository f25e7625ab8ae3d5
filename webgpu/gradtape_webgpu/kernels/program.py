"""What a kernel is before any device sees it: WGSL text, its parameters, and how it is launched.

A kernel author writes the body of a compute shader and says which arrays it reads and writes and
which numbers it takes; `program` puts the declarations before it:

    struct Params { zero: u32, <fields> };                    binding 0, uniform
    var<storage, read> <name>: array<type>;                   bindings 1 … n
    var<storage, read_write> <name>: array<type>;             the bindings after them

`p.zero` is always 0 but comes from memory, so no compiler knows it: `barrier(x)` (see `wgsl/`) uses
it to keep sums and products in the order in which they were written. A text that names it as
`opaque_zero` finds it in a private variable, read once when `main` begins. Every element takes four
bytes: f32, i32, u32, and bool as a u32 that is 0 or 1. Shapes, strides and scalars are parameters,
never text, so a new batch size compiles nothing; a user's number never becomes text at all.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Hashable
from typing import NamedTuple

import numpy as np

from gradtape_webgpu.wgsl import library

#: the dtypes that live on the device, and their names in WGSL arrays
STORED = {
    np.dtype(np.float32): "f32",
    np.dtype(np.int32): "i32",
    np.dtype(np.uint32): "u32",
    np.dtype(np.bool_): "u32",
}

#: the largest number of workgroups along one axis that every WebGPU device takes
MAX_GROUPS = 65_535


class Spec(NamedTuple):
    """Shape and dtype of an array."""

    shape: tuple[int, ...]
    dtype: np.dtype

    @property
    def size(self) -> int:
        """The number of elements."""
        size = 1
        for n in self.shape:
            size *= n
        return size


_SPECS: dict[Spec, Spec] = {}


def interned(spec: Spec) -> Spec:
    """The one object that stands for all equal specs for good, so that its `id` names it."""
    return _SPECS.setdefault(spec, spec)


class Program(NamedTuple):
    """The text of one compute pipeline. Two programs of one key have one text."""

    key: Hashable
    text: str
    reads: int
    writes: int
    #: `struct` format of the parameters that follow `zero`, and their names
    format: str
    names: tuple[str, ...] = ()

    def pack(self, *values: float) -> bytes:
        """The parameter block for these values, `zero` first."""
        return struct.pack("<I" + self.format, 0, *values)


class Launch(NamedTuple):
    """One dispatch. `arguments` count the inputs of the op first, then its outputs, then temps."""

    program: Program
    arguments: tuple[int, ...]
    params: bytes
    groups: tuple[int, int, int]


class Lowered(NamedTuple):
    """An op on arrays of known shapes as dispatches; inputs are contiguous in memory.

    A temp is scratch memory, counted in elements of four bytes. No array is zero at the start: a
    kernel writes every element of its outputs, and reads no temp before it wrote it.
    """

    outputs: tuple[Spec, ...]
    launches: tuple[Launch, ...]
    temps: tuple[int, ...] = ()


class Extension(NamedTuple):
    """What the fuser adds to a kernel that can be fused with: bindings, parameters and a function.

    An epilogue's text defines `fn store(i: u32, v: f32)`, called once for each element i (counted
    row by row) of the result; a prologue's defines `fn fetch(i: u32) -> Fetched`, which reads what
    element i of the input that it stands for is made of, and `fn compute(i: u32, fetched: Fetched)
    -> f32`, which makes it; each is called once for each element. Both may read and write arrays of
    their own.

    A kernel puts its own reads first, then the prologue's, then the epilogue's; writes likewise;
    the same for the fields, so that an epilogue's fields are the last. In the arguments of its
    launches the inputs are its own, then the prologue's reads, then the epilogue's; the outputs
    are the prologue's writes, then the epilogue's.
    """

    key: Hashable
    reads: tuple[tuple[str, str], ...]
    writes: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, str], ...]
    values: tuple[float, ...]
    text: str
    #: the library functions that the text calls
    functions: tuple[str, ...] = ()


def plain(kind: str = "f32") -> Extension:
    """The epilogue that stores each value as it is, in `y`."""
    text = f"fn store(i: u32, v: {kind}) {{ y[i] = v; }}"
    return Extension(f"plain {kind}", (), (("y", kind),), (), (), text)


def functions_of(*extensions: Extension) -> str:
    """The library functions that extensions call, each once."""
    return library.text(name for extension in extensions for name in extension.functions)


_MAIN = re.compile(r"(@compute[^{]*\{)")
_FORMATS = {"u32": "I", "i32": "i", "f32": "f"}


def program(
    key: Hashable,
    body: str,
    reads: tuple[tuple[str, str], ...],
    writes: tuple[tuple[str, str], ...],
    fields: tuple[tuple[str, str], ...] = (),
    functions: str = "",
) -> Program:
    """The program with its declarations.

    `reads` and `writes` are (name, element type: f32, i32, u32, vec4<f32>, …); `fields` are (name,
    u32 | i32 | f32) and become members of `p`; `functions` is WGSL that the body calls.
    """
    members = "".join(f" {name}: {kind}," for name, kind in fields)
    lines = [
        f"struct Params {{ zero: u32,{members} }};",
        "@group(0) @binding(0) var<uniform> p: Params;",
    ]
    for k, (name, kind) in enumerate(reads, 1):
        lines.append(f"@group(0) @binding({k}) var<storage, read> {name}: array<{kind}>;")
    for k, (name, kind) in enumerate(writes, 1 + len(reads)):
        lines.append(f"@group(0) @binding({k}) var<storage, read_write> {name}: array<{kind}>;")
    text = "\n".join((*lines, functions, body))
    if "opaque_zero" in text:
        text = _MAIN.sub(r"var<private> opaque_zero: u32;\n\1\n  opaque_zero = p.zero;", text)
    format = "".join(_FORMATS[kind] for _, kind in fields)
    return Program(key, text, len(reads), len(writes), format, tuple(name for name, _ in fields))


def spread(groups: int) -> tuple[int, int, int]:
    """A grid of at least `groups` workgroups, folded where one axis cannot hold them.

    In the shader the number of the workgroup is `w.x + w.y * n.x`, with `@builtin(workgroup_id) w`
    and `@builtin(num_workgroups) n`; the last ones may be too many, so it is checked.
    """
    if groups <= MAX_GROUPS:
        return (max(groups, 1), 1, 1)
    rows = -(-groups // MAX_GROUPS)
    return (-(-groups // rows), rows, 1)
