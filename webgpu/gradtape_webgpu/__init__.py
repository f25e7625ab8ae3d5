"""The WebGPU backend, loaded by name when a program asks for a GPU device.

gradtape_webgpu.explain()     the kernels of the last flush, as text
await gradtape_webgpu.look()  in a tab: the GPU's name
await gradtape_webgpu.start() in a tab: acquire the GPU, where a program cannot wait for it
gradtape_webgpu.restart()     a new device, after the old one was lost
gradtape_webgpu.sync()        wait until all work is done
"""

# Each function imports what it needs when it is called: a page asks this package for SCRIPTS and
# for the GPU's name before anything runs, and must not wait for kernels until something does.

from __future__ import annotations

import sys
from typing import Any

from gradtape_webgpu.drivers import SCRIPTS

__all__ = ["SCRIPTS", "explain", "look", "restart", "start", "sync"]


def explain(busiest: bool = False) -> str:
    """The kernels of the last flush: which ops each one computes, its dispatch and its WGSL.

    `busiest` tells instead of the flush with the most dispatches since that was last asked: of a
    training loop, its step, whatever was read afterwards.
    """
    from gradtape_webgpu.device.in_use import started

    device = started()
    plan = None if device is None else device.busiest if busiest else device.last
    if device is not None and busiest:
        device.busiest = None
    return "Nothing has run on the GPU yet." if plan is None else plan.explained()


async def look() -> str:
    """The name of the GPU that `start` would start in this tab, which costs next to nothing.

    Raises: LookupError where there is none, with the reason.
    """
    from gradtape_webgpu.drivers import tab

    return await tab.look()


async def start() -> Any:
    """Acquire the device, awaited; what it can do (`Caps`). A lost device is replaced.

    Raises: LookupError where there is no adapter.
    """
    from gradtape_webgpu.device import in_use

    driver = None
    if sys.platform == "emscripten":
        driver = await in_use.tab.start()
    return in_use.renewed(driver).driver.caps


def restart() -> None:
    """Start a new device in place of one that was lost, or of the one in use.

    Variables have their values afterwards, on the CPU: those of the last copy where the device was
    lost. Tensors that were on the old device alone are gone.

    Raises: LookupError where there is no adapter any more.
    """
    from gradtape_webgpu.device import in_use

    in_use.restart()


def sync() -> None:
    """Submit what is pending and wait until all work is done."""
    from gradtape_webgpu.device.in_use import started

    device = started()
    if device is not None:
        device.sync()
