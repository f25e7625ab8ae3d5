"""Runs programs for the page: prepares the interpreter, executes, and reports what came of it.

The functions here are called by the worker; everything they return is JSON text.
"""

from __future__ import annotations

import ast
import asyncio
import importlib
import importlib.util
import inspect
import json
import linecache
import platform
import random
import sys
from traceback import walk_tb
from types import CodeType
from typing import Any

import numpy as np

from playground import devices, seeding
from playground.failure import FILE, failure_of
from playground.show import Shown

# Packages of the runtime that a program may import, by what it writes after `import`.
PACKAGES = {"matplotlib": "matplotlib", "pylab": "matplotlib", "mpl_toolkits": "matplotlib"}


def prepare() -> str:
    """Import the engine, so that the first run does not wait for it; the versions as JSON."""
    sys.path.insert(0, "/home/pyodide")
    engine = "none"
    if importlib.util.find_spec("gradtape") is not None:
        gradtape = importlib.import_module("gradtape")
        engine = gradtape.__version__
        importlib.import_module("playground.trace")
        float(gradtape.constant(1.0) + 1.0)  # the first operator loads what computes them all
    return json.dumps(
        {"python": platform.python_version(), "numpy": np.__version__, "engine": engine}
    )


def packages_of(code: str) -> str:
    """The packages that the program imports and that are not there yet, as a JSON list."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "[]"  # the run itself will tell
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    wanted = {PACKAGES[name] for name in names if name in PACKAGES}
    if "matplotlib" in wanted:
        # Every tab is new to its fonts; that they are being listed is no news, least of all in red.
        logging = importlib.import_module("logging")
        logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    return json.dumps(sorted(n for n in wanted if importlib.util.find_spec(n) is None))


class _Tee:
    """Passes text on and keeps its beginning, for the snippet."""

    def __init__(self, onward: Any, room: int) -> None:
        self.onward = onward
        self._kept: list[str] = []
        self._room = room

    def write(self, text: str) -> int:
        if self._room > 0:
            self._kept.append(text[: self._room])
            self._room -= len(text)
        result: int = self.onward.write(text)
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self.onward, name)

    def text(self) -> str:
        return "".join(self._kept).encode("utf-8", "replace").decode("utf-8")


class Run:
    """One run of a program: what it shows, what its tapes do, and how it can be stopped."""

    def __init__(self) -> None:
        self._shown = Shown()
        self._trace: Any = None
        self._task: asyncio.Task[Any] | None = None
        self._lost: asyncio.Future[None]
        self._unobserve: Any = None
        self._names: dict[str, Any] = {}
        self._printed = ""
        self._recorded: list[Any] = []

    def observe(self) -> None:
        """Watch the engine's tapes from now on, where both sides know how."""
        trace = importlib.import_module("playground.trace")
        version = trace.observers.OBSERVER_VERSION
        if version != trace.VERSION:
            print(
                f"This page cannot watch the tapes of this engine (it speaks version {version} of "
                f"what observers are told, the page {trace.VERSION}), so they are not shown. "
                "Gradients are the engine's all the same. Reloading the page may help.",
                file=sys.stderr,
            )
            return
        self._trace = trace.Trace(self._shown)
        self._unobserve = trace.observers.observe(self._trace)

    def end(self) -> None:
        """Watch no more: another run begins."""
        if self._unobserve is not None:
            self._unobserve()

    def finish(self) -> int:
        """Send what was gathered; how many gradients were asked for."""
        self._shown.finish()
        return 0 if self._trace is None else int(self._trace.finish())

    def failed(self, error: BaseException) -> None:
        """The program raised: what its open tape has recorded is shown."""
        if self._trace is not None:
            frames = [f for f, _ in walk_tb(error.__traceback__) if f.f_code.co_filename == FILE]
            self._trace.failed(frames[-1] if frames else None)

    def check(self, call: int) -> str:
        """How a gradient call compares with finite differences, as JSON."""
        if self._trace is None:
            return json.dumps({"call": call, "text": "This run was not watched.", "rows": []})
        return str(self._trace.checks.check(call))

    def replay(self, call: int, node: int, scale: float, shift: float) -> str:
        """What becomes of a call's values where one of them is another, as JSON."""
        if self._trace is None:
            return json.dumps(
                {"call": call, "node": node, "nodes": [], "steps": [], "text": "Not watched."}
            )
        self.end()  # what is computed for this is not the program's
        return str(self._trace.replay(call, node, {"scale": scale, "shift": shift}))

    def keep(self, printed: str, recorded: list[Any]) -> None:
        """What the program printed and the gradients that it asked for, for an exercise's check."""
        self._printed, self._recorded = printed, recorded

    def exercise(self, check: str) -> str:
        """Whether the program passes an exercise's check, as JSON."""
        self.end()  # what is computed for this is not the program's
        exercise = importlib.import_module("playground.exercise")
        values = [result.value for result in self._recorded]
        return str(exercise.as_json(check, self._names, self._printed, values))

    async def execute(self, code: str) -> None:
        """Run the program; an interrupt that comes when it has ended strikes nothing."""
        page = importlib.import_module("playground_page")
        page.interruptible(True)
        try:
            await self._execute(code)
        finally:
            try:
                page.interruptible(False)
            except KeyboardInterrupt:  # asked a second time, just here
                page.interruptible(False)
            self._task = None

    async def _execute(self, code: str) -> None:
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        program = compile(code, FILE, "exec", flags, dont_inherit=True)
        # A fresh module each time: a run never depends on the one before it.
        module = type(sys)("__main__")
        module.__dict__.update(__file__=f"/home/pyodide/{FILE}", __builtins__=__builtins__)
        sys.modules["__main__"] = module
        self._names = module.__dict__
        if isinstance(program, CodeType) and program.co_flags & inspect.CO_COROUTINE:
            self._task = asyncio.ensure_future(eval(program, module.__dict__))
            self._lost = asyncio.get_running_loop().create_future()
            await asyncio.wait({self._task, self._lost}, return_when=asyncio.FIRST_COMPLETED)
            if not self._task.done():
                raise asyncio.CancelledError
            self._task.result()
        else:
            exec(program, module.__dict__)

    def cancel(self) -> None:
        """Stop the program where it waits; asked again, also where its next step was lost.

        An interrupt that strikes the event loop between two steps takes the next one with it: the
        task would never hear that it is cancelled.
        """
        if self._task is None:
            return
        if getattr(self._task, "_must_cancel", False) and not self._lost.done():
            self._lost.set_result(None)
        else:
            self._task.cancel()


class Sandbox:
    """What lasts from one run to the next."""

    def __init__(self) -> None:
        self.run = Run()
        self.pins: dict[str, str | None] = {"wheel": None, "lock": None}

    def begin(self) -> Run:
        """The next run; the one before it is over."""
        self.run.end()
        self.run = Run()
        return self.run


SANDBOX = Sandbox()


async def run(code: str, seed: int, device: str = "cpu") -> str:
    """Run the program; how it ended, and its manifest, as JSON."""
    gradtape = sys.modules.get("gradtape")
    snippet = importlib.import_module("gradtape.snippet") if gradtape else None
    this = SANDBOX.begin()
    linecache.cache[FILE] = (len(code), None, code.splitlines(keepends=True), FILE)
    tee = _Tee(sys.stdout, 16 * 1024)
    sys.stdout = tee  # type: ignore[assignment]
    status, failure, results = "finished", None, []
    try:
        if gradtape is not None:
            this.observe()
        random.seed(seed)
        seeding.seed_numpy(seed)
        if gradtape is not None:
            gradtape.random.set_seed(seed)
        if device == "gpu":
            await _start_gpu()
        if snippet is None:
            await this.execute(code)
        else:
            with snippet.recording() as record, devices.placed(gradtape, device):
                results = record.results
                await this.execute(code)
        _show_figures()
    except (KeyboardInterrupt, asyncio.CancelledError) as stopped:
        status, failure = "stopped", failure_of(stopped)
        failure["message"] = failure["traceback"] = "Stopped."
    except SystemExit as stop:
        if stop.code not in (None, 0):
            status, failure = "failed", failure_of(stop)
    except BaseException as error:
        status, failure = "failed", failure_of(error)
        this.failed(error)
    finally:
        sys.stdout.flush()
        sys.stdout = tee.onward
        sys.stderr.flush()
        this.keep(tee.text(), results)
    report: dict[str, Any] = {"status": status, "failure": failure, "calls": this.finish()}
    report["manifest"] = None
    report["kernels"] = devices.kernels() if device == "gpu" else None
    if snippet is not None:
        pins = snippet.current_pins(seed, "webgpu" if device == "gpu" else "cpu")
        pins["engine"]["wheel_sha256"] = SANDBOX.pins["wheel"]
        pins["runtime"]["lock_sha256"] = SANDBOX.pins["lock"]
        try:
            manifest = snippet.draft(code, pins=pins, results=results, output=tee.text())
            report["manifest"] = snippet.canonical(manifest).decode()
        except ValueError as problem:
            print(f"This run cannot be shared with its results: {problem}", file=sys.stderr)
    return json.dumps(report)


async def _start_gpu() -> None:
    try:
        await devices.start()
    except LookupError as why:
        raise RuntimeError(
            f"The program was to run on the GPU, but {why.args[0]}. Choose the CPU instead."
        ) from None


def cancel() -> None:
    """Stop a program that waits (one that computes is stopped by the interrupt instead)."""
    SANDBOX.run.cancel()


def check(call: int) -> str:
    """How a gradient call of the last run compares with finite differences, as JSON."""
    return SANDBOX.run.check(call)


def replay(call: int, node: int, scale: float, shift: float) -> str:
    """All values and gradients of a call of the last run where one value is another, as JSON."""
    return SANDBOX.run.replay(call, node, scale, shift)


def exercise(check: str) -> str:
    """Whether the last program passes an exercise's check, as JSON."""
    return SANDBOX.run.exercise(check)


def know(wheel_sha256: str | None, lock_sha256: str | None) -> None:
    """Pins that only the page knows."""
    SANDBOX.pins.update(wheel=wheel_sha256, lock=lock_sha256)


def _show_figures() -> None:
    figures = sys.modules.get("playground.figures")
    if figures is not None:
        figures.show()
