"""Which devices there are, and where this thread's ops run.

The GPU backend is another package, `gradtape_webgpu`; it is loaded by name when something first
asks for a GPU, so that the core needs nothing but NumPy. `SCOPED` counts what makes every op look
where it is to run (blocks of a GPU, logging): while it is 0, ops ask nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

from gradtape.runtime.recorders import state


class PhysicalDevice(NamedTuple):
    """A device of this machine."""

    name: str
    device_type: str


CPU = PhysicalDevice("/physical_device:CPU:0", "CPU")
GPU = PhysicalDevice("/physical_device:GPU:0", "GPU")


class _GpuState:
    """What is known about the GPU: the backend once it is loaded, or why there is none."""

    backend: Any = None
    why: str | None = None
    hidden = False
    logged = False
    #: what a block of `tf.device` raises whose GPU is gone
    lost: Exception | None = None
    #: multiplications of heavy ops so far, while nobody has looked for a GPU
    work = 0


gpu_state = _GpuState()
SCOPED = 0
#: told of every value that a variable takes, once there is a GPU
stored: Callable[[Any, Any], None] | None = None


def scoped(change: int) -> None:
    """One block more (1) or less (−1) in which ops look where they are to run."""
    global SCOPED
    SCOPED += change


def backend(hidden: bool = False) -> Any:
    """The module `gradtape_webgpu.placement.backend`, its device started, or None (`why_none`).

    A GPU that `set_visible_devices` hides is given only where `hidden` asks for it.
    """
    if gpu_state.hidden and not hidden:
        return None
    if gpu_state.backend is None and gpu_state.why is None:
        try:
            module = import_module("gradtape_webgpu.placement.backend")
            module.start()
        except ImportError as error:
            gpu_state.why = f'{error}; the GPU backend needs wgpu: pip install "gradtape[gpu]".'
        except (LookupError, RuntimeError) as error:
            gpu_state.why = str(error)
        else:
            gpu_state.backend = module
    return gpu_state.backend


def adapter() -> str | None:
    """The name of the GPU in use, as a person would know it; None while there is none."""
    return None if gpu_state.backend is None else str(gpu_state.backend.adapter())


def why_none() -> str:
    """Why there is no GPU."""
    if gpu_state.hidden:
        return "tf.config.set_visible_devices hides it"
    return gpu_state.why or "nothing has looked for one yet"


def forget() -> None:
    """Look for a GPU anew when one is next asked for."""
    gpu_state.backend = gpu_state.why = gpu_state.lost = None
    gpu_state.work = 0


def lose(error: Exception) -> None:
    """The GPU is gone, as `error` says; there is none from now on."""
    gpu_state.backend, gpu_state.why, gpu_state.lost = None, str(error), error


def entered() -> Any:
    """The backend of the block of `tf.device` that this thread is in.

    Raises: the error that told of its loss, where it is gone; ValueError where it is hidden.
    """
    found = backend()
    if found is None:
        if gpu_state.lost is not None:
            raise type(gpu_state.lost)(str(gpu_state.lost))
        raise ValueError(f"this block's GPU cannot be used: {why_none()}")
    return found


def watch_variables(function: Callable[[Any, Any], None]) -> None:
    """Call function(variable, value) whenever a variable takes a value."""
    global stored
    stored = function


def upload(value: Any) -> Any:
    """A new array where this thread's values are made."""
    if state.device == "GPU":
        return entered().place(value)
    return value


def log(type: str, device: str) -> None:
    """Tell where an op runs, as TensorFlow does."""
    from gradtape.runtime.logger import get_logger  # of use where ops are logged

    get_logger().warning(
        "Executing op %s in device /job:localhost/replica:0/task:0/device:%s", type, device
    )
