"""Where a program can run: on the CPU always, on a GPU where browser and engine both offer one."""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from typing import Any


async def look() -> str:
    """The GPU's name, or why there is none, as JSON for the page; no device is started."""
    try:
        return json.dumps({"gpu": await _backend().look(), "reason": ""})
    except LookupError as why:
        return json.dumps({"gpu": None, "reason": str(why.args[0]).removeprefix("no GPU here: ")})


async def start() -> str:
    """Start the GPU; its name.

    Raises: LookupError where there is none, with the reason.
    """
    caps = await _backend().start()
    config = importlib.import_module("gradtape.config")
    if not config.list_physical_devices("GPU"):
        raise LookupError("this engine cannot compute on a GPU yet")
    return str(caps.adapter)


def scripts() -> str:
    """The files that the tab's GPU needs, by their places among the packages, as a JSON list."""
    try:
        return json.dumps([f"gradtape_webgpu/{name}" for name in _backend().SCRIPTS])
    except LookupError:
        return "[]"


def _backend() -> Any:
    if importlib.util.find_spec("gradtape_webgpu") is None:
        raise LookupError("this engine has no GPU backend")
    return importlib.import_module("gradtape_webgpu")


def placed(gradtape: Any, device: str) -> Any:
    """A context in which ops run on the device that the page asked for.

    Without one, heavy ops would go to a GPU that an earlier run has started.
    """
    return gradtape.device("/GPU:0" if device == "gpu" else "/CPU:0")


def kernels() -> str | None:
    """What ran on the GPU since this was last asked: the kernels of the largest batch of work."""
    backend = sys.modules.get("gradtape_webgpu")
    told = str(backend.explain(busiest=True)) if backend is not None else ""
    return told if "\n-- kernel" in told else None
