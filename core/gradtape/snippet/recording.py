"""Running code and catching every gradient that its tapes hand out.

While a recording is open it observes the engine (see `gradtape.observers`): what `gradient`,
`jacobian`, `batch_jacobian` and `jvp` answer is copied at once, so that nothing the program does
later changes the record. What the engine asks of itself is not the program's result, and is not
told.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.abc
import importlib.machinery
import io
import linecache
import random
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradtape.snippet.labels import Labels, argument, call_in, simple_name, source_names
from gradtape.snippet.results import Recorded, let_go_between
from gradtape.snippet.schema import LARGEST_OUTPUT

# Method → the names of its parameters for what is differentiated and by what.
_PARAMETERS = {
    "gradient": ("target", "sources"),
    "jacobian": ("target", "sources"),
    "batch_jacobian": ("target", "source"),
    "jvp": ("primals", None),
}


@dataclass
class Recording:
    """The gradients caught so far, in the order in which the program got them.

    Of those that no manifest would hold only the number is kept: a training loop of any length
    takes a bounded amount of memory.
    """

    results: list[Recorded] = field(default_factory=list)
    _labels: Labels = field(default_factory=Labels)

    def keep(self, question: Any, value: Any) -> None:
        """Copy what a question was answered with."""
        target, source = _PARAMETERS[question.method]
        call = call_in(question.caller)
        target_name = simple_name(argument(call, 0, target))
        sources = argument(call, 1, source) if source else _primal_of(call)
        leaves = list(_leaves(value, ()))
        names = source_names(sources, [path for path, _ in leaves])
        for (_, leaf), name in zip(leaves, names, strict=True):
            label = self._labels.label(question.method, target_name, name)
            self.results.append(Recorded(label, _copy(leaf)))
            let_go_between(self.results)


def _primal_of(call: ast.Call | None) -> ast.expr | None:
    # accumulator.jvp(y): what it is differentiated by is the accumulator, so that is the name.
    function = call.func if call is not None else None
    return function.value if isinstance(function, ast.Attribute) else None


def _leaves(value: Any, path: tuple[object, ...]) -> Iterator[tuple[tuple[object, ...], Any]]:
    if isinstance(value, dict):
        for key in sorted(value, key=str):
            yield from _leaves(value[key], (*path, key))
    elif isinstance(value, (list, tuple)) and not hasattr(value, "dense_shape"):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    else:
        yield path, value


def _copy(leaf: Any) -> np.ndarray[Any, Any] | None:
    if leaf is None:
        return None
    if hasattr(leaf, "dense_shape"):  # IndexedSlices: the rows of a gather, made dense
        leaf = importlib.import_module("gradtape").convert_to_tensor(leaf)
    return np.array(leaf.numpy() if hasattr(leaf, "numpy") else leaf)


@contextlib.contextmanager
def recording() -> Iterator[Recording]:
    """A recording of every gradient that any tape hands out while the block runs.

    >>> import gradtape as tf
    >>> with recording() as record:
    ...     x = tf.Variable(3.0)
    ...     with tf.GradientTape() as tape:
    ...         y = x**2
    ...     dy_dx = tape.gradient(y, x)
    >>> [(result.dtype, result.value.item()) for result in record.results]
    [('float32', 6.0)]
    """
    observers = importlib.import_module("gradtape.observers")  # the engine, for who records

    class Keeping(observers.Observer):  # type: ignore[name-defined,misc]
        def answered(self, question: Any, value: Any) -> None:
            record.keep(question, value)

    record = Recording()
    stop = observers.observe(Keeping())
    try:
        yield record
    finally:
        stop()


@dataclass
class Run:
    """What one run of a program gave: its gradients, what it printed, how it ended."""

    results: list[Recorded]
    output: str
    error: str | None  # the traceback, from the program's first line on; None after a clean end
    exit_code: int  # what the program would have returned to its shell
    adapter: str | None = None  # the GPU that it was to run on, by name; None on the CPU


class _Tee(io.TextIOBase):
    """Passes text on and keeps its beginning."""

    def __init__(self, onward: Any) -> None:
        self._onward = onward
        self._kept: list[str] = []
        self._room = LARGEST_OUTPUT

    def write(self, text: str) -> int:
        if self._room > 0:
            self._kept.append(text[: self._room])
            self._room -= len(text)
        if self._onward is not None:
            self._onward.write(text)
        return len(text)

    def flush(self) -> None:
        if self._onward is not None:
            self._onward.flush()

    def text(self) -> str:
        # Half a surrogate pair can be printed in Python, but not stored as UTF-8.
        return "".join(self._kept).encode("utf-8", "replace").decode("utf-8")


class NoDevice(RuntimeError):
    """The engine cannot run on the device that was asked for; the message is the engine's own."""


def record_run(
    code: str | dict[str, str],
    *,
    entry: str = "main.py",
    seed: int | None = None,
    device: str = "cpu",
    show: Any = None,
) -> Run:
    """The gradients and the output of a program, run here and now in this process.

    `code` is the program, or file names to texts with `entry` as the program and the others
    importable from it. `seed`, unless None, seeds Python's, NumPy's and the engine's generators.
    `device` is "cpu" or "webgpu". `show` is a text stream that the output goes to as well.

    Raises NoDevice where the engine here does not run on the device.

    The program runs with every right of the caller: never give it code that nobody has read.
    """
    files = {entry: code} if isinstance(code, str) else code
    engine = importlib.import_module("gradtape")
    if seed is not None:
        random.seed(seed)
        np.random.seed(seed)
        engine.random.set_seed(seed)
    tee = _Tee(show)
    error, exit_code = None, 0
    with (
        _on_device(engine, device) as adapter,
        _importable(files, entry),
        recording() as record,
        contextlib.redirect_stdout(tee),
    ):
        try:
            program = compile(files[entry], _filename(entry), "exec", dont_inherit=True)
            exec(program, {"__name__": "__main__", "__builtins__": __builtins__})
        except SystemExit as stop:
            exit_code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
            if isinstance(stop.code, str):
                error = stop.code
        except BaseException as failure:
            if isinstance(failure, KeyboardInterrupt):
                raise
            error, exit_code = _traceback(failure), 1
    return Run(record.results, tee.text(), error, exit_code, adapter)


@contextlib.contextmanager
def _on_device(engine: Any, device: str) -> Iterator[str | None]:
    """The program's place; the GPU's name."""
    with contextlib.ExitStack() as entered:
        # Any engine that was ever published may be asked, also one that knows no devices.
        if hasattr(engine, "device"):
            try:
                entered.enter_context(engine.device("/GPU:0" if device == "webgpu" else "/CPU:0"))
            except Exception as refusal:
                raise NoDevice(str(refusal)) from refusal
        elif device == "webgpu":
            raise NoDevice("this engine runs on the CPU only")
        yield (
            importlib.import_module("gradtape.runtime.devices").adapter()
            if device == "webgpu"
            else None
        )


def _filename(name: str) -> str:
    return f"<snippet {name}>"


def _traceback(failure: BaseException) -> str:
    steps = failure.__traceback__
    while steps is not None and not steps.tb_frame.f_code.co_filename.startswith("<snippet "):
        steps = steps.tb_next
    return "".join(traceback.format_exception(failure.with_traceback(steps)))


@contextlib.contextmanager
def _importable(files: dict[str, str], entry: str) -> Iterator[None]:
    """The files' lines known to tracebacks and labels, the other files importable, for a while."""
    before = set(sys.modules)
    finder = _Finder({name[:-3]: text for name, text in files.items() if name != entry})
    for name, text in files.items():
        lines = text.splitlines(keepends=True)
        linecache.cache[_filename(name)] = (len(text), None, lines, _filename(name))
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in set(sys.modules) - before:
            if name in finder.texts:
                del sys.modules[name]


class _Finder(importlib.abc.Loader):
    """Imports a snippet's other files by their names."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name not in self.texts:
            return None
        return importlib.machinery.ModuleSpec(name, self, origin=_filename(name + ".py"))

    def create_module(self, spec: Any) -> None:
        return None

    def exec_module(self, module: Any) -> None:
        text = self.texts[module.__name__]
        exec(compile(text, _filename(module.__name__ + ".py"), "exec"), module.__dict__)
