"""Walks over a recording: what depends on a source, and how a gradient gets back to it."""

from __future__ import annotations

from typing import Any

from gradtape.autodiff.recording import Recording
from gradtape.autodiff.records import INPUTS, OP, OUTPUT, Record, outputs_of


def passes_nothing(record: Record, source_id: int) -> bool:
    """Whether an op has no rule for an input, so that no gradient goes there."""
    op = record[OP]
    if op.pullback is not None or None not in op.rules:
        return False
    return all(op.rules[k] is None for k, i in enumerate(record[INPUTS]) if i == source_id)


def flows(records: list[Record], sources: set[int]) -> dict[int, tuple[Record, int]]:
    """Ids from which a gradient reaches the sources, each with the record on the way there."""
    found: dict[int, tuple[Record, int]] = {}
    live = set(sources)
    for record in records:
        for i in record[INPUTS]:
            if i in live and not passes_nothing(record, i):
                output = record[OUTPUT]
                if type(output) is int:
                    live.add(output)
                    found.setdefault(output, (record, i))
                else:
                    live.update(output)
                    for o in output:
                        found.setdefault(o, (record, i))
                break
    return found


def chain_to(flowing: dict[int, tuple[Record, int]], end: int) -> list[tuple[Record, int]]:
    """The records from source to target, each with the id of its output on the way."""
    chain = []
    while end in flowing:
        record, before = flowing[end]
        chain.append((record, end))
        end = before
    return chain[::-1]


def steps_from(tape: Recording, sources: set[int]) -> tuple[set[int], dict[int, tuple[Any, int]]]:
    """All ids that depend on the sources by any road, each with the record or cut that led there.

    Records and cuts are each in the order in which they were made, so one merged pass is enough.
    """
    reach, parent = set(sources), {}
    edges: list[tuple[int, tuple[int, ...], Any]] = [(c.output, c.inputs, c) for c in tape.cuts]
    for record in tape.records or ():
        edges += [(o, record[INPUTS], record) for o in outputs_of(record)]
    for output, inputs, step in sorted(edges, key=lambda edge: edge[0]):
        if output in reach:
            continue
        for i in inputs:
            if i in reach:
                reach.add(output)
                parent[output] = (step, i)
                break
    return reach, parent


def ancestors(records: list[Record], of: int) -> set[int]:
    """The ids that `of` was computed from, as far as they were recorded."""
    found = {of}
    for record in reversed(records):
        if not found.isdisjoint(outputs_of(record)):
            found.update(i for i in record[INPUTS] if i)
    return found


def maker(records: list[Record], of: int) -> Record | None:
    """The record of the op that gave `of`."""
    return next((r for r in reversed(records) if of in outputs_of(r)), None)
