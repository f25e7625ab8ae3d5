"""The namespace `tf.config`, and `tf.device`: where ops run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from gradtape.names.absence import absent_from
from gradtape.runtime import devices
from gradtape.runtime.devices import CPU, GPU, PhysicalDevice, gpu_state
from gradtape.runtime.recorders import functions, state

__all__ = [
    "LogicalDevice",
    "PhysicalDevice",
    "device",
    "executing_eagerly",
    "experimental",
    "functions_run_eagerly",
    "get_soft_device_placement",
    "get_visible_devices",
    "list_logical_devices",
    "list_physical_devices",
    "run_functions_eagerly",
    "set_soft_device_placement",
    "set_visible_devices",
    "threading",
]


class LogicalDevice(NamedTuple):
    """A device by the name that `tf.device` takes."""

    name: str
    device_type: str


_placement = {"soft": True}


def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The devices that ops can run on, of one type or of all.

    Asking for a GPU loads the GPU backend and starts it; without one the list is empty. A GPU that
    is only a program on the CPU counts where its name is asked for (see `gradtape doctor`).

    >>> import gradtape as tf
    >>> tf.config.list_physical_devices("CPU")
    [PhysicalDevice(name='/physical_device:CPU:0', device_type='CPU')]
    """
    wanted = None if device_type is None else str(device_type).upper()
    found = [CPU] if wanted in (None, "CPU") else []
    if wanted in (None, "GPU") and devices.backend(hidden=True) is not None:
        found.append(GPU)
    return found


def list_logical_devices(device_type: str | None = None) -> list[LogicalDevice]:
    """The visible devices, by the names that `tf.device` takes.

    >>> import gradtape as tf
    >>> tf.config.list_logical_devices("CPU")
    [LogicalDevice(name='/device:CPU:0', device_type='CPU')]
    """
    return [
        LogicalDevice(d.name.replace("physical_device", "device"), d.device_type)
        for d in get_visible_devices(device_type)
    ]


def set_soft_device_placement(enabled: bool) -> None:
    """Accepted: an op that the GPU does not do runs on the CPU either way."""
    _placement["soft"] = bool(enabled)


def get_soft_device_placement() -> bool:
    """What was set; True from the beginning."""
    return _placement["soft"]


def set_visible_devices(
    devices: PhysicalDevice | Iterable[PhysicalDevice], device_type: str | None = None
) -> None:
    """Use these devices alone; `set_visible_devices([], "GPU")` keeps ops off the GPU.

    Raises: ValueError for what is no device.

    >>> import gradtape as tf
    >>> tf.config.set_visible_devices([], "GPU")
    >>> tf.config.get_visible_devices("GPU")
    []
    >>> tf.config.set_visible_devices([PhysicalDevice("/physical_device:GPU:0", "GPU")], "GPU")
    """
    chosen = [devices] if isinstance(devices, PhysicalDevice) else list(devices)
    for one in chosen:
        if one not in (CPU, GPU):
            raise ValueError(
                f"{one!r} is no device; take one from tf.config.list_physical_devices()."
            )
    if device_type is None or str(device_type).upper() == "GPU":
        gpu_state.hidden = GPU not in chosen


def get_visible_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The devices that ops may run on."""
    return [d for d in list_physical_devices(device_type) if d == CPU or not gpu_state.hidden]


@contextmanager
def device(device_name: Any) -> Iterator[None]:
    """Run the ops of the block on the named device: "/CPU:0" or "/GPU:0".

    On the GPU, what has no kernel there (float64, int64, strings, complex numbers, and a few ops)
    runs on the CPU all the same. Blocks nest; None leaves the choice to each op again.

    Raises: ValueError where there is no such device here, with the reason.

    >>> import gradtape as tf
    >>> with tf.device("/CPU:0"):
    ...     print(tf.constant(1.0).device)
    /job:localhost/replica:0/task:0/device:CPU:0
    """
    place = _place(device_name)
    before = state.device
    state.device = place
    # On the CPU an op runs where its operands are; what lies on a GPU asks for itself.
    looks = int(place == "GPU")
    devices.scoped(looks)
    try:
        yield
    finally:
        devices.scoped(-looks)
        state.device = before


def _place(device_name: Any) -> str | None:
    if device_name is None:
        return None
    wanted = str(device_name).upper()
    kind, _, number = wanted.rpartition("/")[2].removeprefix("DEVICE:").partition(":")
    if kind in ("CPU", "GPU") and number in ("", "0"):
        if kind == "CPU":
            return "CPU"
        if devices.backend() is not None:
            return "GPU"
        raise ValueError(
            f"there is no device {device_name!r} here: {devices.why_none()} "
            "Use tf.device('/CPU:0'), or leave tf.device out; `gradtape doctor` says more."
        )
    raise ValueError(
        f"there is no device {device_name!r} here; tf.config.list_physical_devices() gives "
        f"{list_physical_devices()}. Use tf.device('/CPU:0'), or leave tf.device out."
    )


def executing_eagerly() -> bool:
    """Whether ops run as they are called: False only while a `tf.function` is traced."""
    return state.trace is None


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Run every `tf.function` as the Python that it is from now on, or trace it again.

    >>> tf.config.run_functions_eagerly(True)
    >>> tf.config.functions_run_eagerly()
    True
    >>> tf.config.run_functions_eagerly(False)
    """
    functions.run_eagerly = bool(run_eagerly)


def functions_run_eagerly() -> bool:
    """Whether `run_functions_eagerly(True)` is in force."""
    return functions.run_eagerly


_absent = absent_from(__name__)


if not TYPE_CHECKING:  # for type checkers there is what stands above

    def __getattr__(name: str) -> Any:
        if name in ("experimental", "threading"):  # they build upon this module
            return import_module(f"{__name__}.{name}")
        return _absent(name)
