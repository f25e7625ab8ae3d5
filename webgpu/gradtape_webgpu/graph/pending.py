"""The pending graph: what was asked for and not yet computed.

`signature` is the graph as numbers: for each step its rule's number and what it is applied to
(k ≥ 0: value k of this graph; −1−k: buffer k from outside). Together with which values are still
held by somebody, it decides the plan; scalars and buffers do not. So a training step that repeats
finds its plan by one look-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradtape_webgpu.graph.array import DeviceArray, Home
from gradtape_webgpu.kernels.program import Spec
from gradtape_webgpu.lowering.rules import Rule


class Graph:
    """Steps between two flushes, and afterwards the buffers of what is still held."""

    __slots__ = (
        "buffers", "device", "error", "externals", "handles", "held", "numbers", "pending",
        "rules", "scalars", "signature", "size", "sizes",
    )  # fmt: skip

    def __init__(self, device: Home) -> None:
        #: where the arrays that are recorded here live
        self.device = device
        self.signature: list[int] = []
        self.rules: list[Rule] = []
        self.scalars: list[float] = []
        self.externals: list[Any] = []
        #: id of a buffer from outside → its number
        self.numbers: dict[int, int] = {}
        #: how many handles each value has
        self.handles: list[int] = []
        #: elements of each value
        self.sizes: list[int] = []
        self.buffers: dict[int, Any] = {}
        #: elements of the values that are held, and of all: what is let go of before it is computed
        #: is fused away, or its memory used again, but takes time
        self.held = self.size = 0
        self.pending = True
        self.error: Exception | None = None

    def outside(self, buffer: Any) -> int:
        """The number of a buffer that was there before."""
        number = self.numbers.get(id(buffer))
        if number is None:
            self.externals.append(buffer)
            number = self.numbers[id(buffer)] = -len(self.externals)
        return number

    def record(self, rule: Rule, scalars: Sequence[float]) -> Any:
        """The array (or tuple of arrays) that `rule` makes of what the signature ends with."""
        self.rules.append(rule)
        if scalars:
            self.scalars += scalars
        outputs, sizes = rule.outputs, rule.sizes
        if len(outputs) == 1:
            return self._value(outputs[0], sizes[0])
        return tuple([self._value(*each) for each in zip(outputs, sizes, strict=True)])

    def mend(self, scalars: Sequence[float]) -> None:
        """Make whole what `record`, stopped somewhere, left half done.

        A step that is not entered is taken back; one that is gets its scalars, and results that
        nobody holds, so that the plan leaves it out.
        """
        words = sum(1 + rule.arity for rule in self.rules)
        numbers = sum(len(rule.scalars) for rule in self.rules)
        values = sum(len(rule.outputs) for rule in self.rules)
        del self.signature[words:]
        if len(self.scalars) < numbers:
            self.scalars += scalars
        for each in self.handles, self.sizes:
            each += [0] * (values - len(each))

    def _value(self, spec: Spec, size: int) -> DeviceArray:
        index = len(self.handles)
        self.handles.append(0)
        self.sizes.append(size)
        self.held += size
        self.size += size
        return DeviceArray(spec, self, index)

    def drop(self, index: int) -> None:
        """One holder less."""
        holders = self.handles[index] = self.handles[index] - 1
        if holders <= 0:
            if self.pending:
                self.held -= self.sizes[index]
            else:
                self.buffers.pop(index, None)

    def live(self) -> tuple[int, ...]:
        """The values that somebody holds."""
        return tuple(k for k, holders in enumerate(self.handles) if holders > 0)

    def failure(self, index: int) -> Exception | None:
        """What kept a value from being computed, or None."""
        return None if index in self.buffers else self.error

    def finish(self, buffers: dict[int, Any], error: Exception | None = None) -> None:
        """The flush is over: keep the buffers of what is held, let go of everything else."""
        held = {k: buffer for k, buffer in buffers.items() if self.handles[k] > 0}
        self.buffers, self.error, self.pending = held, error, False
        self.signature, self.rules, self.scalars, self.sizes = [], [], [], []
        self.externals, self.numbers = [], {}
