"""The matrix product as a rule: transposes and offsets are read in place, maps go on after it."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradtape_webgpu.kernels import matmul as kernels
from gradtape_webgpu.kernels.matmul import Matrix
from gradtape_webgpu.kernels.registry import Unsupported
from gradtape_webgpu.program import Spec
from gradtape_webgpu.rules import Anchor
from gradtape_webgpu.views import View, collapse


def matmul(operands: tuple[Any, ...], params: dict[str, Any]) -> Anchor:
    """(…, m, k) · (…, k, n), the leading axes broadcast."""
    a, b = operands
    if a.dtype != np.float32 or b.dtype != np.float32:
        raise Unsupported("a matrix product of integers stays on the CPU")
    if len(a.shape) < 2 or len(b.shape) < 2 or a.shape[-1] != b.shape[-2]:
        raise Unsupported("the shapes do not fit")  # the CPU's kernel says how
    specs = tuple(Spec(x.shape, x.dtype) for x in operands)
    lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    m, k, n = a.shape[-2], a.shape[-1], b.shape[-1]
    batch = int(np.prod(lead, dtype=np.int64))

    def accepts(_: int, view: View) -> bool:
        return _matrix(view, lead) is not None

    def build(views: tuple[View, ...], before: Any, after: Any) -> Any:
        first, second = (_matrix(view, lead) for view in views)
        return kernels.build(batch, m, n, k, first, second, after)

    return Anchor("MatMul", specs, Spec((*lead, m, n), a.dtype), accepts, build)


def _matrix(view: View, lead: tuple[int, ...]) -> Matrix | None:
    """How matrices lie in memory, where the kernel can read them so."""
    rows, columns = view.shape[-2:]
    down, right = view.strides[-2:]
    if (right == 1 or columns == 1) and (down == columns or rows == 1):
        transposed = False
    elif (down == 1 or rows == 1) and (right == rows or columns == 1):
        transposed = True
    else:
        return None
    strides = [0] * (len(lead) - len(view.shape) + 2)
    for have, stride in zip(view.shape[:-2], view.strides[:-2], strict=True):
        strides.append(0 if have == 1 else stride)
    lengths, (steps,) = collapse(lead, [tuple(strides)])
    if len(lengths) > 1:
        return None
    return Matrix(transposed, view.offset, steps[0] if steps else 0)
