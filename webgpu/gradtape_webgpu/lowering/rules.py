"""Rules: what an op does to arrays of known shapes and dtypes, made once and recorded many times.

    Map      every element of the result is one expression of elements of the inputs
    ViewRule a view of its one input: nothing is computed
    Anchor   a kernel that others are fused into: it hands each value of its result to `store`
    Opaque   kernels of their own

A rule has a number; a flush is known by the numbers of its rules and by what they are applied to.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import count

from gradtape_webgpu.kernels.program import Extension, Lowered, Spec, interned
from gradtape_webgpu.kernels.target import Target
from gradtape_webgpu.kernels.views import View

_numbers = count(1)


class Rule:
    """What all rules have: a number, a name, the specs of what goes in and of what comes out.

    `sizes` are the elements of what comes out: a spec counts them anew each time.
    """

    __slots__ = ("arity", "inputs", "name", "number", "outputs", "scalars", "sizes")

    def __init__(
        self,
        name: str,
        inputs: tuple[Spec, ...],
        outputs: tuple[Spec, ...],
        scalars: tuple[str, ...] = (),
    ) -> None:
        self.name, self.inputs, self.scalars = name, inputs, scalars
        self.outputs = tuple(interned(spec) for spec in outputs)
        self.sizes = tuple(spec.size for spec in outputs)
        self.arity, self.number = len(inputs), next(_numbers)


class Map(Rule):
    """y[i] = expression(a[i], b[i], …, scalars), the inputs broadcast to the shape of y.

    `template` has {0}, {1}, … for the operands; `operands` says of each where it comes from: a
    number k ≥ 0 for input k, −1−k for scalar k. `scalars` are the scalars' WGSL types. `functions`
    are the library functions that the template calls.
    """

    __slots__ = ("functions", "operands", "template")

    def __init__(
        self,
        name: str,
        template: str,
        functions: tuple[str, ...],
        operands: tuple[int, ...],
        inputs: tuple[Spec, ...],
        output: Spec,
        scalars: tuple[str, ...] = (),
    ) -> None:
        super().__init__(name, inputs, (output,), scalars)
        self.template, self.functions, self.operands = template, functions, operands


@cache
def copy(spec: Spec) -> Map:
    """The rule that writes an array row by row, however it was read."""
    return Map("Copy", "{0}", (), (0,), (spec,), spec)


class ViewRule(Rule):
    """A view of the one input; `through` gives it from the input's view, or None."""

    __slots__ = ("through",)

    def __init__(
        self, name: str, input: Spec, output: Spec, through: Callable[[View], View | None]
    ) -> None:
        super().__init__(name, (input,), (output,))
        self.through = through


class Anchor(Rule):
    """A kernel that takes an epilogue, and perhaps a prologue, from the fuser.

    `accepts(k, view)` says whether input k may come as this view; else it is copied first.
    `build(views, target, prologue, epilogue)` gives the launches. `folds` is the size of what is
    read where the kernel can compute it itself, element by element (reductions), else 0.
    """

    __slots__ = ("accepts", "build", "folds")

    def __init__(
        self,
        name: str,
        inputs: tuple[Spec, ...],
        output: Spec,
        accepts: Callable[[int, View], bool],
        build: Callable[[tuple[View, ...], Target, Extension | None, Extension], Lowered],
        folds: int = 0,
    ) -> None:
        super().__init__(name, inputs, (output,))
        self.accepts, self.build, self.folds = accepts, build, folds


class Opaque(Rule):
    """Launches that nothing is fused into; the inputs lie row by row.

    `fields` are the parameters (u32) of the launches that take the scalars, one each.
    """

    __slots__ = ("fields", "lowered")

    def __init__(
        self, name: str, inputs: tuple[Spec, ...], lowered: Lowered, fields: tuple[str, ...] = ()
    ) -> None:
        super().__init__(name, inputs, lowered.outputs, ("u32",) * len(fields))
        self.lowered, self.fields = lowered, fields
