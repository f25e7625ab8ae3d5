"""All WGSL functions by name, and the text of those that a kernel needs."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gradtape_webgpu.wgsl import (
    arithmetic,
    bits,
    comparison,
    double,
    error_function,
    exponential,
    gamma_function,
    hyperbolic,
    integer,
    philox,
    power,
    trigonometric,
)
from gradtape_webgpu.wgsl.source import Function

__all__ = ["FUNCTIONS", "Function", "text"]

#: name → function
FUNCTIONS: dict[str, Function] = {}

_MODULES = (
    bits, double, arithmetic, comparison, integer, exponential, hyperbolic, power, trigonometric,
    error_function, gamma_function, philox,
)  # fmt: skip

for _module in _MODULES:
    for _name, _function in _module.FUNCTIONS.items():
        if _name in FUNCTIONS:
            raise KeyError(f"two modules write a WGSL function {_name}")
        FUNCTIONS[_name] = _function


def text(names: Iterable[str]) -> str:
    """These functions and all that they call, each once, after what it calls."""
    done: dict[str, str] = {}

    def add(name: str) -> None:
        if name in done or name not in FUNCTIONS:  # what is not ours is built in
            return
        for need in FUNCTIONS[name].needs:
            add(need)
        done[name] = FUNCTIONS[name].text

    for name in names:
        if name not in FUNCTIONS:
            raise KeyError(f"there is no WGSL function {name}")
        add(name)
    return "\n".join(done.values())


_BRANCH = re.compile(r"\b(if|for|while|loop|switch)\b|&&|\|\|")


def is_straight(names: Iterable[str]) -> bool:
    """Whether no function among these, nor what they call, branches.

    Only such code is written several times over in one kernel: SwiftShader takes minutes to compile
    eight copies of a sine inside an exponential.
    """
    return not _BRANCH.search(re.sub(r"//.*", "", text(names)))
