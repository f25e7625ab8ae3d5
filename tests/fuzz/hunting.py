"""Hunting in one function: drawing calls, comparing, and shrinking one call of every kind."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Flaky

from tests.fuzz.call import Call
from tests.fuzz.comparison import Difference
from tests.fuzz.drawing import COMPLEX, FLOATS, INTEGERS
from tests.fuzz.templates import calls

#: What is found in a call; the second number tells how many differences are declared ones.
Compare = Callable[[Call], tuple[list[Difference], int]]
#: Calls that are drawn from one seed.
RUN = 50
Kind = tuple[str, str, str, str]  # function, aspect, what differs, family of the dtype


@dataclass
class Found:
    """A kind of difference: how often it came, its smallest call, and the seed that drew it."""

    kind: Kind
    call: Call
    difference: Difference
    start: int
    times: int = 1


@dataclass
class Hunt:
    """What the calls of a function showed; calls of the same text count once."""

    function: str
    seen: set[Call] = field(default_factory=set)
    declared: int = 0
    found: dict[Kind, Found] = field(default_factory=dict)

    @property
    def calls(self) -> int:
        """How many calls were compared."""
        return len(self.seen)


class _Seen(Exception):
    """The kind that is being shrunk has come."""


def kind_of(call: Call, difference: Difference) -> Kind:
    """Differences of one kind have one cause, as far as can be told from outside."""
    return (call.function, difference.aspect, difference.what, family(call))


def family(call: Call) -> str:
    """The family of the first input's dtype."""
    dtype = call.inputs[0].dtype if call.inputs else "none"
    for name, members in (("float", FLOATS[:2]), ("complex", COMPLEX), ("integer", INTEGERS)):
        if dtype in members:
            return name
    return dtype


def hunt(
    function: str, count: int, compare: Compare, start: int = 0, shrink_seconds: float = 5.0
) -> Hunt:
    """Draw about `count` different calls of a function, and shrink one of every kind found."""
    result = Hunt(function)

    def look(call: Call) -> None:
        if call in result.seen or len(result.seen) >= count:
            return
        result.seen.add(call)
        found, declared = compare(call)
        result.declared += declared
        for difference in found:
            kind = kind_of(call, difference)
            if kind in result.found:
                result.found[kind].times += 1
            else:
                result.found[kind] = Found(kind, call, difference, current)

    # Hypothesis repeats itself within one run, so the calls are drawn in short runs.
    for current in range(start * 1_000_000, start * 1_000_000 + 1 + 2 * count // RUN):
        if len(result.seen) >= count:
            break
        drawn(function, current, look)
    if shrink_seconds:
        for found in result.found.values():
            _shrink(found, compare, shrink_seconds)
    return result


def _shrink(found: Found, compare: Compare, seconds: float) -> None:
    """Replace the call by the smallest that shows the same kind, as far as the time goes."""
    deadline = time.monotonic() + seconds

    def again(call: Call) -> None:
        if time.monotonic() > deadline and call != found.call:
            return
        for difference in compare(call)[0]:
            if kind_of(call, difference) == found.kind:
                found.call, found.difference = call, difference
                raise _Seen

    with contextlib.suppress(_Seen, Flaky):  # flaky: out of time in the middle
        drawn(found.kind[0], found.start, again, [Phase.generate, Phase.shrink])


def drawn(
    function: str,
    start: int,
    look: Callable[[Call], None],
    phases: Sequence[Phase] = (Phase.generate,),
    count: int = RUN,
) -> None:
    """Show the calls that this seed draws; the same ones every time."""

    @seed(start)
    @settings(
        max_examples=count,
        phases=phases,
        database=None,
        deadline=None,
        derandomize=False,
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(calls(function))
    def test(call: Call) -> None:
        look(call)

    with open(os.devnull, "w") as quiet, contextlib.redirect_stdout(quiet):
        test()
