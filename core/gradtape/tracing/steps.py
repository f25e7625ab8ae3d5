"""The form of a traced function: numbered values, and the steps that make and use them, in order.

Every value has a number. It is an argument, a constant, what a variable held, or what a step made;
a step refers to values by their numbers alone. This is what is simplified and printed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradtape.primitives.op import Op
from gradtape.runtime.call_sites import CallSite


class Step:
    """Something that a traced function does: `inputs` are numbers, so are `outputs`."""

    __slots__ = ("inputs", "outputs", "site")
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    site: CallSite | None
    #: whether it must be done although nobody reads what it makes
    acts = False


class Compute(Step):
    """Values made of others: `kernel(*inputs, **params)`; `op` is None for a bare ufunc."""

    __slots__ = ("kernel", "many", "op", "params")

    def __init__(
        self,
        op: Op | None,
        kernel: Callable[..., Any],
        inputs: tuple[int, ...],
        params: dict[str, Any],
        outputs: tuple[int, ...],
        many: bool,
    ) -> None:
        self.op, self.kernel, self.inputs, self.params = op, kernel, inputs, params
        self.outputs, self.many, self.site = outputs, many, None


class Read(Step):
    """What a variable holds at this point; `slot` is its place among the trace's variables."""

    __slots__ = ("slot",)

    def __init__(self, slot: int, output: int) -> None:
        self.slot, self.inputs, self.outputs, self.site = slot, (), (output,), None


class Store(Step):
    """A variable takes a value."""

    __slots__ = ("slot",)
    acts = True

    def __init__(self, slot: int, value: int) -> None:
        self.slot, self.inputs, self.outputs, self.site = slot, (value,), (), None


class Guard(Step):
    """The traced path is right only where a value, or its truth, is `outcome`."""

    __slots__ = ("outcome",)
    acts = True

    def __init__(self, value: int, outcome: Any, site: CallSite | None) -> None:
        self.inputs, self.outputs, self.outcome, self.site = (value,), (), outcome, site


class Call(Step):
    """A Python function called at run time: `function(*inputs)` gives the arrays of `outputs`.

    `late` says that it only tells (`tf.print`), so that it may wait until all guards have held;
    `draws` that it makes random numbers, which is all that it changes; `steady` that it never sends
    the call to another path.
    """

    __slots__ = ("draws", "function", "late", "steady")
    acts = True

    def __init__(
        self,
        function: Callable[..., Any],
        inputs: tuple[int, ...],
        outputs: tuple[int, ...],
        late: bool = False,
        draws: bool = False,
        steady: bool = False,
    ) -> None:
        self.function, self.inputs, self.outputs, self.late = function, inputs, outputs, late
        self.draws, self.steady, self.site = draws, steady, None
