"""The backward pass, watched: the cotangent at every node, in the order in which they are pulled.

The engine's own pass runs, one record after the other; nothing is computed twice, so a program's
own gradient functions are called as often as without a spectator.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from time import perf_counter_ns
from typing import Any


class Pass:
    """What one backward pass did; cotangents are those of the pass itself, made dense by nobody."""

    def __init__(self) -> None:
        self.steps: list[dict[str, Any]] = []
        self.cotangents: dict[int, Any] = {}


_watching: Pass | None = None


def install(gradtape: Any) -> None:
    """Let the tape's passes be watched."""
    module = importlib.import_module("gradtape.tape")
    module.pull = _watched(module.pull)  # type: ignore[attr-defined]


class watch:  # noqa: N801 - read as a verb: `with watch(one_pass)`
    """While the block runs, what the outermost pass does is written into `one_pass`."""

    def __init__(self, one_pass: Pass | None) -> None:
        self._pass = one_pass

    def __enter__(self) -> None:
        global _watching
        _watching = self._pass

    def __exit__(self, *_: object) -> None:
        global _watching
        _watching = None


def _watched(pull: Callable[..., Any]) -> Callable[..., Any]:
    def watched(
        records: Any, grads: Any, wanted: Any, live: Any, raw: Any, release: Any, *more: Any
    ) -> Any:
        global _watching
        seen, _watching = _watching, None  # passes inside this one are another tape's
        if seen is None:
            return pull(records, grads, wanted, live, raw, release, *more)
        found: dict[int, Any] = {}
        for record in reversed(records):
            output = record[2]
            outputs = (output,) if type(output) is int else output
            arriving = {i: grads[i] for i in outputs if grads.get(i) is not None}
            began = perf_counter_ns()
            here = wanted.intersection(outputs)
            found.update(pull([record], grads, here, live, raw, release, *more))
            took = perf_counter_ns() - began
            if arriving:
                seen.cotangents.update(arriving)
                into = [(i, grads[i]) for i in dict.fromkeys(record[1]) if i and i in grads]
                step = {"node": next(iter(arriving)), "nanoseconds": took, "into": into}
                seen.steps.append(step)
        for i in wanted:
            if i in grads:
                found[i] = grads[i]
        seen.cotangents.update({i: g for i, g in grads.items() if g is not None})
        return found

    return watched


def bare(cotangent: Any) -> Any:
    """The cotangent as an array; to be called while nothing records."""
    if hasattr(cotangent, "dense_shape"):
        cotangent = importlib.import_module("gradtape.indexed_slices").dense(cotangent)
    return getattr(cotangent, "_value", cotangent)
