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

from gradtape_webgpu.kernels.axis_lines import (
    AxisLines,
    axis_lines,
    joined,
    over_lines,
    share,
    sharing,
)
from gradtape_webgpu.kernels.gather import indices_dtype
from gradtape_webgpu.kernels.order import upward
from gradtape_webgpu.kernels.program import Extension, Launch, Lowered, Program, Spec, plain
from gradtape_webgpu.kernels.registry import Unsupported, lowering
from gradtape_webgpu.kernels.strided import copy
from gradtape_webgpu.kernels.target import Target
from gradtape_webgpu.kernels.views import flat, transpose
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
    let m = bitcast<f32>(number_of(key) ^ opaque_zero);
    let usual = (number_of(key) & 0x7f800000u) != 0x7f800000u;
    let not_a_number = bitcast<f32>(0x7fc00000u | opaque_zero);
    var sum = 0.0;
    var lost = 0.0; // what the additions lose
    if (live && usual) {
        for (var k = t; k < p.n; k += THREADS) {
            let added = exact_sum(sum, exponential_beside(x[base + k * p.inner], m));
            sum = added.x;
            lost += added.y;
        }
    }
    sum = total(local, t, sum + lost);
"""

_EACH = """
    if (live) {{
        for (var k = t; k < p.n; k += THREADS) {{
            let own = x[base + k * p.inner];
            if (usual) {{ store(base + k * p.inner, {value}); }}
            else {{ store(base + k * p.inner, not_a_number); }}
        }}
    }}"""

_BODIES = {
    "softmax": _EACH.format(value="divided(exponential_beside(own, m), sum)"),
    "log softmax": "    let norm = logarithm(sum);" + _EACH.format(value="barrier(own - m) - norm"),
    "log sum exp": """
    if (live && t == 0u) {
        if (usual) { store(line, logarithm(sum) + m); } else { store(line, m); }
    }""",
    "cross entropy": """
    let norm = logarithm(sum);
    var loss = 0.0;
    lost = 0.0;
    if (live && usual) {
        for (var k = t; k < p.n; k += THREADS) {
            let added = exact_sum(loss, labels[base + k] * (norm - barrier(x[base + k] - m)));
            loss = added.x;
            lost += added.y;
        }
    }
    loss = total(local, t, select(loss, loss + lost, is_finite(loss)));
    if (live && t == 0u) {
        if (usual) { store(line, loss); } else { store(line, not_a_number); }
    }""",
    "sparse cross entropy": """
    if (live && t == 0u) {
        let label = labels[line];
        if (usual && label < p.n) {
            store(line, logarithm(sum) - barrier(x[base + label] - m));
        } else {
            store(line, not_a_number);
        }
    }""",
}
_LABELS = {"cross entropy": "f32", "sparse cross entropy": "u32"}


_NEEDS = ("exponential_shifted", "exact_sum", "logarithm", "divided", "barrier", "is_finite")


@cache
def _program(what: str, threads: int, epilogue: Extension) -> Program:
    reads = (("x", "f32"), *((("labels", _LABELS[what]),) if what in _LABELS else ()))
    functions = text((*_NEEDS, *epilogue.functions)) + _FUNCTIONS
    body = _SUMMED + _BODIES[what]
    return share(what, threads, body, reads, (), (), functions, epilogue)


def _launch(
    what: str,
    of: AxisLines,
    target: Target,
    arguments: tuple[int, ...],
    epilogue: Extension | None = None,
) -> Launch:
    threads, epilogue = sharing(of, target), epilogue or plain()
    made = _program(what, threads, epilogue._replace(values=()))
    return over_lines(made, of, threads, arguments, *epilogue.values)


def _extended(
    what: str,
    inputs: tuple[Spec, ...],
    target: Target,
    axis: int,
    y: Spec,
    epilogue: Extension | None,
) -> Lowered:
    """One launch, with what the fuser lets it do to each result."""
    writes = len(epilogue.writes) if epilogue else 1
    count = len(inputs) + (len(epilogue.reads) if epilogue else 0) + writes
    of = axis_lines(inputs[0].shape, axis)
    return Lowered((y,) * writes, (_launch(what, of, target, tuple(range(count)), epilogue),))


def _float32(x: Spec) -> None:
    if x.dtype != np.float32:
        raise Unsupported(f"{x.dtype}; float32 serves")


@lowering("Softmax", tuned=True)
def softmax(
    inputs: tuple[Spec, ...], target: Target, *, axis: int, epilogue: Extension | None = None
) -> Lowered:
    """eˣ / Σ eˣ along an axis."""
    (x,) = inputs
    _float32(x)
    return _extended("softmax", inputs, target, axis, x, epilogue)


@lowering("LogSoftmax", tuned=True)
def log_softmax(
    inputs: tuple[Spec, ...], target: Target, *, axis: int, epilogue: Extension | None = None
) -> Lowered:
    """x − log Σ eˣ along an axis."""
    (x,) = inputs
    _float32(x)
    return _extended("log softmax", inputs, target, axis, x, epilogue)


@lowering("LogSumExp", tuned=True)
def log_sum_exp(
    inputs: tuple[Spec, ...], target: Target, *, axis: tuple[int, ...], keepdims: bool
) -> Lowered:
    """log Σ eˣ over axes; those that are not neighbours are brought together first."""
    (x,) = inputs
    _float32(x)
    rank = len(x.shape)
    gone = sorted(k % rank for k in axis)
    rest = [k for k in range(rank) if k not in gone]
    shape = tuple(1 if k in gone else n for k, n in enumerate(x.shape))
    y = Spec(shape if keepdims else tuple(x.shape[k] for k in rest), x.dtype)
    n = prod(x.shape[k] for k in gone)
    if not gone or gone == list(range(gone[0], gone[-1] + 1)):
        first = gone[0] if gone else rank
        of = AxisLines(prod(x.shape[:first]), n, prod(x.shape[first + len(gone) :]))
        return Lowered((y,), (_launch("log sum exp", of, target, (0, 1)),))
    view = transpose(flat(x.shape), (*rest, *gone))
    of = AxisLines(x.size // n, n, 1)
    return Lowered((y,), (copy(view, 0, 2), _launch("log sum exp", of, target, (2, 1))), (x.size,))


@lowering("SoftmaxCrossEntropyWithLogits", tuned=True)
def cross_entropy(
    inputs: tuple[Spec, ...], target: Target, *, epilogue: Extension | None = None
) -> Lowered:
    """−Σ labels·log softmax(logits) over the last axis."""
    x, labels = inputs
    _float32(x)
    if labels != x:
        raise Unsupported(f"labels {labels.dtype}{list(labels.shape)} for logits {list(x.shape)}")
    y = Spec(x.shape[:-1], x.dtype)
    return _extended("cross entropy", inputs, target, -1, y, epilogue)


@lowering("SparseSoftmaxCrossEntropyWithLogits", tuned=True)
def sparse_cross_entropy(
    inputs: tuple[Spec, ...], target: Target, *, epilogue: Extension | None = None
) -> Lowered:
    """−log softmax(logits)[label] over the last axis."""
    x, labels = inputs
    _float32(x)
    indices_dtype(labels, "labels")
    y = Spec(labels.shape, x.dtype)
    return _extended("sparse cross entropy", inputs, target, -1, y, epilogue)
