"""The kernels that take the place of NumPy's in a tab, by the types of their ops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from gradtape.wasm import circular, elementwise, functions, fusing, pooling, product
from gradtape.wasm.host import Host
from gradtape.wasm.lanes import Lanes

Kernel = Callable[..., Any]


class Formula(NamedTuple):
    """An element-wise function; the rest is for `elementwise.functions`."""

    write: Callable[..., Lanes]
    operands: int = 1
    width: int = 4
    bound: float | None = None


FORMULAS: dict[str, Formula] = {
    "Exp": Formula(functions.exponential),
    "Expm1": Formula(functions.exponential_less_one),
    "Log": Formula(functions.logarithm),
    "Log1p": Formula(functions.logarithm_of_one_plus, width=2),
    "Tanh": Formula(functions.hyperbolic_tangent),
    "Sigmoid": Formula(functions.sigmoid),
    "Softplus": Formula(functions.softplus, width=2),
    "Erf": Formula(functions.error_function, width=2),
    "Sin": Formula(circular.sine, width=2, bound=circular.BOUND),
    "Cos": Formula(circular.cosine, width=2, bound=circular.BOUND),
    "Elu": Formula(functions.exponential_linear),
    "Selu": Formula(functions.scaled_exponential_linear),
    "SigmoidCrossEntropyWithLogits": Formula(functions.sigmoid_cross_entropy, 2, width=2),
    # NumPy's bits
    "Relu": Formula(functions.rectified),
    "Relu6": Formula(functions.rectified_six),
    "Maximum": Formula(functions.larger, 2),
    "Minimum": Formula(functions.smaller, 2),
    "ReluGrad": Formula(functions.where_positive, 2),
    "Relu6Grad": Formula(functions.where_inside_six, 2),
}


#: op type → what makes its kernel of the host and of NumPy's
WHOLE: dict[str, Callable[[Host, Kernel], Kernel]] = {
    "MaxPool": pooling.largest,
    "MaxPoolGrad": pooling.gradient,
}


class Kernels:
    """Kernels on this tab's memory; each is made when it is asked for."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._fma = fusing.is_fused(host)
        #: as the pins of a record name it
        self.arithmetic = "wasm fma" if self._fma else "wasm"

    def kernel(self, op_type: str, numpy: Kernel) -> Kernel:
        """The kernel of an op; it calls NumPy's for whatever it does not do itself."""
        if op_type in WHOLE:
            return WHOLE[op_type](self._host, numpy)
        if op_type == "MatMul":
            made = product.functions(op_type, self._fma)
        else:
            write, operands, width, bound = FORMULAS[op_type]
            made = elementwise.functions(op_type, operands, write, width=width, bound=bound)
        entry = getattr(self._host.instantiate(made), op_type)
        built: Kernel = self._host.built_in(op_type, entry, numpy)
        return built


def start() -> Kernels:
    """The kernels of this tab.

    Raises: Unavailable, with the reason.
    """
    return Kernels(Host())
