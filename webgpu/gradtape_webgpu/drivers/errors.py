"""The words of what goes wrong with a device, the same natively and in a tab."""

from __future__ import annotations

from gradtape.errors import OpError
from gradtape_webgpu.drivers.protocol import DeviceLostError, OutOfDeviceMemoryError

_ON_CPU = "compute on the CPU: with tf.device('/CPU:0')"


def lost(adapter: str, why: str, survived: str = "") -> DeviceLostError:
    """The device is gone; `survived` says what became of the variables."""
    return DeviceLostError(
        f"{adapter} is lost ({why}). {survived}Tensors that were on it alone are gone. The program "
        f"can go on on the CPU, with tf.device('/CPU:0'), or start the device again: "
        "gradtape_webgpu.restart()."
    )


def replaced(adapter: str, survived: str) -> DeviceLostError:
    """The device was given up for a new one."""
    return DeviceLostError(
        f"this tensor was on {adapter} before the device was started again. {survived}Compute it "
        "anew; what was sent from the CPU is still there."
    )


def reraised(error: Exception, words: str = "") -> Exception:
    """The same error to be raised anew, without the frames it has passed; `words` are added."""
    if isinstance(error, OpError):
        return type(error)(f"{error} {words}".rstrip())
    return error.with_traceback(None)


def no_memory(adapter: str, doing: str, why: str) -> OutOfDeviceMemoryError:
    """The device has no memory."""
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
