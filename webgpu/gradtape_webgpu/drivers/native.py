"""The native driver: a command list interpreted with wgpu-py (Vulkan, Metal, D3D12).

Bind groups are cached by layout and slots: a step that repeats finds all of them. Staging buffers
for reading are reused by size. An adapter is chosen by name where one is asked for, else the first
that is a real GPU, else none: a software adapter is a choice that a person makes.
"""

from __future__ import annotations

import asyncio
import os
from array import array
from typing import Any

from gradtape.errors import InternalError
from gradtape_webgpu.drivers import errors
from gradtape_webgpu.drivers.protocol import (
    ALIGN,
    COPY,
    DISPATCH,
    UNIFORM,
    Caps,
)

#: names an adapter to use (a part of its name is enough), a software one too
ADAPTER_VARIABLE = "GRADTAPE_GPU_ADAPTER"

#: there where the kernel's part of NVIDIA's driver is
NVIDIA = "/dev/nvidiactl"

#: bind groups that are remembered
MAX_GROUPS = 2048


def _wgpu() -> Any:
    """wgpu-py, when a GPU is asked for: it is an extra, and takes most of a second to load."""
    import wgpu

    return wgpu


def adapters() -> list[Any]:
    """The adapters of this machine, real GPUs first.

    Raises: ImportError where wgpu is not installed.
    """
    found = [a for a in _wgpu().gpu.enumerate_adapters_sync() if a.info["backend_type"] != "OpenGL"]
    order = {"DiscreteGPU": 0, "IntegratedGPU": 1, "VirtualGPU": 2, "CPU": 4}
    return sorted(found, key=lambda a: order.get(a.info["adapter_type"], 3))


def _webgpu_name(name: str) -> str:
    """WebGPU's name of a limit: wgpu-py writes max-buffer-size for maxBufferSize."""
    first, *others = name.split("-")
    return first + "".join(word.capitalize() for word in others)


def caps_of(adapter: Any) -> Caps:
    """What an adapter is and can do."""
    info = adapter.info
    return Caps(
        adapter=info["device"] or info["vendor"],
        backend=info["backend_type"],
        software=info["adapter_type"] == "CPU",
        compiler="naga",
        features=frozenset(adapter.features),
        limits={_webgpu_name(name): value for name, value in adapter.limits.items()},
        driver=info["description"],
    )


def choose(wanted: str | None = None) -> Any:
    """The adapter whose name holds `wanted`, or the first real GPU.

    Raises: LookupError where there is none, with what there is.
    """
    wanted = wanted or os.environ.get(ADAPTER_VARIABLE, "")
    found = adapters()
    for adapter in found:
        caps = caps_of(adapter)
        if wanted.lower() in caps.adapter.lower() and (wanted or not caps.software):
            return adapter
    names = ", ".join(caps_of(a).adapter for a in found) or "none"
    what = (
        f"no adapter named {wanted!r}" if wanted else "no GPU (software adapters count when named)"
    )
    raise LookupError(
        f"{what} here; adapters: {names}. Set {ADAPTER_VARIABLE} to a part of a name."
        + ("" if any(not caps_of(a).software for a in found) else _unseen())
    )


def _unseen() -> str:
    """What is missing where a card is here that no Vulkan driver shows, as in many containers."""
    if not os.path.exists(NVIDIA):
        return ""
    return (
        f" An NVIDIA card is here ({NVIDIA}), but Vulkan does not show it. That takes "
        "libvulkan.so.1 and the graphics part of NVIDIA's driver (libGLX_nvidia.so.0 and "
        "nvidia_icd.json): in a container NVIDIA_DRIVER_CAPABILITIES=all; VK_DRIVER_FILES names "
        "the json file where the loader looks elsewhere."
    )


class NativeDriver:
    """A `Driver` over one wgpu-py device."""

    def __init__(self, adapter: Any = None) -> None:
        self._wgpu = _wgpu()
        adapter = adapter or choose()
        self.caps = caps_of(adapter)
        limits = {
            name: value
            for name, value in adapter.limits.items()
            if name.startswith(("max-buffer", "max-storage-buffer", "max-compute"))
        }
        features = [name for name in ("subgroup",) if name in adapter.features]
        self.device = adapter.request_device_sync(
            required_features=features, required_limits=limits
        )
        self._buffers: list[Any] = []
        self._free: list[int] = []
        self._pipelines: list[tuple[Any, Any]] = []
        self._layouts: dict[tuple[int, int], Any] = {}
        self._groups: dict[tuple[Any, ...], Any] = {}
        self._groups_of: dict[int, list[tuple[Any, ...]]] = {}
        self._staging: dict[int, list[Any]] = {}
        self._params = self._new_params(64 * 1024)
        self._fence: int | None = None
        self._lost: str | None = None

    @property
    def lost(self) -> str | None:
        """Why the device is gone, or None."""
        return self._lost

    # -- memory

    def alloc(self, size: int) -> int:
        """A slot for `size` bytes."""
        usage = self._wgpu.BufferUsage
        limit = self.caps.limits["maxStorageBufferBindingSize"]
        if size > limit:
            raise errors.too_large(self.caps.adapter, size, limit)
        try:
            buffer = self.device.create_buffer(
                size=size, usage=usage.STORAGE | usage.COPY_SRC | usage.COPY_DST
            )
        except (self._wgpu.GPUError, RuntimeError) as error:
            raise self._fault(error, f"allocating {size:,} bytes") from None
        if self._free:
            slot = self._free.pop()
            self._buffers[slot] = buffer
        else:
            slot = len(self._buffers)
            self._buffers.append(buffer)
        return slot

    def free(self, slot: int) -> None:
        """Give a slot back."""
        buffer = self._buffers[slot]
        if buffer is None:
            raise InternalError(f"slot {slot} is freed twice")
        for key in self._groups_of.pop(slot, ()):
            self._groups.pop(key, None)
        self._buffers[slot] = None
        self._free.append(slot)
        # not destroyed: work that was submitted may still use it; dropping the reference is enough

    def write(self, slot: int, data: Any) -> None:
        """Copy bytes to the start of a slot."""
        self._guarded("writing", self.device.queue.write_buffer, self._buffers[slot], 0, data)

    # -- pipelines

    def pipeline(self, text: str, reads: int, writes: int) -> int:
        """The number of the pipeline of this text."""
        if self._lost is not None:
            raise self._gone()
        try:
            layout = self._layout(reads, writes)
            module = self.device.create_shader_module(code=text)
            pipeline = self.device.create_compute_pipeline(
                layout=self.device.create_pipeline_layout(bind_group_layouts=[layout]),
                compute={"module": module, "entry_point": "main"},
            )
        except (self._wgpu.GPUError, RuntimeError) as error:
            if "is lost" in str(error):
                raise self._fault(error, "making a pipeline") from None
            raise InternalError(f"a shader does not compile:\n{error}\n{text}") from None
        self._pipelines.append((pipeline, layout))
        return len(self._pipelines) - 1

    def _layout(self, reads: int, writes: int) -> Any:
        if (reads, writes) not in self._layouts:
            kinds = ["read-only-storage"] * reads + ["storage"] * writes
            stage = self._wgpu.ShaderStage.COMPUTE
            uniform = {"type": "uniform", "has_dynamic_offset": True, "min_binding_size": 0}
            entries = [
                {"binding": 0, "visibility": stage, "buffer": uniform},
                *(
                    {"binding": k, "visibility": stage, "buffer": {"type": kind}}
                    for k, kind in enumerate(kinds, 1)
                ),
            ]
            self._layouts[reads, writes] = self.device.create_bind_group_layout(entries=entries)
        return self._layouts[reads, writes]

    def _group(self, layout: Any, slots: tuple[int, ...]) -> Any:
        key = (id(layout), slots)
        group = self._groups.get(key)
        if group is None:
            if len(self._groups) >= MAX_GROUPS:  # a program that never repeats itself
                self._groups.clear()
                self._groups_of.clear()
            buffers = self._buffers
            entries = [{"binding": 0, "resource": {"buffer": self._params, "size": UNIFORM}}]
            for k, slot in enumerate(slots, 1):
                entries.append({"binding": k, "resource": {"buffer": buffers[slot]}})
            group = self.device.create_bind_group(layout=layout, entries=entries)
            for slot in slots:
                self._groups_of.setdefault(slot, []).append(key)
            self._groups[key] = group  # last: a program may be stopped anywhere
        return group

    def _new_params(self, size: int) -> Any:
        usage = self._wgpu.BufferUsage
        return self.device.create_buffer(size=size + UNIFORM, usage=usage.UNIFORM | usage.COPY_DST)

    # -- work

    def submit(self, commands: array[int], params: bytes) -> None:
        """Encode the list into one command buffer and submit it."""
        self._guarded("submitting work", self._submit, commands, params)

    def _submit(self, commands: array[int], params: bytes) -> None:
        if len(params) + UNIFORM > self._params.size:
            self._groups.clear()
            self._groups_of.clear()
            self._params = self._new_params(2 * len(params))
        if params:
            self.device.queue.write_buffer(self._params, 0, params)
        encoder = self.device.create_command_encoder()
        compute = None
        current = -1
        k, end = 0, len(commands)
        while k < end:
            if commands[k] == DISPATCH:
                number, count = commands[k + 1], commands[k + 2]
                slots = tuple(commands[k + 3 : k + 3 + count])
                x, y, z, piece = commands[k + 3 + count : k + 7 + count]
                k += 7 + count
                pipeline, layout = self._pipelines[number]
                if compute is None:
                    compute = encoder.begin_compute_pass()
                    current = -1
                if number != current:
                    compute.set_pipeline(pipeline)
                    current = number
                compute.set_bind_group(0, self._group(layout, slots), (piece * ALIGN,))
                compute.dispatch_workgroups(x, y, z)
            elif commands[k] == COPY:
                if compute is not None:
                    compute.end()
                    compute = None
                source, target, size = commands[k + 1 : k + 4]
                k += 4
                encoder.copy_buffer_to_buffer(
                    self._buffers[source], 0, self._buffers[target], 0, size
                )
            else:
                raise InternalError(f"command {commands[k]} at word {k} is none")
        if compute is not None:
            compute.end()
        self.device.queue.submit([encoder.finish()])

    # -- reading

    def read(self, slot: int, size: int) -> bytes:
        """The first `size` bytes of a slot, waited for."""
        return self._guarded("reading", self._read, slot, size)  # type: ignore[no-any-return]

    def _read(self, slot: int, size: int) -> bytes:
        staging, capacity = self._copied(slot, size)
        staging.map_sync(self._wgpu.MapMode.READ, 0, size)
        data = bytes(staging.read_mapped(0, size, copy=False))
        staging.unmap()
        self._staging.setdefault(capacity, []).append(staging)
        return data

    async def read_async(self, slot: int, size: int) -> bytes:
        """The first `size` bytes of a slot, awaited."""
        return await asyncio.get_running_loop().run_in_executor(None, self.read, slot, size)

    def _copied(self, slot: int, size: int) -> tuple[Any, int]:
        """A staging buffer with a copy of the slot under way, and its capacity."""
        usage = self._wgpu.BufferUsage
        capacity = max(256, 1 << (size - 1).bit_length())
        spare = self._staging.get(capacity)
        if spare:
            staging = spare.pop()
        else:
            staging = self.device.create_buffer(
                size=capacity, usage=usage.MAP_READ | usage.COPY_DST
            )
        encoder = self.device.create_command_encoder()
        encoder.copy_buffer_to_buffer(self._buffers[slot], 0, staging, 0, size)
        self.device.queue.submit([encoder.finish()])
        return staging, capacity

    def sync(self) -> None:
        """Wait until all work is done."""
        # wgpu-py 0.32 declares the callback of on_submitted_work_done with a wrong type
        if self._fence is None:
            self._fence = self.alloc(4)
        self.read(self._fence, 4)

    # -- faults

    def _guarded(self, doing: str, call: Any, *arguments: Any) -> Any:
        if self._lost is not None:
            raise self._gone()
        try:
            return call(*arguments)
        except (self._wgpu.GPUError, RuntimeError) as error:
            raise self._fault(error, doing) from None

    def _fault(self, error: Exception, doing: str) -> Exception:
        text = str(error)
        if isinstance(error, self._wgpu.GPUOutOfMemoryError) or "memory" in text.lower():
            return errors.no_memory(self.caps.adapter, doing, text)
        if "lost" in text or "destroyed" in text.lower() or "is invalid" in text:
            self._lost = f"{doing}: {' '.join(text.split())}"
            return self._gone()
        return InternalError(f"{doing} on {self.caps.adapter} failed: {text}")

    def _gone(self) -> Exception:
        return errors.lost(self.caps.adapter, self._lost or "no reason given")
