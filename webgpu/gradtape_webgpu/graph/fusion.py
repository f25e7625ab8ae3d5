"""The WGSL text of fused steps.

`Statements` are element-wise steps as text: values computed here stand in `let`s, values from
memory are loaded where their view says. Offsets, strides and lengths are parameters, so the text
depends on the structure alone and serves every size. `kernel` makes a whole kernel of such steps,
`prologue` and `epilogue` what goes before and after another one.
"""

from __future__ import annotations

from gradtape_webgpu.graph.schedule import Step
from gradtape_webgpu.kernels.program import (
    STORED,
    Extension,
    Launch,
    Lowered,
    Spec,
    program,
    spread,
)
from gradtape_webgpu.kernels.views import View, collapse
from gradtape_webgpu.lowering.rules import Map
from gradtape_webgpu.wgsl import library

WORKGROUP = 64
#: from this size on an invocation computes four elements, where that is straight code: what it
#: reads for them is under way at once, and where the GPU is a program on the CPU, each read ends a
#: stretch of straight code
WIDE = 1 << 16


class Statements:
    """Statements that compute maps at element `i`, and the bindings and fields they use.

    `loads` fetch what is read from memory, each into the variable that `fetched` gives with its
    type; `text` computes. `variables` are those in which values stand already; `prefix` keeps names
    apart from those of the kernel that is extended. `scalar_fields` says which field holds which of
    the graph's scalars.
    """

    def __init__(self, variables: dict[int, str], prefix: str) -> None:
        self.variables, self.prefix = dict(variables), prefix
        self.reads: list[int] = []
        self.types: list[str] = []
        self.fields: list[tuple[str, str]] = []
        self.values: list[float] = []
        self.scalar_fields: list[tuple[str, int]] = []
        self.functions: dict[str, None] = {}
        self.loads: list[str] = []
        self.fetched: dict[str, str] = {}
        self.text: list[str] = []
        self._walks: dict[tuple[int, ...], str] = {}
        self._loaded: dict[tuple[int, View], str] = {}

    def field(self, name: str, kind: str, value: float) -> str:
        """A parameter; the text that reads it."""
        name = self.prefix + name
        self.fields.append((name, kind))
        self.values.append(value)
        return f"p.{name}"

    def add(self, step: Step) -> None:
        """The statements of one map."""
        rule = step.rule
        assert isinstance(rule, Map)
        operands = []
        scalars = []
        for k, kind in enumerate(rule.scalars):
            number = step.scalars + k
            name = f"s{len(self.scalar_fields)}"
            text = self.field(name, "u32" if kind == "bool" else kind, 0)
            self.scalar_fields.append((self.prefix + name, number))
            scalars.append(f"({text} != 0u)" if kind == "bool" else text)
        for k in rule.operands:
            if k < 0:
                operands.append(scalars[-1 - k])
                continue
            operands.append(self._operand(step.reads[k], rule.inputs[k]))
        name = f"{self.prefix}v{len(self.text)}"
        self.text.append(f"let {name} = {rule.template.format(*operands)};")
        self.functions.update(dict.fromkeys(rule.functions))
        self.variables[step.makes[0]] = name

    def store(self, value: int, array: str, spec: Spec) -> None:
        """Write a value to its array."""
        text = self.variables[value]
        if spec.dtype.kind == "b":
            text = f"select(0u, 1u, {text})"
        self.text.append(f"{array}[i] = {text};")

    def _operand(self, read: tuple[int, View], spec: Spec) -> str:
        root, view = read
        if root in self.variables:
            return self.variables[root]
        if read in self._loaded:
            return self._loaded[read]
        if root not in self.reads:
            self.reads.append(root)
            self.types.append(STORED[spec.dtype])
        array = f"{self.prefix}r{self.reads.index(root)}"
        text = f"{array}[{self._address(view)}]"
        name = f"{self.prefix}l{len(self.fetched)}"
        truth = spec.dtype.kind == "b"
        self.loads.append(f"let {name} = {text + ' != 0u' if truth else text};")
        self.fetched[name] = "bool" if truth else STORED[spec.dtype]
        self._loaded[read] = name
        return name

    def _address(self, view: View) -> str:
        if view.is_flat:
            return "i"
        lengths, (strides,) = collapse(view.shape, [view.strides])
        terms = [self.field(f"o{len(self.fields)}", "u32", view.offset & 0xFFFFFFFF)]
        if any(strides):
            walk = self._walk(lengths)
            for k, stride in enumerate(strides):
                if stride:
                    step = self.field(f"t{len(self.fields)}", "u32", stride & 0xFFFFFFFF)
                    terms.append(f"{walk}{k} * {step}")
        return " + ".join(terms)

    def _walk(self, lengths: tuple[int, ...]) -> str:
        """Statements that take `i` apart into coordinates; the beginning of their names."""
        name = self._walks.get(lengths)
        if name is None:
            name = self._walks[lengths] = f"{self.prefix}c{len(self._walks)}_"
            rest = "i"
            for k in range(len(lengths) - 1, 0, -1):
                length = self.field(f"n{len(self.fields)}", "u32", lengths[k])
                self.loads.append(f"let {name}q{k} = {rest} / {length};")
                self.loads.append(f"let {name}{k} = {rest} - {name}q{k} * {length};")
                rest = f"{name}q{k}"
            self.loads.append(f"let {name}0 = {rest};")
        return name

    def body(self) -> str:
        """All statements, for one element at a time."""
        return "\n  ".join((*self.loads, *self.text))

    def functions_in_two(self, result: str, kind: str) -> str:
        """`fetch(i)` reads what element i needs, `compute(i, fetched)` goes on from there."""
        members = self.fetched or {"none": "u32"}
        names = ", ".join(self.fetched or ["0u"])
        unpacked = "".join(f"\n  let {name} = fetched.{name};" for name in self.fetched)
        returns, value = (f" -> {kind}", f"\n  return {result};") if result else ("", "")
        return (
            f"struct Fetched {{ {', '.join(f'{name}: {of}' for name, of in members.items())} }};\n"
            "fn fetch(i: u32) -> Fetched {\n  "
            + "\n  ".join((*self.loads, f"return Fetched({names});"))
            + f"\n}}\nfn compute(i: u32, fetched: Fetched){returns} {{{unpacked}\n  "
            + "\n  ".join(self.text)
            + value
            + "\n}"
        )

    def bindings(self) -> tuple[tuple[str, str], ...]:
        """(name, type) of each array that is read."""
        return tuple((f"{self.prefix}r{k}", kind) for k, kind in enumerate(self.types))


class Fused:
    """The launches of a group, and what its inputs, outputs and scalars are in the graph."""

    def __init__(
        self,
        lowered: Lowered,
        reads: list[int],
        writes: list[int],
        scalars: list[tuple[str, int]],
        name: str,
    ) -> None:
        self.lowered, self.reads, self.writes = lowered, reads, writes
        self.scalars, self.name = scalars, name


_MAIN = """
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) w: vec3<u32>, @builtin(num_workgroups) g: vec3<u32>,
        @builtin(local_invocation_index) l: u32) {
"""

_ONE = (
    _MAIN
    + """  let i = (w.x + w.y * g.x) * WORKGROUP + l;
  if (i < COUNT) { compute(i, fetch(i)); }
}"""
)

_WIDE = (
    _MAIN
    + """  let i = (w.x + w.y * g.x) * 4u * WORKGROUP + l;
  if (i + 3u * WORKGROUP < COUNT) {
    let a = fetch(i);
    let b = fetch(i + WORKGROUP);
    let c = fetch(i + 2u * WORKGROUP);
    let d = fetch(i + 3u * WORKGROUP);
    compute(i, a);
    compute(i + WORKGROUP, b);
    compute(i + 2u * WORKGROUP, c);
    compute(i + 3u * WORKGROUP, d);
  } else {
    for (var k = i; k < COUNT; k += WORKGROUP) { compute(k, fetch(k)); }
  }
}"""
)


def kernel(steps: list[Step], size: int, writes: list[int], specs: dict[int, Spec]) -> Fused:
    """One kernel that computes maps, element by element."""
    statements = Statements({}, "")
    count = statements.field("n", "u32", size)
    for step in steps:
        statements.add(step)
    arrays = []
    for k, value in enumerate(writes):
        arrays.append((f"y{k}", STORED[specs[value].dtype]))
        statements.store(value, f"y{k}", specs[value])
    wide = size >= WIDE and library.is_straight(statements.functions)
    body = _WIDE if wide else _ONE
    body = body.replace("WORKGROUP", f"{WORKGROUP}u").replace("COUNT", count)
    body = statements.functions_in_two("", "") + body
    functions = library.text(statements.functions)
    text = program(
        "", body, statements.bindings(), tuple(arrays), tuple(statements.fields), functions
    )
    one = text._replace(key=text.text)
    launch = Launch(
        one,
        tuple(range(len(statements.reads) + len(writes))),
        one.pack(*statements.values),
        spread(-(-size // (4 * WORKGROUP if wide else WORKGROUP))),
    )
    outputs = tuple(specs[value] for value in writes)
    name = " ".join(step.rule.name for step in steps)
    return Fused(
        Lowered(outputs, (launch,)), statements.reads, writes, statements.scalar_fields, name
    )


def epilogue(
    head: int, kind: str, steps: list[Step], writes: list[int], specs: dict[int, Spec]
) -> tuple[Extension, Statements]:
    """What is done with each value of a kernel's result (`head`)."""
    statements = Statements({head: "v" if kind != "bool" else "(v != 0u)"}, "z_")
    for step in steps:
        statements.add(step)
    extended = _extension(statements, writes, specs)
    stored = "u32" if kind == "bool" else kind
    text = f"fn store(i: u32, v: {stored}) {{\n  {statements.body()}\n}}"
    return extended._replace(key=("epilogue", text), text=text), statements


def prologue(
    value: int, kind: str, steps: list[Step], writes: list[int], specs: dict[int, Spec]
) -> tuple[Extension, Statements]:
    """What computes each element of a kernel's input (`value`)."""
    statements = Statements({}, "x_")
    for step in steps:
        statements.add(step)
    extended = _extension(statements, writes, specs)
    result = statements.variables[value]
    if kind == "bool":
        kind, result = "u32", f"select(0u, 1u, {result})"
    text = statements.functions_in_two(result, kind)
    return extended._replace(key=("prologue", text), text=text), statements


def _extension(statements: Statements, writes: list[int], specs: dict[int, Spec]) -> Extension:
    arrays = []
    for k, value in enumerate(writes):
        arrays.append((f"{statements.prefix}y{k}", STORED[specs[value].dtype]))
        statements.store(value, f"{statements.prefix}y{k}", specs[value])
    return Extension(
        "",
        statements.bindings(),
        tuple(arrays),
        tuple(statements.fields),
        tuple(statements.values),
        "",
        tuple(statements.functions),
    )
