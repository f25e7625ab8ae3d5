"""A driver as the GPU of `tf.device`, and its end."""

from __future__ import annotations

from typing import Any

from gradtape.runtime import devices
from gradtape_webgpu.device import device
from gradtape_webgpu.placement import backend

GPU = "/GPU:0"


def became_gpu(driver: Any) -> device.Device:
    """A driver as the GPU of `tf.device`."""
    started = device.start(driver)
    devices.forget()
    devices.known.backend, devices.known.hidden = backend, False
    return started


def destroy(owned: device.Device) -> None:
    owned.driver.device.destroy()
