"""Runs a program for the page: prepares the interpreter, executes, and says how it ended.

The functions here are called by the worker; everything they return is JSON text.
"""

from __future__ import annotations

import ast
import asyncio
import importlib
import importlib.abc
import importlib.util
import inspect
import json
import linecache
import platform
import random
import sys
import traceback
from types import CodeType, FrameType, TracebackType
from typing import Any

import numpy as np
import playground_check
import playground_devices
import playground_show
import playground_trace

FILE = "main.py"
LONGEST_TRACEBACK = 20_000  # characters
# Packages of the runtime that a program may import, by what it writes after `import`.
PACKAGES = {"matplotlib": "matplotlib", "pylab": "matplotlib", "mpl_toolkits": "matplotlib"}

_task: asyncio.Task[Any] | None = None
_pins: dict[str, Any] = {}


def prepare() -> str:
    """Import the engine, so that the first run does not wait for it; the versions as JSON."""
    sys.path.insert(0, "/home/pyodide")
    engine = "none"
    if importlib.util.find_spec("gradtape") is not None:
        gradtape = importlib.import_module("gradtape")
        playground_trace.install(gradtape)
        if importlib.util.find_spec("gradtape.playground") is not None:
            playground_show.install(importlib.import_module("gradtape.playground"))
        engine = importlib.import_module("gradtape.snippet.pins").engine_version()
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
        self._onward = onward
        self._kept: list[str] = []
        self._room = room

    def write(self, text: str) -> int:
        if self._room > 0:
            self._kept.append(text[: self._room])
            self._room -= len(text)
        result: int = self._onward.write(text)
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self._onward, name)

    def text(self) -> str:
        return "".join(self._kept).encode("utf-8", "replace").decode("utf-8")


async def run(code: str, seed: int, device: str = "cpu") -> str:
    """Run the program; how it ended, and its manifest, as JSON."""
    global _task
    gradtape = sys.modules.get("gradtape")
    snippet = importlib.import_module("gradtape.snippet") if gradtape else None
    playground_trace.begin()
    playground_show.begin()
    linecache.cache[FILE] = (len(code), None, code.splitlines(keepends=True), FILE)
    tee = _Tee(sys.stdout, 16 * 1024)
    sys.stdout = tee  # type: ignore[assignment]
    status, failure, results = "finished", None, []
    try:
        random.seed(seed)
        _seed_numpy(seed)
        if gradtape is not None:
            gradtape.random.set_seed(seed)
        if device == "gpu":
            await _start_gpu()
        if snippet is None:
            await _interruptibly(code)
        else:
            with snippet.recording() as record, playground_devices.placed(gradtape, device):
                results = record.results
                await _interruptibly(code)
        _show_figures()
    except (KeyboardInterrupt, asyncio.CancelledError) as stopped:
        status, failure = "stopped", _failure(stopped)
        failure["message"] = failure["traceback"] = "Stopped. Variables are kept as they were."
    except SystemExit as stop:
        if stop.code not in (None, 0):
            status, failure = "failed", _failure(stop)
    except BaseException as error:
        status, failure = "failed", _failure(error)
    finally:
        _task = None
        sys.stdout.flush()
        sys.stdout = tee._onward
        sys.stderr.flush()
    playground_show.finish()
    calls = playground_trace.finish()
    report: dict[str, Any] = {"status": status, "failure": failure, "calls": calls}
    report["manifest"] = None
    report["kernels"] = playground_devices.kernels() if device == "gpu" else None
    if snippet is not None:
        pins = snippet.current_pins(seed, "webgpu" if device == "gpu" else "cpu")
        _know_more(pins)
        try:
            manifest = snippet.draft(code, pins=pins, results=results, output=tee.text())
            report["manifest"] = snippet.canonical(manifest).decode()
        except ValueError as problem:
            print(f"This run cannot be shared with its results: {problem}", file=sys.stderr)
    return json.dumps(report)


async def _start_gpu() -> None:
    try:
        await playground_devices.start()
    except LookupError as why:
        raise RuntimeError(
            f"The program was to run on the GPU, but {why.args[0]}. Choose the CPU instead."
        ) from None


class _SeedWhenImported(importlib.abc.MetaPathFinder):
    """Seeds numpy.random once a program imports it: its ten compiled parts take a while to link."""

    seed = 0

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if name != "numpy.random":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_and_seed(module: Any) -> None:
                load(module)
                module.seed(self.seed)

            spec.loader.exec_module = load_and_seed  # type: ignore[method-assign]
        return spec


_seeding = _SeedWhenImported()


def _seed_numpy(seed: int) -> None:
    if "numpy.random" in sys.modules:
        np.random.seed(seed)
        return
    _seeding.seed = seed
    if _seeding not in sys.meta_path:
        sys.meta_path.insert(0, _seeding)


async def _interruptibly(code: str) -> None:
    """Run the program; an interrupt that comes when it has ended strikes nothing."""
    page = importlib.import_module("playground_page")
    page.interruptible(True)
    try:
        await _execute(code)
    finally:
        page.interruptible(False)


async def _execute(code: str) -> None:
    global _task
    program = compile(code, FILE, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    # A fresh module each time: a run never depends on the one before it.
    module = type(sys)("__main__")
    module.__dict__.update(__file__=f"/home/pyodide/{FILE}", __builtins__=__builtins__)
    sys.modules["__main__"] = module
    if isinstance(program, CodeType) and program.co_flags & inspect.CO_COROUTINE:
        _task = asyncio.ensure_future(eval(program, module.__dict__))
        await _task
    else:
        exec(program, module.__dict__)


def cancel() -> None:
    """Stop a program that waits (one that computes is stopped by the interrupt instead)."""
    if _task is not None:
        _task.cancel()


def check(call: int) -> str:
    """How a gradient call of the last run compares with finite differences, as JSON."""
    return playground_check.check(call)


def know(wheel_sha256: str | None, lock_sha256: str | None) -> None:
    """Pins that only the page knows."""
    _pins.update(wheel=wheel_sha256, lock=lock_sha256)


def _know_more(pins: dict[str, Any]) -> None:
    pins["engine"]["wheel_sha256"] = _pins.get("wheel")
    pins["runtime"]["lock_sha256"] = _pins.get("lock")


# ---------------------------------------------------------------- when it raises


def _own_steps(steps: TracebackType | None) -> TracebackType | None:
    """The traceback from the program's first line on."""
    while steps is not None and steps.tb_frame.f_code.co_filename != FILE:
        steps = steps.tb_next
    return steps


def _failure(error: BaseException) -> dict[str, Any]:
    steps = _own_steps(error.__traceback__)
    lineno = None
    for frame, number in traceback.walk_tb(steps):
        if _is_own(frame):
            lineno = number
    if isinstance(error, SyntaxError) and error.filename == FILE:
        lineno = error.lineno
    try:
        lines = traceback.TracebackException(
            type(error), error, steps, limit=_without_internals(steps), compact=True
        ).format()
        text = "".join(lines)
    except BaseException as broken:  # the program's own __str__ may raise anything
        text = f"{type(error).__name__} (its text cannot be shown: {type(broken).__name__})"
    if len(text) > LONGEST_TRACEBACK:
        half = LONGEST_TRACEBACK // 2
        text = f"{text[:half]}\n  …\n{text[-half:]}"
    message = text.strip().rpartition("\n")[2]
    return {
        "name": type(error).__name__,
        "message": message[:2000],
        "traceback": text,
        "lineno": lineno,
    }


def _without_internals(steps: TracebackType | None) -> int | None:
    """How many frames to show: up to the program's last one, not the libraries' inside."""
    own = [i for i, (frame, _) in enumerate(traceback.walk_tb(steps), 1) if _is_own(frame)]
    return own[-1] if own else None


def _is_own(frame: FrameType) -> bool:
    return frame.f_code.co_filename == FILE


def _show_figures() -> None:
    figures = sys.modules.get("playground_figures")
    if figures is not None:
        figures.show()
