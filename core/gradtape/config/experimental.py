"""`tf.config.experimental`: wishes about devices' memory, and names that moved from here."""

from __future__ import annotations

from typing import Any

from gradtape.config import (
    get_visible_devices,
    list_logical_devices,
    list_physical_devices,
    set_visible_devices,
)

__all__ = [
    "get_memory_growth",
    "get_visible_devices",
    "list_logical_devices",
    "list_physical_devices",
    "set_memory_growth",
    "set_visible_devices",
]


def set_memory_growth(device: Any, enable: bool) -> None:
    """Accepted for a GPU: its memory always grows as it is needed.

    Raises: ValueError for a CPU.

    >>> for gpu in tf.config.list_physical_devices("GPU"):
    ...     tf.config.experimental.set_memory_growth(gpu, True)
    """
    if getattr(device, "device_type", None) != "GPU":
        raise ValueError("Cannot set memory growth on non-GPU and non-Pluggable devices")


def get_memory_growth(device: Any) -> bool:
    """True for a GPU, as `set_memory_growth` says.

    Raises: ValueError for a CPU.
    """
    set_memory_growth(device, True)
    return True
