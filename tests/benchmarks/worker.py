"""One library at work, in its own process and its own environment.

    python worker.py LIBRARY [PROGRAMS]     with one of the names in `PROGRAMS`

The works are functions of its module of programs, or of the one that is named, or stand in its
`works` under any name. A work may have sizes: "matmul 1024" is matmul(1024).

Reads one JSON object a line and answers with one a line:

    {"work": "chain", "seconds": 0.2}  →  {"seconds": per step, "norm": of the result, …}
    {"work": "deep", "memory": true}   →  {"bytes": kept by the forward pass at its peak}

so that whoever asks can let several libraries take turns. What goes wrong comes back as
{"error": …} and the worker stays ready for the next question.
"""

import gc
import importlib.util
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import problems

PROGRAMS = {
    "gradtape": "tape",
    "tensorflow": "tape",
    "torch": "torch",
    "autograd": "functional",
    "jax": "functional",
}


def load(name: str) -> Any:
    """A module of programs, by its path: its name may be a library's own."""
    path = Path(__file__).parent / "programs" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"programs_{path.stem}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def maker(programs: Any, work: str) -> Callable[[], Any]:
    """What sets a work up, with its sizes if it has some."""
    named: dict[str, Callable[[], Any]] = getattr(programs, "works", {})
    if work in named:
        return named[work]
    name, *sizes = work.split()
    return partial(getattr(programs, name), *map(int, sizes))


class Timer:
    """Time per step of one work; its set-up and its warm-up happen once, at the first question.

    `settle` waits for what steps leave to be done, where a device works on after they return.
    """

    def __init__(
        self,
        step: problems.Step,
        array: Callable[[Any], Any],
        settle: Callable[[], Any] = lambda: None,
    ) -> None:
        """Run the work three times and take a fingerprint of its result."""
        for _ in range(3):
            result = step()
        values = np.asarray(array(result), dtype=np.float64)
        weights = np.cos(np.arange(values.size)).reshape(values.shape)
        self.fingerprint = {
            "shape": list(values.shape),
            "norm": float(np.sqrt(np.sum(values**2))),
            "projection": float(np.sum(values * weights)),
        }
        self.step, self.settle = step, settle
        settle()
        self.per_step = self._time(1)

    def _time(self, count: int) -> float:
        step = self.step
        start = time.perf_counter()
        for _ in range(count):
            step()
        self.settle()
        return (time.perf_counter() - start) / count

    def measure(self, seconds: float) -> dict[str, Any]:
        """The time of a step in the best part of about this many seconds: a tenth, if it is short.

        What disturbs a measurement only ever adds to it, so the best part is the nearest to the
        truth, on both sides of a ratio.
        """
        if not seconds:
            return {"seconds": self.per_step, **self.fingerprint}
        gc.collect()
        parts = min(10, max(3, round(seconds / self.per_step)))  # fewer of what takes long
        count = max(1, round(seconds / parts / self.per_step))
        self.per_step = min(self._time(count) for _ in range(parts))
        return {"seconds": self.per_step, **self.fingerprint}


def resident(field: str) -> int:
    """Bytes of memory that this process has in use (VmRSS) or had at its peak (VmHWM)."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    raise LookupError(field)


def memory(forward: Any) -> int:
    """The rise of resident memory from before a forward pass of 100 layers to its highest point."""
    forward(2)
    gc.collect()
    if not sys.platform.startswith("linux"):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        kept = forward(problems.MEMORY_LAYERS)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        del kept
        return after - before
    before = resident("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew from here
    kept = forward(problems.MEMORY_LAYERS)
    after = resident("VmHWM")
    del kept
    return after - before


def main() -> None:
    """Answer questions until there are no more."""
    # Libraries print while they load; what they print must not stand between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    programs = load(sys.argv[2] if len(sys.argv) > 2 else PROGRAMS[sys.argv[1]])
    timers: dict[str, Timer] = {}
    for line in sys.stdin:
        question = json.loads(line)
        work = question["work"]
        try:
            make = maker(programs, work)
            if question.get("memory"):
                answer: dict[str, Any] = {"bytes": memory(make())}
            else:
                if work not in timers:
                    settle = getattr(programs, "settle", lambda: None)
                    timers[work] = Timer(make(), programs.array, settle)
                answer = timers[work].measure(question["seconds"])
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
