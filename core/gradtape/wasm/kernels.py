"""The kernels that take the place of NumPy's in a tab, by the types of their ops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradtape.wasm import fusing, product
from gradtape.wasm.host import Host

Kernel = Callable[..., Any]


class Kernels:
    """Kernels on this tab's memory; a module of them is made when the first is asked for."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._fma = fusing.is_fused(host)
        #: as the pins of a record name it
        self.arithmetic = "wasm fma" if self._fma else "wasm"
        self._made = host.instantiate(product.functions(self._fma))

    def kernel(self, op_type: str, numpy: Kernel) -> Kernel:
        """The kernel of an op; it calls NumPy's for whatever it does not do itself."""
        name = NAMES[op_type]
        built: Kernel = self._host.built_in(name, getattr(self._made, name), numpy)
        return built


#: op type → the function of the module
NAMES = {"MatMul": "matmul"}


def start() -> Kernels:
    """The kernels of this tab.

    Raises: Unavailable, with the reason.
    """
    return Kernels(Host())
