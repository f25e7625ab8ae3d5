"""How a kernel is found: op type → the function that lowers it to dispatches.

    @lowering("Tile")
    def tile(inputs: tuple[Spec, ...], *, multiples: Shape) -> Lowered: ...

    @lowering("Softmax", tuned=True)
    def softmax(inputs: tuple[Spec, ...], target: Target, *, axis: int) -> Lowered: ...

Inputs and parameters are those of the op of the same type in the core's registry. A function that
does not serve some shape or dtype raises `Unsupported` with the reason; the op then runs on the
CPU. What is `tuned` depends on the adapter, and is told which it is. Modules of kernels load when
one of them is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol, TypeVar

from gradtape_webgpu.kernels.program import Lowered, Spec
from gradtape_webgpu.kernels.target import Target


class Unsupported(Exception):
    """Why a kernel does not serve these inputs, in words for the user."""


class Lowering(Protocol):
    """From the specs of contiguous inputs, the adapter and the op's parameters to dispatches."""

    def __call__(self, inputs: tuple[Spec, ...], target: Target, /, **params: Any) -> Lowered:
        """The dispatches; raises Unsupported."""


#: op type → its lowering; complete once `load_all` has run
LOWERINGS: dict[str, Lowering] = {}

Function = TypeVar("Function", bound=Callable[..., Lowered])


def lowering(*types: str, tuned: bool = False) -> Callable[[Function], Function]:
    """Enter a function as the lowering of these op types; a second one is an error.

    `tuned`: it takes the target after the inputs.
    """

    def enter(function: Function) -> Function:
        entered: Lowering = function if tuned else _for_any_target(function)
        for type in types:
            if type in LOWERINGS:
                raise KeyError(f"the op type {type} is lowered twice")
            LOWERINGS[type] = entered
        return function

    return enter


def _for_any_target(function: Callable[..., Lowered]) -> Lowering:
    @wraps(function)
    def lower(inputs: tuple[Spec, ...], target: Target, /, **params: Any) -> Lowered:
        return function(inputs, **params)

    return lower


def load_all() -> dict[str, Lowering]:
    """Every lowering, after importing every module beside this one."""
    package = __name__.rpartition(".")[0]
    for module in iter_modules(import_module(package).__path__):
        import_module(f"{package}.{module.name}")
    return LOWERINGS
