"""A device and all that is on it: its driver, memory, pipelines, pending graph and plans.

A flush turns the pending graph into one submit: it happens when a value is read, when much is
pending, and at the end of an optimizer's step. A process may have several: each has its own tiles,
recipes and plans, and an array knows which one it is on.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradtape_webgpu.device.recovery import VariableCopies
from gradtape_webgpu.drivers import errors
from gradtape_webgpu.drivers.memory import Pool
from gradtape_webgpu.drivers.protocol import DeviceLostError, Driver, OutOfDeviceMemoryError
from gradtape_webgpu.graph import jobs
from gradtape_webgpu.graph.array import DeviceArray
from gradtape_webgpu.graph.pending import Graph
from gradtape_webgpu.graph.plan import Plan
from gradtape_webgpu.kernels.program import STORED, Program, Spec
from gradtape_webgpu.kernels.target import Target
from gradtape_webgpu.lowering.rules import Rule
from gradtape_webgpu.tuning.tiles import Tuner

#: a flush comes when this many steps are pending, or results with this many elements, or when this
#: many elements of them are still held (half a GiB)
MAX_STEPS, MAX_SIZE, MAX_HELD = 600, 1 << 30, 128 << 20
#: plans that are remembered
MAX_PLANS = 256
#: uploads that are remembered, so that an array that is used again is not sent again
MAX_UPLOADS = 32
#: arrays up to this many bytes are known by their contents
SMALL = 16 << 10
#: storage buffers of a kernel: every WebGPU device has 8, and more than 16 are of no use
BINDINGS = 8, 16


class Device:
    """One device and everything that is on it.

    `on_loss` is called with the error that tells of its loss.
    """

    def __init__(
        self, driver: Driver, on_loss: Callable[[Exception], None] = lambda error: None
    ) -> None:
        self.driver = driver
        self.pool = Pool(driver)
        #: what kernels are lowered for
        self.target: Target = Tuner(driver, self.pipeline)
        self.graph = Graph(self)
        self.copies = VariableCopies(self)
        least, most = BINDINGS
        has = driver.caps.limits.get("maxStorageBuffersPerShaderStage", least)
        self.bindings = max(least, min(has, most))
        self.plans: OrderedDict[Any, Plan] = OrderedDict()
        self.pipelines: dict[Any, int] = {}
        self.uploads: OrderedDict[Any, tuple[Any, Any]] = OrderedDict()
        self.lock = threading.RLock()
        self.last: Plan | None = None
        self.busiest: Plan | None = None
        #: bytes of the largest array that a kernel takes
        self.largest = min(
            driver.caps.limits["maxStorageBufferBindingSize"], driver.caps.limits["maxBufferSize"]
        )
        #: (op, operands, parameters) → how the op is computed here (see `dispatch/handler.py`)
        self.recipes: dict[Any, Any] = {}
        #: (element-wise op, operand by operand the id of its spec, or 0 for a number) → rule
        self.rules: dict[Any, Rule] = {}
        #: what using the device raises, once it is lost
        self.lost: Exception | None = None
        self._on_loss = on_loss
        #: the device that was started in place of this one
        self.successor: Device | None = None
        #: counted since the start: flushes, dispatches, plans that were made
        self.flushes = self.dispatches = self.planned = 0

    # -- recording

    def record(self, rule: Rule, arrays: list[DeviceArray], scalars: Sequence[float] = ()) -> Any:
        """What `rule` makes of these arrays: a pending array, or a tuple of them."""
        with self.lock:
            graph = self.graph
            if (
                len(graph.rules) >= MAX_STEPS or graph.held > MAX_HELD or graph.size > MAX_SIZE
            ):  # fmt: skip
                self.flush()
                graph = self.graph
            signature = graph.signature
            try:
                signature.append(rule.number)
                for a in arrays:
                    signature.append(
                        a.index if a.graph is graph else graph.outside(self._buffer(a))
                    )
                return graph.record(rule, scalars)
            except BaseException:  # an array that cannot be sent, or somebody stopped the program
                graph.mend(scalars)
                raise

    def _buffer(self, a: DeviceArray) -> Any:
        """The buffer of an array of this device that is not pending."""
        if self.lost is not None:
            raise errors.reraised(self.lost)
        if a.buffer is not None:
            return a.buffer
        graph = a.graph
        if graph is not None:
            failure = graph.failure(a.index)
            if failure is not None:
                raise errors.reraised(failure)
            a.buffer = graph.buffers[a.index]
            a.graph = None
            graph.drop(a.index)
        else:
            try:
                a.buffer = self._upload(a.host)
            except DeviceLostError as error:
                raise self._lose(error) from None
        return a.buffer

    def _upload(self, host: Any) -> Any:
        key = _name(host)
        sent = self.uploads.get(key)
        if sent is not None:
            self.uploads.move_to_end(key)
            return sent[1]
        data = np.asarray(host)
        if data.dtype == np.bool_:
            data = data.astype(np.uint32)
        data = np.ascontiguousarray(data)
        buffer = self.pool.upload(data.reshape(-1), data.nbytes)
        # The array is held, not only its id: so nobody finds that he alone has it and changes it.
        self.uploads[key] = (host, buffer)
        if len(self.uploads) > MAX_UPLOADS:
            self.uploads.popitem(last=False)
        return buffer

    def has(self, host: Any) -> bool:
        """Whether an array of the host has been sent, and is remembered."""
        return _name(host) in self.uploads

    def asarray(self, host: Any) -> DeviceArray:
        """An array of the host on the device; it is sent when a kernel needs it."""
        return DeviceArray.of_host(self, host)

    # -- flushing

    def flush(self) -> None:
        """Submit what is pending."""
        with self.lock:
            graph = self.graph
            if not graph.rules:
                return
            try:
                self.graph = Graph(self)
                buffers, failure = self._computed(graph)
                graph.finish(buffers, self._described(failure, graph, buffers))
            except DeviceLostError as error:
                self.graph = graph
                raise self._lose(error) from None
            except Exception as error:
                graph.finish({}, self._described(error, graph, {}))
            except BaseException:  # somebody stopped the program: what is pending stays so
                if graph.pending:
                    self.graph = graph
                raise
            if graph.error is not None:
                raise graph.error from None
            try:
                self.copies.update_when_due()
            except DeviceLostError as error:
                raise self._lose(error) from None

    def _described(
        self, failure: Exception | None, graph: Graph, buffers: dict[int, Any]
    ) -> Exception | None:
        """The failure, with what became of the variables whose values were not computed."""
        if failure is None:
            return None
        words = self.copies.rescue(lambda a: a.graph is graph and a.index not in buffers)
        return errors.reraised(failure, words)

    def _computed(self, graph: Graph) -> tuple[dict[int, Any], Exception | None]:
        """The buffers of the values that are held, and what kept some of them from being computed.

        Where there is no memory for all at once, each is computed by itself: what needs too much
        fails alone, and the steps that were pending beside it are done.
        """
        held = graph.live()
        try:
            return self._run(graph, held), None
        except OutOfDeviceMemoryError as error:
            if len(held) == 1:
                return {}, error
        buffers: dict[int, Any] = {}
        failure = None
        for value in held:
            try:
                buffers |= self._run(graph, (value,))
            except OutOfDeviceMemoryError as error:
                failure = failure or error
        return buffers, failure

    def _run(self, graph: Graph, held: tuple[int, ...]) -> dict[int, Any]:
        key = (tuple(graph.signature), held)
        plan = self.plans.get(key)
        if plan is None:
            plan = self.plans[key] = self._plan(graph, held)
            self.planned += 1
            if len(self.plans) > MAX_PLANS:
                self.plans.popitem(last=False)
        else:
            self.plans.move_to_end(key)
        self.last = plan
        if self.busiest is None or plan.dispatches > self.busiest.dispatches:
            self.busiest = plan
        self.flushes += 1
        self.dispatches += plan.dispatches
        try:
            return plan.run(self.pool, graph.externals, graph.scalars)
        except OutOfDeviceMemoryError:
            # what is there for later only is let go of
            self.uploads.clear()
            self.pool.trim()
            return plan.run(self.pool, graph.externals, graph.scalars)

    def _plan(self, graph: Graph, held: tuple[int, ...]) -> Plan:
        return Plan(*jobs.jobs(graph, held, self.bindings, self.target), self.pipeline)

    def pipeline(self, program: Program) -> int:
        """The number of a program's pipeline, made on first use."""
        number = self.pipelines.get(program.key)
        if number is None:
            number = self.driver.pipeline(program.text, program.reads, program.writes)
            self.pipelines[program.key] = number
        return number

    # -- reading

    def _ready(self, a: DeviceArray) -> Any:
        graph = a.graph
        if graph is not None and graph.pending:
            try:
                self.flush()
            except OutOfDeviceMemoryError:
                if graph.failure(a.index) is not None:
                    raise  # else it is about another value, which says so when it is asked for
        return self._buffer(a)

    def read(self, a: DeviceArray) -> Any:
        """The values of an array, waited for."""
        with self.lock:
            if a.spec.size == 0:
                return np.zeros(a.shape, a.dtype)
            buffer = self._ready(a)
            try:
                data = self.driver.read(buffer.slot, 4 * a.spec.size)
            except DeviceLostError as error:
                raise self._lose(error) from None
        return _decoded(data, a.spec)

    async def read_async(self, a: DeviceArray) -> Any:
        """The values of an array, awaited."""
        if a.host is not None:
            return a.host
        with self.lock:
            buffer = self._ready(a)
        try:
            data = await self.driver.read_async(buffer.slot, 4 * a.spec.size)
        except DeviceLostError as error:
            raise self._lose(error) from None
        return _decoded(data, a.spec)

    def sync(self) -> None:
        """Flush, and wait until all work is done."""
        self.flush()
        try:
            self.driver.sync()
        except DeviceLostError as error:
            raise self._lose(error) from None

    # -- the end

    def _lose(self, error: Exception) -> Exception:
        """Let go of a device that is lost; the error to raise, which says what became of it all."""
        if self.lost is None:
            adapter = self.driver.caps.adapter
            why = self.driver.lost or str(error)
            self._on_loss(self.end(lambda words: errors.lost(adapter, why, words)))
        assert self.lost is not None
        return errors.reraised(self.lost)

    def end(self, describe: Callable[[str], Exception]) -> Exception:
        """Nothing runs here from now on; `describe` makes the error of whoever asks for more."""
        with self.lock:
            error = self.lost = describe(self.copies.rescue())
            self.graph.finish({}, error)
            self.graph = Graph(self)
            self.uploads.clear()
            self.rules.clear()
            return error


def _name(host: Any) -> Any:
    """What an array that was sent is known by."""
    if host.size > 1 and not any(host.strides):
        # one number seen everywhere, as the cotangent of a sum: a new array in each step
        return host.dtype, host.shape, host[(0,) * host.ndim].tobytes()
    if host.nbytes <= SMALL:  # counting numbers, an identity: the like is made anew in each step
        return host.dtype, host.shape, host.tobytes()
    return id(host)


def _decoded(data: Any, spec: Spec) -> Any:
    stored = np.dtype(np.uint32) if STORED[spec.dtype] == "u32" else spec.dtype
    array = np.frombuffer(data, stored).reshape(spec.shape)
    if spec.dtype == np.bool_:
        array = array != 0
    return array if array.ndim else array[()]
