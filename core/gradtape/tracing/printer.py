"""The printer for NumPy: the steps of a program as one straight Python function.

One step is one line, so that the line of an error is the step that met it. The function takes the
arrays of the arguments and the variables among them, and gives the arrays of the results.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradtape.tracing import results
from gradtape.tracing.buffers import BLOCK, Arena, Fused, ufunc_of
from gradtape.tracing.simplify import checks
from gradtape.tracing.steps import Call, Compute, Guard, Read, Step, Store

#: in the place of a file: within the package, so that no line in it counts as the user's
_FILE = __file__.replace("printer.py", "<traced function>")


class MissError(Exception):
    """A call takes another path than the program: which guard says so, and what it saw there."""


class LayoutError(Exception):
    """An array lies in memory in another order than the program's own memory is made for."""


class Printer:
    """Writes one program."""

    def __init__(
        self, values: list[Any], arguments: list[int], variables: list[Any], given: dict[int, int]
    ) -> None:
        self.values, self.variables, self.given = values, variables, given
        self.names: dict[int, str] = {n: f"v{n}" for n in arguments}
        self.globals: dict[str, Any] = {"Miss": MissError, "T": results.tensor}
        self.globals["Layout"] = LayoutError
        self.lines: list[str] = []
        self.steps: list[Step | None] = []  # line → the step that stands there
        self.known: dict[int, str] = {}  # id of an object → its name among the globals
        self.guards = 0

    def print(
        self, steps: list[Step], form: Any, arena: Arena
    ) -> tuple[Callable[..., Any], list[Step | None]]:
        """The function, and the step of each of its lines."""
        arguments = ", ".join([*self.names.values(), "given", "memory"])
        self.emit(f"def program({arguments}):")
        runs = [step for step in steps if isinstance(step, Fused)]
        if arena.views or runs:
            if others := self.layouts(steps):
                self.emit(f"  if {' or '.join(others)}: raise Layout")
            own = [f"m{k}, " for k in range(len(arena.views))]
            self.emit("  " + "".join([*own, *(f"r{k}, " for k in range(len(runs)))]) + "= memory")
        last = {n: k for k, step in enumerate(steps) for n in step.inputs}
        last.update(dict.fromkeys(results.numbers(form), len(steps)))
        held: list[int] = []
        for k, step in enumerate(steps):
            if isinstance(step, Call):
                held = self.let_go(held, last, k)
            self.step(step, arena)
            if isinstance(step, Read) or (
                isinstance(step, Compute) and ufunc_of(step, self.values) is None
            ):
                held += step.outputs
        self.emit(f"  return {self.result(form)}")
        exec(compile("\n".join(self.lines), _FILE, "exec"), self.globals)
        function: Callable[..., Any] = self.globals["program"]
        return function, self.steps

    def layouts(self, steps: list[Step]) -> list[str]:
        """What says that an argument or a variable lies in memory in another order than then."""
        found = [
            f"{name}.strides != {self.values[n].strides!r}"
            for n, name in self.names.items()
            if self.values[n].ndim > 1
        ]
        for step in steps:
            if isinstance(step, (Call, Store)):
                break
            if isinstance(step, Read) and self.values[step.outputs[0]].ndim > 1:
                now = f"{self.variable(step.slot)}._tensor._value.strides"
                found.append(f"{now} != {self.values[step.outputs[0]].strides!r}")
        return found

    def let_go(self, held: list[int], last: dict[int, int], now: int) -> list[int]:
        """Forget what nobody reads any more: an optimizer writes into what it alone holds."""
        over = [n for n in held if last.get(n, -1) < now]
        if over:
            self.emit("  " + "".join(f"{self.name(n)} = " for n in over) + "None")
        return [n for n in held if last.get(n, -1) >= now]

    def result(self, form: Any) -> str:
        """What the function gives, written out."""
        if isinstance(form, results.Leaf):
            return f"T({self.name(form.number)})"
        if isinstance(form, results.Thing):
            return self.object(form.value, "x")
        parts = [self.result(part) for part in form.parts]
        if form.make is results.listed:
            return f"[{', '.join(parts)}]"
        if form.make is results.tupled:
            return f"({''.join(part + ', ' for part in parts)})"
        return f"{self.object(form.make, 'x')}({', '.join(parts)})"

    def emit(self, line: str, step: Step | None = None) -> None:
        """One line more."""
        self.lines.append(line)
        self.steps.append(step)

    def name(self, number: int) -> str:
        """What a value is called; a constant is a global."""
        name = self.names.get(number)
        if name is None:
            name = self.names[number] = f"c{number}"
            self.globals[name] = self.values[number]
        return name

    def object(self, thing: Any, prefix: str) -> str:
        """The global name of a kernel or a parameter."""
        name = self.known.get(id(thing))
        if name is None:
            name = self.known[id(thing)] = f"{prefix}{len(self.known)}"
            self.globals[name] = thing
        return name

    def variable(self, slot: int) -> str:
        """A variable: one of the arguments, or one that the function knows."""
        if slot in self.given:
            return f"given[{self.given[slot]}]"
        return self.object(self.variables[slot], "w")

    def made(self, step: Step) -> str:
        """The names of a step's results."""
        for n in step.outputs:
            self.names[n] = f"v{n}"
        return ", ".join(f"v{n}" for n in step.outputs)

    def step(self, step: Step, arena: Arena) -> None:
        """The lines of a step."""
        inputs = ", ".join(self.name(n) for n in step.inputs)
        if isinstance(step, Compute):
            self.compute(step, inputs, arena)
        elif isinstance(step, Fused):
            self.fused(step, arena)
        elif isinstance(step, Read):
            held = self.variable(step.slot)
            self.emit(f"  {self.made(step)} = {held}._tensor._value", step)
            (n,) = step.outputs
            declared = self.variables[step.slot]._shape
            if declared is not None and not declared.is_fully_defined():
                self.check(n)
        elif isinstance(step, Store):
            self.emit(f"  {self.variable(step.slot)}.set_array({inputs})", step)
        elif isinstance(step, Guard):
            seen = f"{inputs}.item()"
            if type(step.outcome) is bool:
                seen = f"bool({inputs})"
            elif type(step.outcome) is tuple:
                seen = f"tuple({inputs}.ravel().tolist())"
            wanted = self.object(step.outcome, "x")
            self.emit(f"  if (seen := {seen}) != {wanted}: raise Miss({self.guards}, seen)", step)
            self.guards += 1
        elif isinstance(step, Call):
            made = self.made(step)
            function = self.object(step.function, "f")
            call = f"{function}({inputs})"
            self.emit(f"  {made}, = {call}" if made else f"  {call}", step)
            if not step.steady:
                for n in step.outputs:
                    self.check(n)

    def fused(self, step: Fused, arena: Arena) -> None:
        """A loop over blocks; nothing but the results is held when it is over."""
        values = self.values
        like = values[step.parts[0].outputs[0]]
        buffers = step.buffers()
        count = 1 + max(buffers.values(), default=-1)
        run = f"r{len(arena.runs)}"
        arena.runs.append((like.size, BLOCK // like.itemsize, count, like.dtype))
        flat = "" if like.ndim == 1 else ".reshape(-1)"
        inside: dict[int, str] = {n: f"b{place}" for n, place in buffers.items()}
        head, body = [], []
        for n in step.inputs:
            name = self.name(n)
            if isinstance(values[n], np.ndarray) and values[n].ndim:
                head.append(f"  f{n} = {name}{flat}")
                body.append(f"    i{n} = f{n}[s]")
                inside[n] = f"i{n}"
            else:
                inside[n] = name
        for n in step.outputs:
            place = arena.places.get(n)
            new = f"{self.object(np.empty, 'e')}({like.shape!r}, {self.object(like.dtype, 'd')})"
            head.append(f"  v{n} = {new if place is None else f'm{place}'}")
            head.append(f"  f{n} = v{n}{flat}")
            body.append(f"    i{n} = f{n}[s]")
            inside[n], self.names[n] = f"i{n}", f"v{n}"
        body += [self.part(part, inside) for part in step.parts]
        for line in head:
            self.emit(line)
        self.emit(f"  for {''.join(['s, ', *(f'b{k}, ' for k in range(count))])}in {run}:")
        for line in body:
            self.emit(line, step)
        views = [n for n in (*step.inputs, *step.outputs) if inside[n] == f"i{n}"]
        self.emit("  " + "".join(f"f{n} = i{n} = " for n in views) + "None")

    def part(self, step: Compute, inside: dict[int, str]) -> str:
        """The line of one step of a run, on a block."""
        inputs = ", ".join(inside.get(n) or self.name(n) for n in step.inputs)
        ufunc = self.object(ufunc_of(step, self.values), "u")
        return f"    {ufunc}({inputs}, out={inside[step.outputs[0]]})"

    def compute(self, step: Compute, inputs: str, arena: Arena) -> None:
        """A kernel's line, and the check of its shape where that may be another."""
        ufunc = ufunc_of(step, self.values)
        made = self.made(step)
        if ufunc is not None:
            (n,) = step.outputs
            place = arena.places.get(n)
            # NumPy wants the third operand of a maximum named; to name it takes a little longer
            named = "out=" if ufunc in (np.maximum, np.minimum) else ""
            out = "" if place is None else f", {named}m{place}"
            self.emit(f"  {made} = {self.object(ufunc, 'u')}({inputs}{out})", step)
            return
        params = "".join(f", {k}={self.object(v, 'p')}" for k, v in step.params.items())
        call = f"{self.object(step.kernel, 'k')}({inputs}{params})"
        self.emit(f"  {made}{',' if step.many else ''} = {call}", step)
        if checks(step):
            for n in step.outputs:
                self.check(n)

    def check(self, number: int) -> None:
        """A value must have the shape that it had when it was traced."""
        shape, name = self.values[number].shape, self.name(number)
        self.emit(f"  if {name}.shape != {shape!r}: raise Miss(-1, None)")
