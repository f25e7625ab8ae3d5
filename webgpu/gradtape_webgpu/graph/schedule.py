"""From the pending graph to groups of steps that become one kernel each.

1. Steps whose results nobody needs are left out (`needed`).
2. Views become ways of reading; where no strides describe one, or a kernel cannot read it, or
   somebody holds it, it is copied (`resolve`).
3. Element-wise steps join the group of a step that they read element by element: other element-wise
   steps, or the kernel (matrix product, convolution, reduction) whose result they go on with. A
   reduction takes in the group that computes what it reduces (`gather`).
4. Groups that need more bindings than a device has are split (`fitted`).

A step joins a group only where no way leads from the group to the step through a third one.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradtape_webgpu.graph.pending import Graph
from gradtape_webgpu.kernels.program import Spec
from gradtape_webgpu.kernels.views import View, broadcast, flat
from gradtape_webgpu.lowering.rules import Anchor, Map, Rule, ViewRule, copy

#: an input: the value (or, below 0, outside buffer) whose memory is read, and how
Read = tuple[int, View]


class Step:
    """A rule, what it reads and which values it makes."""

    __slots__ = ("makes", "order", "reads", "rule", "scalars")

    def __init__(
        self, rule: Rule, reads: tuple[Read, ...], makes: tuple[int, ...], scalars: int, order: int
    ) -> None:
        self.rule, self.reads, self.makes, self.order = rule, reads, makes, order
        self.scalars = scalars  # where its scalars begin among the graph's


class Group:
    """Steps that become one kernel: perhaps a head (an anchor, or opaque), and maps after it.

    `before` holds the maps that compute what a reduction at the head reduces.
    """

    def __init__(self, size: int, head: Step | None = None) -> None:
        self.size, self.head = size, head
        self.maps: list[Step] = []
        self.before: list[Step] = []

    def steps(self) -> Iterator[Step]:
        """All steps in the order in which they compute."""
        yield from self.before
        if self.head:
            yield self.head
        yield from self.maps

    def made(self) -> set[int]:
        """The values made here."""
        return {k for step in self.steps() for k in step.makes}

    def reads(self) -> list[int]:
        """What is read from memory, in the order of first use."""
        return self._outside([*self.steps()])

    def bindings(self) -> int:
        """How many arrays the kernel binds for reading.

        The head, and what is before and after it, each have their own, also for the same array.
        """
        own = len(self.head.reads) - bool(self.before) if self.head else 0
        return own + len(self._outside(self.before)) + len(self._outside(self.maps))

    def _outside(self, steps: list[Step]) -> list[int]:
        made = self.made()
        return list(dict.fromkeys(r for s in steps for r, _ in s.reads if r not in made))


class Resolved:
    """The steps that are needed, every input a location in memory and a way to read it.

    `location` says of every value where it lies; `live` are the values that must have memory.
    """

    def __init__(self, graph: Graph, values: tuple[int, ...]) -> None:
        self.steps: list[Step] = []
        self.location: dict[int, Read] = {}
        self.next_value = len(graph.handles)
        held = set(values)
        for rule, inputs, makes, scalars in _needed(graph, held):
            if isinstance(rule, ViewRule):
                self._view(rule, inputs[0], makes[0], held)
            elif isinstance(rule, Map):
                shape = rule.outputs[0].shape
                locations = [self._at(v, s) for v, s in zip(inputs, rule.inputs, strict=True)]
                spread = [(root, broadcast(view, shape)) for root, view in locations]
                self._add(rule, spread, makes, scalars)
            else:
                reads: list[Read] = []
                for k, (value, spec) in enumerate(zip(inputs, rule.inputs, strict=True)):
                    root, view = self._at(value, spec)
                    fits = rule.accepts(k, view) if isinstance(rule, Anchor) else view.is_flat
                    reads.append((root, view) if fits else self._copied(value, spec))
                self._add(rule, reads, makes, scalars)
        self.live = {self.location.get(v, (v, None))[0] for v in held}

    def _at(self, value: int, spec: Spec) -> Read:
        return self.location.get(value) or (value, flat(spec.shape))

    def _add(self, rule: Rule, reads: list[Read], makes: tuple[int, ...], scalars: int) -> None:
        self.steps.append(Step(rule, tuple(reads), makes, scalars, len(self.steps)))

    def _copied(self, value: int, spec: Spec) -> Read:
        new, self.next_value = self.next_value, self.next_value + 1
        self._add(copy(spec), [self._at(value, spec)], (new,), 0)
        self.location[value] = (new, flat(spec.shape))
        return self.location[value]

    def _view(self, rule: ViewRule, value: int, made: int, held: set[int]) -> None:
        spec = rule.inputs[0]
        root, view = self._at(value, spec)
        seen = rule.through(view)
        if seen is None:
            root, view = self._copied(value, spec)
            seen = rule.through(view)
            assert seen is not None, f"{rule.name} of an array that lies row by row"
        if made in held and not seen.is_flat:
            self._add(copy(rule.outputs[0]), [(root, seen)], (made,), 0)
        else:
            self.location[made] = (root, seen)


def _needed(
    graph: Graph, held: set[int]
) -> list[tuple[Rule, tuple[int, ...], tuple[int, ...], int]]:
    steps = []
    at = value = scalars = 0
    for rule in graph.rules:
        inputs = tuple(graph.signature[at + 1 : at + 1 + rule.arity])
        steps.append((rule, inputs, tuple(range(value, value + len(rule.outputs))), scalars))
        at += 1 + rule.arity
        value += len(rule.outputs)
        scalars += len(rule.scalars)
    needed = set(held)
    steps_needed = []
    for step in reversed(steps):
        if any(k in needed for k in step[2]):
            needed.update(step[1])
            steps_needed.append(step)
    return steps_needed[::-1]


class _Gathering:
    """Groups while they grow. `past[g]`: the groups that must run before g, as bits."""

    def __init__(self) -> None:
        self.groups: dict[int, Group] = {}
        self.home: dict[int, int] = {}
        self.past: dict[int, int] = {}

    def open(self, size: int, head: Step | None) -> int:
        number = len(self.past)
        self.groups[number], self.past[number] = Group(size, head), 0
        return number

    def put(self, step: Step, number: int) -> None:
        """Make `step` a part of a group, and let the group wait for what the step reads."""
        if step is not self.groups[number].head:
            self.groups[number].maps.append(step)
        for value in step.makes:
            self.home[value] = number
        waits = 0
        for root, _ in step.reads:
            other = self.home.get(root, number)
            if other != number:
                waits |= self.past[other] | 1 << other
        self._wait(number, waits)

    def _wait(self, number: int, waits: int) -> None:
        self.past[number] |= waits
        for other, past in self.past.items():
            if past >> number & 1:
                self.past[other] |= self.past[number]

    def candidates(self, step: Step) -> list[int]:
        """The groups that a map may join: it reads their values element by element."""
        size = step.rule.outputs[0].size
        found = []
        for root, view in step.reads:
            number = self.home.get(root)
            if number is None or number in found:
                continue
            group = self.groups[number]
            head = group.head
            open_ = head is None or (isinstance(head.rule, Anchor) and group.size == size)
            if open_ and view.is_flat and group.size == size and self._may(step, number):
                found.append(number)
        return found

    def _may(self, step: Step, number: int) -> bool:
        for root, view in step.reads:
            other = self.home.get(root)
            if other == number:
                if not view.is_flat or view.size != self.groups[number].size:
                    return False
            elif other is not None and self.past[other] >> number & 1:
                return False
        return True

    def merge(self, a: int, b: int) -> int | None:
        """One group of two, where that is allowed; its number."""
        if self.past[a] >> b & 1 or (self.groups[b].head and not self.past[b] >> a & 1):
            a, b = b, a  # b may wait for a, not the other way round; and a has the head
        first, second = self.groups[a], self.groups[b]
        if second.head or first.size != second.size or self._between(a, b) or self._between(b, a):
            return None
        made = first.made()
        for step in second.maps:
            if any(r in made and not view.is_flat for r, view in step.reads):
                return None
        for step in second.maps:
            for value in step.makes:
                self.home[value] = a
        first.maps = sorted(first.maps + second.maps, key=lambda s: s.order)
        self._absorb(a, b)
        return a

    def _absorb(self, a: int, b: int) -> None:
        """Group b has become a part of group a."""
        del self.groups[b]
        waits = self.past.pop(b) & ~(1 << a)
        for other, past in self.past.items():
            if past >> b & 1:
                self.past[other] = past & ~(1 << b) | (0 if other == a else 1 << a)
        self.past[b] = 0  # numbers are not used twice
        self._wait(a, waits)

    def _between(self, a: int, b: int) -> bool:
        """Whether some third group must run after a and before b."""
        return any(
            self.past[b] >> other & 1 and self.past[other] >> a & 1
            for other in self.groups
            if other not in (a, b)
        )

    def take_in(self, number: int) -> None:
        """Let the reduction at the head of a group compute what it reduces by itself."""
        group = self.groups[number]
        head = group.head
        if head is None or not isinstance(head.rule, Anchor) or not head.rule.folds:
            return
        root, view = head.reads[0]
        source = self.home.get(root)
        if source is None or not view.is_flat:
            return
        before = self.groups[source]
        if before.head or before.size != head.rule.folds or self._between(source, number):
            return
        if any(self.home.get(r) == source for s in group.maps for r, _ in s.reads):
            return  # what goes on after the reduction reads it too
        group.before = before.maps
        for step in before.maps:
            for value in step.makes:
                self.home[value] = number
        self._absorb(number, source)


def gather(resolved: Resolved) -> list[Group]:
    """The groups, in an order in which they can run."""
    state = _Gathering()
    for step in resolved.steps:
        size = step.rule.outputs[0].size
        if not isinstance(step.rule, Map):
            state.put(step, state.open(size, step))
            continue
        target = None
        for number in state.candidates(step):
            if target is None:
                target = number
            elif state._may(step, number):
                merged = state.merge(target, number)
                target = target if merged is None else merged
        if target is None or not state._may(step, target):
            target = state.open(size, None)
        state.put(step, target)
    for number in list(state.groups):
        if number in state.groups:
            state.take_in(number)
    order = sorted(state.groups, key=lambda g: (bin(state.past[g]).count("1"), g))
    return [state.groups[g] for g in order]


def escapes(groups: list[Group], live: set[int]) -> list[list[int]]:
    """For each group, the values that must be written to memory: held, or read elsewhere."""
    home = {value: k for k, group in enumerate(groups) for value in group.made()}
    needed = {v for v in live if v in home}
    for k, group in enumerate(groups):
        for step in group.steps():
            needed.update(r for r, _ in step.reads if home.get(r, k) != k)
    return [[v for step in group.steps() for v in step.makes if v in needed] for group in groups]


def fitted(groups: list[Group], live: set[int], bindings: int) -> list[Group]:
    """The groups, split where one needs more than `bindings` arrays."""
    out: list[Group] = []
    for group, writes in zip(groups, escapes(groups, live), strict=True):
        spare = bindings - (1 if group.before else 0)  # partial results of the reduction
        if group.bindings() + max(len(writes), 1) <= spare or not group.maps + group.before:
            out.append(group)
            continue
        out += _parts(group.before, set(writes), group, bindings)
        if group.head:
            rest = Group(group.size, group.head)
            rest.maps = group.maps
            made = rest.made()
            if rest.bindings() + max(sum(v in made for v in writes), 1) <= bindings:
                out.append(rest)
                continue
            out.append(Group(group.size, group.head))
        out += _parts(group.maps, set(writes), group, bindings)
    return out


def _parts(maps: list[Step], needed: set[int], whole: Group, bindings: int) -> list[Group]:
    """Maps in groups small enough; what a later part reads is written by an earlier one."""
    parts: list[Group] = []
    for step in maps:
        if parts:
            trial = Group(parts[-1].size)
            trial.maps = [*parts[-1].maps, step]
            done = {id(s) for s in trial.maps}
            later = {r for s in whole.steps() if id(s) not in done for r, _ in s.reads}
            written = [v for v in trial.made() if v in needed or v in later]
            if len(trial.reads()) + len(written) <= bindings:
                parts[-1] = trial
                continue
        part = Group(step.rule.outputs[0].size)
        part.maps = [step]
        parts.append(part)
    return parts


def schedule(graph: Graph, held: tuple[int, ...], bindings: int) -> tuple[list[Group], Resolved]:
    """The groups of a graph in running order, and where its values lie."""
    resolved = Resolved(graph, held)
    return fitted(gather(resolved), resolved.live, bindings), resolved
