"""Half a sum of squares, in two dispatches and a fixed order.

What normalisations need beyond this are sums, means and element-wise ops, which the graph fuses.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from gradtape_webgpu.kernels.lines import Lines, joined, over_lines, share
from gradtape_webgpu.kernels.registry import Unsupported, lowering
from gradtape_webgpu.program import Lowered, Program, Spec

#: elements that a workgroup adds up at most in the first dispatch, and most workgroups of it
STRETCH, MOST = 4096, 1024


@cache
def _sums(squared: bool) -> Program:
    # The last stretch may be shorter: `p.size` says how many elements there are.
    body = f"""
    var own = 0.0;
    if (live) {{
        for (var k = t; k < p.n; k += THREADS) {{
            if (line * p.n + k < p.size) {{
                let v = x[line * p.n + k];
                own += {"v * v" if squared else "v"};
            }}
        }}
    }}
    own = total(local, t, own);
    if (live && t == 0u) {{ y[line] = {"own" if squared else "0.5 * own"}; }}"""
    functions = joined("total", "f32", "return a + b;")
    reads, writes = (("x", "f32"),), (("y", "f32"),)
    return share(("sums", squared), 256, body, reads, writes, ("size",), functions)


@lowering("L2Loss")
def l2_loss(inputs: tuple[Spec, ...]) -> Lowered:
    """½ Σ x²."""
    (x,) = inputs
    if x.dtype != np.float32:
        raise Unsupported(f"{x.dtype}; float32 serves")
    stretch = max(STRETCH, -(-x.size // MOST))
    parts = -(-x.size // stretch)
    first = over_lines(_sums(True), Lines(parts, stretch, 1), 256, (0, 2), x.size)
    last = over_lines(_sums(False), Lines(1, parts, 1), 256, (2, 1), parts)
    return Lowered((Spec((), x.dtype),), (first, last), (parts,))
