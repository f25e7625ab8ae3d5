"""The words of what goes wrong with a device, the same natively and in a tab."""

from __future__ import annotations

from gradtape_webgpu.driver import DeviceLostError, OutOfDeviceMemoryError

_ON_CPU = "compute on the CPU: with tf.device('/CPU:0')"


def lost(adapter: str, why: str) -> DeviceLostError:
    """The device is gone."""
    return DeviceLostError(
        f"{adapter} is lost ({why}). Variables keep their last values on the CPU; the program can "
        "go on there, or start the device again: gradtape_webgpu.restart()."
    )


def no_memory(adapter: str, doing: str, why: str) -> OutOfDeviceMemoryError:
    """The device has no room."""
    return OutOfDeviceMemoryError(
        f"{adapter} has no memory left for {doing}; let go of tensors, use a smaller batch, or "
        f"{_ON_CPU}. ({why})"
    )


def too_large(adapter: str, size: int, limit: int) -> OutOfDeviceMemoryError:
    """An array that no kernel of the device could bind."""
    return OutOfDeviceMemoryError(
        f"an array of {size:,} bytes is larger than what {adapter} binds at once ({limit:,} "
        f"bytes); split it, or {_ON_CPU}"
    )
