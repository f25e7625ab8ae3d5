"""Where a program can run: on the CPU always, on a GPU where browser and engine both offer one."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import sys
from typing import Any


async def look() -> str:
    """The GPU's name, or why there is none, as JSON for the page; no device is started."""
    try:
        return json.dumps({"gpu": await _name(), "reason": ""})
    except LookupError as why:
        return json.dumps({"gpu": None, "reason": str(why.args[0]).removeprefix("no GPU here: ")})


async def start() -> str:
    """Start the GPU; its name.

    Raises: LookupError where there is none, with the reason.
    """
    caps = await _backend("gradtape_webgpu").start()
    config = importlib.import_module("gradtape.config")
    if not config.list_physical_devices("GPU"):
        raise LookupError("this engine cannot compute on a GPU yet")
    return str(caps.adapter)


async def _name() -> str:
    looked = getattr(_backend("gradtape_webgpu.tab"), "look", None)
    return str(await looked()) if looked is not None else await start()  # an older engine


def _backend(module: str) -> Any:
    if importlib.util.find_spec("gradtape_webgpu") is None:
        raise LookupError("this engine has no GPU backend")
    return importlib.import_module(module)


def placed(gradtape: Any, device: str) -> Any:
    """A context in which ops run on the device that the page asked for.

    Without one, heavy ops would go to a GPU that an earlier run has started.
    """
    if device == "gpu" or hasattr(gradtape, "device"):
        return gradtape.device("/GPU:0" if device == "gpu" else "/CPU:0")
    return contextlib.nullcontext()  # an older engine


def kernels() -> str | None:
    """What ran on the GPU since this was last asked: the kernels of the largest batch of work."""
    backend = sys.modules.get("gradtape_webgpu")
    try:
        told = str(backend.explain(busiest=True)) if backend is not None else ""
    except TypeError:  # an engine from before it could be asked
        return None
    return told if "\n-- kernel" in told else None
