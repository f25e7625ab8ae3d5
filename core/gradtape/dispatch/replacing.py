"""Kernels of WebAssembly in the place of NumPy's, in a tab, from the first use that pays.

NumPy in a tab has neither BLAS nor vectors. `offer`, which every op passes when it is declared,
gives the ops of `PAYS` a kernel that waits: small operands are NumPy's, and the first that are
worth it bring the op's kernel of `gradtape.wasm`. Whether an op is computed by one
or by the other depends on its operands alone, never on what ran before: each kernel asks itself
again, and a condition here is true wherever the kernel would not be NumPy's bit for bit.

Natively nothing is offered. `GRADTAPE_WASM=0` in the environment leaves all to NumPy; so does
whatever keeps the kernels from starting, and `why_none` then says why.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from gradtape.primitives.op import Op


class _State:
    """What is known of the kernels: where they are, or why there are none."""

    kernels: Any = None
    why: str | None = None


_state = _State()
#: products of fewer multiplications, and functions of fewer elements, are left to NumPy
LEAST_PRODUCT, LEAST_ELEMENTS = 512, 256


def _product(a: Any, b: Any) -> bool:
    single = a.dtype.char == b.dtype.char == "f" and a.ndim > 1 < b.ndim
    return bool(single and a.size * b.shape[-1] >= LEAST_PRODUCT)


def _elements(x: Any, *_: Any) -> bool:
    return bool(x.size >= LEAST_ELEMENTS and x.dtype.char == "f")


#: op type → whether an op with these operands is worth a kernel
PAYS: dict[str, Callable[..., bool]] = {
    "MatMul": _product,
    **dict.fromkeys(
        "Exp Expm1 Log Log1p Tanh Sigmoid Softplus Erf Sin Cos Elu Selu Relu Relu6 Maximum "
        "Minimum MaxPool MaxPoolGrad ReluGrad Relu6Grad SigmoidCrossEntropyWithLogits".split(),
        _elements,
    ),
}


def offer(op: Op) -> None:
    """Let an op have another kernel than NumPy's, from the first operands that pay."""
    if op.type not in PAYS:
        return
    numpy, pays = op.kernel, PAYS[op.type]

    def kernel(*xs: Any, **params: Any) -> Any:
        if not pays(*xs):
            return numpy(*xs, **params)
        if op.kernel is kernel:
            _replace(op, numpy)
        return op.kernel(*xs, **params)

    op.kernel = kernel


def _replace(op: Op, numpy: Callable[..., Any]) -> None:
    """Give an op its kernel, or NumPy's back where there are no others."""
    if _state.kernels is None and _state.why is None:
        try:
            if os.environ.get("GRADTAPE_WASM") == "0":
                raise RuntimeError("GRADTAPE_WASM=0 leaves all to NumPy")
            _state.kernels = import_module("gradtape.wasm.kernels").start()
        except RuntimeError as error:
            _state.why = str(error)
    kernels = _state.kernels
    op.kernel = kernel = numpy if kernels is None else kernels.kernel(op.type, numpy)
    for name, cell in zip(op.call.__code__.co_freevars, op.call.__closure__ or (), strict=True):
        if name == "kernel":  # of the straight paths, which hold it
            cell.cell_contents = kernel


def arithmetic() -> str:
    """What computes on the CPU here: "numpy", or since kernels are in use "wasm" or "wasm fma".

    The two differ in whether a product is rounded before it is added to a sum.
    """
    return "numpy" if _state.kernels is None else str(_state.kernels.arithmetic)


def why_none() -> str | None:
    """Why kernels that were looked for are not there; None while they are, or nobody looked."""
    if sys.platform != "emscripten":
        return "kernels of WebAssembly are for Python in a browser tab"
    return _state.why
