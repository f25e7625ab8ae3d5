"""Softmax, its logarithm, log Σ eˣ and the cross entropies: one dispatch, some threads a line.

Each walks its line three times: for the largest element m, for Σ e^(x−m), for the result. Where m
is NaN or infinite no difference from it is a number, and what comes out is said in so many words,
for no device promises infinity − infinity. A label out of range, which the CPU refuses, gives NaN,
as it does on TensorFlow's GPUs.
"""

from __future__ import annotations

from functools import cache
from math import prod

import numpy as np

from gradtape_webgpu.kernels.gather import indices_dtype
from gradtape_webgpu.kernels.lines import Lines, joined, lines, over_lines, share, sharing
from gradtape_webgpu.kernels.order import upward
from gradtape_webgpu.kernels.registry import Unsupported, lowering
from gradtape_webgpu.kernels.strided import View, contiguous, copy
from gradtape_webgpu.program import Launch, Lowered, Program, Spec
from gradtape_webgpu.wgsl.library import text

_FUNCTIONS = (
    upward("f")
    + """
fn number_of(key: u32) -> u32 {
    if (key == 0xffffffffu) { return 0x7fc00000u; }
    return select(~key, key ^ 0x80000000u, (key >> 31u) == 1u);
}
"""
    + """
// e^(x - m) for x <= m; what rounding takes off the difference is put back into the exponential
fn exponential_beside(x: f32, m: f32) -> f32 {
    let difference = exact_sum(x, -m);
    if (!(difference.x > -110.0)) { return 0.0; }
    return exponential_shifted(difference.x, difference.y, 0);
}
"""
    + joined("largest", "u32", "return max(a, b);")
    + joined("total", "f32", "return a + b;")
)

#: m is the largest; `usual` whether it is finite; sum is Σ e^(x−m) over the line
_SUMMED = """
    var key = 0u;
    if (live) {
        for (var k = t; k < p.n; k += THREADS) {
            key = max(key, order(bitcast<u32>(x[base + k * p.inner])));
        }
    }
    key = largest(local, t, key);
    let m = bitcast<f32>(number_of(key) ^ p.zero);
    let usual = (number_of(key) & 0x7f800000u) != 0x7f800000u;
    let not_a_number = bitcast<f32>(0x7fc00000u | p.zero);
    var sum = 0.0;
    if (live && usual) {
        for (var k = t; k < p.n; k += THREADS) {
            sum += exponential_beside(x[base + k * p.inner], m);
        }
    }
    sum = total(local, t, sum);
"""

_EACH = """
    if (live) {{
        for (var k = t; k < p.n; k += THREADS) {{
            let own = x[base + k * p.inner];
            if (usual) {{ y[base + k * p.inner] = {value}; }}
            else {{ y[base + k * p.inner] = not_a_number; }}
        }}
    }}"""

_BODIES = {
    "softmax": _EACH.format(value="divided(exponential_beside(own, m), sum)"),
    "log softmax": "    let norm = logarithm(sum);" + _EACH.format(value="barrier(own - m) - norm"),
    "log sum exp": """
    if (live && t == 0u) {
        if (usual) { y[line] = logarithm(sum) + m; } else { y[line] = m; }
    }""",
    "cross entropy": """
    let norm = logarithm(sum);
    var loss = 0.0;
    if (live && usual) {
        for (var k = t; k < p.n; k += THREADS) {
            loss += labels[base + k] * (norm - barrier(x[base + k] - m));
        }
    }
    loss = total(local, t, loss);
    if (live && t == 0u) {
        if (usual) { y[line] = loss; } else { y[line] = not_a_number; }
    }""",
    "sparse cross entropy": """
    if (live && t == 0u) {
        let label = labels[line];
        if (usual && label < p.n) {
            y[line] = logarithm(sum) - barrier(x[base + label] - m);
        } else {
            y[line] = not_a_number;
        }
    }""",
}
_LABELS = {"cross entropy": "f32", "sparse cross entropy": "u32"}


@cache
def _program(what: str, threads: int) -> Program:
    reads = (("x", "f32"), *((("labels", _LABELS[what]),) if what in _LABELS else ()))
    library = text(("exponential_shifted", "exact_sum", "logarithm", "divided", "barrier"))
    return share(
        what, threads, _SUMMED + _BODIES[what], reads, (("y", "f32"),), (), library + _FUNCTIONS
    )


def _launch(what: str, of: Lines, arguments: tuple[int, ...]) -> Launch:
    threads = sharing(of)
    return over_lines(_program(what, threads), of, threads, arguments)


def _float32(x: Spec) -> None:
    if x.dtype != np.float32:
        raise Unsupported(f"{x.dtype}; float32 serves")


@lowering("Softmax")
def softmax(inputs: tuple[Spec, ...], *, axis: int) -> Lowered:
    """eˣ / Σ eˣ along an axis."""
    (x,) = inputs
    _float32(x)
    return Lowered((x,), (_launch("softmax", lines(x.shape, axis), (0, 1)),))


@lowering("LogSoftmax")
def log_softmax(inputs: tuple[Spec, ...], *, axis: int) -> Lowered:
    """x − log Σ eˣ along an axis."""
    (x,) = inputs
    _float32(x)
    return Lowered((x,), (_launch("log softmax", lines(x.shape, axis), (0, 1)),))


@lowering("LogSumExp")
def log_sum_exp(inputs: tuple[Spec, ...], *, axis: tuple[int, ...], keepdims: bool) -> Lowered:
    """log Σ eˣ over axes; those that are not neighbours are brought together first."""
    (x,) = inputs
    _float32(x)
    rank = len(x.shape)
    gone = sorted(k % rank for k in axis)
    kept = [k for k in range(rank) if k not in gone]
    shape = tuple(1 if k in gone else n for k, n in enumerate(x.shape))
    y = Spec(shape if keepdims else tuple(x.shape[k] for k in kept), x.dtype)
    n = prod(x.shape[k] for k in gone)
    if not gone or gone == list(range(gone[0], gone[-1] + 1)):
        first = gone[0] if gone else rank
        of = Lines(prod(x.shape[:first]), n, prod(x.shape[first + len(gone) :]))
        return Lowered((y,), (_launch("log sum exp", of, (0, 1)),))
    order = (*kept, *gone)
    strides = contiguous(x.shape).strides
    view = View(tuple(x.shape[k] for k in order), tuple(strides[k] for k in order))
    of = Lines(x.size // n, n, 1)
    return Lowered((y,), (copy(view, 0, 2), _launch("log sum exp", of, (2, 1))), (x.size,))


@lowering("SoftmaxCrossEntropyWithLogits")
def cross_entropy(inputs: tuple[Spec, ...]) -> Lowered:
    """−Σ labels·log softmax(logits) over the last axis."""
    x, labels = inputs
    _float32(x)
    if labels != x:
        raise Unsupported(f"labels {labels.dtype}{list(labels.shape)} for logits {list(x.shape)}")
    y = Spec(x.shape[:-1], x.dtype)
    return Lowered((y,), (_launch("cross entropy", lines(x.shape, -1), (0, 1, 2)),))


@lowering("SparseSoftmaxCrossEntropyWithLogits")
def sparse_cross_entropy(inputs: tuple[Spec, ...]) -> Lowered:
    """−log softmax(logits)[label] over the last axis."""
    x, labels = inputs
    _float32(x)
    indices_dtype(labels, "labels")
    y = Spec(labels.shape, x.dtype)
    return Lowered((y,), (_launch("sparse cross entropy", lines(x.shape, -1), (0, 1, 2)),))
