"""Where a program can run: on the CPU always, on a GPU where browser and engine both offer one."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import sys
from typing import Any


async def look() -> str:
    """The GPU's name, or why there is none, as JSON for the page."""
    try:
        return json.dumps({"gpu": await start(), "reason": ""})
    except LookupError as why:
        return json.dumps({"gpu": None, "reason": str(why.args[0])})


async def start() -> str:
    """Start the GPU; its name.

    Raises: LookupError where there is none, with the reason.
    """
    name = await _adapter()
    if importlib.util.find_spec("gradtape_webgpu") is None:
        raise LookupError("this engine has no GPU backend")
    backend = importlib.import_module("gradtape_webgpu")
    begin = getattr(backend, "start", None)
    if begin is not None:
        await begin()
    config = importlib.import_module("gradtape.config")
    if not config.list_physical_devices("GPU"):
        raise LookupError("this engine cannot compute on a GPU yet")
    return name


def placed(gradtape: Any, device: str) -> Any:
    """A context in which ops run on the device that the page asked for."""
    return gradtape.device("/GPU:0") if device == "gpu" else contextlib.nullcontext()


def kernels() -> str | None:
    """What ran on the GPU since this was last asked: the kernels of the largest batch of work."""
    backend = sys.modules.get("gradtape_webgpu")
    try:
        told = str(backend.explain(busiest=True)) if backend is not None else ""
    except TypeError:  # an engine from before it could be asked
        return None
    return told if "\n-- kernel" in told else None


async def _adapter() -> str:
    from js import navigator

    gpu = getattr(navigator, "gpu", None)
    if gpu is None:
        raise LookupError("this browser offers no WebGPU")
    adapter = await gpu.requestAdapter()
    if not adapter:
        raise LookupError("the browser offers WebGPU but found no GPU that it may use")
    told = getattr(adapter, "info", None)
    words = [str(getattr(told, key, "") or "") for key in ("vendor", "architecture", "device")]
    return str(getattr(told, "description", "") or " ".join(filter(None, words)) or "a GPU")
