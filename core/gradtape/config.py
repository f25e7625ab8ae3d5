"""The namespace `tf.config`, and `tf.device`: where ops run.

Until a GPU backend is loaded, everything runs on the CPU.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

__all__ = [
    "PhysicalDevice",
    "device",
    "executing_eagerly",
    "list_physical_devices",
    "run_functions_eagerly",
]


class PhysicalDevice(NamedTuple):
    """A device of this machine."""

    name: str
    device_type: str


def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The devices that ops can run on, of one type or of all."""
    devices = [PhysicalDevice("/physical_device:CPU:0", "CPU")]
    return [d for d in devices if device_type in (None, d.device_type)]


@contextmanager
def device(device_name: Any) -> Iterator[None]:
    """Run the ops of the block on the named device, such as "/CPU:0".

    Raises: ValueError where there is no such device here.

    >>> import gradtape as tf
    >>> with tf.device("/CPU:0"):
    ...     print(tf.constant(1.0).device)
    /job:localhost/replica:0/task:0/device:CPU:0
    """
    wanted = str(device_name or "CPU:0").upper()
    if "CPU" not in wanted:
        raise ValueError(
            f"there is no device {device_name!r} here; tf.config.list_physical_devices() gives "
            f"{list_physical_devices()}. Use tf.device('/CPU:0'), or leave tf.device out."
        )
    yield


def executing_eagerly() -> bool:
    """True: ops run as they are called."""
    return True


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Accepted: `tf.function` runs eagerly always."""
