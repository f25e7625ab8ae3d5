"""The element-wise kernels on the numbers of the WebGPU kernels' tests, run in a tab."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np

from gradtape.primitives.registry import REGISTRY, lookup
from gradtape.wasm.kernels import FORMULAS
from gradtape_webgpu.wgsl.tolerance import ULP
from tests.webgpu.support.evaluation import worst_ulp
from tests.webgpu.support.float_samples import numbers, pairs


def _kernel(op: str, inputs: list[Any]) -> tuple[Any, Any]:
    """The op's kernel, once its first use has brought it, and NumPy's."""
    lookup(op)
    with np.errstate(all="ignore"):
        REGISTRY[op].kernel(*inputs)
    kernel = REGISTRY[op].kernel
    return kernel, kernel.__self__


def errors() -> dict[str, list[Any]]:
    """Op → its largest error in ulp, the bound, and the operands that have it."""
    found = {}
    for op, formula in FORMULAS.items():
        inputs = [numbers()] if formula.operands == 1 else list(pairs())
        if formula.bound is not None:
            inputs = [x[np.abs(x) <= formula.bound] for x in inputs]
        kernel, numpy = _kernel(op, inputs)
        with np.errstate(all="ignore"):
            y = kernel(*inputs)
            if not ULP[op]:
                own = numpy(*inputs)
                differ = (y.view(np.uint32) != own.view(np.uint32)) & ~(np.isnan(y) & np.isnan(own))
                worst = [float(differ.sum()), [float(x[differ.argmax()]) for x in inputs]]
            else:
                worst = list(worst_ulp(op, y, inputs))
        found[op] = [worst[0], ULP[op], worst[1]]
    return found


def odd_calls() -> list[str]:
    """What goes wrong with sizes, layouts and dtypes, in words."""
    found = []
    random = np.random.default_rng(0)
    x, z = random.standard_normal((2, 5000), np.float32)
    whole = {}
    for op, formula in FORMULAS.items():
        inputs = [x, z][: formula.operands]
        kernel, numpy = _kernel(op, inputs)
        whole[op] = kernel(*inputs)
        for n in (256, 257, 263, 271, 287, 1000):
            if kernel(*(v[:n] for v in inputs)).tobytes() != whole[op][:n].tobytes():
                found.append(f"{op} of {n} elements has other bits")
        shaped = kernel(*(v.reshape(10, 1, 500) for v in inputs))
        if shaped.shape != (10, 1, 500) or shaped.tobytes() != whole[op].tobytes():
            found.append(f"{op} of three axes")
        unpickled = pickle.loads(pickle.dumps(inputs))  # its dtype is equal, and not the same
        if kernel(*unpickled).tobytes() != whole[op].tobytes():
            found.append(f"{op} of unpickled arrays has other bits")
        others = [
            [v[:255] for v in inputs],
            [v[::2] for v in inputs],
            [v.astype(np.float64) for v in inputs],
            [v.astype(">f4") for v in inputs],
            [np.asfortranarray(v.reshape(50, 100)) for v in inputs],
        ]
        for operands in others:
            y, own = kernel(*operands), numpy(*operands)
            if (y.dtype, y.shape, y.tobytes()) != (own.dtype, own.shape, own.tobytes()):
                found.append(f"{op} of {operands[0].dtype} {operands[0].strides} is not NumPy's")
    kernel, numpy = _kernel("Maximum", [x, z])
    for b in (np.array(0.5, np.float32), np.float32(0.5), z[:1], x.astype(np.float64)):
        if kernel(x, b).tobytes() != numpy(x, b).tobytes():
            found.append(f"Maximum with {b!r}")
    beyond = x.copy()
    beyond[77] = 3e6
    if _kernel("Sin", [x])[0](beyond).tobytes() != np.sin(beyond).tobytes():
        found.append("the sine of a large angle is not NumPy's")
    return found
