"""Kernels of WebAssembly in the place of NumPy's, in a tab, from the first use that pays.

NumPy in a tab has neither BLAS nor vectors. `offer`, which every op passes when it is declared,
gives the ops of `PAYS` a kernel that waits: small operands are NumPy's, and the first that are
worth it start `gradtape.wasm` and put its kernels in for all ops. Whether an op is computed by one
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
#: the ops that wait, with NumPy's kernels
_waiting: list[tuple[Op, Callable[..., Any]]] = []


def _product(a: Any, b: Any) -> bool:
    single = a.dtype.char == b.dtype.char == "f" and a.ndim > 1 < b.ndim
    return bool(single and a.size * b.shape[-1] >= LEAST_PRODUCT)


#: products of fewer multiplications are left to NumPy, by the kernel too
LEAST_PRODUCT = 512

#: op type → whether an op with these operands is worth starting for
PAYS: dict[str, Callable[..., bool]] = {"MatMul": _product}


def offer(op: Op) -> None:
    """Let an op have another kernel than NumPy's, now or later."""
    if op.type not in PAYS or _state.why is not None:
        return
    numpy, pays = op.kernel, PAYS[op.type]
    if _state.kernels is not None:
        op.kernel = _state.kernels.kernel(op.type, numpy)
        return

    def kernel(*xs: Any, **params: Any) -> Any:
        if op.kernel is kernel and pays(*xs, **params):
            start()
        return (numpy if op.kernel is kernel else op.kernel)(*xs, **params)

    op.kernel = kernel
    _waiting.append((op, numpy))


def start() -> None:
    """Put the kernels in, or NumPy's back where there are none."""
    if _state.kernels is None and _state.why is None:
        try:
            if os.environ.get("GRADTAPE_WASM") == "0":
                raise RuntimeError("GRADTAPE_WASM=0 leaves all to NumPy")
            _state.kernels = import_module("gradtape.wasm.kernels").start()
        except RuntimeError as error:
            _state.why = str(error)
    while _waiting:
        op, numpy = _waiting.pop()
        kernel = numpy if _state.kernels is None else _state.kernels.kernel(op.type, numpy)
        op.kernel = kernel
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
