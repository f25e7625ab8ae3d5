"""A driver as the GPU of `tf.device`, and its end."""

from __future__ import annotations

from typing import Any

from gradtape.runtime import devices
from gradtape_webgpu.device import in_use
from gradtape_webgpu.device.device import Device
from gradtape_webgpu.placement import backend

GPU = "/GPU:0"


def became_gpu(driver: Any) -> Device:
    """A driver as the GPU of `tf.device`."""
    started = in_use.start(driver)
    devices.forget()
    devices.gpu_state.backend, devices.gpu_state.hidden = backend, False
    return started


def destroy(owned: Device) -> None:
    owned.driver.device.destroy()
