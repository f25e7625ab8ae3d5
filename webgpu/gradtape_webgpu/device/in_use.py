"""The device that this process uses: it starts when something first needs it.

Natively it is the adapter that `drivers/native.py` chooses, in a tab the tab's own.
"""

from __future__ import annotations

import sys
import threading
from typing import Any

from gradtape.errors import OpError
from gradtape.runtime import devices
from gradtape_webgpu.device.device import Device
from gradtape_webgpu.drivers import errors
from gradtape_webgpu.drivers.protocol import Driver
from gradtape_webgpu.graph.array import DeviceArray

if sys.platform == "emscripten":
    from gradtape_webgpu.drivers import tab
else:
    from gradtape_webgpu.drivers.native import NativeDriver

_device: Device | None = None
_start = threading.Lock()


def start(driver: Driver | None = None) -> Device:
    """The device, started if it was not; `driver` replaces the one that would be chosen.

    Raises: LookupError where there is no adapter; ImportError where wgpu is not installed.
    """
    global _device
    with _start:
        if _device is None or driver is not None or _device.lost is not None:
            before = _device
            if before is not None and before.lost is None:
                _end(before)
            _device = Device(driver or _driver(), devices.lose)
            if before is not None:
                before.successor = _device
            devices.watch_variables(_stored)
        return _device


def _driver() -> Driver:
    if sys.platform == "emscripten":
        return tab.acquire()
    return NativeDriver()


def _stored(variable: Any, value: Any) -> None:
    """A variable has taken a value; the core calls this at every store."""
    if type(value) is DeviceArray:
        device: Any = value.device
        device.copies.stored(variable, value)


def restart() -> None:
    """A new device, with nothing on it but what the host still knows."""
    before = _device
    if before is not None:
        driver: Driver | None = None
        if sys.platform == "emscripten":
            driver = tab.acquire(anew=True)
        if before.lost is None:
            _end(before)
        start(driver)
    devices.forget()


def renewed(driver: Driver | None = None) -> Device:
    """The device, started where there is none, or where the driver is another or its device lost.

    The core is told to take it.
    """
    same = _device is not None and _device.driver is driver
    devices.forget()
    device = start(None if same else driver)
    devices.backend()
    return device


def _end(device: Device) -> None:
    """The end of a device that still works: nothing is lost that is in a variable."""
    try:
        device.flush()
        device.copies.update()
    except OpError:
        if device.lost is not None:
            return
    device.end(lambda words: errors.replaced(device.driver.caps.adapter, words))


def current() -> Device:
    """The device."""
    return _device or start()


def started() -> Device | None:
    """The device if it has been started."""
    return _device
