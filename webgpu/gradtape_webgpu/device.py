"""The device that this process uses: its driver, memory, pipelines, pending graph and plans.

It starts when something first needs it. A flush turns the pending graph into one submit: it happens
when a value is read, when much is pending, and at the end of an optimizer's step.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import numpy as np

from gradtape_webgpu import assemble
from gradtape_webgpu.array import DeviceArray
from gradtape_webgpu.driver import DeviceLostError, Driver
from gradtape_webgpu.graph import Graph
from gradtape_webgpu.kernels import tiles
from gradtape_webgpu.plan import Plan
from gradtape_webgpu.pool import Pool
from gradtape_webgpu.program import STORED, Program, Spec, known
from gradtape_webgpu.rules import Rule

#: a flush comes when this many steps or bytes are pending
MAX_STEPS, MAX_BYTES = 600, 512 << 20
#: plans that are remembered
MAX_PLANS = 256
#: uploads that are remembered, so that an array that is used again is not sent again
MAX_UPLOADS = 32
#: storage buffers of a kernel: every WebGPU device has 8, and more than 16 are of no use
BINDINGS = 8, 16


class Device:
    """One device and everything that is on it."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.pool = Pool(driver)
        tiles.use(tiles.Choice(tiles.adapter_of(driver.caps)))
        self.graph = Graph()
        least, most = BINDINGS
        has = driver.caps.limits.get("maxStorageBuffersPerShaderStage", least)
        self.bindings = max(least, min(has, most))
        self.plans: OrderedDict[Any, Plan] = OrderedDict()
        self.pipelines: dict[Any, int] = {}
        self.uploads: OrderedDict[int, tuple[Any, Any]] = OrderedDict()
        self.lock = threading.RLock()
        self.last: Plan | None = None
        #: counted since the start: flushes, dispatches, plans that were made
        self.flushes = self.dispatches = self.planned = 0

    # -- recording

    def record(self, rule: Rule, arrays: list[DeviceArray], scalars: Sequence[float] = ()) -> Any:
        """What `rule` makes of these arrays: a pending array, or a tuple of them."""
        with self.lock:
            graph = self.graph
            if len(graph.rules) >= MAX_STEPS or graph.size > MAX_BYTES:
                self.flush()
                graph = self.graph
            signature = graph.signature
            signature.append(rule.number)
            for a in arrays:
                signature.append(
                    a.index if a.graph is graph else graph.outside(a.buffer or self._buffer(a))
                )
            return graph.record(rule, scalars)

    def _buffer(self, a: DeviceArray) -> Any:
        """The buffer of an array that is not pending."""
        graph = a.graph
        if graph is not None:
            if graph.error is not None:
                raise graph.error
            a.buffer = graph.buffers[a.index]
            a.graph = None
            graph.drop(a.index)
        elif a.buffer is None:
            a.buffer = self._upload(a.host)
        return a.buffer

    def _upload(self, host: Any) -> Any:
        known = self.uploads.get(id(host))
        if known is not None:
            self.uploads.move_to_end(id(host))
            return known[1]
        data = np.asarray(host)
        if data.dtype == np.bool_:
            data = data.astype(np.uint32)
        data = np.ascontiguousarray(data)
        buffer = self.pool.upload(data.reshape(-1), data.nbytes)
        # The array is held, not only its id: so nobody finds that he alone has it and changes it.
        self.uploads[id(host)] = (host, buffer)
        if len(self.uploads) > MAX_UPLOADS:
            self.uploads.popitem(last=False)
        return buffer

    def place(self, host: Any) -> DeviceArray:
        """An array of the host on the device; it is sent when a kernel needs it."""
        return DeviceArray.holding(known(Spec(host.shape, host.dtype)), None, host)

    # -- flushing

    def flush(self) -> None:
        """Submit what is pending."""
        with self.lock:
            graph = self.graph
            if not graph.rules:
                return
            self.graph = Graph()
            try:
                graph.finish(self._run(graph))
            except Exception as error:
                graph.finish({}, error)
                raise

    def _run(self, graph: Graph) -> dict[int, Any]:
        key = (tuple(graph.signature), graph.live())
        plan = self.plans.get(key)
        if plan is None:
            plan = self.plans[key] = self._plan(graph)
            self.planned += 1
            if len(self.plans) > MAX_PLANS:
                self.plans.popitem(last=False)
        else:
            self.plans.move_to_end(key)
        self.last = plan
        self.flushes += 1
        self.dispatches += plan.dispatches
        return plan.run(self.pool, graph.externals, graph.scalars)

    def _plan(self, graph: Graph) -> Plan:
        jobs, held = assemble.jobs(graph, self.bindings)
        return Plan(jobs, held, self.pipeline)

    def pipeline(self, program: Program) -> int:
        """The number of a program's pipeline, made on first use."""
        number = self.pipelines.get(program.key)
        if number is None:
            number = self.driver.pipeline(program.text, program.reads, program.writes)
            self.pipelines[program.key] = number
        return number

    # -- reading

    def _ready(self, a: DeviceArray) -> Any:
        if a.graph is not None and a.graph.pending:
            self.flush()
        return self._buffer(a)

    def read(self, a: DeviceArray) -> Any:
        """The values of an array, waited for."""
        with self.lock:
            if a.spec.size == 0:
                return np.zeros(a.shape, a.dtype)
            data = self.driver.read(self._ready(a).slot, 4 * a.spec.size)
        return _decoded(data, a.spec)

    async def read_async(self, a: DeviceArray) -> Any:
        """The values of an array, awaited."""
        if a.host is not None:
            return a.host
        with self.lock:
            buffer = self._ready(a)
        return _decoded(await self.driver.read_async(buffer.slot, 4 * a.spec.size), a.spec)

    def sync(self) -> None:
        """Flush, and wait until all work is done."""
        self.flush()
        self.driver.sync()


def _decoded(data: Any, spec: Spec) -> Any:
    stored = np.dtype(np.uint32) if STORED[spec.dtype] == "u32" else spec.dtype
    array = np.frombuffer(data, stored).reshape(spec.shape)
    if spec.dtype == np.bool_:
        array = array != 0
    return array if array.ndim else array[()]


_device: Device | None = None
_start = threading.Lock()


def start(driver: Driver | None = None) -> Device:
    """The device, started if it was not; `driver` replaces the one that would be chosen.

    Raises: LookupError where there is no adapter; ImportError where wgpu is not installed.
    """
    global _device
    with _start:
        if _device is None or driver is not None:
            _device = Device(driver or _driver())
            tiles.use(tiles.Choice(tiles.adapter_of(_device.driver.caps)))
        return _device


def _driver() -> Driver:
    import sys

    if sys.platform == "emscripten":
        from gradtape_webgpu import tab

        return tab.acquire()
    from gradtape_webgpu.native import NativeDriver

    return NativeDriver()


def restart() -> None:
    """A new device, with nothing on it but what the host still knows."""
    global _device
    old, _device = _device, None
    if old is not None:
        import sys

        if sys.platform == "emscripten":
            from gradtape_webgpu import tab

            start(tab.acquire(again=True))
        else:
            start()


def current() -> Device:
    """The device."""
    return _device or start()


def started() -> Device | None:
    """The device if it has been started."""
    return _device


__all__ = ["Device", "DeviceLostError", "current", "start", "started"]
