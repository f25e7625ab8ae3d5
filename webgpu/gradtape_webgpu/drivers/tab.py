"""The driver in a tab: `navigator.gpu` through a short script that is handed whole command lists.

`tab.js` owns the GPU device; each verb here is at most one call to it, and bulk data cross as typed
arrays. A browser answers only between two turns of its event loop, so waiting for a value is done

    suspended  by JavaScript Promise Integration, where the browser has it and the Python that runs
               was entered by `runPythonAsync` or another asynchronous call; or
    worker     where it has not, but memory can be shared: a worker owns the device, Python sleeps;
    never      else: `await tensor.fetch()` still works, and so does awaiting `start()`.
"""

from __future__ import annotations

import importlib.resources
import json
from array import array
from typing import Any

import js
from pyodide.code import run_js
from pyodide.ffi import can_run_sync, run_sync

from gradtape.errors import InternalError
from gradtape_webgpu.drivers import SCRIPTS, errors
from gradtape_webgpu.drivers.protocol import UNIFORM, CannotWaitError, Caps

#: from this size on, an allocation waits for the browser's word that there was memory
LARGE = 4 << 20
#: from this size on, bytes are read where Python has them instead of being copied over first
DIRECT = 16 << 10
#: how long one sleep lasts before Python looks whether it was interrupted
NAP_MS = 50

SUSPENDED, WORKER, NEVER = "suspended", "worker", "never"

_started: TabDriver | None = None


def _script() -> str:
    """The text of the two scripts."""
    folder = importlib.resources.files("gradtape_webgpu")
    return "\n".join(folder.joinpath(name).read_text() for name in SCRIPTS)


def _loaded(text: str) -> Any:
    """What the scripts define; a page whose policy forbids `eval` has imported them beforehand."""
    if not hasattr(js, "gradtapeWebGPU"):
        run_js(text)
    return js.gradtapeWebGPU


def ways() -> str:
    """How this tab's Python can wait for a value."""
    if hasattr(js.WebAssembly, "Suspending"):
        return SUSPENDED
    in_worker = hasattr(js, "WorkerGlobalScope") and not hasattr(js, "document")
    return WORKER if in_worker and hasattr(js, "SharedArrayBuffer") else NEVER


def _can_suspend() -> bool:
    return bool(can_run_sync())


async def start(*, anew: bool = False, waiting: str | None = None) -> TabDriver:
    """The tab's device, started on the first call; a new one where it is lost or `anew` is true.

    Raises: LookupError where there is none, with the reason.
    """
    global _started
    if _started is None or anew or _started.lost:
        _started = None
        text = _script()
        scripts, waiting = _loaded(text), waiting or ways()
        try:
            if waiting == WORKER:
                device = scripts.Remote.new(text)
                caps = (await device.start(UNIFORM)).to_bytes().decode()
            else:
                device = await scripts.Device.start(UNIFORM)
                caps = device.caps
        except Exception as error:
            raise _why_none(error) from None
        _started = TabDriver(device, caps, waiting)
    return _started


async def look() -> str:
    """The name of the GPU that `start` would start, which costs next to nothing.

    Raises: LookupError where there is none, with the reason.
    """
    try:
        found = await _loaded(_script()).Device.look()
    except Exception as error:
        raise _why_none(error) from None
    return str(json.loads(found)["adapter"])


def acquire(*, anew: bool = False) -> TabDriver:
    """The tab's device for a program that cannot await it, started now unless it was.

    Raises: LookupError where there is none, CannotWaitError where it must be awaited first.
    """
    if _started is not None and not anew:
        return _started
    if ways() == SUSPENDED and _can_suspend():
        return run_sync(start(anew=anew))  # type: ignore[no-any-return]
    # a worker cannot help here: browsers start it only when the code that runs now has returned
    raise CannotWaitError(
        "the GPU is not started, and this tab's Python cannot wait for it here; write "
        "`await gradtape_webgpu.start()` first"
    )


def _slept(device: Any, size: int, verb: str, *values: Any) -> bytes:
    """The answer of the device's worker, slept for."""
    device.ask(size, verb, *values)
    while not device.waited(NAP_MS):
        if device.lost:
            raise RuntimeError(device.lost)
    return device.answer().to_bytes()  # type: ignore[no-any-return]


def _fault(error: Exception) -> tuple[str, str]:
    """Kind and text of what the script threw."""
    try:
        fault = json.loads(getattr(error, "message", str(error)))
        return fault["kind"], fault["text"]
    except (ValueError, TypeError, KeyError):
        return "invalid", str(error)


def _why_none(error: Exception) -> LookupError:
    return LookupError(f"no GPU here: {_fault(error)[1]}")


class TabDriver:
    """A `Driver` over `navigator.gpu`."""

    def __init__(self, device: Any, caps: str, waiting: str) -> None:
        found = json.loads(caps)
        self.caps = Caps(
            adapter=found["adapter"],
            backend="WebGPU",
            software=found["software"],
            compiler=found["compiler"],
            features=frozenset(found["features"]),
            limits={name: int(value) for name, value in found["limits"].items()},
            driver=found["driver"],
        )
        self.device, self.waiting = device, waiting
        # each look-up of a method costs more than its call
        self._alloc, self._free, self._write = device.alloc, device.free, device.write
        self._submit = device.submit
        self._typed = {"I": js.Uint32Array.new, "B": js.Uint8Array.new}
        self._inboxes: dict[tuple[str, int], Any] = {}
        self._largest = min(
            self.caps.limits["maxBufferSize"], self.caps.limits["maxStorageBufferBindingSize"]
        )
        self._slots, self._spare = 0, list[int]()
        self._pipelines = 0
        self._compiling = False
        self._lost = ""

    @property
    def lost(self) -> str | None:
        """Why the device is gone, or None."""
        return self._lost or str(self.device.lost) or None

    # -- waiting

    def _can_wait(self) -> bool:
        return self.waiting == WORKER or (self.waiting == SUSPENDED and _can_suspend())

    def _waited(self, size: int, verb: str, *values: Any) -> bytes:
        """The answer to a verb, waited for."""
        if self._lost:
            raise errors.lost(self.caps.adapter, self._lost)
        # asked before the verb is begun: a buffer that is being mapped can be used for nothing else
        if not self._can_wait():
            raise self._cannot_wait()
        try:
            if self.waiting == WORKER:
                return _slept(self.device, size, verb, *values)
            return self._taken(run_sync(getattr(self.device, verb)(*values)))
        except Exception as error:
            raise self._raised(error, size) from None

    def _taken(self, view: Any) -> bytes:
        """Python's copy of what the script read, whose memory is given back."""
        if view is None:
            return b""
        try:
            return view.to_bytes()  # type: ignore[no-any-return]
        finally:
            self.device.release(view)

    def _cannot_wait(self) -> CannotWaitError:
        if self.waiting == SUSPENDED:
            why = (
                "the Python that runs was entered by a synchronous call (runPython, or a function "
                "called back from JavaScript), which the browser cannot suspend"
            )
        else:
            why = (
                "this browser has no JavaScript Promise Integration, and the page is not isolated "
                "or runs Python outside a worker, so that memory cannot be shared"
            )
        return CannotWaitError(
            f"the value is on the GPU and cannot be waited for here: {why}. Write "
            "`await tensor.fetch()` in asynchronous code, or compute on the CPU: "
            "with tf.device('/CPU:0')"
        )

    def _raised(self, error: Exception, size: int = 0) -> Exception:
        kind, text = _fault(error)
        if kind == "compile":
            return InternalError(f"a shader does not compile:\n{text}")
        if kind == "memory":
            return errors.no_memory(self.caps.adapter, f"{size:,} bytes" if size else "this", text)
        # work that the browser refused left its results unwritten: nothing after it can be trusted
        self._lost = text
        return errors.lost(self.caps.adapter, text)

    # -- memory

    def alloc(self, size: int) -> int:
        """A slot for `size` bytes."""
        if size > self._largest:
            raise errors.too_large(self.caps.adapter, size, self._largest)
        if self._spare:
            slot = self._spare.pop()
        else:
            self._slots += 1
            slot = self._slots
        self._alloc(slot, size)
        if size >= LARGE and self._can_wait():
            try:
                self._waited(0, "settle")
            except Exception:
                self.free(slot)
                raise
        return slot

    def free(self, slot: int) -> None:
        """Give a slot back."""
        self._free(slot)
        self._spare.append(slot)

    def write(self, slot: int, data: bytes | memoryview) -> None:
        """Copy bytes to the start of a slot."""
        content = memoryview(data).cast("B")
        if len(content) < DIRECT:
            self._write(slot, self._inbox("B", content))
        else:
            self.device.writeFrom(slot, content)

    def _inbox(self, kind: str, data: Any) -> Any:
        """A typed array with these numbers; there is one of each length."""
        key = (kind, len(data))
        inbox = self._inboxes.get(key)
        if inbox is None:
            if len(self._inboxes) >= 256:
                self._inboxes.clear()
            inbox = self._inboxes[key] = self._typed[kind](len(data))
        inbox.assign(data)
        return inbox

    # -- work

    def pipeline(self, text: str, reads: int, writes: int) -> int:
        """The number of the pipeline of this text, which the browser begins to compile."""
        number = self._pipelines
        self._pipelines += 1
        later = self._can_wait()
        self.device.pipeline(number, text, reads, writes, later)
        self._compiling = self._compiling or later
        return number

    def submit(self, commands: array[int], params: bytes) -> None:
        """Hand over a command list."""
        if self._compiling and self._can_wait():
            self._compiling = False
            self._waited(0, "settle")
        if len(params) % 4:
            params += bytes(-len(params) % 4)
        try:
            lost = self._submit(self._inbox("I", commands), self._inbox("B", params))
        except Exception as error:
            raise self._raised(error) from None
        if lost or self._lost:
            raise errors.lost(self.caps.adapter, lost or self._lost)

    # -- reading

    def read(self, slot: int, size: int) -> bytes:
        """The first `size` bytes of a slot, waited for."""
        return self._waited(size, "read", slot, size)

    async def read_async(self, slot: int, size: int) -> bytes:
        """The first `size` bytes of a slot, awaited."""
        try:
            return self._taken(await self.device.read(slot, size))
        except Exception as error:
            raise self._raised(error, size) from None

    def sync(self) -> None:
        """Wait until all work is done."""
        self._waited(0, "sync")

    def close(self) -> None:
        """Let go of the device; what it held is gone."""
        self.device.destroy()
