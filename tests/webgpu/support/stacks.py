"""The two software GPUs that tests run on, in one process: SwiftShader and lavapipe.

SwiftShader comes with Chromium, lavapipe with Mesa. Both are Vulkan drivers, and both are found
because both are named to the Vulkan loader before it starts.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple


class Stack(NamedTuple):
    """A part of the adapter's name, the file that names it to the loader, what installs it."""

    adapter: str
    loader: str
    package: str


STACKS = {
    "swiftshader": Stack("SwiftShader", "/usr/lib/chromium/vk_swiftshader_icd.json", "chromium"),
    "lavapipe": Stack(
        "llvmpipe", "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json", "mesa-vulkan-drivers"
    ),
}


def name_to_loader() -> None:
    """Make both known to the Vulkan loader; before the first use of wgpu."""
    os.environ["VK_ICD_FILENAMES"] = ":".join(stack.loader for stack in STACKS.values())
    os.environ.setdefault("XDG_RUNTIME_DIR", "/tmp")


@cache
def driver_of(name: str) -> Any:
    """The driver of a stack, started once; LookupError where it is not installed."""
    from gradtape_webgpu.drivers.native import NativeDriver, choose

    stack = STACKS[name]
    if not Path(stack.loader).is_file():
        raise LookupError(
            f"{name} is not installed ({stack.loader}); apt-get install {stack.package} brings it"
        )
    return NativeDriver(choose(stack.adapter))
